"""Changes of somebody's file and their steps. The caller opens the transaction; each step stands or falls with its entry.

Three natural persons, as for declarations: who is concerned, the unit's reviewer, the authority's verifier. The turn
they saw is compared in the UPDATE itself, so that of two at once one wins and the other is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from issuer.access.errors import NotAllowed
from issuer.access.roles import Actor, Role
from issuer.errors import NotFound
from issuer.evidence.proof import Proof
from issuer.evidence.service import attach, attached
from issuer.evidence.tables import change_evidence
from issuer.instance import Transaction
from issuer.people.affiliation import Route, route
from issuer.people.registry import affiliation_on, move
from issuer.people.series import set_series
from issuer.people.service import Person, person_by_id
from issuer.people.units import root_of
from issuer.personnel.tables import personnel_change, personnel_step
from issuer.personnel.wanted import (
    Content,
    NewEmployer,
    NewSeries,
    belonging_of,
    hold_to_history,
    hold_to_series,
)
from issuer.personnel.way import State, Step, Way, read_reason, steps, way
from issuer.registration.duties import acted_otherwise, has_duty, overtaken
from issuer.registration.errors import SamePerson, StepRefused
from issuer.registration.procedure import Duty
from ledger.entry import Kind, canonical

_CASE = personnel_step.c.change_id


@dataclass(frozen=True)
class Taken:
    """A step that somebody wants to take, on the turn that they saw."""

    step: Step
    turn: int
    reason: str | None = None
    words: str = ""


@dataclass(frozen=True)
class Asked:
    """What somebody asks for, with their words and proofs."""

    content: Content
    words: str = ""
    proofs: Sequence[Proof] = ()


def ask(work: Transaction, actor: Actor, person: Person, asked: Asked) -> UUID:
    """Ask for a change, as the person concerned or as the unit: the one that takes them, or for a series their own.

    Raises:
        NotAllowed: neither the person nor a reviewer of that unit or agency.
        NotFound: the person belongs nowhere yet.
        StepRefused: a day or year to come, the same as now, or one is under way.
        UnitRefused: no such unit or agency, or a day before the present affiliation began.
        EvidenceRefused: more than six proofs.
    """
    new = asked.content
    top = root_of(work.connection)
    values: dict[str, Any] = {"kind": new.kind}
    if isinstance(new, NewEmployer):
        wanted = belonging_of(work, new)
        leads = route(wanted.affiliation, top)
        values |= {"slot": new.kind, "unit_id": wanted.belonging.unit_id}
        values |= {"agency_id": wanted.belonging.agency_id, "from_day": new.first}
    else:
        leads = route(affiliation_on(work.connection, person.id, work.instance.today()), top)
        values |= {"slot": f"{new.kind}-{new.year}", "year": new.year, "series": new.series}
    asked_by = Duty.DECLARANT if actor.person_key == person.key else Duty.REVIEWER
    if asked_by is Duty.REVIEWER:
        actor.require(work.connection, Role.REVIEWER, leads.review)
    if isinstance(new, NewEmployer):
        hold_to_history(work, person, new, wanted)
    else:
        hold_to_series(work, person, new)
    row = _enter(work, person, leads, values | {"asked_by": asked_by})
    attach(work, row["id"], asked.proofs, change_evidence)
    done = Way(asked_by, State.ASKED)
    _write_step(work, row, _Done(Step.ASK, done, actor.person_key, *read_reason(Step.ASK, None, asked.words)))
    return UUID(str(row["id"]))


def take(work: Transaction, actor: Actor, change_id: UUID, taken: Taken) -> State:
    """Take one step; answers the state it leads to. Registered, the change has effect from its own day on.

    Raises:
        NotFound: no such change.
        NotAllowed: the step is not this actor's duty here (any more).
        SamePerson: the actor had another duty on it, or is the person concerned.
        StepRefused: it leads nowhere from this state, or lacks its reason.
        Overtaken: somebody acted in between.
        UnitRefused: what was asked cannot be done any more.
    """
    row = row_of(work.connection, change_id)
    person = person_by_id(work.connection, row.person_id)
    actor.require_part(work.connection, person.key, row)
    if row.turn != taken.turn:
        raise overtaken(work.connection, row, actor.person_key, _CASE)
    leads = way(State(row.state), Duty(row.asked_by), taken.step)
    reason, words = read_reason(taken.step, taken.reason, taken.words)
    if not has_duty(work.connection, actor, row, leads.duty):
        raise NotAllowed
    if acted_otherwise(work.connection, actor, row, leads.duty, _CASE):
        raise SamePerson
    same = (personnel_change.c.id == row.id) & (personnel_change.c.turn == row.turn)
    values = {"state": leads.to, "turn": row.turn + 1, "changed_at": work.instance.now()}
    if work.connection.execute(sa.update(personnel_change).where(same).values(values)).rowcount != 1:
        now = row_of(work.connection, change_id)
        raise overtaken(work.connection, now, actor.person_key, _CASE)
    _write_step(work, row._asdict() | values, _Done(taken.step, leads, actor.person_key, reason, words))
    if leads.to is State.REGISTERED:
        _carry_out(work, row, person, actor)
    return leads.to


def duties_at(connection: sa.Connection, actor: Actor, row: sa.Row[Any]) -> frozenset[Duty]:
    """In which capacities the actor could act on a change: by being the person, or by a role at its places."""
    return frozenset(duty for duty in Duty if has_duty(connection, actor, row, duty))


def may_take(connection: sa.Connection, actor: Actor, row: sa.Row[Any]) -> list[Step]:
    """The steps that the actor can take now, in the order in which pages offer them."""
    mine = duties_at(connection, actor, row)
    return [
        step
        for step, leads in steps(State(row.state), Duty(row.asked_by)).items()
        if leads.duty in mine and not acted_otherwise(connection, actor, row, leads.duty, _CASE)
    ]


def row_of(connection: sa.Connection, change_id: UUID) -> sa.Row[Any]:
    """Read a change.

    Raises:
        NotFound: there is none.
    """
    found = connection.execute(
        sa.select(personnel_change).where(personnel_change.c.id == change_id)
    ).one_or_none()
    if found is None:
        raise NotFound("没有这项变更 there is no such change")
    return found


@dataclass(frozen=True)
class _Done:
    step: Step
    way: Way
    actor_key: bytes
    reason: str | None
    words: str


def _enter(work: Transaction, person: Person, leads: Route, values: dict[str, Any]) -> dict[str, Any]:
    row = {
        "id": work.instance.fresh_id(),
        "person_id": person.id,
        **values,
        "state": State.ASKED,
        "turn": 0,
        "review_unit_id": leads.review.unit_id,
        "review_authority_id": leads.review.authority_id,
        "verify_unit_id": leads.verify.unit_id,
        "verify_authority_id": leads.verify.authority_id,
        "self_verified": leads.self_verified,
        "changed_at": work.instance.now(),
    }
    try:
        with work.connection.begin_nested():
            work.connection.execute(sa.insert(personnel_change).values(row))
    except sa.exc.IntegrityError:
        raise StepRefused(
            "已有一项同样的变更在办理，请等它办结或先撤回 one is under way already: wait for it, or withdraw it first"
        ) from None
    return row


def _write_step(work: Transaction, row: dict[str, Any], done: _Done) -> None:
    event_id = work.instance.fresh_id()
    step = {
        "event_id": event_id,
        "change_id": row["id"],
        "turn": row["turn"],
        "step": done.step,
        "state": done.way.to,
        "duty": done.way.duty,
        "actor_key": done.actor_key,
        "reason": done.reason,
        "words": done.words,
        "at": work.instance.now(),
    }
    work.connection.execute(sa.insert(personnel_step).values(step))
    told: dict[str, object] = {
        key: value.hex() if isinstance(value, bytes) else str(value) for key, value in step.items()
    }
    if done.step is Step.ASK:
        asked = ("person_id", "kind", "unit_id", "agency_id", "from_day", "year", "series")
        told["asked"] = {name: str(row[name]) for name in asked if row.get(name) is not None}
        proofs = attached(work.connection, [row["id"]], change_evidence).get(row["id"], ())
        told |= {"proofs": [proof.digest for proof in proofs]} if proofs else {}
    work.record(event_id, Kind.REGISTRATION, canonical(told))


def _carry_out(work: Transaction, row: sa.Row[Any], person: Person, actor: Actor) -> None:
    """Do what was registered, as it stands now: a unit that was merged meanwhile is the one it went into."""
    if row.kind == "series":
        hold_to_series(work, person, NewSeries(year=row.year, series=row.series))
        set_series(work, person, row.year, row.series, actor.person_key)
    else:
        again = belonging_of(work, NewEmployer.of_row(work.connection, row))
        move(work, person, again.belonging, actor.person_key)
