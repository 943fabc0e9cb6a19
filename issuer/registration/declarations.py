"""Declarations and their steps. The caller opens the transaction; each step stands or falls with its ledger entry.

Two people acting at once: the turn they saw is compared in the UPDATE itself, so that one wins and the other is told.
A crash before the commit leaves the declaration as it was; there is no state in between.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from issuer.access.errors import NotAllowed
from issuer.access.roles import Actor
from issuer.errors import NotFound
from issuer.evidence.service import attached
from issuer.instance import Transaction
from issuer.people.affiliation import route
from issuer.people.registry import affiliation_on
from issuer.people.service import Person, person_by_id
from issuer.people.units import root_of
from issuer.registration import archives
from issuer.registration.duties import hold_to_duty, overtaken
from issuer.registration.errors import StepRefused
from issuer.registration.procedure import Step, Way, read_reason, way
from issuer.registration.reading import attested, read_activity, read_declared, read_title
from issuer.registration.registering import register, unregister
from issuer.registration.roster import facts_text
from issuer.registration.tables import declaration, procedure_step
from ledger.entry import Kind, canonical
from rules.activity import Status

_CASE = procedure_step.c.declaration_id


@dataclass(frozen=True)
class Draft:
    """What a professional fills in: a title for people to find it by, and the activity's fields."""

    title: str
    activity: Mapping[str, Any]
    corrects: UUID | None = None
    """The registered declaration that this one replaces once it is registered."""


@dataclass(frozen=True)
class Taken:
    """A step that somebody wants to take. `turn` is the turn they saw; `attests` and `determined_hours` are the
    employer's at review: the learning archive or certificate exists, and the hours as the employer determined them.
    """

    step: Step
    turn: int
    reason: str | None = None
    words: str = ""
    attests: bool = False
    determined_hours: Decimal | None = None


def draft(work: Transaction, person: Person, new: Draft) -> UUID:
    """Keep a draft of one's own; answers its id. Nothing goes to the ledger yet: a draft is nobody's business.

    Raises:
        FactsError: what was filled in cannot be; pointer into the activity.
        StepRefused: the title is missing, or what it corrects is not one's own registered declaration.
    """
    declaration_id = work.instance.fresh_id()
    read = read_declared(new.activity, declaration_id, work.instance.today())
    if new.corrects is not None:
        old = row_of(work.connection, new.corrects)
        if old.person_id != person.id or old.state != Status.REGISTERED:
            raise StepRefused(
                "只能更正自己已登记的申报 only one's own registered declaration can be corrected"
            )
    row = {
        "id": declaration_id,
        "person_id": person.id,
        "category": read.category,
        "title": read_title(new.title),
        "event_key": read.event_key,
        "facts": facts_text(read),
        "state": Status.DRAFT,
        "turn": 0,
        "corrects": new.corrects,
        "changed_at": work.instance.now(),
    }
    work.connection.execute(sa.insert(declaration).values(row))
    return declaration_id


def revise(work: Transaction, actor: Actor, declaration_id: UUID, turn: int, new: Draft) -> None:
    """Fill a draft, or a returned declaration, in anew.

    Raises:
        NotAllowed: somebody else's.
        StepRefused: it is on its way; only a draft or a returned one can be changed.
        Overtaken: it changed in between.
        FactsError: as `draft`.
    """
    row = row_of(work.connection, declaration_id)
    if person_by_id(work.connection, row.person_id).key != actor.person_key:
        raise NotAllowed
    if row.state not in {Status.DRAFT, Status.RETURNED}:
        raise StepRefused("已提交的申报不能修改，请先撤回 a submitted declaration cannot be changed")
    read = read_declared(new.activity, declaration_id, work.instance.today())
    values = {
        "category": read.category,
        "title": read_title(new.title),
        "event_key": read.event_key,
        "facts": facts_text(read),
    }
    advance(work, row, turn, values, actor.person_key)


