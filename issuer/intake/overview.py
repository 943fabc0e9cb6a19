"""What came in from which system, what is overdue, and what is held. Only reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from issuer.access.roles import Actor
from issuer.access.tables import client
from issuer.database import Paging
from issuer.instance import Instance
from issuer.intake.batches import DONE
from issuer.intake.planning import Standing
from issuer.intake.report import Totals
from issuer.intake.scope import batches_for, clients_for, held_for, sendings_for
from issuer.intake.sendings import OPEN, Sending, list_sendings
from issuer.intake.tables import held_import, import_batch, import_sending
from issuer.people.tables import authority, professional
from issuer.registration.tables import declaration
from ledger.store import reading

INTERVAL = timedelta(days=45)
"""第九条 asks that own systems import periodically; monthly, and told when this long has gone by (A31)."""
SHOWN = 50


@dataclass(frozen=True)
class System:
    """A system that has sent before. `days`: whole days since its last finished batch; None where none was finished."""

    name: str
    last: datetime | None
    days: int | None
    overdue: bool


@dataclass(frozen=True)
class Admitted:
    """A system that may send by API. `last`: when it last sent something, None where it never did."""

    name: str
    profiles: str
    authority: str
    last: datetime | None
    ended: bool


@dataclass(frozen=True)
class Line:
    """One batch. `under_way`: the service is at it; else one that is not done was cut short."""

    id: UUID
    system: str
    profile: str
    done: bool
    under_way: bool
    started_at: datetime
    finished_at: datetime | None
    share: float
    totals: Totals
    has_receipt: bool

    @property
    def rows(self) -> int:
        """Rows that said something."""
        return self.totals.said

    @property
    def refused(self) -> int:
        """Rows that were not taken."""
        return self.totals.rows["refused"]

    @property
    def held(self) -> int:
        """Rows beside whose activity something was declared by hand."""
        return self.totals.rows["held"]


@dataclass(frozen=True)
class Held:
    """An import that is held beside a declaration of the same activity."""

    name: str
    masked: str
    title: str
    why: str
    batch_id: UUID
    row: int


@dataclass(frozen=True)
class Overview:
    """The newest batches and holds, and every system."""

    systems: Sequence[System]
    admitted: Sequence[Admitted]
    batches: Sequence[Line]
    sendings: Sequence[Sending]
    held: Sequence[Held]
    held_in_all: int


def read_overview(instance: Instance, actor: Actor) -> Overview:
    """Read what there is for the actor to see; a few queries, whatever the number of batches."""
    with reading(instance.engine).connect() as connection:
        sent = sendings_for(connection, actor)
        batches = batches_for(connection, actor)
        held = (held_import.c.state == Standing.HELD) & held_for(connection, actor)
        counted = sa.select(sa.func.count()).select_from(held_import)
        counted = counted.join(declaration, declaration.c.id == held_import.c.declaration_id)
        return Overview(
            _systems(connection, instance.now(), batches),
            _admitted(connection, clients_for(connection, actor)),
            list_batches(connection, Paging(limit=SHOWN), batches),
            list_sendings(connection, Paging(limit=10), sent),
            _held(connection, held),
            connection.execute(counted.where(held)).scalar_one(),
        )


def _systems(connection: sa.Connection, now: datetime, seen: sa.ColumnElement[bool]) -> list[System]:
    finished = sa.func.max(import_batch.c.finished_at).label("last")
    begun = sa.func.min(import_batch.c.started_at).label("first")
    by_system = sa.select(import_batch.c.system, finished, begun).where(seen).group_by(import_batch.c.system)
    found = []
    for row in connection.execute(by_system.order_by(import_batch.c.system)):
        since = now - (row.last or row.first)
        found.append(System(row.system, row.last, since.days if row.last else None, since > INTERVAL))
    return found


def _admitted(connection: sa.Connection, seen: sa.ColumnElement[bool]) -> list[Admitted]:
    query = (
        sa.select(
            client.c.name, client.c.profiles, authority.c.name, sa.func.max(import_sending.c.received_at)
        )
        .add_columns(client.c.ended_at.is_not(None))
        .join(authority, authority.c.id == client.c.authority_id)
        .outerjoin(import_sending, import_sending.c.client_id == client.c.id)
        .where(seen)
        .group_by(client.c.id, authority.c.name)
        .order_by(client.c.name)
    )
    return [Admitted(*row) for row in connection.execute(query)]


def overdue(instance: Instance) -> int:
    """How many systems have sent before and not for too long."""
    with reading(instance.engine).connect() as connection:
        return sum(one.overdue for one in _systems(connection, instance.now(), sa.true()))


def list_batches(connection: sa.Connection, paging: Paging, seen: sa.ColumnElement[bool]) -> list[Line]:
    """A page of the batches that `seen` admits, the latest first."""
    batch = import_batch.c
    newest = sa.select(import_batch).where(seen, paging.earlier(batch.started_at, batch.id))
    newest = newest.order_by(batch.started_at.desc(), batch.id.desc()).limit(paging.limit)
    open_ones = sa.select(import_sending.c.batch_id).where(import_sending.c.state.in_(OPEN))
    under_way = set(connection.execute(open_ones).scalars())
    found = []
    for row in connection.execute(newest):
        state = (row.state == DONE, row.id in under_way)
        when = (row.started_at, row.finished_at, row.share)
        told = (Totals.read(row.totals), row.receipt is not None)
        found.append(Line(row.id, row.system, row.profile, *state, *when, *told))
    return found


def _held(connection: sa.Connection, seen: sa.ColumnElement[bool]) -> list[Held]:
    query = (
        sa.select(held_import, professional.c.name, professional.c.masked_identifier, declaration.c.title)
        .join(professional, professional.c.id == held_import.c.person_id)
        .join(declaration, declaration.c.id == held_import.c.declaration_id)
        .where(seen)
        .order_by(held_import.c.batch_id, held_import.c.row)
        .limit(SHOWN)
    )
    return [
        Held(row.name, row.masked_identifier, row.title, row.why, row.batch_id, row.row)
        for row in connection.execute(query)
    ]
