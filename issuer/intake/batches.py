"""A batch's row: begun, gone on with, finished. The caller opens the transaction."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from issuer.acts import Act, note_act
from issuer.errors import NotFound
from issuer.instance import Transaction
from issuer.intake.asked import Asked
from issuer.intake.profiles import Profile
from issuer.intake.report import Totals
from issuer.intake.rows import Fault
from issuer.intake.tables import import_batch, import_part, import_problem
from ledger.bulk import insert_rows

READING, DONE = "reading", "done"
OTHERS_TO_MEND = frozenset({"unknown_person", "another_name", "another_authority"})
"""Faults that do not lie in the file alone: the same file may be taken later."""


FaultRow = tuple[int, str, str, str]
"""Row, column, code and words of what is wrong with a row."""


@dataclass(frozen=True)
class Batch:
    """A batch as it stands. `last_row`: the last row of the file that is recorded."""

    id: UUID
    profile: str
    state: str
    last_row: int
    totals: Totals
    started_at: datetime
    as_of: str
    receipt: str | None


def begin(work: Transaction, profile: Profile, file_digest: bytes, asked: Asked) -> Batch:
    """Begin a batch, or find the one that the same file of the same system, read by the same profile, had begun for the
    same people.

    A finished one that refused rows for want of the person is begun once more: they may have been entered since.
    """
    mine = (
        (import_batch.c.system == profile.system)
        & (import_batch.c.profile_digest == profile.digest)
        & (import_batch.c.file_digest == file_digest)
        & (import_batch.c.as_of == asked.as_of)
    )
    attempts = work.connection.scalar(sa.select(sa.func.max(import_batch.c.attempt)).where(mine)) or 0
    mine &= import_batch.c.within.is_not_distinct_from(asked.within)
    latest = sa.select(import_batch).where(mine).order_by(import_batch.c.attempt.desc()).limit(1)
    found = work.connection.execute(latest).one_or_none()
    if found is not None and not (
        found.state == DONE and Totals.read(found.totals).faults.keys() & OTHERS_TO_MEND
    ):
        return _batch(found)
    row: dict[str, Any] = {
        "id": work.instance.fresh_id(),
        "system": profile.system,
        "profile": profile.key,
        "profile_digest": profile.digest,
        "file_digest": file_digest,
        "as_of": asked.as_of,
        "within": asked.within,
        "attempt": attempts + 1,
        "state": READING,
        "last_row": 0,
        "totals": json.dumps(Totals().as_json()),
        "started_at": work.instance.now(),
    }
    work.connection.execute(sa.insert(import_batch).values(row))
    return Batch(row["id"], profile.key, READING, 0, Totals(), row["started_at"], asked.as_of, None)


@dataclass(frozen=True)
class Part:
    """How far a batch is recorded after a portion: its last row, the share of the file, and what it came to so far."""

    batch_id: UUID
    last_row: int
    share: float
    totals: Totals


def note_part(work: Transaction, part: Part, faults: list[tuple[Fault, str]]) -> None:
    """Note how far the batch is recorded, and what was wrong with its rows; the last act of a
    portion. `faults` with the column as people see it.
    """
    told = [(part.batch_id, one.number, column[:120], one.code, one.message[:500]) for one, column in faults]
    insert_rows(work.connection, import_problem, ("batch_id", "row", "place", "code", "message"), told)
    ids = b"".join(event.event_id.bytes for event in work.events)
    its = {"batch_id": part.batch_id, "last_row": part.last_row}
    work.connection.execute(sa.insert(import_part).values(events=ids, **its))
    work.connection.execute(
        sa.update(import_batch)
        .where(import_batch.c.id == part.batch_id)
        .values(last_row=part.last_row, share=part.share, totals=json.dumps(part.totals.as_json()))
    )


def finish(work: Transaction, batch: Batch, profile: Profile, file_digest: bytes, totals: Totals) -> None:
    """Close a batch. What it came to is a governance entry of the ledger."""
    body: dict[str, object] = {
        "system": profile.system,
        "profile": profile.key,
        "profile_sha256": profile.digest.hex(),
        "file_sha256": file_digest.hex(),
        **totals.as_json(),
    }
    note_act(work, Act("batch-imported", f"batch:{batch.id}", body))
    part = {"batch_id": batch.id, "last_row": -1, "events": work.events[-1].event_id.bytes}
    work.connection.execute(sa.insert(import_part).values(part))
    work.connection.execute(
        sa.update(import_batch)
        .where(import_batch.c.id == batch.id)
        .values(state=DONE, share=1.0, finished_at=work.instance.now())
    )


def read_batch(connection: sa.Connection, batch_id: UUID) -> Batch:
    """Read a batch that is known to be there."""
    return _batch(connection.execute(sa.select(import_batch).where(import_batch.c.id == batch_id)).one())


def find_batch(connection: sa.Connection, batch_id: UUID) -> Batch:
    """Read a batch that somebody names.

    Raises:
        NotFound: there is none.
    """
    found = connection.execute(sa.select(import_batch).where(import_batch.c.id == batch_id)).one_or_none()
    if found is None:
        raise NotFound("没有这个批次 there is no such batch")
    return _batch(found)


def faults_after(connection: sa.Connection, batch_id: UUID, after: int, limit: int) -> list[FaultRow]:
    """A page of a batch's faults, from the row behind `after` on."""
    columns = import_problem.c
    query = sa.select(columns.row, columns.place, columns.code, columns.message)
    mine = query.where(columns.batch_id == batch_id, columns.row > after)
    found = connection.execute(mine.order_by(columns.row).limit(limit))
    return [(row.row, row.place, row.code, row.message) for row in found]


def _batch(row: sa.Row[Any]) -> Batch:
    return Batch(
        row.id,
        row.profile,
        row.state,
        row.last_row,
        Totals.read(row.totals),
        row.started_at,
        row.as_of,
        row.receipt,
    )
