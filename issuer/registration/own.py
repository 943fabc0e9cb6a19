"""One's own declaration: what it says, what the rules would recognise, what looks like it, and its way so far. Only reads."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from issuer.database import Paging
from issuer.errors import NotFound
from issuer.evidence.proof import Proof
from issuer.evidence.service import attached
from issuer.instance import Instance
from issuer.people.service import Person
from issuer.registration.days import days_of
from issuer.registration.errors import StepRefused
from issuer.registration.likeness import Known, Twin, find_twins, read_known
from issuer.registration.tables import declaration, procedure_step
from issuer.registration.trying import read_background, try_out
from ledger.store import reading
from rules.decision import Decision, Line


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
        steps = steps_of(connection, declaration.c.id == one).get(one, ())
        proofs = attached(connection, [one]).get(one, ())
        have = read_known(connection, [person.id]).get(person.id, [])
        raw = {**json.loads(row.facts, parse_float=Decimal), "status": row.state}
        background = read_background(connection, instance, [person.id], [raw])
    before, after = try_out(instance, background, person.id, raw)
    first, last = days_of(raw)
    lines = {line.activity: line for line in after.lines}
    mine = Known(str(one), row.title, raw, frozenset(bytes.fromhex(proof.digest) for proof in proofs))
    return Own(
        id=one, turn=row.turn, title=row.title, category=row.category, state=row.state, facts=raw, first=first, last=last,
        self_verified=row.self_verified, line=lines.get(str(one)), before=before, after=after,
        twins=find_twins(mine, have, {line.activity: line for line in before.lines}),
        proofs=proofs,
        steps=steps,
    )  # fmt: skip


def steps_of(connection: sa.Connection, of: sa.ColumnElement[bool]) -> dict[UUID, tuple[Step, ...]]:
    """The steps of each declaration of which `of` is true, in order."""
    rows = connection.execute(
        sa.select(procedure_step)
        .join(declaration, declaration.c.id == procedure_step.c.declaration_id)
        .where(of)
        .order_by(procedure_step.c.turn)
    )
    found: dict[UUID, tuple[Step, ...]] = {}
    for row in rows:
        step = Step(row.duty, row.step, row.reason, row.words, row.at)
        found[row.declaration_id] = (*found.get(row.declaration_id, ()), step)
    return found


def list_own(instance: Instance, person: Person, paging: Paging) -> Sequence[sa.Row[Any]]:
    """A page of the person's declarations, the latest changed first."""
    query = (
        sa.select(declaration)
        .where(declaration.c.person_id == person.id)
        .where(paging.earlier(declaration.c.changed_at, declaration.c.id))
        .order_by(declaration.c.changed_at.desc(), declaration.c.id.desc())
        .limit(paging.limit)
    )
    with reading(instance.engine).connect() as connection:
        return connection.execute(query).all()


def hold_to_word(found: Own, *, true: bool, another: bool) -> None:
    """Insist on the declarant's word before submitting.

    Raises:
        StepRefused: the declaration of truth is missing, or whether a look-alike is another activity.
    """
    if not true:
        raise StepRefused("提交前请确认内容真实 confirm first that the content is true")
    if found.twins and not another:
        raise StepRefused(
            "请先选“是另一次”，或者撤回这一条 say that it is another activity, or withdraw this one"
        )
