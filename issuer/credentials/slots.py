"""Places in the status lists, drawn at random so that neighbours in a list are strangers."""

from collections.abc import Callable

from sqlalchemy import Connection, func, select

from issuer.credentials.building import Slot
from issuer.credentials.tables import credential
from verifier.status import MIN_BITS


class SlotDrawer:
    """Draws free places for one transaction. A list is left for the next when half of it is taken.

    The unique constraint on (list, index) stands behind it: a place drawn by two at once fails the second's transaction.
    """

    def __init__(self, connection: Connection, random_bytes: Callable[[int], bytes]) -> None:
        newest = connection.execute(select(func.max(credential.c.status_list))).scalar_one()
        self._list = int(newest or 1)
        self._random_bytes = random_bytes
        query = select(credential.c.status_index).where(credential.c.status_list == self._list)
        self._taken = set(connection.execute(query).scalars())

    def draw(self) -> Slot:
        """Draw a place that no credential has."""
        if len(self._taken) >= MIN_BITS // 2:
            self._list, self._taken = self._list + 1, set()
        while True:
            # MIN_BITS is a power of two: the remainder of random bytes is even-handed.
            index = int.from_bytes(self._random_bytes(4), "big") % MIN_BITS
            if index not in self._taken:
                self._taken.add(index)
                return Slot(self._list, index)
