"""Where an event stands in the log, and the proof of it."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from ledger import checkpoint as checkpoints
from ledger import merkle, tables, tiles
from ledger import proof as proofs
from ledger.bulk import among
from ledger.checkpoint import Checkpoint
from ledger.errors import MissingTileError, NotSequencedError, QuorumError, UnknownEventError
from ledger.merkle import HASH_SIZE
from ledger.note import parse
from ledger.policy import Policy
from ledger.proof import Proof
from ledger.tiles import Fetch

MAX_LOOK_BACK = 1000
"""Heads with enough signatures that are tried before it is said that none counts."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """An event and its index in the log; None until the sequencer has given it one, within about a second."""

    event_id: UUID
    index: int | None


@dataclass(frozen=True, slots=True)
class Head:
    """The newest head of the log with its signed note, cosignatures included."""

    checkpoint: Checkpoint
    note: bytes


def places(connection: sa.Connection, ids: Collection[UUID]) -> dict[UUID, int]:
    """Return the indices of those events that have one."""
    if not ids:
        return {}
    query = sa.select(tables.place).where(among(connection, tables.place.c.event_id, ids))
    return {row.event_id: row.idx for row in connection.execute(query)}


def receipt(connection: sa.Connection, event_id: UUID) -> Receipt:
    """Return the receipt of an event that was staged.

    Raises:
        UnknownEventError: no such event was ever committed.
    """
    query = (
        sa.select(tables.event.c.event_id, tables.place.c.idx)
        .select_from(tables.event.outerjoin(tables.place, tables.event.c.event_id == tables.place.c.event_id))
        .where(tables.event.c.event_id == event_id)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        raise UnknownEventError(f"no event {event_id}")
    return Receipt(event_id, row.idx)


def issuance_index(connection: sa.Connection, digest: bytes) -> int:
    """Return the index of the issuance of the credential with this SHA-256.

    Raises:
        UnknownEventError: no such issuance has a place in the log.
    """
    query = sa.select(tables.issuance.c.idx).where(tables.issuance.c.digest == digest)
    index: int | None = connection.execute(query).scalar_one_or_none()
    if index is None:
        raise UnknownEventError(f"no issuance with the digest {digest.hex()}")
    return index


# What every proof asks is given to the driver as it is: making SQL of it anew costs more than running it.
_NEWEST = "SELECT size, note FROM ledger_checkpoint ORDER BY size DESC LIMIT 1"
_COSIGNED = "SELECT line FROM ledger_cosignature WHERE size = ? ORDER BY witness"
_BODY = "SELECT body FROM ledger_entry WHERE idx = ?"
_BODIES = "SELECT body FROM ledger_entry WHERE idx >= ? AND idx < ? ORDER BY idx"
# One statement, hence one snapshot: between two, the sequencer could move the tile from edge to full.
_TILE = (
    "SELECT data FROM ledger_tile WHERE level = ? AND n = ? UNION ALL "
    "SELECT data FROM ledger_edge WHERE level = ? AND n = ?"
)


def _ask(connection: sa.Connection, statement: str, *values: int) -> sa.CursorResult[Any]:
    marked = statement if connection.dialect.name == "sqlite" else statement.replace("?", "%s")
    return connection.exec_driver_sql(marked, values)


def newest_head(connection: sa.Connection) -> Head | None:
    """Return the newest signed head, None before the first entry. It was signed here and is not verified again."""
    row = _ask(connection, _NEWEST).one_or_none()
    if row is None:
        return None
    return _with_cosignatures(connection, row)


def _with_cosignatures(connection: sa.Connection, row: sa.Row[Any]) -> Head:
    cosigned = _ask(connection, _COSIGNED, row.size).scalars()
    note = row.note + "".join(cosigned).encode("utf-8")
    return Head(checkpoints.decode(parse(note).text), note)


def witnessed_head(connection: sa.Connection, policy: Policy | None) -> Head | None:
    """Return the newest head that enough witnesses have signed, None if there is none. No policy asks for none.

    The signatures were verified when they were stored, and are verified again by the policy.
    """
    if policy is None or policy.least == 0:
        return newest_head(connection)
    signed, heads = tables.cosignature.c, tables.checkpoint
    sizes = (
        sa.select(signed.size)
        .group_by(signed.size)
        .having(sa.func.count() >= policy.least)
        .order_by(signed.size.desc())
        .limit(MAX_LOOK_BACK)
    )
    for size in connection.execute(sizes).scalars().all():
        row = connection.execute(sa.select(heads).where(heads.c.size == size)).one()
        head = _with_cosignatures(connection, row)
        with suppress(QuorumError):
            policy.check(head.note)
            return head
    return None


class Prover:
    """Makes proofs under one head, the newest that `policy` takes; tiles are read once, so many proofs are cheap."""

    def __init__(self, connection: sa.Connection, policy: Policy | None = None) -> None:
        self._connection = connection
        self._head = witnessed_head(connection, policy)
        size = 0 if self._head is None else self._head.checkpoint.size
        self._tree = tiles.TileTree(fetcher(connection), size)

    def prove(self, index: int) -> bytes:
        """Return the tlog-proof text of entry `index`, with the entry's body inside.

        Raises:
            NotSequencedError: the log, or its witnessed part, is not that long.
        """
        head = self._head
        if head is None or not 0 <= index < head.checkpoint.size:
            raise NotSequencedError(f"no head that counts has entry {index} yet; ask again in a second")
        hashes = merkle.prove_inclusion(self._tree.node, index, head.checkpoint.size)
        body = _ask(self._connection, _BODY, index).scalar_one()
        return proofs.encode(Proof(index, tuple(hashes), head.note, body))


def prove_index(connection: sa.Connection, index: int, policy: Policy | None = None) -> bytes:
    """Return the tlog-proof text of one entry under the newest head that `policy` takes; for many, use a `Prover`.

    Raises:
        NotSequencedError: the log, or its witnessed part, is not that long.
    """
    return Prover(connection, policy).prove(index)


def prove_event(connection: sa.Connection, event_id: UUID) -> bytes:
    """Return the tlog-proof text of an event.

    Raises:
        UnknownEventError: no such event.
        NotSequencedError: it has no place yet.
    """
    index = receipt(connection, event_id).index
    if index is None:
        raise NotSequencedError(f"event {event_id} has no place in the log yet")
    return prove_index(connection, index)


def prove_issuance(connection: sa.Connection, digest: bytes) -> bytes:
    """Return the tlog-proof text of the issuance of the credential with this SHA-256.

    Raises:
        UnknownEventError: no such issuance has a place in the log.
    """
    return prove_index(connection, issuance_index(connection, digest))


def fetcher(connection: sa.Connection) -> Fetch:
    """Return a reader of the log's public files straight from the database.

    A partial tile is the beginning of a fuller one, so files of any earlier size can be read as well.
    """

    def fetch(path: str) -> bytes:
        level, n, width = tiles.parse_path(path)
        data = _bundle(connection, n, width) if level is None else _tile(connection, level, n, width)
        if data is None:
            raise MissingTileError(path)
        return data

    return fetch


def _tile(connection: sa.Connection, level: int, n: int, width: int) -> bytes | None:
    data: bytes | None = _ask(connection, _TILE, level, n, level, n).scalar_one_or_none()
    return None if data is None or len(data) < width * HASH_SIZE else data[: width * HASH_SIZE]


def _bundle(connection: sa.Connection, n: int, width: int) -> bytes | None:
    start = n * tiles.WIDTH
    bodies = _ask(connection, _BODIES, start, start + width).scalars().all()
    return tiles.encode_bundle(bodies) if len(bodies) == width else None
