"""What lies on a desk: declarations waiting at a unit or authority, grouped by event; and one group with all its people.

Only reads. The number of queries depends neither on the groups nor on the people in one.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from issuer.access.roles import Actor, Role
from issuer.database import Paging
from issuer.errors import NotFound
from issuer.evidence.proof import Proof
from issuer.evidence.service import attached
from issuer.instance import Instance
from issuer.people.tables import professional
from issuer.registration.archives import Archive, of_people
from issuer.registration.days import days_of
from issuer.registration.likeness import (
    Elsewhere,
    Known,
    Twin,
    find_twins,
    read_elsewhere,
    read_known,
)
from issuer.registration.procedure import Duty, Step
from issuer.registration.tables import declaration, procedure_step
from issuer.registration.trying import Background, read_background, try_out
from ledger.store import reading
from rules.activity import Status
from rules.decision import Line

GROUPS, PEOPLE = Paging(limit=100), Paging(limit=50)
"""What a page shows at once."""


@dataclass(frozen=True)
class Desk:
    """A duty with its role, the state it waits for, and the step that lets a declaration go on."""

    duty: Duty
    role: Role
    state: Status
    forward: Step
    unit: sa.Column[int]
    authority: sa.Column[int]


INBOX = Desk(
    Duty.REVIEWER, Role.REVIEWER, Status.SUBMITTED, Step.APPROVE,
    declaration.c.review_unit_id, declaration.c.review_authority_id,
)  # fmt: skip
QUEUE = Desk(
    Duty.VERIFIER, Role.VERIFIER, Status.EMPLOYER_APPROVED, Step.REGISTER,
    declaration.c.verify_unit_id, declaration.c.verify_authority_id,
)  # fmt: skip


@dataclass(frozen=True)
class Group:
    """Declarations of one event. `id` is one of them, by which the group is found again."""

    id: UUID
    category: str
    title: str
    people: int
    since: datetime


@dataclass(frozen=True)
class Case:
    """One person's declaration: what the rules would recognise, and what somebody should look at."""

    id: UUID
    turn: int
    person_id: int
    name: str
    masked: str
    employer: str
    facts: Mapping[str, Any]
    first: str
    last: str
    line: Line | None
    twins: tuple[Twin, ...]
    proofs: tuple[Proof, ...]
    acted: bool
    """The visitor had another duty on it, or declared it: somebody else must act."""
    self_verified: bool
    changed_at: datetime
    elsewhere: tuple[Elsewhere, ...] = ()
    """Others' declarations of another name with the same proof."""
    archives: tuple[Archive, ...] = ()
    """Learning archives of the year, for a self-study."""
    said: str = ""
    """What the declarant wrote when submitting, such as why it is no duplicate."""
    odd: bool = False
    """Not the days or hours that most of the group declare."""

    @property
    def plain(self) -> bool:
        """Nothing to look at one by one."""
        attested = self.facts["category"] in {
            "self_study",
            "major_assignment",
            "achievement",
            "exam",
            "contest",
        }
        cut = self.line is None or bool(self.line.cuts)
        return not (
            attested or cut or self.twins or self.elsewhere or self.odd or self.acted or not self.proofs
        )


@dataclass(frozen=True)
class Opened:
    """A group with the people shown now, and how many more there are."""

    group: Group
    cases: tuple[Case, ...]
    more: int


def groups(instance: Instance, actor: Actor, desk: Desk, paging: Paging = GROUPS) -> list[Group]:
    """A page of what waits at the actor's own places, the longest waiting first."""
    since = sa.func.min(declaration.c.changed_at)
    least = sa.func.min(sa.cast(declaration.c.id, sa.String))
    columns = (least, declaration.c.category, declaration.c.title, sa.func.count(), since)
    query = (
        sa.select(*columns)
        .where(_mine(actor, desk), declaration.c.state == desk.state)
        .group_by(declaration.c.category, declaration.c.title)
        .order_by(since, least)
        .limit(paging.limit)
    )
    if paging.after is not None:
        # SQLite keeps a UUID without its dashes.
        one = paging.after[1]
        text = one.hex if instance.engine.dialect.name == "sqlite" else str(one)
        query = query.having(paging.later(since, least, text))
    with reading(instance.engine).connect() as connection:
        return [Group(UUID(row[0]), *row[1:]) for row in connection.execute(query)]


