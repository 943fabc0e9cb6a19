"""One's own declaration: what it says, what the rules would recognise, what looks like it, and its way so far. Only reads."""

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from issuer.errors import NotFound
from issuer.evidence.proof import Proof
from issuer.evidence.service import attached
from issuer.instance import Instance
from issuer.people.service import Person
from issuer.registration.days import as_if_registered, days_of, year_of
from issuer.registration.desk import Twin
from issuer.registration.tables import activity, declaration, procedure_step
from ledger.store import reading
from rules.decision import Decision, Line
from rules.engine import decide
from rules.facts import parse_facts


@dataclass(frozen=True)
class Step:
    """One step, by role and not by name."""

    duty: str
    step: str
    reason: str | None
    words: str
    at: datetime


@dataclass(frozen=True)
class Own:
    """A declaration with its preview: `before` and `after` are the year without and with it."""

    id: UUID
    turn: int
    title: str
    category: str
    state: str
    facts: dict[str, Any]
    first: str
    last: str
    self_verified: bool
    line: Line | None
    before: Decision
    after: Decision
    twins: tuple[Twin, ...]
    proofs: tuple[Proof, ...]
    steps: tuple[Step, ...]


def read_own(instance: Instance, person: Person, one: UUID) -> Own:
    """Read a declaration of the person's own.

    Raises:
        NotFound: none of theirs.
    """
    with reading(instance.engine).connect() as connection:
        row = connection.execute(
            sa.select(declaration).where(declaration.c.id == one, declaration.c.person_id == person.id)
        ).one_or_none()
        if row is None:
            raise NotFound("没有这条申报 there is no such declaration of yours")
        steps = connection.execute(
            sa.select(procedure_step)
            .where(procedure_step.c.declaration_id == one)
            .order_by(procedure_step.c.turn)
        ).all()
        proofs = attached(connection, [one]).get(one, ())
        have = connection.execute(sa.select(activity).where(activity.c.person_id == person.id)).all()
        titles = {
            str(id_): title
            for id_, title in connection.execute(
                sa.select(declaration.c.id, declaration.c.title).where(declaration.c.person_id == person.id)
            )
        }
    raw = {**json.loads(row.facts, parse_float=Decimal), "status": row.state}
    others = [
        {**json.loads(other.facts, parse_float=Decimal), "status": other.status}
        for other in have
        if other.source_id != str(one)
    ]
    base = {"year": year_of(raw), "as_of": instance.today()}
    whole = [*others, as_if_registered(raw, instance.now())]
    before, after = (
        decide(parse_facts({**base, "activities": acts}), instance.library) for acts in (others, whole)
    )
    first, last = days_of(raw)
    lines = {line.activity: line for line in after.lines}
    return Own(
        id=one, turn=row.turn, title=row.title, category=row.category, state=row.state, facts=raw, first=first, last=last,
        self_verified=row.self_verified, line=lines.get(str(one)), before=before, after=after,
        twins=tuple(_twins(others, titles, lines, (row.title, first, last))),
        proofs=proofs,
        steps=tuple(Step(step.duty, step.step, step.reason, step.words, step.at) for step in steps),
    )  # fmt: skip


def _twins(
    others: list[dict[str, Any]], titles: dict[str, str], lines: dict[str, Line], mine: tuple[str, str, str]
) -> list[Twin]:
    """What is registered on one of the same days, or under the same name."""
    title, first, last = mine
    found = []
    for other in others:
        begins, ends = days_of(other)
        name = titles.get(str(other["id"])) or str(other.get("title", ""))
        if other["status"] == "registered" and (name == title or (begins <= last and ends >= first)):
            line = lines.get(str(other["id"]))
            found.append(Twin(name, begins, ends, line.recognised if line else Decimal(0)))
    return found
