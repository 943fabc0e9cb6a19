"""Registrations of a jurisdiction: how many stand where, a list without names, and a sample that can be drawn again. Only reads."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from issuer.access.roles import Actor, Role
from issuer.database import Paging
from issuer.inspection.scope import declarations_of
from issuer.instance import Instance
from issuer.people.tables import authority, unit
from issuer.registration.tables import declaration
from ledger.store import reading
from rules.activity import Status

LATE = timedelta(days=21)
"""Fifteen working days, after which what waits is late (A32)."""
SAMPLE = 20
SHOWN = (
    Status.SUBMITTED, Status.EMPLOYER_APPROVED, Status.REGISTERED, Status.RETURNED, Status.REJECTED,
    Status.REVERSED, Status.SUPERSEDED,
)  # fmt: skip
"""States that are anybody's business beside the declarant's."""


@dataclass(frozen=True)
class Standing:
    """How many declarations stand in a state, how many of them wait too long, and how many a unit verified for itself."""

    state: Status
    count: int
    late: int
    self_verified: int


@dataclass(frozen=True)
class Overview:
    """The jurisdiction by its authorities' names, and what stands where."""

    places: tuple[str, ...]
    standing: tuple[Standing, ...]


@dataclass(frozen=True)
class Registration:
    """A declaration in a list, without its person."""

    id: UUID
    person_id: int
    title: str
    category: str
    state: str
    unit: str | None
    self_verified: bool
    changed_at: datetime


@dataclass(frozen=True)
class Wanted:
    """Which declarations: in one state, of one unit (its code), a page of them."""

    paging: Paging
    state: Status | None = None
    unit: str | None = None


def read_overview(instance: Instance, actor: Actor) -> Overview:
    """Count what stands where in the actor's jurisdiction."""
    state, late = declaration.c.state, declaration.c.changed_at < instance.now() - LATE
    waits = state.in_([Status.SUBMITTED, Status.EMPLOYER_APPROVED])
    columns = (
        state, sa.func.count(), sa.func.sum(sa.case((waits & late, 1), else_=0)),
        sa.func.sum(sa.case((declaration.c.self_verified, 1), else_=0)),
    )  # fmt: skip
    query = sa.select(*columns).where(declarations_of(actor), state.in_(SHOWN)).group_by(state)
    ids = [place.authority_id for place in actor.places(Role.INSPECTOR)]
    with reading(instance.engine).connect() as connection:
        found = {row[0]: Standing(Status(row[0]), *map(int, row[1:])) for row in connection.execute(query)}
        names = connection.scalars(
            sa.select(authority.c.name).where(authority.c.id.in_(ids)).order_by(authority.c.id)
        ).all()
    return Overview(tuple(names), tuple(found.get(one, Standing(one, 0, 0, 0)) for one in SHOWN))


def list_registrations(instance: Instance, actor: Actor, wanted: Wanted) -> list[Registration]:
    """A page of the declarations of the jurisdiction, the latest changed first."""
    query = _registrations(actor)
    if wanted.state is not None:
        query = query.where(declaration.c.state == wanted.state)
    if wanted.unit is not None:
        query = query.where(unit.c.code == wanted.unit)
    query = (
        query.where(wanted.paging.earlier(declaration.c.changed_at, declaration.c.id))
        .order_by(declaration.c.changed_at.desc(), declaration.c.id.desc())
        .limit(wanted.paging.limit)
    )
    with reading(instance.engine).connect() as connection:
        return [Registration(*row) for row in connection.execute(query)]


def draw_sample(instance: Instance, actor: Actor, word: str) -> list[Registration]:
    """Draw at most `SAMPLE` registrations by a word: the same word draws the same of the same registrations again.

    Ids are random, so the next one after a point that the word's digest gives is drawn without choosing.
    """
    digests = [hashlib.sha256(f"{word}\n{turn}".encode()).digest() for turn in range(SAMPLE)]
    points = [UUID(bytes=digest[:16]) for digest in digests]
    of = sa.select(declaration.c.id).where(declarations_of(actor), declaration.c.state == Status.REGISTERED)
    drawn = [
        sa.select(of.where(declaration.c.id >= point).order_by(declaration.c.id).limit(1).subquery().c.id)
        for point in points
    ]
    query = _registrations(actor).where(declaration.c.id.in_(sa.union(*drawn))).order_by(declaration.c.id)
    with reading(instance.engine).connect() as connection:
        return [Registration(*row) for row in connection.execute(query)]


def _registrations(actor: Actor) -> sa.Select[Any]:
    columns: tuple[Any, ...] = (
        declaration.c.id, declaration.c.person_id, declaration.c.title, declaration.c.category, declaration.c.state,
        unit.c.name, declaration.c.self_verified, declaration.c.changed_at,
    )  # fmt: skip
    return (
        sa.select(*columns)
        .outerjoin(unit, unit.c.id == declaration.c.review_unit_id)
        .where(declarations_of(actor), declaration.c.state.in_(SHOWN))
    )
