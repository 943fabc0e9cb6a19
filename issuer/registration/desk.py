"""What lies on a desk: declarations waiting at a unit or authority, grouped by event; and one group with all its people.

Only reads. The number of queries depends neither on the groups nor on the people in one.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from issuer.access.roles import Actor, Role
from issuer.errors import NotFound
from issuer.evidence.proof import Proof
from issuer.evidence.service import attached
from issuer.instance import Instance
from issuer.people.tables import professional
from issuer.registration.days import as_if_registered, days_of, year_of
from issuer.registration.procedure import Duty, Step
from issuer.registration.tables import activity, declaration, procedure_step
from ledger.store import reading
from rules.activity import Status
from rules.decision import Line
from rules.engine import decide
from rules.facts import parse_facts

GROUPS_SHOWN, PEOPLE_SHOWN = 100, 50


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
class Twin:
    """Something registered already on one of the same days, or under the same name."""

    title: str
    first: str
    last: str
    hours: Decimal


@dataclass(frozen=True)
class Case:
    """One person's declaration: what the rules would recognise, and what somebody should look at."""

    id: UUID
    turn: int
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
        return not (attested or cut or self.twins or self.acted or not self.proofs)


@dataclass(frozen=True)
class Opened:
    """A group with the people shown now, and how many more there are."""

    group: Group
    cases: tuple[Case, ...]
    more: int


def groups(instance: Instance, actor: Actor, desk: Desk) -> list[Group]:
    """What waits at the actor's own places, the longest waiting first; at most a hundred groups."""
    query = (
        sa.select(
            sa.func.min(sa.cast(declaration.c.id, sa.String)).label("id"),
            declaration.c.category,
            declaration.c.title,
            sa.func.count().label("people"),
            sa.func.min(declaration.c.changed_at).label("since"),
        )
        .where(_mine(actor, desk), declaration.c.state == desk.state)
        .group_by(declaration.c.category, declaration.c.title)
        .order_by(sa.text("since"))
        .limit(GROUPS_SHOWN)
    )
    with reading(instance.engine).connect() as connection:
        return [Group(UUID(row.id), *row[1:]) for row in connection.execute(query)]


def open_group(instance: Instance, actor: Actor, desk: Desk, one: UUID) -> Opened:
    """Open the group of a declaration.

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
            .where(same).order_by(declaration.c.changed_at, declaration.c.id).limit(PEOPLE_SHOWN)
        ).all()  # fmt: skip
        around = _around(connection, rows, actor)
    whole = rows[0].whole if rows else 0
    since = rows[0].changed_at if rows else instance.now()
    cases = tuple(_case(instance, row, around, actor) for row in rows)
    return Opened(Group(one, of.category, of.title, whole, since), cases, whole - len(rows))


@dataclass(frozen=True)
class _Around:
    """What the cases of a group are held against, read in one go."""

    registered: Mapping[int, Sequence[tuple[dict[str, Any], str]]]
    proofs: Mapping[UUID, Sequence[Proof]]
    acted: frozenset[UUID]


def _around(connection: sa.Connection, rows: Sequence[sa.Row[Any]], actor: Actor) -> _Around:
    ids, people = [row.id for row in rows], [row.person_id for row in rows]
    registered: dict[int, list[tuple[dict[str, Any], str]]] = {}
    titles = {
        str(row.id): row.title
        for row in connection.execute(
            sa.select(declaration.c.id, declaration.c.title).where(declaration.c.person_id.in_(people))
        )
    }
    for row in connection.execute(sa.select(activity).where(activity.c.person_id.in_(people))):
        raw = {**json.loads(row.facts, parse_float=Decimal), "status": row.status}
        title = titles.get(row.source_id) or str(raw.get("title", ""))
        registered.setdefault(row.person_id, []).append((raw, title))
    acted = connection.scalars(
        sa.select(procedure_step.c.declaration_id).where(
            procedure_step.c.declaration_id.in_(ids), procedure_step.c.actor_key == actor.person_key
        )
    )
    return _Around(registered, attached(connection, ids), frozenset(acted))


def _case(instance: Instance, row: sa.Row[Any], around: _Around, actor: Actor) -> Case:
    raw = {**json.loads(row.facts, parse_float=Decimal), "status": row.state}
    first, last = days_of(raw)
    have = around.registered.get(row.person_id, ())
    acts = [one for one, _ in have] + [as_if_registered(raw, instance.now())]
    facts = parse_facts({"year": year_of(raw), "as_of": instance.today(), "activities": acts})
    lines = {line.activity: line for line in decide(facts, instance.library).lines}
    twins = []
    for one, title in have:
        begins, ends = days_of(one)
        if one["status"] == "registered" and (title == row.title or (begins <= last and ends >= first)):
            line = lines.get(str(one["id"]))
            twins.append(Twin(title, begins, ends, line.recognised if line else Decimal(0)))
    return Case(
        row.id, row.turn, row.name, row.masked_identifier, row.employer, raw, first, last,
        lines.get(str(row.id)), tuple(twins), tuple(around.proofs.get(row.id, ())),
        row.id in around.acted or row.person_key == actor.person_key, row.self_verified,
    )  # fmt: skip


def _mine(actor: Actor, desk: Desk) -> sa.ColumnElement[bool]:
    """At one of the actor's own places."""
    places = actor.places(desk.role)
    units = [place.unit_id for place in places if place.unit_id is not None]
    authorities = [place.authority_id for place in places if place.authority_id is not None]
    return desk.unit.in_(units) | desk.authority.in_(authorities)
