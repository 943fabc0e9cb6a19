"""Going on as a new log after one that had to be closed: its first entry names the closed log's last head, byte for byte.

What the closed log holds stays there, proved by its files and its key. What the database has and the closed log has not
is queued for the new log; what the closed log has and the database has not is found, for people to see to.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from ledger import checkpoint as checkpoints
from ledger import tables, tiles
from ledger.bulk import insert_rows
from ledger.checkpoint import Checkpoint
from ledger.entry import Entry, Kind, decode, leaf_hash
from ledger.errors import ContinuationError, FormatError, InclusionError
from ledger.event import Event, derived_event_id
from ledger.folding import Fold
from ledger.merkle import verify_inclusion
from ledger.note import Verifier
from ledger.publish import CHECKPOINT
from ledger.store import reading, stage
from ledger.tiles import WIDTH, Fetch

CHUNK = 1000
"""Events copied at a time."""


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed log as its files show it: the last head, and that head's signed note."""

    head: Checkpoint
    note: bytes


@dataclass(frozen=True, slots=True)
class Comparison:
    """A closed log beside a database. `missing`: entries that the database has not, or not like this, at their places."""

    closed: Closed
    missing: tuple[Entry, ...]

    def as_lines(self) -> str:
        """Return what is missing as JSON lines: index, kind, day, and the commitment or digest that the entry carries."""
        rows = (
            {
                "index": e.index,
                "kind": e.kind,
                "day": str(e.day),
                "says": (e.commitment or e.digest or b"").hex(),
            }
            for e in self.missing
        )
        return "".join(f"{json.dumps(row)}\n" for row in rows)


def read_closed(fetch: Fetch, verifier: Verifier) -> Closed:
    """Read the last head of a log from its public files.

    Raises:
        MissingTileError, FormatError, NotProvedError: there is none, or it is not this log's.
    """
    note = fetch(CHECKPOINT)
    return Closed(checkpoints.open_checkpoint(note, verifier.name, [verifier]), note)


