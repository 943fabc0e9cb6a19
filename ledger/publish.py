"""Publishing: the log as static files in C2SP's places, for any web server to serve.

checkpoint            the signed head                       changes; keep it for seconds
tile/<level>/<n>      256 hashes                            never changes
tile/entries/<n>      256 entries                           never changes
….p/<width>           the last tile or bundle of its level   never changes
ledger.vkey           the key that signs checkpoints
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa

from ledger import issued, tables, tiles
from ledger.checkpoint import Checkpoint
from ledger.files import replace_file
from ledger.head import check_outside, open_head
from ledger.issued import IssuedHead
from ledger.note import Signer, Verifier
from ledger.receipts import fetcher, newest_head

CHECKPOINT = "checkpoint"
VKEY = "ledger.vkey"


_TEXT = "text/plain; charset=utf-8"
_BYTES = "application/octet-stream"
_FOR_EVER = "public, max-age=31536000, immutable"
_BRIEFLY = "public, max-age=5"


def headers_of(path: str) -> dict[str, str]:
    """Return media type and caching of a public file: tiles never change, heads are fresh for seconds."""
    changes = path in {CHECKPOINT, VKEY} or path.endswith("/head")
    return {
        "Content-Type": _TEXT if changes else _BYTES,
        "Cache-Control": _BRIEFLY if changes else _FOR_EVER,
    }


class Target(Protocol):
    """Where public files go."""

    def read(self, path: str) -> bytes | None:
        """Return the file at `path`, None if there is none."""

    def write(self, path: str, data: bytes) -> None:
        """Put the file there in one step, durable when this returns."""


class Folder:
    """A folder on disk."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, path: str) -> bytes | None:
        file = self.path / path
        return file.read_bytes() if file.exists() else None

    def write(self, path: str, data: bytes) -> None:
        replace_file(self.path / path, data)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other publishers out, so that an older checkpoint never replaces a newer one."""
        self.path.mkdir(parents=True, exist_ok=True)
        lock = os.open(self.path / ".publish.lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


def publish_to(connection: sa.Connection, target: Target, verifier: Verifier) -> Checkpoint | None:
    """Bring the public files up to the newest committed checkpoint; returns it, or None for an empty log.

    `connection` must not be inside the sequencer's transaction: only what is committed may be shown. What is
    already published says where to go on, so a crash anywhere is mended by calling again.

    Raises:
        LedgerHaltedError: what was published before is not a beginning of what the database has.
    """
    key = f"{verifier.vkey()}\n".encode()
    if target.read(VKEY) != key:
        target.write(VKEY, key)
    head = newest_head(connection)
    old = target.read(CHECKPOINT)
    published = 0 if old is None else open_head(old, verifier).size
    if head is None:
        if old is not None:
            check_outside(connection, Checkpoint(verifier.name, 0, b""), old, verifier, CHECKPOINT)
        return None
    if old is not None:
        check_outside(connection, head.checkpoint, old, verifier, CHECKPOINT)
    fetch = fetcher(connection)
    for path in tiles.paths_between(published, head.checkpoint.size):
        target.write(path, fetch(path))
    # Point of no return: readers now see the new head, and everything it needs is there.
    if old != head.note:
        target.write(CHECKPOINT, head.note)
    return head.checkpoint


def publish_issuances(connection: sa.Connection, target: Target, signer: Signer, year: int) -> IssuedHead:
    """Publish the signed list of all credentials issued in `year` (days in Asia/Shanghai).

    `connection` as for `publish_to`, which is to be called first: the list speaks of a published log.
    """
    head = newest_head(connection)
    size = 0 if head is None else head.checkpoint.size
    issuance, place, event = tables.issuance, tables.place, tables.event
    query = (
        sa.select(issuance.c.digest, issuance.c.idx)
        .join(place, place.c.idx == issuance.c.idx)
        .join(event, event.c.event_id == place.c.event_id)
        .where(issuance.c.idx < size, event.c.day.between(date(year, 1, 1), date(year, 12, 31)))
    )
    data = issued.encode_list((row.digest, row.idx) for row in connection.execute(query))
    note = issued.sign_head(signer, year, size, data)
    signed = issued.open_head(note, signer.name, [signer.verifier()])
    target.write(issued.list_path(year, signed.count), data)
    # Point of no return, as with the checkpoint: the list that the head names is there before the head.
    target.write(issued.head_path(year), note)
    return signed


def publish(connection: sa.Connection, folder: Path, verifier: Verifier) -> Checkpoint | None:
    """Publish into a folder, one publisher at a time; see `publish_to`."""
    target = Folder(folder)
    with target.locked():
        return publish_to(connection, target, verifier)
