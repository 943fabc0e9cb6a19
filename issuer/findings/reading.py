"""Findings as inspectors above them and the authority that answers read them. Only reads; a list costs one query.

Who answers sees whose record it is. An inspector does not: a person's file is opened for a reason.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from issuer.access.reach import top, within
from issuer.access.roles import Actor, Role
from issuer.database import Paging
from issuer.errors import NotFound
from issuer.findings.recording import may_take, row_of
from issuer.findings.way import Kind, Sort, State, Step
from issuer.inspection.files import login_of
from issuer.inspection.scope import below
from issuer.instance import Instance
from issuer.people.tables import authority, professional, unit
from issuer.registration.tables import declaration, finding, finding_step
from issuer.transfers.tables import transfer_in
from ledger.receipts import places
from ledger.store import reading

_at, _about = unit.alias("answers_unit"), unit.alias("about_unit")


@dataclass(frozen=True)
class Listed:
    """A finding in a list. `title` names what it is about, and no person; `name` and `masked` are for who answers.

    `subject`: the declaration, transfer or person by id, or the unit by its code.
    """

    id: UUID
    about: Sort
    subject: str
    title: str
    year: int | None
    kind: Kind
    due: date
    state: State
    turn: int
    place: str
    changed_at: datetime
    late: bool
    inspects: bool
    person_id: int | None
    name: str | None
    masked: str | None


@dataclass(frozen=True)
class Taken:
    """A step: in which capacity, in what words, where in the ledger. `by`: the login, told to inspectors."""

    step: Step
    duty: str
    words: str
    due: date | None
    at: datetime
    by: str | None
    index: int | None


@dataclass(frozen=True)
class Found:
    """A finding with its way, and the steps that the reader can take now."""

    listed: Listed
    steps: tuple[Taken, ...]
    may: tuple[Step, ...]


@dataclass(frozen=True)
class Wanted:
    """Which findings: in one state, only those whose answer is overdue, about one thing; a page of them."""

    paging: Paging
    state: State | None = None
    late: bool = False
    declaration: UUID | None = None
    transfer: UUID | None = None
    person: int | None = None
    unit: str | None = None


def list_findings(instance: Instance, actor: Actor, wanted: Wanted) -> list[Listed]:
    """A page of them, the latest changed first."""
    today = instance.today()
    query = _visible(actor).where(wanted.paging.earlier(finding.c.changed_at, finding.c.id))
    for column, value in (
        (finding.c.state, wanted.state),
        (finding.c.declaration_id, wanted.declaration),
        (finding.c.transfer_id, wanted.transfer),
        (finding.c.person_id, wanted.person),
        (_about.c.code, wanted.unit),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.late:
        query = query.where(finding.c.state == State.OPEN, finding.c.due < today)
    query = query.order_by(finding.c.changed_at.desc(), finding.c.id.desc()).limit(wanted.paging.limit)
    with reading(instance.engine).connect() as connection:
        return [_listed(row, today) for row in connection.execute(query)]


def read_finding(instance: Instance, actor: Actor, one: UUID) -> Found:
    """One of them with its way.

    Raises:
        NotFound: none that the actor may see.
    """
    with reading(instance.engine).connect() as connection:
        row = connection.execute(_visible(actor).where(finding.c.id == one)).one_or_none()
        if row is None:
            raise NotFound("没有这条检查意见 there is no such finding")
        its = finding_step.c
        query = sa.select(finding_step, login_of(its.actor_key).label("login")).where(its.finding_id == one)
        rows = connection.execute(query.order_by(its.turn)).all()
        at = places(connection, [step.event_id for step in rows])
        may = may_take(connection, actor, row_of(connection, one))
    steps = tuple(
        Taken(Step(step.step), step.duty, step.words, step.due, step.at, step.login if row.inspects else None, at.get(step.event_id))
        for step in rows
    )  # fmt: skip
    return Found(_listed(row, instance.today()), steps, tuple(may))


def _visible(actor: Actor) -> sa.Select[Any]:
    inspects = below(actor, sa.func.coalesce(finding.c.answer_authority_id, top()))
    answers = within(actor.places(Role.VERIFIER), finding.c.answer_unit_id, finding.c.answer_authority_id)
    return (
        sa.select(
            finding, declaration.c.title, transfer_in.c.origin, _about.c.name.label("unit"), _about.c.code,
            sa.func.coalesce(authority.c.name, _at.c.name).label("place"),
            inspects.label("inspects"), answers.label("answers"), professional.c.name, professional.c.masked_identifier,
        )
        .outerjoin(declaration, declaration.c.id == finding.c.declaration_id)
        .outerjoin(transfer_in, transfer_in.c.id == finding.c.transfer_id)
        .outerjoin(_about, _about.c.id == finding.c.unit_id)
        .outerjoin(authority, authority.c.id == finding.c.answer_authority_id)
        .outerjoin(_at, _at.c.id == finding.c.answer_unit_id)
        .outerjoin(professional, professional.c.id == finding.c.person_id)
        .where(inspects | answers)
    )  # fmt: skip


def _listed(row: sa.Row[Any], today: date) -> Listed:
    state = State(row.state)
    return Listed(
        row.id, Sort(row.about), str(row.declaration_id or row.transfer_id or row.code or row.person_id),
        row.title or row.origin or row.unit or str(row.year), row.year, Kind(row.kind), row.due, state, row.turn, row.place,
        row.changed_at, state is State.OPEN and row.due < today, bool(row.inspects), row.person_id,
        row.name if row.answers else None, row.masked_identifier if row.answers else None,
    )  # fmt: skip
