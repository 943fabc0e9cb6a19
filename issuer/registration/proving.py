"""Proofs of one's own declaration, and who may look at them. The caller opens the transaction.

Proofs change only while the declaration is a draft or was returned; each change is a turn, so that what is submitted is
what was seen. Submitting writes their digests into the ledger.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from issuer.access.errors import NotAllowed
from issuer.access.roles import Actor
from issuer.errors import NotFound
from issuer.evidence.proof import Proof
from issuer.evidence.service import attach, attached, detach
from issuer.instance import Transaction
from issuer.people.service import person_by_id
from issuer.people.tables import professional
from issuer.registration.declarations import advance, row_of
from issuer.registration.errors import StepRefused
from issuer.registration.tables import declaration
from rules.activity import Status


@dataclass(frozen=True)
class Change:
    """Proofs to add, and digests of those to take away."""

    add: Sequence[Proof] = ()
    drop: Sequence[str] = ()


def hold_to_own(connection: sa.Connection, actor: Actor, one: UUID) -> None:
    """Insist that it is one's own declaration: asked before a file that somebody sends for it is opened.

    Raises:
        NotFound, NotAllowed: no such declaration, or somebody else's.
        StepRefused: it is on its way.
    """
    _row_to_change(connection, actor, one)


def change_proofs(work: Transaction, actor: Actor, one: UUID, turn: int, change: Change) -> None:
    """Add proofs to one's own declaration, or take some away.

    Raises:
        NotFound, NotAllowed, StepRefused: as `hold_to_own`.
        Overtaken: it changed in between.
        EvidenceRefused: more than six proofs.
    """
    row = _row_to_change(work.connection, actor, one)
    for digest in change.drop:
        detach(work, one, digest)
    attach(work, one, change.add)
    advance(work, row, turn, {}, actor.person_key)


def _row_to_change(connection: sa.Connection, actor: Actor, one: UUID) -> sa.Row[Any]:
    row = row_of(connection, one)
    if person_by_id(connection, row.person_id).key != actor.person_key:
        raise NotAllowed
    if row.state not in {Status.DRAFT, Status.RETURNED}:
        raise StepRefused(
            "已提交的申报不能换证明，请先撤回 the proofs of a submitted declaration cannot be changed"
        )
    return row


def proof_for(connection: sa.Connection, actor: Actor, one: UUID, digest: str) -> Proof:
    """Find a proof of a declaration for somebody who may see it: the declarant, its reviewers and its verifiers.

    Raises:
        NotFound: none that this actor may see. Which of the two it is, is not said.
    """
    row = connection.execute(
        sa.select(declaration, professional.c.person_key)
        .join(professional, professional.c.id == declaration.c.person_id)
        .where(declaration.c.id == one)
    ).one_or_none()
    proofs = attached(connection, [one]).get(one, ())
    found = next((proof for proof in proofs if proof.digest == digest), None)
    mine = row is not None and (actor.person_key == row.person_key or actor.on_duty(connection, row))
    if found is None or not mine:
        raise NotFound("没有这份证明材料 there is no such proof")
    return found
