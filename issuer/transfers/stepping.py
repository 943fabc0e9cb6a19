"""The way of a transfer: that of a declaration (`procedure`), with how the origin's word was checked. The caller opens the transaction.

Each step is an entry of the ledger, of kind `transfer`: origin, document, who (an opaque id), and how. What is registered
becomes one activity a year, with an entry each. A crash before the commit leaves the transfer as it was.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from issuer.access.roles import Actor
from issuer.errors import NotFound
from issuer.evidence.service import attached
from issuer.evidence.tables import transfer_evidence
from issuer.instance import SHANGHAI, Transaction
from issuer.people.service import person_by_id
from issuer.registration.duties import hold_to_duty, overtaken
from issuer.registration.errors import StepRefused
from issuer.registration.procedure import Duty, Step, read_reason, way
from issuer.registration.reading import read_activity
from issuer.registration.registering import unregister
from issuer.registration.roster import facts_text
from issuer.registration.tables import activity
from issuer.transfers.overlaps import doubts_about
from issuer.transfers.tables import transfer_in, transfer_in_step, transfer_in_year
from ledger.entry import Kind, canonical
from rules.activity import Status

ENDED = frozenset({Status.WITHDRAWN, Status.REJECTED, Status.REVERSED, Status.SUPERSEDED})
"""States in which its years stand no more, so that they can be brought again."""
STEPS = frozenset({Step.WITHDRAW, Step.APPROVE, Step.RETURN, Step.REJECT, Step.REGISTER, Step.REVERSE})


DECIDES = frozenset({Step.REGISTER, Step.REJECT})
"""All that can be done with a new version that is to take a registered one's place: the origin's word is verified, and the person
cannot choose between its versions."""
CASE = transfer_in_step.c.transfer_id
"""What a step is of."""


class How(StrEnum):
    """In which way the origin's word was checked."""

    MACHINE = "machine"
    """The issuer's signature, status and ledger, by our verifier."""
    ORIGINAL = "original"
    SITE = "site"
    LETTER = "letter"
    CALL = "call"


@dataclass(frozen=True)
class Taken:
    """A step that somebody wants to take, on the turn that they saw. `how` for approving and registering."""

    step: Step
    turn: int
    how: How | None = None
    reason: str | None = None
    words: str = ""


@dataclass(frozen=True)
class Done:
    """A step as it is written."""

    step: Step
    duty: Duty
    state: Status
    actor_key: bytes
    how: How | None = None
    reason: str | None = None
    words: str = ""


def take(work: Transaction, actor: Actor, transfer_id: UUID, taken: Taken) -> Status:
    """Take one step; answers the state it leads to. One who confirms a credential must have verified it anew before.

    Raises:
        NotFound: no such transfer.
        NotAllowed: not this actor's duty here (any more).
        SamePerson: the actor had another duty on it.
        StepRefused: it leads nowhere from this state, lacks its reason or the way in which it was checked, or registers
            what may be in two provinces without a word on it.
        Overtaken: somebody acted in between.
    """
    row = row_of(work.connection, transfer_id)
    actor.require_part(work.connection, person_by_id(work.connection, row.person_id).key, row)
    hold_turn(work, row, taken.turn, actor.person_key)
    if taken.step not in STEPS:
        raise StepRefused(f"转入没有这一步 a transfer has no step {taken.step}")
    leads = way(Status(row.state), taken.step)
    if taken.step not in DECIDES and replaced_rows(work.connection, row.id):
        raise StepRefused(
            "这是已登记证明的新版，流出地的签名已核验，只能由主管部门取代旧版或驳回"
            " a verified new version of a registered certificate: the authority puts it in the old one's place, or rejects it"
        )
    reason, words = read_reason(taken.step, taken.reason, taken.words)
    how = _how(row, taken)
    hold_to_duty(work.connection, actor, row, leads.duty, CASE)
    if taken.step is Step.REGISTER and not words and doubts_about(work.connection, row, _years(work, row)):
        raise StepRefused(
            "可能两地重复，请写明怎样判断的 hours may be in two provinces: say in words why they are not"
        )
    write_step(work, row, Done(taken.step, leads.duty, leads.to, actor.person_key, how, reason, words))
    return leads.to