def open_group(instance: Instance, actor: Actor, desk: Desk, one: UUID, paging: Paging = PEOPLE) -> Opened:
    """Open the group of a declaration, a page of it, the longest waiting first.

    Raises:
        NotFound: no such declaration at the actor's places.
    """
    with reading(instance.engine).connect() as connection:
        of = connection.execute(
            sa.select(declaration.c.category, declaration.c.title).where(
                declaration.c.id == one, _mine(actor, desk)
            )
        ).one_or_none()
        if of is None:
            raise NotFound("这里没有这组申报 there is no such group here")
        same = (
            _mine(actor, desk)
            & (declaration.c.state == desk.state)
            & (declaration.c.category == of.category)
            & (declaration.c.title == of.title)
        )
        rows = connection.execute(
            sa.select(declaration, professional.c.name, professional.c.masked_identifier, professional.c.employer,
                      professional.c.person_key, sa.func.count().over().label("whole"))
            .join(professional, professional.c.id == declaration.c.person_id)
            .where(same & paging.later(declaration.c.changed_at, declaration.c.id))
            .order_by(declaration.c.changed_at, declaration.c.id).limit(paging.limit)
        ).all()  # fmt: skip
        around = _around(instance, connection, rows, actor)
    whole = rows[0].whole if rows else 0
    since = rows[0].changed_at if rows else instance.now()
    cases = _mark_odd([_case(instance, row, around, actor) for row in rows])
    return Opened(Group(one, of.category, of.title, whole, since), cases, whole - len(rows))


@dataclass(frozen=True)
class _Around:
    """What the cases of a group are held against, read in one go."""

    background: Background
    known: Mapping[int, Sequence[Known]]
    elsewhere: Mapping[UUID, tuple[Elsewhere, ...]]
    proofs: Mapping[UUID, tuple[Proof, ...]]
    acted: frozenset[UUID]
    said: Mapping[UUID, str]
    archives: Sequence[Archive]


def _around(
    instance: Instance, connection: sa.Connection, rows: Sequence[sa.Row[Any]], actor: Actor
) -> _Around:
    ids, people = [row.id for row in rows], [row.person_id for row in rows]
    steps = connection.execute(
        sa.select(procedure_step)
        .where(procedure_step.c.declaration_id.in_(ids))
        .order_by(procedure_step.c.turn)
    ).all()
    return _Around(
        read_background(connection, instance, people, [json.loads(row.facts) for row in rows]),
        read_known(connection, people),
        read_elsewhere(connection, ids),
        attached(connection, ids),
        frozenset(step.declaration_id for step in steps if step.actor_key == actor.person_key),
        {step.declaration_id: step.words for step in steps if step.step == Step.SUBMIT},
        of_people(connection, people),
    )


def _case(instance: Instance, row: sa.Row[Any], around: _Around, actor: Actor) -> Case:
    raw = {**json.loads(row.facts, parse_float=Decimal), "status": row.state}
    first, last = days_of(raw)
    have, proofs = around.known.get(row.person_id, ()), around.proofs.get(row.id, ())
    _, after = try_out(instance, around.background, row.person_id, raw)
    lines = {line.activity: line for line in after.lines}
    mine = Known(str(row.id), row.title, raw, frozenset(bytes.fromhex(proof.digest) for proof in proofs))
    return Case(
        row.id, row.turn, row.person_id, row.name, row.masked_identifier, row.employer, raw, first, last,
        lines.get(str(row.id)), find_twins(mine, have, lines), proofs,
        row.id in around.acted or row.person_key == actor.person_key, row.self_verified, row.changed_at,
        around.elsewhere.get(row.id, ()),
        tuple(one for one in around.archives if one.person_id == row.person_id and one.year == raw.get("year")),
        around.said.get(row.id, ""),
    )  # fmt: skip


def _mark_odd(cases: Sequence[Case]) -> tuple[Case, ...]:
    """Mark those that say something else than most of the group."""
    said = [(case.first, case.last, case.line and case.line.claimed) for case in cases]
    usual = Counter(said).most_common(1)[0][0] if said else None
    return tuple(replace(case, odd=one != usual) for case, one in zip(cases, said, strict=True))


def _mine(actor: Actor, desk: Desk) -> sa.ColumnElement[bool]:
    """At one of the actor's own places."""
    places = actor.places(desk.role)
    units = [place.unit_id for place in places if place.unit_id is not None]
    authorities = [place.authority_id for place in places if place.authority_id is not None]
    return desk.unit.in_(units) | desk.authority.in_(authorities)
