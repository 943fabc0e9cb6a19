"""Lists of transfers as pages and calls show them: one's own, those that wait on a desk, those that were registered. Only reads."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from issuer.access.reach import within
from issuer.access.roles import Actor, Role
from issuer.database import Paging
from issuer.instance import Instance
from issuer.people.service import Person
from issuer.people.tables import professional
from issuer.transfers.findings import GONE, There
from issuer.transfers.tables import transfer_in
from ledger.store import reading
from rules.activity import Status

_EVER = (Status.REGISTERED, Status.REVERSED, Status.SUPERSEDED)


@dataclass(frozen=True)
class Waiting:
    """One line of a list."""

    id: UUID
    state: str
    door: str
    origin: str
    name: str
    masked: str
    changed_at: datetime
    standing: There | None = None
    """Where its certificate stands at its origin, of one that is registered."""
    replaced_by: UUID | None = None
    """The transfer that brought a new version with other hours: it waits, or took its place."""

    @property
    def gone(self) -> bool:
        """Whether somebody has to look at it."""
        return self.standing in GONE


def list_own(instance: Instance, person: Person, paging: Paging) -> list[Waiting]:
    """A page of one's own transfers, the latest changed first."""
    query = lines().where(transfer_in.c.person_id == person.id)
    query = query.where(paging.earlier(transfer_in.c.changed_at, transfer_in.c.id))
    query = query.order_by(transfer_in.c.changed_at.desc(), transfer_in.c.id.desc()).limit(paging.limit)
    with reading(instance.engine).connect() as connection:
        return [_line(row) for row in connection.execute(query)]


def list_waiting(instance: Instance, actor: Actor, paging: Paging) -> list[Waiting]:
    """A page of what waits for the actor, as employer or as authority; the latest changed first."""
    query = lines().where(_waits_for(actor))
    query = query.where(paging.earlier(transfer_in.c.changed_at, transfer_in.c.id))
    query = query.order_by(transfer_in.c.changed_at.desc(), transfer_in.c.id.desc()).limit(paging.limit)
    with reading(instance.engine).connect() as connection:
        return [_line(row) for row in connection.execute(query)]


def list_registered(instance: Instance, actor: Actor, paging: Paging) -> list[Waiting]:
    """A page of what was registered, or reversed since, at a verifier's places and below, the latest first."""
    query = lines().where(_verified_by(actor), transfer_in.c.state.in_(_EVER))
    query = query.where(paging.earlier(transfer_in.c.changed_at, transfer_in.c.id))
    query = query.order_by(transfer_in.c.changed_at.desc(), transfer_in.c.id.desc()).limit(paging.limit)
    with reading(instance.engine).connect() as connection:
        return [_line(row) for row in connection.execute(query)]


def list_gone(instance: Instance, actor: Actor, paging: Paging) -> list[Waiting]:
    """A page of what is registered at a verifier's places and below and stands no more at its origin, the latest first."""
    query = lines().where(_verified_by(actor), _gone())
    query = query.where(paging.earlier(transfer_in.c.changed_at, transfer_in.c.id))
    query = query.order_by(transfer_in.c.changed_at.desc(), transfer_in.c.id.desc()).limit(paging.limit)
    with reading(instance.engine).connect() as connection:
        return [_line(row) for row in connection.execute(query)]


def _gone() -> sa.ColumnElement[bool]:
    return (transfer_in.c.state == Status.REGISTERED) & transfer_in.c.standing_there.in_(GONE)


def lines() -> sa.Select[Any]:
    """Every transfer with the name and masked number of whose it is."""
    return sa.select(transfer_in, professional.c.name, professional.c.masked_identifier).join(
        professional, professional.c.id == transfer_in.c.person_id
    )


def _line(row: sa.Row[Any]) -> Waiting:
    standing = standing_of(row)
    return Waiting(
        row.id,
        row.state,
        row.door,
        row.origin,
        row.name,
        row.masked_identifier,
        row.changed_at,
        standing,
        row.replaced_by,
    )


def standing_of(row: sa.Row[Any]) -> There | None:
    """Where the certificate of a registered transfer stands at its origin; None before that was asked."""
    registered = row.state == Status.REGISTERED and row.standing_there is not None
    return There(row.standing_there) if registered else None


def _waits_for(actor: Actor) -> sa.ColumnElement[bool]:
    review = transfer_in.c.review_unit_id, transfer_in.c.review_authority_id
    return sa.or_(
        (transfer_in.c.state == Status.SUBMITTED) & within(actor.places(Role.REVIEWER), *review),
        (transfer_in.c.state == Status.EMPLOYER_APPROVED) & _verified_by(actor),
    )


def _verified_by(actor: Actor) -> sa.ColumnElement[bool]:
    verify = transfer_in.c.verify_unit_id, transfer_in.c.verify_authority_id
    return within(actor.places(Role.VERIFIER), *verify)