def _years(work: Transaction, row: sa.Row[Any]) -> list[int]:
    return list(work.connection.scalars(sa.select(transfer_in_year.c.year).where(_as_sent(row))))


def _as_sent(row: sa.Row[Any]) -> sa.ColumnElement[bool]:
    """Its years as they were filled in last. Those of a new version stand only once it has taken the old one's place."""
    return sa.and_(transfer_in_year.c.transfer_id == row.id, transfer_in_year.c.edition == row.edition)


def _how(row: sa.Row[Any], taken: Taken) -> How | None:
    """What the machine verified is confirmed as that; whatever else counts only if somebody says how it was checked."""
    if taken.step not in {Step.APPROVE, Step.REGISTER}:
        return None
    by_machine = row.door == "credential"
    if (taken.how is How.MACHINE) != by_machine or taken.how is None:
        raise StepRefused("请写明怎样向流出地核对的 say how it was checked with the origin")
    return taken.how


def write_step(work: Transaction, row: sa.Row[Any], done: Done) -> None:
    """Write a step that is allowed, with its entry and, where it registers or reverses, the activities of its years."""
    advanced = work.connection.execute(
        sa.update(transfer_in)
        .where(transfer_in.c.id == row.id, transfer_in.c.turn == row.turn)
        .values(state=done.state, turn=row.turn + 1, changed_at=work.instance.now())
    )
    if advanced.rowcount != 1:
        now = row_of(work.connection, row.id)
        raise overtaken(work.connection, now, done.actor_key, CASE)
    event_id = work.instance.fresh_id()
    step = {
        "event_id": event_id,
        "transfer_id": row.id,
        "turn": row.turn + 1,
        "step": done.step,
        "state": done.state,
        "duty": done.duty,
        "actor_key": done.actor_key,
        "how": done.how,
        "reason": done.reason,
        "words": done.words,
        "at": work.instance.now(),
    }
    work.connection.execute(sa.insert(transfer_in_step).values(step))
    years = work.connection.execute(
        sa.select(transfer_in_year).where(_as_sent(row)).order_by(transfer_in_year.c.year)
    ).all()
    work.record(event_id, Kind.TRANSFER, canonical(_told(work, row, step, years)))
    if done.state is Status.REGISTERED:
        _take_place(work, row, done)
        for year in years:
            _register(work, row, year, done)
    elif done.state in {Status.REVERSED, Status.SUPERSEDED}:
        for year in years:
            unregister(work, year.id, done.state)
    if done.state in ENDED:
        its = transfer_in_year.c.transfer_id == row.id
        work.connection.execute(sa.update(transfer_in_year).where(its).values(stands=False))
        # What it was to replace stands as it was.
        old = (transfer_in.c.replaced_by == row.id) & (transfer_in.c.state == Status.REGISTERED)
        work.connection.execute(sa.update(transfer_in).where(old).values(replaced_by=None))


def _take_place(work: Transaction, row: sa.Row[Any], done: Done) -> None:
    """Supersede what it replaces, if anything, and let its own years stand."""
    gone = Done(Step.SUPERSEDE, Duty.VERIFIER, Status.SUPERSEDED, done.actor_key, words=row.document_no)
    for old in replaced_rows(work.connection, row.id):
        write_step(work, old, gone)
    try:
        with work.connection.begin_nested():
            work.connection.execute(sa.update(transfer_in_year).where(_as_sent(row)).values(stands=True))
    except sa.exc.IntegrityError:
        raise StepRefused(
            "有年度此后又从同一地转入了，请先处理那一次 a year of it has been taken in from there since: settle that first"
        ) from None


