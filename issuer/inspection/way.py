"""One declaration with who did what and when, its proofs, and the ledger's proof of each step. Only reads."""

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from issuer.access.roles import Actor
from issuer.errors import NotFound
from issuer.evidence.proof import Proof
from issuer.evidence.service import attached
from issuer.inspection.files import login_of
from issuer.inspection.overview import SHOWN
from issuer.inspection.scope import opened
from issuer.instance import Instance
from issuer.people.tables import authority, professional, unit
from issuer.registered.service import standing_documents
from issuer.registration.days import days_of
from issuer.registration.tables import declaration, procedure_step
from ledger import tables as ledger
from ledger.errors import NotSequencedError
from ledger.receipts import Prover, places
from ledger.store import reading

_reviews, _verifies = unit.alias("reviews"), authority.alias("verifies")


@dataclass(frozen=True)
class Taken:
    """A step: in which capacity, by which login (None: the account is gone, or the person has none), and its place in the ledger."""

    duty: str
    step: str
    reason: str | None
    words: str
    at: datetime
    by: str | None
    event: UUID
    index: int | None


@dataclass(frozen=True)
class Way:
    """A declaration. `serials`: documents of its years that stand."""

    id: UUID
    person_id: int
    name: str
    masked: str
    title: str
    category: str
    state: str
    first: str
    last: str
    unit: str | None
    verifier: str | None
    self_verified: bool
    corrects: UUID | None
    proofs: tuple[Proof, ...]
    steps: tuple[Taken, ...]
    serials: tuple[str, ...]


def read_way(instance: Instance, actor: Actor, one: UUID) -> Way:
    """Read a declaration of somebody whose file the actor opened.

    Raises:
        NotFound: no such declaration of the actor's jurisdiction.
        FileClosed: its person's file was not opened today.
    """
    with reading(instance.engine).connect() as connection:
        row = connection.execute(
            sa.select(
                declaration, professional.c.name, professional.c.masked_identifier,
                _reviews.c.name.label("unit"), _verifies.c.name.label("verifier"),
            )
            .join(professional, professional.c.id == declaration.c.person_id)
            .outerjoin(_reviews, _reviews.c.id == declaration.c.review_unit_id)
            .outerjoin(_verifies, _verifies.c.id == declaration.c.verify_authority_id)
            .where(declaration.c.id == one, declaration.c.state.in_(SHOWN))
        ).one_or_none()  # fmt: skip
        if row is None:
            raise NotFound("没有这条申报 there is no such declaration")
        opened(instance, connection, actor, row.person_id)
        first, last = days_of(json.loads(row.facts, parse_float=Decimal))
        proofs = attached(connection, [one]).get(one, ())
        serials = standing_documents(connection, row.person_id, range(int(first[:4]), int(last[:4]) + 1))
        steps = _steps(connection, one)
    return Way(
        row.id, row.person_id, row.name, row.masked_identifier, row.title, row.category, row.state, first, last,
        row.unit, row.verifier, row.self_verified, row.corrects, proofs, steps, serials,
    )  # fmt: skip


def proof_of(instance: Instance, actor: Actor, one: UUID, digest: str) -> Proof:
    """A proof of a declaration that the actor may read.

    Raises:
        NotFound, FileClosed: as `read_way`; or no such proof.
    """
    found = next((each for each in read_way(instance, actor, one).proofs if each.digest == digest), None)
    if found is None:
        raise NotFound("没有这份证明材料 there is no such proof")
    return found


def pack(instance: Instance, actor: Actor, one: UUID) -> dict[str, Any]:
    """What shows somebody else that the steps are in the ledger: of each its content and salt, and the ledger's proof.

    The commitment of the entry in the proof is that of salt and content (docs/format.md, section 1);
    `xueshi ledger verify` checks the proof. A step without a place yet, or whose content was erased, has null there.

    Raises:
        NotFound, FileClosed: as `read_way`.
    """
    found = read_way(instance, actor, one)
    with reading(instance.engine).connect() as connection:
        prover = Prover(connection, instance.policy)
        ids = [step.event for step in found.steps]
        rows = connection.execute(sa.select(ledger.private).where(ledger.private.c.event_id.in_(ids)))
        kept = {row.event_id: row for row in rows}
        steps = [
            {
                "step": step.step,
                "at": step.at.isoformat(timespec="seconds"),
                "index": step.index,
                "content": bytes(kept[step.event].payload).decode() if step.event in kept else None,
                "salt": bytes(kept[step.event].salt).hex() if step.event in kept else None,
                "proof": _proved(prover, step.index),
            }
            for step in found.steps
        ]
    return {"declaration": str(one), "steps": steps}


def _proved(prover: Prover, index: int | None) -> str | None:
    if index is None:
        return None
    try:
        return prover.prove(index).decode()
    except NotSequencedError:
        return None


def _steps(connection: sa.Connection, one: UUID) -> tuple[Taken, ...]:
    its = procedure_step.c
    columns: tuple[Any, ...] = (
        its.duty, its.step, its.reason, its.words, its.at, login_of(its.actor_key), its.event_id,
    )  # fmt: skip
    query = sa.select(*columns).where(its.declaration_id == one).order_by(its.turn)
    rows = connection.execute(query).all()
    at = places(connection, [row.event_id for row in rows])
    return tuple(
        Taken(row.duty, row.step, row.reason, row.words, row.at, row[5], row.event_id, at.get(row.event_id))
        for row in rows
    )
