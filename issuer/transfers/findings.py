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


@dataclass(frozen=True)
class Held:
    """A registered transfer that the authority has to decide on before what counts it is certified. `by`: the transfer that
    brought a new version with other hours; None where the origin has revoked it.
    """

    id: UUID
    by: UUID | None

    @property
    def zh(self) -> str:
        """Why, in Chinese."""
        return (
            f"转入 {self.id} 的证明已被流出地撤销"
            if self.by is None
            else f"转入 {self.id} 的证明有新版，学时不同（转入 {self.by}）"
        )

    @property
    def en(self) -> str:
        """Why, in English."""
        return (
            f"transfer {self.id} is revoked at its origin"
            if self.by is None
            else f"transfer {self.id} has a new version with other hours ({self.by})"
        )


def undecided(
    connection: sa.Connection, *, year: int | None = None, person_id: int | None = None
) -> Mapping[int, list[Held]]:
    """Registered transfers that wait for the authority's word, by person: of one year, or of one person."""
    waits = (transfer_in.c.standing_there == There.REVOKED) | transfer_in.c.replaced_by.is_not(None)
    query = sa.select(transfer_in.c.person_id, transfer_in.c.id, transfer_in.c.replaced_by).where(
        transfer_in.c.state == Status.REGISTERED, waits
    )
    if year is not None:
        query = query.where(transfer_in.c.id.in_(of_year(year)))
    if person_id is not None:
        query = query.where(transfer_in.c.person_id == person_id)
    found: dict[int, list[Held]] = defaultdict(list)
    for row in connection.execute(query.order_by(transfer_in.c.id)):
        found[row.person_id].append(Held(row.id, row.replaced_by))
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