def replaced_rows(connection: sa.Connection, transfer_id: UUID) -> Sequence[sa.Row[Any]]:
    """Registered transfers whose place this one is to take: it is a new version, and says other hours."""
    old = (transfer_in.c.replaced_by == transfer_id) & (transfer_in.c.state == Status.REGISTERED)
    return connection.execute(sa.select(transfer_in).where(old).order_by(transfer_in.c.id)).all()


def _told(
    work: Transaction, row: sa.Row[Any], step: Mapping[str, Any], years: Sequence[sa.Row[Any]]
) -> dict[str, object]:
    """What the ledger's entry of a step commits to: who did what and how, on which document, for which years."""
    told: dict[str, object] = {
        key: value.hex() if isinstance(value, bytes) else str(value) for key, value in step.items()
    }
    told |= {"region": row.region, "origin": row.origin, "document": row.document_no, "checks": row.checks}
    told["years"] = [year.facts for year in years]
    if step["step"] is Step.REGISTER:
        doubts = doubts_about(work.connection, row, [year.year for year in years])
        told["doubts"] = {
            "overlaps": [[one.first, one.last, one.category] for one in doubts.overlaps],
            "others": {str(year): list(names) for year, names in doubts.others.items()},
        }
        told["replaces"] = [str(old.id) for old in replaced_rows(work.connection, row.id)]
    if step["step"] is Step.REVERSE:
        told["standing_there"] = row.standing_there
    if step["step"] is Step.SUBMIT:
        its = attached(work.connection, [row.id], transfer_evidence).get(row.id, ())
        told["evidence"] = [one.digest for one in its]
    return told


def _register(work: Transaction, row: sa.Row[Any], year: sa.Row[Any], done: Done) -> None:
    """Add a year to the registered activities, with who did what; in a reviewer's place may stand the origin's signature."""
    keys = dict(
        work.connection.execute(
            sa.select(transfer_in_step.c.duty, transfer_in_step.c.actor_key)
            .where(transfer_in_step.c.transfer_id == row.id)
            .order_by(transfer_in_step.c.turn)
        ).all()
    )
    raw = json.loads(year.facts, parse_float=Decimal) | {
        "registered_at": work.instance.now().astimezone(SHANGHAI).isoformat(timespec="seconds"),
        "workflow": {
            "declared_by": keys[Duty.DECLARANT].hex()[:32],
            "reviewed_by": keys[Duty.REVIEWER].hex()[:32] if Duty.REVIEWER in keys else "machine",
            "verified_by": done.actor_key.hex()[:32],
            "affiliation": row.affiliation_kind,
        },
    }
    text = facts_text(read_activity(raw, year.id, Status.REGISTERED, work.instance.today()))
    event_id = work.instance.fresh_id()
    new = {
        "event_id": event_id,
        "person_id": row.person_id,
        "source_id": str(year.id),
        "category": "transfer_in",
        "status": Status.REGISTERED,
        "facts": text,
    }
    work.connection.execute(sa.insert(activity).values(new))
    work.record(event_id, Kind.TRANSFER, canonical({"transfer": str(row.id), "activity": text}))


def hold_turn(work: Transaction, row: sa.Row[Any], turn: int, actor_key: bytes) -> None:
    """Insist that nobody acted since `turn` was seen.

    Raises:
        Overtaken: somebody did.
    """
    if row.turn != turn:
        raise overtaken(work.connection, row, actor_key, CASE)


def row_of(connection: sa.Connection, transfer_id: UUID) -> sa.Row[Any]:
    """The transfer.

    Raises:
        NotFound: there is none.
    """
    found = connection.execute(sa.select(transfer_in).where(transfer_in.c.id == transfer_id)).one_or_none()
    if found is None:
        raise NotFound("没有这次转入 there is no such transfer")
    return found
