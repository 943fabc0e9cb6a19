"""Transfers in, as an inspector reads them: a list without names, and one with its way once the person's file is open. Only reads."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from issuer.access.roles import Actor
from issuer.database import Paging
from issuer.errors import NotFound
from issuer.evidence.proof import Proof
from issuer.inspection.files import login_of
from issuer.inspection.scope import opened, transfers_of
from issuer.instance import Instance
from issuer.people.tables import authority
from issuer.transfers.findings import There
from issuer.transfers.listing import standing_of
from issuer.transfers.reading import Transfer, read_any
from issuer.transfers.tables import transfer_in, transfer_in_step
from ledger.receipts import places
from ledger.store import reading


@dataclass(frozen=True)
class Brought:
    """A transfer in a list, without its person. `standing`: where its certificate stands at its origin now, if that was asked."""

    id: UUID
    person_id: int
    origin: str
    door: str
    state: str
    verifier: str | None
    self_verified: bool
    standing: There | None
    changed_at: datetime


@dataclass(frozen=True)
class Mark:
    """Of a step: by which login (None: the account is gone, or the person has none), and its place in the ledger."""

    by: str | None
    index: int | None


@dataclass(frozen=True)
class Moved:
    """A transfer with the marks of its steps, in their order."""

    transfer: Transfer
    person_id: int
    marks: tuple[Mark, ...]


def list_brought(instance: Instance, actor: Actor, paging: Paging, state: str | None = None) -> list[Brought]:
    """A page of the transfers of the jurisdiction, the latest changed first."""
    its = transfer_in.c
    query: sa.Select[Any] = (
        sa.select(transfer_in, authority.c.name.label("verifier"))
        .outerjoin(authority, authority.c.id == its.verify_authority_id)
        .where(transfers_of(actor), paging.earlier(its.changed_at, its.id))
        .order_by(its.changed_at.desc(), its.id.desc())
        .limit(paging.limit)
    )
    if state is not None:
        query = query.where(its.state == state)
    with reading(instance.engine).connect() as connection:
        return [
            Brought(row.id, row.person_id, row.origin, row.door, row.state, row.verifier, row.self_verified, standing_of(row), row.changed_at)
            for row in connection.execute(query)
        ]  # fmt: skip


def read_moved(instance: Instance, actor: Actor, one: UUID) -> Moved:
    """Read a transfer of somebody whose file the actor opened.

    Raises:
        NotFound: none of the actor's jurisdiction.
        FileClosed: its person's file was not opened today.
    """
    with reading(instance.engine).connect() as connection:
        its = sa.select(transfer_in.c.person_id).where(transfer_in.c.id == one, transfers_of(actor))
        person_id = connection.scalar(its)
        if person_id is None:
            raise NotFound("没有这次转入 there is no such transfer")
        opened(instance, connection, actor, person_id)
        step = transfer_in_step.c
        rows = connection.execute(
            sa.select(step.event_id, login_of(step.actor_key).label("login"))
            .where(step.transfer_id == one)
            .order_by(step.turn)
        ).all()
        at = places(connection, [row.event_id for row in rows])
        marks = tuple(Mark(row.login, at.get(row.event_id)) for row in rows)
        return Moved(read_any(connection, one), person_id, marks)


def proof_moved(instance: Instance, actor: Actor, one: UUID, digest: str) -> Proof:
    """A proof of a transfer that the actor may read.

    Raises:
        NotFound, FileClosed: as `read_moved`; or no such proof.
    """
    proofs = read_moved(instance, actor, one).transfer.proofs
    found = next((each for each in proofs if each.digest == digest), None)
    if found is None:
        raise NotFound("没有这份证明材料 there is no such proof")
    return found
