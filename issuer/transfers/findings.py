"""What was found when an origin was asked again about a certificate that is registered here. The caller opens the transaction.

Each change is a row with an entry of the ledger. It decides nothing: hours count until people reverse the transfer, but a
year that counts what its origin has revoked is not certified before they have.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa

from issuer.instance import Transaction
from issuer.transfers.tables import transfer_in, transfer_in_finding, transfer_in_year
from ledger.entry import Kind, canonical
from rules.activity import Status


class There(StrEnum):
    """Where a certificate stands at its origin."""

    STANDS = "stands"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    REFUSED = "refused"
    """It does not verify any more: its issuer or key is no longer trusted."""


GONE = frozenset({There.SUPERSEDED, There.REVOKED, There.REFUSED})


@dataclass(frozen=True)
class Answer:
    """What the origin's public files say of a certificate, in words too. `successor`: the version in its place."""

    there: There
    document_no: str
    zh: str
    en: str
    successor: str | None = None


@dataclass(frozen=True)
class Finding:
    """The latest finding on a transfer."""

    standing: There
    document_no: str
    successor: str | None
    zh: str
    en: str
    at: datetime


def note_finding(work: Transaction, transfer_id: UUID, answer: Answer) -> None:
    """Write down that a certificate stands otherwise than it did, with its entry."""
    event_id, now = work.instance.fresh_id(), work.instance.now()
    told = {
        "transfer_id": str(transfer_id),
        "standing": str(answer.there),
        "document_no": answer.document_no,
        "successor": answer.successor,
        "zh": answer.zh,
        "en": answer.en,
    }
    row = told | {"event_id": event_id, "transfer_id": transfer_id, "at": now}
    work.connection.execute(sa.insert(transfer_in_finding).values(row))
    work.record(event_id, Kind.TRANSFER, canonical({"finding": told, "at": now.isoformat()}))


def latest_finding(connection: sa.Connection, transfer_id: UUID) -> Finding | None:
    """The latest, None where nothing has changed since it was registered."""
    found = transfer_in_finding.c
    row = connection.execute(
        sa.select(transfer_in_finding)
        .where(found.transfer_id == transfer_id)
        .order_by(found.at.desc(), found.event_id)
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    return Finding(There(row.standing), row.document_no, row.successor, row.zh, row.en, row.at)


def revoked_there(
    connection: sa.Connection, *, year: int | None = None, person_id: int | None = None
) -> Mapping[int, list[UUID]]:
    """Registered transfers that their origin has revoked, by person: of one year, or of one person."""
    query = sa.select(transfer_in.c.person_id, transfer_in.c.id).where(
        transfer_in.c.state == Status.REGISTERED, transfer_in.c.standing_there == There.REVOKED
    )
    if year is not None:
        query = query.where(transfer_in.c.id.in_(of_year(year)))
    if person_id is not None:
        query = query.where(transfer_in.c.person_id == person_id)
    found: dict[int, list[UUID]] = defaultdict(list)
    for row in connection.execute(query.order_by(transfer_in.c.id)):
        found[row.person_id].append(row.id)
    return found


def count_gone(connection: sa.Connection) -> int:
    """How many registered transfers wait for somebody because they stand no more at their origin."""
    gone = transfer_in.c.standing_there.in_(GONE) & (transfer_in.c.state == Status.REGISTERED)
    return int(connection.execute(sa.select(sa.func.count()).where(gone)).scalar_one())


def of_year(year: int) -> sa.Select[tuple[UUID]]:
    """The transfers of which a year stands."""
    return sa.select(transfer_in_year.c.transfer_id).where(
        transfer_in_year.c.stands, transfer_in_year.c.year == year
    )
