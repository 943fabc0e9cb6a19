"""What of a ledger's database goes into that of the log that continues it: places that hold, and events that are to be logged.

An event that the closed log holds is taken over with its place and is not logged again; every other one is queued.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from ledger import tables
from ledger.bulk import insert_rows
from ledger.closed import ClosedLog
from ledger.continuing import CHUNK, Comparison, link
from ledger.errors import ContinuationError
from ledger.guard import Duty, acting_as
from ledger.store import stage

_EVENT = ("event_id", "kind", "day", "commitment", "digest")


@dataclass(frozen=True, slots=True)
class Carried:
    """How many events were taken over with their places, and how many are to be logged (the link not counted)."""

    kept: int
    queued: int


@dataclass(frozen=True, slots=True)
class Ended:
    """A log that was closed and compared with its database, and the day on which the new one begins."""

    log: ClosedLog
    comparison: Comparison
    day: date


def carry(
    new: sa.Connection, old: sa.Connection, ended: Ended, progress: Callable[[int, int], None]
) -> Carried:
    """Fill the empty ledger of `new`, inside the caller's transaction, from a snapshot `old` that was compared.

    Raises:
        ContinuationError: `new` has events already.
    """
    if new.execute(sa.select(tables.event.c.event_id).limit(1)).first() is not None:
        raise ContinuationError("the database of the new log is not empty")
    every = old.execute(sa.select(sa.func.count()).select_from(tables.event)).scalar_one()
    closed, comparison = ended.log, ended.comparison
    kept = queued = 0
    with acting_as(new, Duty.CONTINUING):
        # First, so that the link has the first place: what is queued first is logged first.
        stage(new, link(comparison.closed.note, ended.day))
        _copy_closed(new, old, closed)
        for found in _events(old, comparison, closed.number):
            _copy_events(new, [one.row for one in found])
            held = [(one.row.event_id, one.number, one.index) for one in found if one.number is not None]
            free = [(one.row.event_id,) for one in found if one.number is None]
            insert_rows(new, tables.closed_place, ("event_id", "number", "idx"), held)
            insert_rows(new, tables.pending, ("event_id",), free)
            kept, queued = kept + len(held), queued + len(free)
            progress(kept + queued, every)
        _copy_issuances(new, old, comparison, closed.number)
    return Carried(kept, queued)


@dataclass(frozen=True, slots=True)
class _Found:
    """An event of the old database, with the closed log that holds it and its index there; None: it is to be logged."""

    row: sa.Row[Any]
    number: int | None = None
    index: int | None = None


def _events(old: sa.Connection, comparison: Comparison, number: int) -> Iterator[list[_Found]]:
    """Yield every event once: those of older closed logs, those with a place in this one, those without one."""
    event, private, place = tables.event, tables.private, tables.place
    pending, before = tables.pending, tables.closed_place
    ids = event.c.event_id
    every = event.outerjoin(private, private.c.event_id == ids)
    columns = sa.select(event, private.c.salt, private.c.payload)
    older = columns.add_columns(before).select_from(every.join(before, before.c.event_id == ids))
    for rows in _partitions(old, older.order_by(ids)):
        yield [_Found(row, row.number, row.idx) for row in rows]
    placed = columns.add_columns(place.c.idx).select_from(every.join(place, place.c.event_id == ids))
    missing, size = {entry.index for entry in comparison.missing}, comparison.closed.head.size
    for rows in _partitions(old, placed.order_by(place.c.idx)):
        holds = [row.idx < size and row.idx not in missing for row in rows]
        yield [
            _Found(row, number, row.idx) if held else _Found(row)
            for row, held in zip(rows, holds, strict=True)
        ]
    waiting = columns.select_from(
        every.outerjoin(pending, pending.c.event_id == ids)
        .outerjoin(place, place.c.event_id == ids)
        .outerjoin(before, before.c.event_id == ids)
    ).where(place.c.event_id.is_(None), before.c.event_id.is_(None))
    # Events that are neither placed nor queued are damage; they are logged last.
    for rows in _partitions(old, waiting.order_by(pending.c.id.is_(None), pending.c.id, ids)):
        yield [_Found(row) for row in rows]


def _partitions(old: sa.Connection, query: sa.Select[Any]) -> Iterator[Sequence[sa.Row[Any]]]:
    yield from old.execution_options(stream_results=True).execute(query).partitions(CHUNK)


def _copy_events(new: sa.Connection, rows: Sequence[sa.Row[Any]]) -> None:
    """Copy events as they are; one whose payload was erased keeps its commitment."""
    insert_rows(
        new, tables.event, _EVENT, [(r.event_id, r.kind, r.day, r.commitment, r.digest) for r in rows]
    )
    payloads = [(row.event_id, row.salt, row.payload) for row in rows if row.payload is not None]
    insert_rows(new, tables.private, ("event_id", "salt", "payload"), payloads)


def _copy_closed(new: sa.Connection, old: sa.Connection, closed: ClosedLog) -> None:
    """Copy the closed logs that are known already, and note the one that is being closed."""
    rows = [tuple(row) for row in old.execute(sa.select(tables.closed))]
    rows.append((closed.number, closed.path, closed.vkey, closed.note))
    insert_rows(new, tables.closed, ("number", "path", "vkey", "note"), rows)


def _copy_issuances(new: sa.Connection, old: sa.Connection, comparison: Comparison, number: int) -> None:
    names = ("digest", "number", "idx")
    for rows in _partitions(old, sa.select(tables.closed_issuance)):
        insert_rows(new, tables.closed_issuance, names, [tuple(row) for row in rows])
    issuance, missing = tables.issuance, {entry.index for entry in comparison.missing}
    inside = sa.select(issuance).where(issuance.c.idx < comparison.closed.head.size)
    for rows in _partitions(old, inside):
        held = [(row.digest, number, row.idx) for row in rows if row.idx not in missing]
        insert_rows(new, tables.closed_issuance, names, held)
