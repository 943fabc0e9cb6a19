"""The one writer of the log: gives pending events their place, chain, tree and signed checkpoint.

Everything of a tick is one durable transaction. Signing happens inside it, showing only after it: never two
different checkpoints of one size. Two sequencers on one database exclude each other for each tick, on
SQLite by BEGIN IMMEDIATE, on PostgreSQL by an advisory lock held to the end of the transaction; the primary
key of the entries stands behind both.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ledger import checkpoint as checkpoints
from ledger import merkle, tables
from ledger.bulk import among, delete_ids, insert_rows
from ledger.checkpoint import Checkpoint
from ledger.entry import Content, Kind
from ledger.errors import UnsafeDatabaseError
from ledger.files import replace_file
from ledger.growth import Growth, grow
from ledger.guard import Duty, acting_as
from ledger.head import check_high_water, halt, load_tip, read_high_water
from ledger.note import Signer
from ledger.receipts import fetcher
from ledger.store import reading
from ledger.tiles import HEIGHT, TileTree

BATCH = 4096
"""Entries a tick takes at most: a tile of level 0 sixteen times over, well under a second's work."""
_ADVISORY_LOCK = 0x6C6564676572
"""An arbitrary number that only this program uses."""
_KINDS = {kind.value: kind for kind in Kind}
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Pending:
    """Events that wait for their place: number in the queue, event id as the database has it, what is to be said."""

    ids: tuple[int, ...]
    event_ids: tuple[object, ...]
    contents: list[Content]


class Sequencer:
    """One log: the database behind `engine`, signed by `signer`, whose key name is the log's origin.

    `clock` gives aware moments. `high_water` is a file outside the database, and outside its backups, that keeps
    the newest checkpoint: it is how a restored backup is noticed.
    """

    def __init__(
        self,
        engine: sa.Engine,
        signer: Signer,
        clock: Callable[[], datetime],
        high_water: Path,
        batch: int = BATCH,
    ) -> None:
        self._engine = engine
        self._signer = signer
        self._verifier = signer.verifier()
        self._clock = clock
        self._high_water = high_water
        self._batch = batch
        self._head: Checkpoint | None = None

    def check(self) -> Checkpoint:
        """Hold the database against itself and against the high-water file. `tick` does it first if nobody has.

        Raises:
            LedgerHaltedError: they disagree; nothing may be signed.
            UnsafeDatabaseError: a PostgreSQL that does not flush what it commits.
        """
        kept = read_high_water(self._high_water)  # before the snapshot, never after it
        with reading(self._engine).connect() as connection:
            _require_durable(connection)
            _, head = load_tip(connection, self._verifier)
            check_high_water(connection, head, self._high_water, kept, self._signer)
        self._head = head
        return head

    def drain(self) -> Checkpoint | None:
        """Tick until nothing is pending; returns the newest checkpoint if there was anything."""
        newest = None
        while (head := self.tick()) is not None:
            newest = head
        return newest

    def tick(self) -> Checkpoint | None:
        """Take up to a batch of pending events into the log; None if there were none or another one is sequencing.

        Raises:
            LedgerHaltedError: the database contradicts what was signed before.
        """
        seen = self._head or self.check()
        with self._engine.begin() as connection, acting_as(connection, Duty.SEQUENCER):
            if not _take_lead(connection):
                return None
            signed = self._append(connection, seen)
        # Point of no return: committed and durable. A crash here leaves the high-water file behind, which is
        # allowed; `check` sees that the database continues it.
        if signed is None:
            return None
        self._head, note = signed
        replace_file(self._high_water, note)
        _log.info("checkpoint size=%d", self._head.size)
        return self._head

    def _append(self, connection: sa.Connection, seen: Checkpoint) -> tuple[Checkpoint, bytes] | None:
        """Do the work of a tick. A crash or an error in here leaves everything as it was."""
        pending = _take_pending(connection, self._batch)
        if pending is None:
            return None
        tip, old = load_tip(connection, self._verifier)
        if old.size < seen.size:
            raise halt(
                f"数据库退回到 {old.size} 条，此前已签署 {seen.size} 条",
                f"the database went back to {old.size} entries; {seen.size} were signed before",
            )
        growth = grow(tip, pending.contents)
        _store(connection, growth, pending)
        head = Checkpoint(self._signer.name, growth.tip.size, _recomputed_root(connection, old, growth))
        note = checkpoints.sign(head, self._signer)
        created = self._clock().astimezone(UTC).isoformat(timespec="milliseconds")
        row = {"size": head.size, "root": head.root, "note": note, "created": created}
        connection.execute(tables.checkpoint.insert(), row)
        # By the ids that were read, never "up to the last one": PostgreSQL may meanwhile show a row with a
        # smaller id whose transaction committed later, and it would be lost.
        delete_ids(connection, tables.pending.c.id, pending.ids)
        return head, note


