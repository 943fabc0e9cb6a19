"""The logs that this one continues: their last heads, and where an event or a credential stands in them.

Their entries and tiles are not kept here again: the public files of a closed log are its evidence, and proofs are made from them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from ledger import checkpoint as checkpoints
from ledger import proof as proofs
from ledger import tables, tiles
from ledger.checkpoint import Checkpoint
from ledger.entry import Kind, commit
from ledger.erasure import erased_ids
from ledger.errors import FormatError, NotProvedError
from ledger.findings import Check, Finding
from ledger.note import Verifier
from ledger.proof import Proof
from ledger.tiles import Fetch

CHUNK = 4096


@dataclass(frozen=True, slots=True)
class ClosedLog:
    """A log that ended. `path` is the folder of its files among the issuer's public files: empty, or ending in a slash."""

    number: int
    path: str
    vkey: str
    note: bytes
    """Its last signed head, byte for byte, with the witnesses' signatures that it had."""

    @property
    def verifier(self) -> Verifier:
        return Verifier.from_vkey(self.vkey)

    @property
    def origin(self) -> str:
        return self.verifier.name

    @property
    def head(self) -> Checkpoint:
        """The size and root at which it ended, its signature verified.

        Raises:
            FormatError, NotProvedError: it is not a head of this log.
        """
        return checkpoints.open_checkpoint(self.note, self.origin, [self.verifier])


def closed_logs(connection: sa.Connection) -> tuple[ClosedLog, ...]:
    """Return the closed logs, oldest first."""
    query = sa.select(tables.closed).order_by(tables.closed.c.number)
    return tuple(ClosedLog(row.number, row.path, row.vkey, row.note) for row in connection.execute(query))


def closed_issuance(connection: sa.Connection, digest: bytes) -> tuple[ClosedLog, int] | None:
    """Return the closed log and the index there of the issuance of the credential with this SHA-256, None if in none."""
    found = tables.closed_issuance.c
    row = connection.execute(sa.select(found.number, found.idx).where(found.digest == digest)).one_or_none()
    if row is None:
        return None
    return next(log for log in closed_logs(connection) if log.number == row.number), row.idx


def prove_closed(log: ClosedLog, fetch: Fetch, index: int) -> bytes:
    """Return the tlog-proof text of entry `index` of a closed log, made from its public files and verified.

    Raises:
        MissingTileError: a file is not there.
        FormatError, NotProvedError: the files are not those of the log that was closed.
    """
    head = log.head
    body = tiles.read_entry(fetch, head.size, index)
    made = Proof(index, tuple(tiles.prove_inclusion(fetch, head.size, index)), log.note, body)
    proofs.prove(made, head)
    return proofs.encode(made)


def erased_in_closed(connection: sa.Connection) -> Iterator[UUID]:
    """Yield the events whose erasure an entry of a closed log records."""
    event, private, closed = tables.event.c, tables.private.c, tables.closed_place.c
    query = (
        sa.select(private.payload)
        .join_from(tables.private, tables.event, event.event_id == private.event_id)
        .join(tables.closed_place, closed.event_id == private.event_id)
        .where(event.kind == Kind.ERASURE.value)
    )
    for payload in connection.execute(query).scalars():
        yield from erased_ids(payload)


def check_closed(connection: sa.Connection, recorded: set[UUID]) -> Iterator[Finding]:
    """Re-check what is kept of closed logs; `recorded` are the events whose erasure an entry records."""
    sizes: dict[int, int] = {}
    for log in closed_logs(connection):
        try:
            sizes[log.number] = log.head.size
        except (FormatError, NotProvedError) as error:
            yield Finding(Check.CLOSED, None, f"the head of closed log {log.number}: {error}")
    for row in _placed(connection):
        if not 0 <= row.idx < sizes.get(row.number, row.idx + 1):
            yield Finding(Check.CLOSED, row.idx, f"beyond the end of closed log {row.number}")
        elsewhere = [one for one in (row.placed, row.waiting) if one is not None]
        if elsewhere:
            yield Finding(
                Check.CLOSED, row.idx, f"event {row.event_id} is logged again after its log was closed"
            )
        if row.kind == Kind.ISSUANCE and row.issued is None:
            yield Finding(
                Check.ISSUANCE, row.idx, f"the index of issuances of closed log {row.number} lacks it"
            )
        if row.commitment is not None and (wrong := _wrong_payload(row, recorded)):
            yield Finding(Check.PAYLOAD, row.idx, wrong)


def _wrong_payload(row: sa.Row[Any], recorded: set[UUID]) -> str | None:
    if row.payload is None:
        return (
            None
            if row.event_id in recorded
            else "the private payload is gone, and no entry records its erasure"
        )
    if commit(row.salt, row.payload) != row.commitment:
        return f"not the payload that closed log {row.number} committed to"
    return None


def _placed(connection: sa.Connection) -> Iterator[sa.Row[Any]]:
    """Yield every event of the closed logs with what is kept of it, by its id."""
    closed, event, private = tables.closed_place, tables.event, tables.private
    place, pending, issued = tables.place, tables.pending, tables.closed_issuance
    same = issued.c.digest == event.c.digest
    query = (
        sa.select(
            closed, event.c.kind, event.c.commitment, private.c.salt, private.c.payload,
            issued.c.idx.label("issued"), place.c.idx.label("placed"), pending.c.id.label("waiting"),
        )
        .select_from(
            closed.join(event, event.c.event_id == closed.c.event_id)
            .outerjoin(private, private.c.event_id == closed.c.event_id)
            .outerjoin(place, place.c.event_id == closed.c.event_id)
            .outerjoin(pending, pending.c.event_id == closed.c.event_id)
            .outerjoin(issued, same)
        )
        .order_by(closed.c.event_id)
        .limit(CHUNK)
    )  # fmt: skip
    after: UUID | None = None
    while True:
        rows = connection.execute(query if after is None else query.where(closed.c.event_id > after)).all()
        yield from rows
        if len(rows) < CHUNK:
            return
        after = rows[-1].event_id
