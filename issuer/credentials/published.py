"""What was published of withdrawals and is not in the database: after a restored backup, a revocation must not be forgotten."""

import json
import logging
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, ScalarSelect, func, select

from issuer.config import Settings
from issuer.credentials.tables import credential, transfer, withdrawal
from issuer.keys.ring import KeyInfo, Use
from verifier import jws
from verifier.errors import VerifierError
from verifier.status import Detail, open_details

_DETAILS = re.compile("details([1-9][0-9]{0,5})")
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class LostWithdrawal:
    """A withdrawal that the public files show and the database lacks. `serial` is None where it lacks the certificate too."""

    serial: str | None
    list_number: int
    detail: Detail

    def as_line(self) -> str:
        """Return it as a JSON line."""
        told = {"withdrawal": self.serial, "list": self.list_number} | self.detail.model_dump(mode="json")
        return f"{json.dumps(told, ensure_ascii=False)}\n"


def lost_withdrawals(
    connection: Connection, settings: Settings, keys: Sequence[KeyInfo]
) -> tuple[LostWithdrawal, ...]:
    """Return what the public status details show, signed by us, and the database lacks, list by list."""
    known, folder = in_database(connection), settings.public / "status"
    numbers = [int(found[1]) for path in folder.glob("details*") if (found := _DETAILS.fullmatch(path.name))]
    places = (credential.c.status_list, credential.c.status_index)
    return tuple(
        LostWithdrawal(
            connection.scalar(select(credential.c.serial).where(places[0] == number, places[1] == one.index)),
            number,
            one,
        )
        for number in sorted(numbers)
        for one in only_published(settings, keys, number, known[number])
    )


def in_database(connection: Connection) -> dict[int, list[Detail]]:
    """Return what was withdrawn, by the number of the list."""
    by_list: dict[int, list[Detail]] = defaultdict(list)
    places = credential.c.status_list, credential.c.status_index
    named = func.coalesce(withdrawal.c.successor, _next_transfer()).label("named")
    query = select(withdrawal, named, *places).join(credential, credential.c.serial == withdrawal.c.serial)
    for row in connection.execute(query.order_by(withdrawal.c.day, withdrawal.c.serial)):
        detail = Detail(
            index=row.status_index,
            purpose=row.purpose,
            date=row.day,
            reason=row.reason,
            successor=row.named,
        )
        by_list[row.status_list].append(detail)
    return by_list


def _next_transfer() -> ScalarSelect[str]:
    """The version that followed a transfer certificate which was superseded before there was one: a year's document that it
    named had changed. It has no row of its own, since the next version of the same person's says it.
    """
    after = transfer.alias()
    return (
        select(after.c.serial)
        .join(
            transfer,
            (transfer.c.person_id == after.c.person_id) & (transfer.c.version + 1 == after.c.version),
        )
        .where(transfer.c.serial == withdrawal.c.serial, withdrawal.c.purpose == "refresh")
        .correlate(withdrawal)
        .scalar_subquery()
    )


def only_published(
    settings: Settings, keys: Sequence[KeyInfo], number: int, known: Sequence[Detail]
) -> list[Detail]:
    """Return the details of list `number` that stand in the public folder, signed by us, and not in the database.

    A bit once published stays set: taking it back would make a revoked certificate count again. A file that none of our
    keys has signed is nobody's word, and is written anew.
    """
    path = settings.public / f"status/details{number}"
    if not path.exists():
        return []
    token = path.read_text("utf-8", errors="replace").strip()
    try:
        kid = jws.split(token).field("kid")
        good = [key for key in keys if key.use is Use.STATUS and key.ending != "compromised"]
        jwk = next((info.jwk for info in good if info.kid == kid), None)
        if jwk is None:
            return []
        details = open_details(token, jws.PublicKey.from_jwk(jwk), settings.did, number).entries
    except VerifierError as error:
        log.warning("status details %d are made anew: %s", number, error)
        return []
    here = {(one.index, one.purpose) for one in known}
    carried = [one for one in details if (one.index, one.purpose) not in here]
    if carried:
        log.error("list %d: %d withdrawals were published and are not in the database", number, len(carried))
    return carried