def _require_durable(connection: sa.Connection) -> None:
    if connection.dialect.name == "postgresql":
        for setting in ("fsync", "full_page_writes"):
            if connection.execute(sa.text(f"SHOW {setting}")).scalar_one() != "on":
                raise UnsafeDatabaseError(
                    f"PostgreSQL runs with {setting} off: a power cut could fork the log"
                )


def _take_lead(connection: sa.Connection) -> bool:
    if connection.dialect.name != "postgresql":
        return True  # BEGIN IMMEDIATE holds the only writer's lock already
    connection.execute(sa.text("SET LOCAL synchronous_commit = on"))
    query = sa.select(sa.func.pg_try_advisory_xact_lock(_ADVISORY_LOCK))
    return bool(connection.execute(query).scalar_one())


def _take_pending(connection: sa.Connection, limit: int) -> _Pending | None:
    event = tables.event.c
    # The id goes back into a table as it comes, so it is not made into a UUID in between.
    raw_id = sa.type_coerce(event.event_id, sa.String).label("event_id")
    query = (
        sa.select(tables.pending.c.id, raw_id, event.kind, event.day, event.commitment, event.digest)
        .join_from(tables.pending, tables.event, tables.pending.c.event_id == tables.event.c.event_id)
        .order_by(tables.pending.c.id)
        .limit(limit)
    )
    rows = connection.execute(query).all()
    if not rows:
        return None
    ids, event_ids, kinds, *said = zip(*rows, strict=True)
    return _Pending(ids, event_ids, [*map(Content, map(_KINDS.__getitem__, kinds), *said)])


def _store(connection: sa.Connection, growth: Growth, pending: _Pending) -> None:
    insert_rows(connection, tables.entry, ("idx", "leaf_hash", "body"), growth.entries)
    first = growth.entries[0][0]
    # In the order of the index, so that each of its pages is visited once.
    places = sorted(zip(pending.event_ids, range(first, growth.tip.size), strict=True), key=_index_order)
    insert_rows(connection, tables.place, ("event_id", "idx"), places)
    _store_issuances(connection, first, pending.contents)
    insert_rows(connection, tables.tile, ("level", "n", "data"), growth.tiles)
    connection.execute(tables.edge.delete())
    connection.execute(
        tables.edge.insert(),
        [
            {"level": level, "n": growth.tip.size >> HEIGHT * (level + 1), "data": data}
            for level, data in enumerate(growth.tip.edges)
            if data
        ],
    )


def _index_order(placed: tuple[Any, int]) -> Any:
    """Its id on SQLite, where it is text; PostgreSQL's by its number, which is compared faster."""
    return getattr(placed[0], "int", placed[0])


def _store_issuances(connection: sa.Connection, first: int, contents: Sequence[Content]) -> None:
    """Note where each credential's issuance stands; the same credential logged twice keeps its first place."""
    found: dict[bytes, int] = {}
    for index, (kind, _day, _commitment, digest) in enumerate(contents, first):
        if kind is Kind.ISSUANCE and digest is not None:
            found.setdefault(digest, index)
    its = among(connection, tables.issuance.c.digest, found)
    known = set(connection.execute(sa.select(tables.issuance.c.digest).where(its)).scalars()) if found else ()
    rows = [(digest, index) for digest, index in found.items() if digest not in known]
    insert_rows(connection, tables.issuance, ("digest", "idx"), rows)


def _recomputed_root(connection: sa.Connection, old: Checkpoint, growth: Growth) -> bytes:
    """Return the new root, computed from what now stands in the database, proved to continue the old one."""
    size = growth.tip.size
    tree = TileTree(fetcher(connection), size)
    root = tree.root()
    if old.size:
        proof = merkle.prove_consistency(tree.node, old.size, size)
        merkle.verify_consistency(old.size, size, old.root, root, proof)
    if root != growth.tip.root():
        raise halt("写入的哈希块与计算结果不符", "the tiles read back are not the tiles that were written")
    return root
