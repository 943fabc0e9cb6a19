"""The independent re-check of the whole database: reads only, recomputes everything, shares no code with the writer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from ledger import tables
from ledger.checkpoint import Checkpoint, open_checkpoint
from ledger.closed import check_closed, erased_in_closed
from ledger.entry import GENESIS, SALT_SIZE, Kind, commit, decode, leaf_hash
from ledger.erasure import erased_ids
from ledger.errors import FormatError, LedgerError, NotProvedError
from ledger.findings import Check, Finding, Result
from ledger.folding import Fold
from ledger.note import Verifier
from ledger.store import reading
from ledger.tiles import HEIGHT, WIDTH

CHUNK = 4096
MAX_FINDINGS = 1000

Progress = Callable[[int, int], None]
"""progress(entries done, entries in all)."""


def fsck(
    engine: sa.Engine, verifier: Verifier, *, high_water: Path | None = None, progress: Progress | None = None
) -> Result:
    """Check the whole database of the log that `verifier` (its key's name is the origin) has signed."""
    with reading(engine).connect() as connection:
        walk = _Walk(connection, verifier, high_water)
        walk.run(progress or (lambda _done, _total: None))
        return walk.result()


@dataclass
class _Walk:
    connection: sa.Connection
    verifier: Verifier
    high_water: Path | None
    findings: list[Finding] = field(default_factory=list)
    fold: Fold = field(default_factory=Fold)
    erased: dict[UUID, int] = field(default_factory=dict)
    """Events whose payload is gone, and their entries."""
    recorded: set[UUID] = field(default_factory=set)
    """Events whose erasure an entry records."""
    heads: dict[int, Checkpoint] = field(default_factory=dict)
    pending: int = 0
    previous: bytes = GENESIS
    next: int = 0
    """The index that the next entry should have."""
    indexed: int = 0
    """Issuances that the index of issuances leads to."""

    def run(self, progress: Progress) -> None:
        self._read_heads()
        total = self._count(tables.entry)
        for row in self._entries():
            if len(self.findings) >= MAX_FINDINGS:
                break
            self._check_entry(row)
            if self.fold.size % CHUNK == 0:
                progress(self.fold.size, total)
        self._check_tables()
        self._check_heads_reached()
        self._check_erasures()
        self.findings += check_closed(self.connection, self.recorded)
        self._check_queue()
        self._check_high_water()
        progress(self.fold.size, total)

    def result(self) -> Result:
        return Result(
            self.fold.size,
            len(self.heads),
            self.pending,
            len(self.erased),
            tuple(self.findings[:MAX_FINDINGS]),
        )

    def _find(self, check: Check, index: int | None, detail: str) -> None:
        self.findings.append(Finding(check, index, detail))

    def _count(self, table: sa.Table) -> int:
        return self.connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()

    def _read_heads(self) -> None:
        """Verify every checkpoint's signature; their roots are compared when the walk passes their sizes."""
        for row in self.connection.execute(sa.select(tables.checkpoint).order_by(tables.checkpoint.c.size)):
            try:
                head = open_checkpoint(_bytes(row.note), self.verifier.name, [self.verifier])
            except (FormatError, NotProvedError) as error:
                self._find(Check.CHECKPOINT, row.size, str(error))
                continue
            if (head.size, head.root) != (row.size, row.root):
                self._find(
                    Check.CHECKPOINT, row.size, "the signed note says another size or root than its row"
                )
            self.heads[head.size] = head

    def _entries(self) -> Iterator[sa.Row[Any]]:
        entry, place, event = tables.entry, tables.place, tables.event
        private, issuance = tables.private, tables.issuance
        query = (
            sa.select(
                entry,
                place.c.event_id,
                event.c.kind,
                event.c.day,
                event.c.commitment,
                event.c.digest,
                private.c.salt,
                private.c.payload,
                issuance.c.idx.label("issued"),
            )
            .select_from(
                entry.outerjoin(place, place.c.idx == entry.c.idx)
                .outerjoin(event, event.c.event_id == place.c.event_id)
                .outerjoin(private, private.c.event_id == place.c.event_id)
                .outerjoin(issuance, issuance.c.digest == event.c.digest)
            )
            .order_by(entry.c.idx)
            .limit(CHUNK)
        )
        after = -1
        while True:
            try:
                rows = self.connection.execute(query.where(entry.c.idx > after)).all()
            except (sa.exc.SQLAlchemyError, TypeError, ValueError) as error:
                self._find(Check.ENTRY, after + 1, f"rows from here on cannot be read: {error}")
                return
            yield from rows
            if len(rows) < CHUNK:
                return
            after = rows[-1].idx

    def _check_entry(self, row: sa.Row[Any]) -> None:
        if row.idx < self.next:
            self._find(Check.EVENT, row.idx, "more than one event has this place")
            return
        if row.idx > self.next:
            self._find(Check.ENTRY, self.next, f"missing; the next one there is {row.idx}")
        leaf = leaf_hash(_bytes(row.body))
        if leaf != row.leaf_hash:
            self._find(Check.ENTRY, row.idx, "the stored leaf hash is not the hash of the body")
        self._check_body(row)
        self._check_payload(row)
        self.next, self.previous = row.idx + 1, leaf
        for tile in self.fold.push(leaf):
            self._compare_tile(tables.tile, *tile)
        head = self.heads.get(self.next)
        if head is not None and head.root != self.fold.root():
            self._find(Check.CHECKPOINT, head.size, "signed for another root than that of the entries")

    def _check_body(self, row: sa.Row[Any]) -> None:
        try:
            entry = decode(_bytes(row.body))
        except FormatError as error:
            self._find(Check.ENTRY, row.idx, str(error))
            return
        if entry.index != row.idx:
            self._find(Check.ENTRY, row.idx, f"the body says it is number {entry.index}")
        if entry.previous != self.previous:
            self._find(Check.CHAIN, row.idx, "does not name the hash of the entry before")
        said = (entry.kind, entry.day, entry.commitment, entry.digest)
        if said != (row.kind, row.day, row.commitment, row.digest):
            self._find(Check.EVENT, row.idx, "the event staged is missing or says something else")
        if entry.kind is Kind.ISSUANCE:
            # The same credential logged twice is found at its first place.
            self.indexed += row.issued == row.idx
            if row.issued is None or row.issued > row.idx:
                self._find(Check.ISSUANCE, row.idx, "the index of issuances does not lead here")

    def _check_payload(self, row: sa.Row[Any]) -> None:
        if row.commitment is None:
            return
        if row.payload is None:
            self.erased[row.event_id] = row.idx
        elif len(_bytes(row.salt)) != SALT_SIZE or commit(row.salt, _bytes(row.payload)) != row.commitment:
            self._find(Check.PAYLOAD, row.idx, "the private payload is not the one committed to")
        elif row.kind == Kind.ERASURE:
            self.recorded.update(erased_ids(row.payload))

    def _compare_tile(self, table: sa.Table, level: int, n: int, expected: bytes) -> None:
        query = sa.select(table.c.data).where(table.c.level == level, table.c.n == n)
        stored = self.connection.execute(query).scalar_one_or_none()
        if stored != expected:
            what = "is missing" if stored is None else "is not the one of the entries"
            self._find(
                Check.TILE, n * WIDTH << HEIGHT * level, f"{table.name} level {level} number {n} {what}"
            )

    def _check_tables(self) -> None:
        partial = self.fold.partial_tiles()
        for tile in partial:
            self._compare_tile(tables.edge, *tile)
        for check, table, expected in (
            (Check.TILE, tables.tile, self.fold.full_tiles()),
            (Check.TILE, tables.edge, len(partial)),
            (Check.EVENT, tables.place, self.fold.size),
            (Check.ISSUANCE, tables.issuance, self.indexed),
        ):
            stored = self._count(table)
            if stored != expected:
                self._find(check, None, f"{table.name} has {stored} rows; {expected} belong to the entries")

    def _check_heads_reached(self) -> None:
        for size in self.heads:
            if size > self.next:
                self._find(Check.CHECKPOINT, size, f"signed for more entries than the {self.next} there are")
        if self.next and self.next not in self.heads:
            self._find(Check.CHECKPOINT, self.next, "the newest entries stand under no checkpoint")

    def _check_erasures(self) -> None:
        waiting = (
            sa.select(tables.private.c.payload)
            .join(tables.event, tables.event.c.event_id == tables.private.c.event_id)
            .join(tables.pending, tables.pending.c.event_id == tables.private.c.event_id)
            .where(tables.event.c.kind == Kind.ERASURE.value)
        )
        for payload in self.connection.execute(waiting).scalars():
            self.recorded.update(erased_ids(payload))
        self.recorded.update(erased_in_closed(self.connection))
        for event_id, index in self.erased.items():
            if event_id not in self.recorded:
                self._find(
                    Check.PAYLOAD, index, "the private payload is gone, and no entry records its erasure"
                )

    def _check_queue(self) -> None:
        event, place, pending, closed = tables.event, tables.place, tables.pending, tables.closed_place
        self.pending = self._count(pending)
        lost = (
            sa.select(event.c.event_id)
            .select_from(
                event.outerjoin(place, place.c.event_id == event.c.event_id)
                .outerjoin(pending, pending.c.event_id == event.c.event_id)
                .outerjoin(closed, closed.c.event_id == event.c.event_id)
            )
            .where(place.c.event_id.is_(None), pending.c.event_id.is_(None), closed.c.event_id.is_(None))
        )
        twice = sa.select(pending.c.event_id).join(place, place.c.event_id == pending.c.event_id)
        beyond = sa.select(place.c.event_id, place.c.idx).where(
            (place.c.idx >= self.next) | (place.c.idx < 0)
        )
        self._report(lost, "event {} is neither in the log nor waiting for it")
        self._report(twice, "event {} waits for the log though it is in it")
        self._report(beyond, "event {} has a place beyond the end of the log")

    def _report(self, query: sa.Select[Any], detail: str) -> None:
        for row in self.connection.execute(query.limit(MAX_FINDINGS)):
            self._find(Check.PENDING, None, detail.format(row.event_id))

    def _check_high_water(self) -> None:
        if self.high_water is None:
            return
        try:
            outside = open_checkpoint(self.high_water.read_bytes(), self.verifier.name, [self.verifier])
        except (OSError, LedgerError) as error:
            self._find(Check.HIGH_WATER, None, f"{self.high_water}: {error}")
            return
        inside = self.heads.get(outside.size)
        if outside.size > self.next:
            self._find(
                Check.HIGH_WATER,
                outside.size,
                f"ahead of the {self.next} entries: a backup was restored?",
            )
        elif outside.size and (inside is None or inside.root != outside.root):
            self._find(
                Check.HIGH_WATER, outside.size, "not a checkpoint of this database: history was rewritten?"
            )


def _bytes(value: object) -> bytes:
    """Return what was read if it is bytes: whoever edits a SQLite file can put text or NULL into any column."""
    return value if isinstance(value, bytes) else b""
