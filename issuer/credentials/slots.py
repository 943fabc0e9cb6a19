"""Places in the status lists, drawn at random so that neighbours in a list are strangers."""

from sqlalchemy import func, select

from issuer.credentials.building import Slot
from issuer.credentials.tables import credential
from issuer.instance import Transaction
from ledger.bulk import among
from verifier.status import MIN_BITS


class SlotDrawer:
    """Draws free places for one transaction. A list is left for the next when half of it is taken.

    Of several that draft at once each draws in its own lane, so that none takes what another is about to.
    Lists below the settings' `first_status_list` are left alone: the database no longer knows all places given out in them.
    The unique constraint on (list, index) stands behind it: a place drawn by two at once fails the second's transaction.
    """

    def __init__(self, work: Transaction) -> None:
        self._connection = work.connection
        self._random_bytes = work.instance.random_bytes
        self._lane, self._lanes = work.lane
        newest = self._connection.execute(select(func.max(credential.c.status_list))).scalar_one()
        self._list = max(int(newest or 1), work.instance.settings.first_status_list)
        query = select(func.count()).where(credential.c.status_list == self._list)
        self._count = int(self._connection.execute(query).scalar_one())
        self._drawn: set[int] = set()

    def draw(self, count: int) -> list[Slot]:
        """Draw places that no credential has."""
        slots: list[Slot] = []
        while len(slots) < count:
            if self._count >= MIN_BITS // 2:
                self._list, self._count, self._drawn = self._list + 1, 0, set()
            room = min(count - len(slots), MIN_BITS // 2 - self._count)
            slots += [Slot(self._list, index) for index in self._free(room)]
        return slots

    def _free(self, count: int) -> list[int]:
        """Draw at most `count` free places of the list; the caller asks again for the rest."""
        # A remainder of so many random bits is even-handed.
        data, room = self._random_bytes(8 * count), MIN_BITS // self._lanes
        drawn = (int.from_bytes(data[at : at + 8], "big") % room for at in range(0, len(data), 8))
        wanted = dict.fromkeys(self._lanes * number + self._lane for number in drawn)
        its = among(self._connection, credential.c.status_index, wanted)
        query = select(credential.c.status_index).where(credential.c.status_list == self._list, its)
        taken = self._drawn.union(self._connection.execute(query).scalars())
        free = [index for index in wanted if index not in taken]
        self._drawn.update(free)
        self._count += len(free)
        return free
