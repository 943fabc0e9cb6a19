"""Small logs for the tests: made the way the issuer makes them, with a fixed key and invented contents."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger import tiles
from ledger.checkpoint import Checkpoint, sign
from ledger.entry import Content, Kind, canonical, leaf_hash
from ledger.event import Event, new_event_id
from ledger.findings import Result
from ledger.fsck import fsck
from ledger.growth import Tip, grow
from ledger.note import Signer
from ledger.publish import publish
from ledger.sequencer import Sequencer
from ledger.store import reading, stage_all

ORIGIN = "log.example/示例"
SIGNER = Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
OTHER_SIGNER = Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33))))
START = datetime(2026, 1, 15, 1, tzinfo=UTC)


def noise(*parts: object) -> bytes:
    """Return 32 bytes that depend on the parts only."""
    return hashlib.sha256(repr(parts).encode()).digest()


def event_id(number: int) -> UUID:
    return new_event_id(START + timedelta(seconds=number), noise("id", number))


def private_event(number: int, kind: Kind = Kind.REGISTRATION, text: str = "示例") -> Event:
    payload = canonical({"number": number, "text": text})
    return Event(event_id(number), kind, date(2026, 1, 15), payload, noise("salt", number))


def issuance(number: int) -> Event:
    return Event(event_id(number), Kind.ISSUANCE, date(2026, 1, 15), digest=noise("credential", number))


def root_by_definition(leaves: list[bytes]) -> bytes:
    """Return the Merkle Tree Hash over leaf hashes exactly as RFC 6962 section 2.1 writes it down."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    left, right = root_by_definition(leaves[:k]), root_by_definition(leaves[k:])
    return hashlib.sha256(b"\x01" + left + right).digest()


def public_files(contents: list[Content]) -> dict[str, bytes]:
    """Return the public files of a log of these contents, made without a database."""
    grown = grow(Tip(0, bytes(32), ()), contents)
    size, bodies = grown.tip.size, [body for _, _, body in grown.entries]
    assert leaf_hash(bodies[0]) == grown.entries[0][1]
    files = {tiles.tile_path(level, n): data for level, n, data in grown.tiles}
    for level, data in enumerate(grown.tip.edges):
        files[tiles.tile_path(level, size >> 8 * (level + 1), len(data) // 32)] = data
    for n in range(0, size, 256):
        bundle = bodies[n : n + 256]
        files[tiles.bundle_path(n // 256, len(bundle))] = tiles.encode_bundle(bundle)
    files["checkpoint"] = sign(Checkpoint(ORIGIN, size, grown.tip.root()), SIGNER)
    return files


def write_files(folder: Path, files: dict[str, bytes]) -> Path:
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


class Log:
    """A migrated database and what belongs to it outside: high-water file and public folder."""

    def __init__(self, engine: sa.Engine, folder: Path) -> None:
        self.engine = engine
        self.high_water = folder / "high-water"
        self.public = folder / "public"
        self.staged = 0

    def sequencer(self, batch: int = 4096, signer: Signer = SIGNER) -> Sequencer:
        return Sequencer(self.engine, signer, lambda: START, self.high_water, batch)

    def stage(self, *events: Event) -> None:
        with self.engine.begin() as connection:
            stage_all(connection, events)

    def stage_next(self, count: int) -> list[Event]:
        """Stage invented events, every fourth of them an issuance."""
        numbers = range(self.staged, self.staged + count)
        events = [issuance(n) if n % 4 == 3 else private_event(n) for n in numbers]
        self.stage(*events)
        self.staged += count
        return events

    def grow(self, count: int, batch: int = 4096) -> Checkpoint:
        self.stage_next(count)
        head = self.sequencer(batch).drain()
        assert head is not None
        return head

    def publish(self) -> Checkpoint | None:
        with reading(self.engine).connect() as connection:
            return publish(connection, self.public, SIGNER.verifier())

    def fsck(self) -> Result:
        return fsck(self.engine, SIGNER.verifier(), high_water=self.high_water)
