"""A person's file as an inspector reads it once it is open: belonging, years and documents, declarations, entries, acts. Only reads.

The number of queries does not depend on how much is in the file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from issuer.access.roles import Actor
from issuer.access.tables import account
from issuer.acts import governance_act
from issuer.credentials.tables import credential, withdrawal
from issuer.inspection.overview import SHOWN
from issuer.inspection.scope import opened
from issuer.instance import Instance
from issuer.people.service import Person, subject_of
from issuer.people.tables import professional
from issuer.personnel.reading import Spell, read_history, read_series
from issuer.records.tables import year_record
from issuer.registration.tables import authority_entry, declaration
from ledger.store import reading

MOST = 500
"""Declarations and acts of one file at most: more is no person's."""


@dataclass(frozen=True)
class Version:
    """A version of a year, with its document: whether that stands, or how and why it was withdrawn."""

    year: int
    version: int
    serial: str | None
    document: str | None
    purpose: str | None
    reason: str | None
    day: str | None
    event: UUID


@dataclass(frozen=True)
class Declared:
    """A declaration of the person."""

    id: UUID
    title: str
    category: str
    state: str
    changed_at: datetime


@dataclass(frozen=True)
class Entered:
    """What an authority entered about the person."""

    kind: str
    state: str
    year: int | None
    document_no: str
    reason: str
    entered_at: datetime
    by: str | None
    second: str | None


@dataclass(frozen=True)
class Done:
    """An act about the person. `by`: the login; None for the operator at the terminal, or the person."""

    what: str
    at: datetime
    by: str | None
    reason: str | None
    event: UUID


@dataclass(frozen=True)
class File:
    """A person's file."""

    id: int
    name: str
    masked: str
    employer: str
    history: tuple[Spell, ...]
    series: Mapping[int, str]
    versions: tuple[Version, ...]
    declared: tuple[Declared, ...]
    entered: tuple[Entered, ...]
    acts: tuple[Done, ...]


def login_of(key: sa.ColumnElement[bytes]) -> sa.ScalarSelect[str]:
    """The login of a natural person; the first, of somebody with several accounts."""
    its = account.alias()
    return sa.select(sa.func.min(its.c.login)).where(its.c.person_key == key).scalar_subquery()


def read_file(instance: Instance, actor: Actor, person_id: int) -> File:
    """Read a file that the actor opened.

    Raises:
        NotFound, FileClosed: as `scope.opened`.
    """
    with reading(instance.engine).connect() as connection:
        person = opened(instance, connection, actor, person_id)
        who = connection.execute(sa.select(professional).where(professional.c.id == person_id)).one()
        versions = _versions(connection, person_id)
        declared = connection.execute(
            sa.select(
                declaration.c.id, declaration.c.title, declaration.c.category, declaration.c.state, declaration.c.changed_at
            )
            .where(declaration.c.person_id == person_id, declaration.c.state.in_(SHOWN))
            .order_by(declaration.c.changed_at.desc()).limit(MOST)
        ).all()  # fmt: skip
        entered, acts = _entered(connection, person_id), _acts(connection, person)
    return File(
        person_id, who.name, who.masked_identifier, who.employer, tuple(read_history(instance, person)), read_series(instance, person),
        versions, tuple(Declared(*row) for row in declared), entered, acts,
    )  # fmt: skip


def _versions(connection: sa.Connection, person_id: int) -> tuple[Version, ...]:
    rows = connection.execute(
        sa.select(
            year_record.c.year, year_record.c.version, credential.c.serial, credential.c.document,
            withdrawal.c.purpose, withdrawal.c.reason, withdrawal.c.day, year_record.c.event_id,
        )
        .outerjoin(credential, credential.c.record_id == year_record.c.id)
        .outerjoin(withdrawal, withdrawal.c.serial == credential.c.serial)
        .where(year_record.c.person_id == person_id)
        .order_by(year_record.c.year.desc(), year_record.c.version.desc(), withdrawal.c.day.desc())
    )  # fmt: skip
    return tuple(Version(*row) for row in rows)


def _entered(connection: sa.Connection, person_id: int) -> tuple[Entered, ...]:
    its = authority_entry.c
    rows = connection.execute(
        sa.select(
            its.kind, its.state, its.year, its.document_no, its.reason, its.entered_at, login_of(its.actor_key), login_of(its.second_key)
        )
        .where(its.person_id == person_id).order_by(its.entered_at.desc())
    )  # fmt: skip
    return tuple(Entered(*row) for row in rows)


def _acts(connection: sa.Connection, person: Person) -> tuple[Done, ...]:
    its = governance_act.c
    rows = connection.execute(
        sa.select(its.what, its.at, login_of(its.actor_key), its.reason, its.event_id)
        .where(its.subject == subject_of(person))
        .order_by(its.at.desc()).limit(MOST)
    )  # fmt: skip
    return tuple(Done(*row) for row in rows)