def take(work: Transaction, actor: Actor, declaration_id: UUID, taken: Taken) -> Status:
    """Take one step; answers the state it leads to.

    Raises:
        NotFound: no such declaration.
        NotAllowed: the step is not this actor's duty here (any more).
        SamePerson: the actor had another duty on this declaration.
        StepRefused: it leads nowhere from this state, or lacks its reason.
        Overtaken: somebody acted in between.
        FactsError: hours determined for a category that counts them.
    """
    row = row_of(work.connection, declaration_id)
    actor.require_part(work.connection, person_by_id(work.connection, row.person_id).key, row)
    if row.turn != taken.turn:
        raise overtaken(work.connection, row, actor.person_key, _CASE)
    leads = way(Status(row.state), taken.step)
    reason, words = read_reason(taken.step, taken.reason, taken.words)
    hold_to_duty(work.connection, actor, row, leads.duty, _CASE)
    values: dict[str, Any] = {"state": leads.to}
    if taken.step is Step.SUBMIT:
        values |= routed(work, row.person_id)
    if taken.step is Step.APPROVE:
        values["facts"] = _attest(work, row, taken)
    _write(work, row, values, _Done(taken.step, leads, actor.person_key, reason, words))
    if leads.to is Status.REGISTERED and row.corrects is not None:
        # What a correction replaces ends with the correction's registration, by the same verifier.
        old = row_of(work.connection, row.corrects)
        leads_old = way(Status(old.state), Step.SUPERSEDE)
        done = _Done(Step.SUPERSEDE, leads_old, actor.person_key, None, "")
        _write(work, old, {"state": leads_old.to}, done)
    return leads.to


@dataclass(frozen=True)
class _Done:
    step: Step
    way: Way
    actor_key: bytes
    reason: str | None
    words: str


def _write(work: Transaction, row: sa.Row[Any], values: Mapping[str, Any], done: _Done) -> None:
    """Write a step that is allowed: the declaration's next turn, the step's row, the registered activity, the event."""
    event_id = work.instance.fresh_id()
    advance(work, row, row.turn, values, done.actor_key)
    step = {
        "event_id": event_id,
        "declaration_id": row.id,
        "turn": row.turn + 1,
        "step": done.step,
        "state": done.way.to,
        "duty": done.way.duty,
        "actor_key": done.actor_key,
        "reason": done.reason,
        "words": done.words,
        "at": work.instance.now(),
    }
    work.connection.execute(sa.insert(procedure_step).values(step))
    told: dict[str, object] = {
        key: value.hex() if isinstance(value, bytes) else str(value) for key, value in step.items()
    }
    if done.step is Step.SUBMIT:
        told["evidence"] = [one.digest for one in attached(work.connection, [row.id]).get(row.id, ())]
    if done.way.to is Status.REGISTERED:
        told["activity"] = register(work, row_of(work.connection, row.id), event_id)
    elif done.way.to in {Status.REVERSED, Status.SUPERSEDED}:
        unregister(work, row.id, done.way.to)
    work.record(event_id, Kind.REGISTRATION, canonical(told))


def routed(work: Transaction, person_id: int) -> dict[str, Any]:
    """The route by the affiliation on the day of submission (A27), as the columns that keep it.

    Raises:
        NotFound: no affiliation today, or no authority tree.
    """
    top = root_of(work.connection)
    belongs = affiliation_on(work.connection, person_id, work.instance.today())
    found = route(belongs, top)
    return {
        "review_unit_id": found.review.unit_id,
        "review_authority_id": found.review.authority_id,
        "verify_unit_id": found.verify.unit_id,
        "verify_authority_id": found.verify.authority_id,
        "affiliation_kind": belongs.kind,
        "self_verified": found.self_verified,
    }


def _attest(work: Transaction, row: sa.Row[Any], taken: Taken) -> str:
    raw = json.loads(row.facts, parse_float=Decimal)
    changed = attested(raw, taken.determined_hours, attests=taken.attests)
    if changed.get("archive"):
        archives.require(work, row.person_id, changed["year"], Decimal(changed["determined_hours"]))
    return facts_text(read_activity(changed, row.id, Status.EMPLOYER_APPROVED, work.instance.today()))


def advance(
    work: Transaction, row: sa.Row[Any], turn: int, values: Mapping[str, Any], actor_key: bytes
) -> None:
    """Write the declaration's next turn, unless another was written since `turn` was seen."""
    done = work.connection.execute(
        sa.update(declaration)
        .where(declaration.c.id == row.id, declaration.c.turn == turn)
        .values(**values, turn=turn + 1, changed_at=work.instance.now())
    )
    if done.rowcount != 1:
        raise overtaken(work.connection, row_of(work.connection, row.id), actor_key, _CASE)


def row_of(connection: sa.Connection, declaration_id: UUID) -> sa.Row[Any]:
    found = connection.execute(sa.select(declaration).where(declaration.c.id == declaration_id)).one_or_none()
    if found is None:
        raise NotFound("没有这条申报 there is no such declaration")
    return found
