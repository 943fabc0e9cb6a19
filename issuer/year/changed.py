"""What somebody brought from another province and is registered, where its origin has changed its word since (Art. 11). Only reads."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from issuer.registration.procedure import Duty
from issuer.transfers.findings import GONE, Finding, There, latest_finding
from issuer.transfers.tables import transfer_in, transfer_in_year
from rules.activity import Status


@dataclass(frozen=True)
class Changed:
    """A registered transfer that counts in the year and stands otherwise at its origin than it did."""

    transfer: UUID
    origin: str
    standing: There
    finding: Finding
    replaced_by: UUID | None
    """A new version with other hours was brought, and waits for the authority."""

    @property
    def next(self) -> Duty:
        """Who acts next: the person, who is to bring the new version, or the authority."""
        brings = self.standing is There.SUPERSEDED and self.replaced_by is None
        return Duty.DECLARANT if brings else Duty.VERIFIER

    @property
    def held(self) -> bool:
        """Whether no new document of the year is issued before the authority has decided."""
        return self.standing is There.REVOKED or self.replaced_by is not None


@dataclass(frozen=True)
class Replaced:
    """A new version that took an older one's place: the hours are as it says."""

    transfer: UUID
    origin: str
    document_no: str
    at: datetime


@dataclass(frozen=True)
class Since:
    """What origins have changed since it was registered. `older`: ids of the activities that a new version under way is to replace."""

    changed: tuple[Changed, ...]
    replaced: tuple[Replaced, ...]
    older: frozenset[str]


def read_since(connection: sa.Connection, person_id: int, year: int) -> Since:
    """Read what origins have changed of what counts in the year."""
    return Since(
        _changed(connection, person_id, year),
        _replaced(connection, person_id, year),
        _older(connection, person_id),
    )


def _changed(connection: sa.Connection, person_id: int, year: int) -> tuple[Changed, ...]:
    query = _registered(person_id, year).where(transfer_in.c.standing_there.in_(GONE))
    found = []
    for row in connection.execute(query):
        finding = latest_finding(connection, row.id)
        if finding is not None:
            found.append(Changed(row.id, row.origin, There(row.standing_there), finding, row.replaced_by))
    return tuple(found)


def _replaced(connection: sa.Connection, person_id: int, year: int) -> tuple[Replaced, ...]:
    older = sa.select(transfer_in.c.replaced_by).where(
        transfer_in.c.person_id == person_id, transfer_in.c.state == Status.SUPERSEDED
    )
    rows = connection.execute(_registered(person_id, year).where(transfer_in.c.id.in_(older)))
    return tuple(Replaced(row.id, row.origin, row.document_no, row.changed_at) for row in rows)


def _older(connection: sa.Connection, person_id: int) -> frozenset[str]:
    query = (
        sa.select(transfer_in_year.c.id)
        .join(transfer_in, transfer_in.c.id == transfer_in_year.c.transfer_id)
        .where(transfer_in.c.person_id == person_id, transfer_in.c.state == Status.REGISTERED)
        .where(transfer_in.c.replaced_by.is_not(None), transfer_in_year.c.stands)
    )
    return frozenset(map(str, connection.scalars(query)))


def _registered(person_id: int, year: int) -> sa.Select[tuple[object, ...]]:
    return (
        sa.select(transfer_in)
        .join(transfer_in_year, transfer_in_year.c.transfer_id == transfer_in.c.id)
        .where(transfer_in.c.person_id == person_id, transfer_in.c.state == Status.REGISTERED)
        .where(transfer_in_year.c.year == year, transfer_in_year.c.stands)
        .order_by(transfer_in.c.changed_at)
    )
