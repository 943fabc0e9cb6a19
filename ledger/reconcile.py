"""Reconciliation: every business row has its event, every event its business row. To be run nightly.

The tables of the business are not known here; it says through `Source` where its rows are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from ledger import tables
from ledger.entry import Kind

INTERNAL = frozenset({Kind.ERASURE})
"""Kinds that the log records by itself; no business row belongs to them."""


@dataclass(frozen=True)
class Source:
    """Business rows that must each have an event.

    `rows` selects one column named event_id. `kinds` are the kinds of these events; an event of such a kind
    that none of the sources for it has is an orphan.
    """

    name: str
    kinds: frozenset[Kind]
    rows: sa.Select[Any]


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One side without the other. `event_id` is None where a row has none at all."""

    source: str
    event_id: UUID | None
    detail: str


def reconcile(
    connection: sa.Connection, sources: Sequence[Source], limit: int = 1000
) -> tuple[Discrepancy, ...]:
    """Compare business rows and events both ways; at most `limit` discrepancies of each sort are listed.

    Events still waiting for the sequencer count as recorded. `connection` should read one snapshot (`store.reading`).
    """
    found: list[Discrepancy] = []
    for source in sources:
        found += _rows_without_event(connection, source, limit)
    found += _events_without_row(connection, sources, limit)
    return tuple(found)


def _rows_without_event(connection: sa.Connection, source: Source, limit: int) -> Iterator[Discrepancy]:
    rows, event = source.rows.subquery(), tables.event
    query = (
        sa.select(rows.c.event_id, event.c.kind)
        .select_from(rows.outerjoin(event, event.c.event_id == rows.c.event_id))
        .where(event.c.kind.is_(None) | event.c.kind.not_in(sorted(source.kinds)))
        .limit(limit)
    )
    for row in connection.execute(query):
        detail = "a row without an event" if row.kind is None else f"a row whose event is of kind {row.kind}"
        yield Discrepancy(source.name, row.event_id, detail)


def _events_without_row(
    connection: sa.Connection, sources: Sequence[Source], limit: int
) -> Iterator[Discrepancy]:
    event = tables.event
    for kind in sorted(set(Kind) - INTERNAL):
        query = sa.select(event.c.event_id).where(event.c.kind == kind.value)
        for source in sources:
            if kind in source.kinds:
                rows = source.rows.subquery()
                query = query.where(~sa.exists().where(rows.c.event_id == event.c.event_id))
        names = ", ".join(source.name for source in sources if kind in source.kinds) or "nothing"
        for event_id in connection.execute(query.limit(limit)).scalars():
            yield Discrepancy(names, event_id, f"an event of kind {kind} without a row")
