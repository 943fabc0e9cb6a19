"""What was registered at a verifier's places, and one of it with its proofs, its way and the documents that count it. Only reads."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from issuer.access.reach import within
from issuer.access.roles import Actor, Role
from issuer.credentials.tables import credential, withdrawal
from issuer.database import Paging
from issuer.errors import NotFound
from issuer.evidence.proof import Proof
from issuer.evidence.service import attached
from issuer.instance import Instance
from issuer.people.tables import professional
from issuer.records.tables import year_record
from issuer.registration.days import days_of
from issuer.registration.own import Step, steps_of
from issuer.registration.tables import declaration
from ledger.store import reading
from rules.activity import Status

_EVER = (Status.REGISTERED, Status.REVERSED, Status.SUPERSEDED)


@dataclass(frozen=True)
class Entry:
    """One line of the list."""

    id: UUID
    person_id: int
    title: str
    category: str
    state: str
    name: str
    masked: str
    changed_at: datetime


@dataclass(frozen=True)
class One:
    """A registered declaration. `serials`: documents of its years that stand, the newest first."""

    entry: Entry
    turn: int
    first: str
    last: str
    self_verified: bool
    proofs: tuple[Proof, ...]
    steps: tuple[Step, ...]
    serials: tuple[str, ...]


def list_registered(instance: Instance, actor: Actor, paging: Paging) -> list[Entry]:
    """A page of what was registered at the actor's places and below, the latest first."""
    query = (
        _visible(actor)
        .where(paging.earlier(declaration.c.changed_at, declaration.c.id))
        .order_by(declaration.c.changed_at.desc(), declaration.c.id.desc())
        .limit(paging.limit)
    )
    with reading(instance.engine).connect() as connection:
        return [_entry(row) for row in connection.execute(query)]


def read_registered_one(instance: Instance, actor: Actor, one: UUID) -> One:
    """One of them.

    Raises:
        NotFound: none at the actor's places.
    """
    with reading(instance.engine).connect() as connection:
        row = connection.execute(_visible(actor).where(declaration.c.id == one)).one_or_none()
        if row is None:
            raise NotFound("没有这条登记 there is no such registration here")
        steps = steps_of(connection, declaration.c.id == one).get(one, ())
        proofs = attached(connection, [one]).get(one, ())
        first, last = days_of(json.loads(row.facts, parse_float=Decimal))
        serials = standing_documents(connection, row.person_id, range(int(first[:4]), int(last[:4]) + 1))
    return One(_entry(row), row.turn, first, last, row.self_verified, proofs, steps, serials)


def standing_documents(connection: sa.Connection, person: int, years: Sequence[int]) -> tuple[str, ...]:
    """Serials of the documents of some years that stand, the newest first."""
    rows = connection.scalars(
        sa.select(credential.c.serial)
        .join(year_record, year_record.c.id == credential.c.record_id)
        .where(year_record.c.person_id == person, year_record.c.year.in_(years))
        .where(credential.c.serial.not_in(sa.select(withdrawal.c.serial)))
        .order_by(year_record.c.year.desc(), year_record.c.version.desc())
    )
    return tuple(rows)


def _visible(actor: Actor) -> sa.Select[Any]:
    verifies = declaration.c.verify_unit_id, declaration.c.verify_authority_id
    return (
        sa.select(declaration, professional.c.name, professional.c.masked_identifier)
        .join(professional, professional.c.id == declaration.c.person_id)
        .where(within(actor.places(Role.VERIFIER), *verifies), declaration.c.state.in_(_EVER))
    )


def _entry(row: sa.Row[Any]) -> Entry:
    return Entry(
        row.id, row.person_id, row.title, row.category, row.state, row.name, row.masked_identifier, row.changed_at
    )  # fmt: skip
