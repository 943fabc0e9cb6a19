"""What people see of changes: their own file with its history, what waits for them, and one change with its steps. Only reads."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from issuer.access.reach import within
from issuer.access.roles import Actor, Role
from issuer.database import Paging
from issuer.errors import NotFound
from issuer.evidence.proof import Proof
from issuer.evidence.service import attached
from issuer.evidence.tables import change_evidence
from issuer.instance import Instance
from issuer.people.series import series_of
from issuer.people.service import Person, person_by_id
from issuer.people.tables import affiliation, authority, professional, unit
from issuer.personnel.changes import duties_at, may_take, row_of
from issuer.personnel.tables import personnel_change, personnel_step
from issuer.personnel.way import State, Step
from issuer.registration.own import Step as Told
from issuer.registration.procedure import Duty
from ledger.store import reading

_agency = authority.alias("agency")
_above = authority.alias("above")


@dataclass(frozen=True)
class Spell:
    """Where somebody belonged from a day to a day, both included; the last lasts. `verifier`: who registers for them."""

    kind: str
    unit: str | None
    agency: str | None
    verifier: str | None
    first: date
    last: date | None


@dataclass(frozen=True)
class Listed:
    """A change. What was asked for: `unit`, `agency` and `first`, or `year` and `series`."""

    id: UUID
    turn: int
    kind: str
    state: State
    asked_by: Duty
    person_id: int
    name: str
    masked: str
    present: str
    unit: str | None
    agency: str | None
    first: date | None
    year: int | None
    series: str | None
    self_verified: bool
    changed_at: datetime


@dataclass(frozen=True)
class One:
    """A change with its proofs and its way, and the steps that the visitor can take now. `own`: the visitor is the person concerned."""

    listed: Listed
    proofs: tuple[Proof, ...]
    steps: tuple[Told, ...]
    may: tuple[Step, ...]
    own: bool


def read_history(instance: Instance, person: Person) -> list[Spell]:
    """Where the person belonged, the latest first."""
    query = (
        sa.select(affiliation, unit.c.name.label("unit"), _agency.c.name.label("agency"), _above.c.name.label("above"))
        .outerjoin(unit, unit.c.id == affiliation.c.unit_id)
        .outerjoin(_agency, _agency.c.id == affiliation.c.agency_id)
        .outerjoin(_above, _above.c.id == unit.c.authority_id)
        .where(affiliation.c.person_id == person.id)
        .order_by(affiliation.c.from_day.desc())
    )  # fmt: skip
    with reading(instance.engine).connect() as connection:
        return [
            Spell(row.kind, row.unit, row.agency, row.agency or row.above, row.from_day, row.until_day)
            for row in connection.execute(query)
        ]


def read_series(instance: Instance, person: Person) -> dict[int, str]:
    """The person's title series by year, the latest year first."""
    with reading(instance.engine).connect() as connection:
        return series_of(connection, person.id)


def list_changes(instance: Instance, actor: Actor, paging: Paging, *, waiting: bool = False) -> list[Listed]:
    """Changes of the actor's own file and at the actor's places, the latest first; or only those that wait for the actor."""
    query = _query().where(_waiting(actor) if waiting else _visible(actor))
    query = query.where(paging.earlier(personnel_change.c.changed_at, personnel_change.c.id))
    query = query.order_by(personnel_change.c.changed_at.desc(), personnel_change.c.id.desc())
    with reading(instance.engine).connect() as connection:
        return [_listed(row) for row in connection.execute(query.limit(paging.limit))]


def read_change(instance: Instance, actor: Actor, change_id: UUID) -> One:
    """One of them.

    Raises:
        NotFound: none of the actor's own, and none at the actor's places.
    """
    with reading(instance.engine).connect() as connection:
        row = row_of(connection, change_id)
        person = person_by_id(connection, row.person_id)
        if not duties_at(connection, actor, row):
            raise NotFound("没有这项变更 there is no such change")
        told = connection.execute(_query().where(personnel_change.c.id == change_id)).one()
        steps = connection.execute(
            sa.select(personnel_step)
            .where(personnel_step.c.change_id == change_id)
            .order_by(personnel_step.c.turn)
        ).all()
        may = may_take(connection, actor, row)
        proofs = attached(connection, [change_id], change_evidence).get(change_id, ())
    return One(
        _listed(told),
        proofs,
        tuple(Told(step.duty, step.step, step.reason, step.words, step.at) for step in steps),
        tuple(may),
        own=actor.person_key == person.key,
    )


def proof_for(connection: sa.Connection, actor: Actor, change_id: UUID, digest: str) -> Proof:
    """A proof of a change for the person concerned, its reviewers and its verifiers.

    Raises:
        NotFound: none that this actor may see. Which of the two it is, is not said.
    """
    row = row_of(connection, change_id)
    mine = duties_at(connection, actor, row)
    proofs = attached(connection, [change_id], change_evidence).get(change_id, ())
    found = next((proof for proof in proofs if proof.digest == digest), None)
    if found is None or not mine:
        raise NotFound("没有这份证明材料 there is no such proof")
    return found


def _query() -> sa.Select[Any]:
    return (
        sa.select(
            personnel_change, professional.c.name, professional.c.masked_identifier, professional.c.employer,
            unit.c.name.label("unit"), _agency.c.name.label("agency"),
        )
        .join(professional, professional.c.id == personnel_change.c.person_id)
        .outerjoin(unit, unit.c.id == personnel_change.c.unit_id)
        .outerjoin(_agency, _agency.c.id == personnel_change.c.agency_id)
    )  # fmt: skip


def _own(actor: Actor) -> sa.ColumnElement[bool]:
    return professional.c.person_key == actor.person_key


def _reviews(actor: Actor) -> sa.ColumnElement[bool]:
    return within(
        actor.places(Role.REVIEWER), personnel_change.c.review_unit_id, personnel_change.c.review_authority_id
    )


def _verifies(actor: Actor) -> sa.ColumnElement[bool]:
    return within(
        actor.places(Role.VERIFIER), personnel_change.c.verify_unit_id, personnel_change.c.verify_authority_id
    )


def _visible(actor: Actor) -> sa.ColumnElement[bool]:
    return _own(actor) | _reviews(actor) | _verifies(actor)


def _waiting(actor: Actor) -> sa.ColumnElement[bool]:
    asked = personnel_change.c.state == State.ASKED
    by_unit = personnel_change.c.asked_by == Duty.REVIEWER
    agreed = personnel_change.c.state == State.AGREED
    return (
        (asked & by_unit & _own(actor))
        | (asked & ~by_unit & _reviews(actor) & ~_own(actor))
        | (agreed & _verifies(actor) & ~_own(actor))
    )


def _listed(row: sa.Row[Any]) -> Listed:
    return Listed(
        row.id, row.turn, row.kind, State(row.state), Duty(row.asked_by), row.person_id, row.name, row.masked_identifier,
        row.employer, row.unit, row.agency, row.from_day, row.year, row.series, row.self_verified, row.changed_at,
    )  # fmt: skip