def compare(
    closed: Closed, fetch: Fetch, database: sa.Engine | None, progress: Callable[[int, int], None]
) -> Comparison:
    """Read every entry of a closed log, hold them against its head, and find what `database` lacks; None lacks all.

    Raises:
        ContinuationError: the published entries are not those that were signed; an end like that can be continued by nobody.
        MissingTileError, FormatError: a file is absent or malformed.
    """
    fold, missing, size = Fold(), list[Entry](), closed.head.size
    for n in range(-(-size // WIDTH)):
        stored = _stored(database, n)
        for index, body in enumerate(tiles.read_bundle(fetch, size, n), n * WIDTH):
            fold.push(leaf_hash(body))
            if stored.get(index) != body:
                missing.append(decode(body))
        progress(fold.size, size)
    if fold.root() != closed.head.root:
        raise ContinuationError(f"the entries published of {closed.head.origin} do not lead to its last head")
    return Comparison(closed, tuple(missing))


def _stored(database: sa.Engine | None, n: int) -> dict[int, bytes]:
    if database is None:
        return {}
    """Return the entries of a bundle that one event stands behind and that say what it says."""
    entry, place, event = tables.entry, tables.place, tables.event
    query = (
        sa.select(entry.c.idx, entry.c.body, event.c.kind, event.c.day, event.c.commitment, event.c.digest)
        .join_from(entry, place, place.c.idx == entry.c.idx)
        .join(event, event.c.event_id == place.c.event_id)
        .where(entry.c.idx >= n * WIDTH, entry.c.idx < (n + 1) * WIDTH)
    )
    found: dict[int, bytes] = {}
    with reading(database).connect() as connection:
        for idx, body, *said in connection.execute(query):
            found[idx] = b"" if idx in found or _says(body) != said else body
    return found


def _says(body: bytes) -> list[object]:
    try:
        entry = decode(body)
    except FormatError:
        return []
    return [entry.kind, entry.day, entry.commitment, entry.digest]


def begin(new: sa.Engine, comparison: Comparison, database: sa.Engine | None, day: date) -> int:
    """Queue in the empty database `new` the entry that names the closed head, then what `database` has beyond it.

    Answers how many events were queued again, with their ids and payloads. `database` is only read. All is one
    transaction: after a crash `new` is as empty as before, or whole.

    Raises:
        ContinuationError: `new` has events already.
    """
    with new.begin() as connection:
        if connection.execute(sa.select(tables.event.c.event_id).limit(1)).first() is not None:
            raise ContinuationError("the database of the new log is not empty")
        stage(connection, link(comparison.closed.note, day))
        if database is None:
            return 0
        changed = {entry.index for entry in comparison.missing}
        return sum(
            _queue(connection, rows) for rows in _beyond(database, comparison.closed.head.size, changed)
        )


def _beyond(database: sa.Engine, size: int, changed: set[int]) -> Iterator[Sequence[sa.Row[Any]]]:
    """Yield the events that the closed log has not: those with a place beyond its end or overwritten, then those waiting."""
    event, private, place, pending = tables.event, tables.private, tables.place, tables.pending
    every = event.outerjoin(private, private.c.event_id == event.c.event_id)
    columns = sa.select(event, private.c.salt, private.c.payload)
    placed = columns.add_columns(place.c.idx).select_from(
        every.join(place, place.c.event_id == event.c.event_id)
    )
    waiting = columns.select_from(every.join(pending, pending.c.event_id == event.c.event_id))
    with reading(database).connect() as connection:
        if changed:
            lowest = min(*changed, size)
            rows = connection.execute(placed.where(place.c.idx >= lowest).order_by(place.c.idx))
            for part in rows.partitions(CHUNK):
                yield [row for row in part if row.idx >= size or row.idx in changed]
        else:
            yield from connection.execute(placed.where(place.c.idx >= size).order_by(place.c.idx)).partitions(
                CHUNK
            )
        yield from connection.execute(waiting.order_by(pending.c.id)).partitions(CHUNK)


def _queue(connection: sa.Connection, rows: Sequence[sa.Row[Any]]) -> int:
    """Copy events as they are; one whose payload was erased keeps its commitment."""
    names = ("event_id", "kind", "day", "commitment", "digest")
    insert_rows(
        connection, tables.event, names, [(r.event_id, r.kind, r.day, r.commitment, r.digest) for r in rows]
    )
    payloads = [(row.event_id, row.salt, row.payload) for row in rows if row.payload is not None]
    insert_rows(connection, tables.private, ("event_id", "salt", "payload"), payloads)
    insert_rows(connection, tables.pending, ("event_id",), [(row.event_id,) for row in rows])
    return len(rows)


def link(note: bytes, day: date) -> Event:
    """Return the event with which a log begins that continues the one whose last signed head is `note`."""
    digest = hashlib.sha256(note).digest()
    return Event(derived_event_id("continues", digest.hex()), Kind.GOVERNANCE, day, digest=digest)


def check_link(fetch: Fetch, verifier: Verifier, note: bytes) -> Checkpoint:
    """Hold that the log read by `fetch` begins with the closed head `note`; returns its own newest head.

    Raises:
        ContinuationError: it begins with something else, or has not begun.
        MissingTileError, FormatError, NotProvedError: its files are absent, malformed, or not this log's.
    """
    head = read_closed(fetch, verifier).head
    if head.size == 0:
        raise ContinuationError(f"{head.origin} has no entry yet")
    body = tiles.read_entry(fetch, head.size, 0)
    proof = tiles.prove_inclusion(fetch, head.size, 0)
    try:
        verify_inclusion(0, head.size, leaf_hash(body), proof, head.root)
    except InclusionError as error:
        raise ContinuationError(f"the first entry of {head.origin}: {error}") from error
    first = decode(body)
    if first.kind is not Kind.GOVERNANCE or first.digest != hashlib.sha256(note).digest():
        raise ContinuationError(f"{head.origin} does not begin with the head that it is said to continue")
    return head
