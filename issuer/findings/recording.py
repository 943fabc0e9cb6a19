"""Writing a finding, answering it, closing and reopening it. The caller opens the transaction; each step stands or falls with its entry.

The turn that somebody saw is compared in the UPDATE itself: of two at once one wins and the other is told. The payload
beside the entry has the words; the leaf has its salted commitment and nothing else.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from issuer.access.errors import NotAllowed
from issuer.access.roles import Actor, Role
from issuer.errors import NotFound
from issuer.findings.subject import About, find_subject
from issuer.findings.way import WRITTEN, Duty, Kind, State, Step, Way, read_words, steps, way
from issuer.instance import Transaction
from issuer.people.affiliation import Place
from issuer.people.units import provincial_hrss
from issuer.registration.duties import overtaken
from issuer.registration.errors import SamePerson, StepRefused
from issuer.registration.tables import finding, finding_step
from ledger.entry import Kind as EntryKind
from ledger.entry import canonical

LONGEST = timedelta(days=366)
_CASE = finding_step.c.finding_id
_TWO = "检查和答复须由不同的人办理 an inspector and who answers are two people"


@dataclass(frozen=True)
class NewFinding:
    """What an inspector writes: about what, what is the matter, in words, and by when an answer is due."""

    about: About
    kind: Kind
    words: str
    due: date


@dataclass(frozen=True)
class Taken:
    """A step that somebody wants to take, on the turn that they saw. `due`: the new day, of one that is reopened."""

    step: Step
    turn: int
    words: str
    due: date | None = None


def write(work: Transaction, actor: Actor, new: NewFinding) -> UUID:
    """Write a finding about something of the inspector's jurisdiction; answers its id.

    Raises:
        NotFound: there is no such thing in the jurisdiction.
        FileClosed: it is a person's, whose file was not opened today.
        SamePerson: it is the inspector's own.
        StepRefused: no words, or no day to come within a year.
    """
    subject = find_subject(work.instance, work.connection, actor, new.about)
    if subject.person is not None and subject.person.key == actor.person_key:
        raise SamePerson(_TWO)
    words, due = read_words(new.words), _due(work, new.due)
    row = {
        "id": work.instance.fresh_id(),
        "about": new.about.sort,
        **subject.columns,
        "kind": new.kind,
        "due": due,
        "state": State.OPEN,
        "turn": 0,
        "answer_unit_id": subject.answers.unit_id,
        "answer_authority_id": subject.answers.authority_id,
        "changed_at": work.instance.now(),
    }
    work.connection.execute(sa.insert(finding).values(row))
    about: dict[str, object] = {key: str(value) for key, value in subject.columns.items()}
    _note(
        work, row, _Done(Step.WRITE, WRITTEN, actor.person_key, words, due), {"kind": new.kind.value, **about}
    )
    return UUID(str(row["id"]))


def take(work: Transaction, actor: Actor, one: UUID, taken: Taken) -> State:
    """Take one step; answers the state it leads to.

    Raises:
        NotFound: no such finding that the actor may see.
        NotAllowed: the step is not this actor's duty.
        SamePerson: the actor took the other side's step on it.
        StepRefused: it leads nowhere from this state, or lacks its words or day.
        Overtaken: somebody acted in between.
    """
    row = row_of(work.connection, one)
    mine = duties_at(work.connection, actor, row)
    if not mine:
        raise NotFound("没有这条检查意见 there is no such finding")
    if row.turn != taken.turn:
        raise overtaken(work.connection, row, actor.person_key, _CASE)
    leads, words = way(State(row.state), taken.step), read_words(taken.words)
    if leads.duty not in mine:
        raise NotAllowed
    if acted_otherwise(work.connection, actor, row, leads.duty):
        raise SamePerson(_TWO)
    due = _due(work, taken.due) if taken.step is Step.REOPEN else None
    values = {
        "state": leads.to,
        "turn": row.turn + 1,
        "changed_at": work.instance.now(),
        "due": due or row.due,
    }
    same = (finding.c.id == row.id) & (finding.c.turn == row.turn)
    if work.connection.execute(sa.update(finding).where(same).values(values)).rowcount != 1:
        raise overtaken(work.connection, row_of(work.connection, one), actor.person_key, _CASE)
    _note(work, row._asdict() | values, _Done(taken.step, leads, actor.person_key, words, due))
    return leads.to


def duties_at(connection: sa.Connection, actor: Actor, row: sa.Row[Any]) -> frozenset[Duty]:
    """In which capacities the actor could act on a finding: as inspector above it, or as verifier where it is answered."""
    above = row.answer_authority_id or provincial_hrss(connection)
    found = set()
    if above is not None and actor.holds(connection, Role.INSPECTOR, Place(authority_id=above)):
        found.add(Duty.INSPECTOR)
    if actor.holds(connection, Role.VERIFIER, Place(row.answer_unit_id, row.answer_authority_id)):
        found.add(Duty.VERIFIER)
    return frozenset(found)


def may_take(connection: sa.Connection, actor: Actor, row: sa.Row[Any]) -> list[Step]:
    """The steps that the actor can take now."""
    mine = duties_at(connection, actor, row)
    return [
        step
        for step, leads in steps(State(row.state)).items()
        if leads.duty in mine and not acted_otherwise(connection, actor, row, leads.duty)
    ]


def acted_otherwise(connection: sa.Connection, actor: Actor, row: sa.Row[Any], duty: Duty) -> bool:
    """Whether the actor, under whatever account, took a step of the other side."""
    others = sa.select(finding_step.c.actor_key).where(row.id == _CASE, finding_step.c.duty != duty)
    return actor.person_key in {bytes(key) for key in connection.scalars(others)}


def row_of(connection: sa.Connection, one: UUID) -> sa.Row[Any]:
    """Read a finding.

    Raises:
        NotFound: there is none.
    """
    row = connection.execute(sa.select(finding).where(finding.c.id == one)).one_or_none()
    if row is None:
        raise NotFound("没有这条检查意见 there is no such finding")
    return row


@dataclass(frozen=True)
class _Done:
    step: Step
    way: Way
    actor_key: bytes
    words: str
    due: date | None


def _note(work: Transaction, row: dict[str, Any], done: _Done, more: dict[str, object] | None = None) -> None:
    step = {
        "event_id": work.instance.fresh_id(),
        "finding_id": row["id"],
        "turn": row["turn"],
        "step": done.step,
        "state": done.way.to,
        "duty": done.way.duty,
        "actor_key": done.actor_key,
        "words": done.words,
        "due": done.due,
        "at": work.instance.now(),
    }
    work.connection.execute(sa.insert(finding_step).values(step))
    told = {
        key: value.hex() if isinstance(value, bytes) else str(value)
        for key, value in step.items()
        if value is not None
    }
    work.record(UUID(str(step["event_id"])), EntryKind.GOVERNANCE, canonical(told | (more or {})))


def _due(work: Transaction, day: date | None) -> date:
    today = work.instance.today()
    if day is None or not today < day <= today + LONGEST:
        raise StepRefused("答复期限应在明天以后、一年以内 the answer is due on a day to come, within a year")
    return day
