"""Publishing: the log as static files in C2SP's places, for any web server to serve.

checkpoint            the signed head                       changes; keep it for seconds
tile/<level>/<n>      256 hashes                            never changes
tile/entries/<n>      256 entries                           never changes
….p/<width>           the last tile or bundle of its level   never changes
ledger.vkey           the key that signs checkpoints
"""

import fcntl
import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa

from ledger import issued, tables, tiles
from ledger.checkpoint import Checkpoint
from ledger.entry import Kind
from ledger.errors import FormatError, MissingTileError, NotProvedError
from ledger.files import replace_file, replace_files
from ledger.head import check_outside, open_head
from ledger.issued import IssuedHead
from ledger.note import Signer, Verifier
from ledger.policy import Policy
from ledger.receipts import Head, fetcher, newest_head, witnessed_head

CHECKPOINT = "checkpoint"
VKEY = "ledger.vkey"
RESIGNED_AFTER = 65_536
"""Entries without an issuance of a year after which its list is signed again, so that no search begins far back."""
_log = logging.getLogger(__name__)

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


PublicFile = tuple[str, bytes]
"""Path and content."""


class Target(Protocol):
    """Where public files go."""

    def read(self, path: str) -> bytes | None:
        """Return the file at `path`, None if there is none."""

    def write(self, path: str, data: bytes) -> None:
        """Put the file there in one step, durable when this returns."""

    def write_all(self, files: Iterable[PublicFile]) -> None:
        """Put one file after the other, each in one step; all are durable when this returns."""


@dataclass(frozen=True)
class Below:
    """What of another place is below a folder: a log that continues another has its files there."""

    target: Target
    folder: str
    """Empty, or ending in a slash."""

    def read(self, path: str) -> bytes | None:
        return self.target.read(self.folder + path)

    def write(self, path: str, data: bytes) -> None:
        self.target.write(self.folder + path, data)

    def write_all(self, files: Iterable[PublicFile]) -> None:
        self.target.write_all((self.folder + path, data) for path, data in files)

    def fetch(self, path: str) -> bytes:
        """Read a file that must be there. MissingTileError if it is not."""
        data = self.read(path)
        if data is None:
            raise MissingTileError(self.folder + path)
        return data


class Folder:
    """A folder on disk."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, path: str) -> bytes | None:
        file = self.path / path
        return file.read_bytes() if file.exists() else None

    def write(self, path: str, data: bytes) -> None:
        replace_file(self.path / path, data)

    def write_all(self, files: Iterable[PublicFile]) -> None:
        replace_files((self.path / path, data) for path, data in files)

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


def publish_to(
    connection: sa.Connection, target: Target, verifier: Verifier, policy: Policy | None = None
) -> Checkpoint | None:
    """Bring the public files up to the newest committed checkpoint; returns what is shown, or None for nothing yet.

    With a `policy`, tiles go out for all that is committed, but the head shown is the newest that enough witnesses
    have signed: readers never see one that an absent witness could yet contradict. `connection` must not be inside
    the sequencer's transaction: only what is committed may be shown. What is already published says where to go on,
    so a crash anywhere is mended by calling again.

    Raises:
        LedgerHaltedError: what was published before is not a beginning of what the database has.
    """
    key = f"{verifier.vkey()}\n".encode()
    if target.read(VKEY) != key:
        target.write(VKEY, key)
    head = newest_head(connection)
    old, published = _published(connection, target, verifier, head)
    if head is None:
        return None
    shown = witnessed_head(connection, policy)
    _write_tiles(connection, target, published, head.checkpoint.size)
    if (
        shown is None or shown.checkpoint.size < published
    ):  # other witnesses than before: nothing is taken back
        return None if old is None else open_head(old, verifier)
    if shown.checkpoint.size < head.checkpoint.size:  # it has partial tiles of its own
        _write_tiles(connection, target, published, shown.checkpoint.size)
    # Point of no return: readers now see the new head, and everything it needs is there.
    if old != shown.note:
        target.write(CHECKPOINT, shown.note)
    return shown.checkpoint


def _published(
    connection: sa.Connection, target: Target, verifier: Verifier, head: Head | None
) -> tuple[bytes | None, int]:
    """Return the checkpoint that is shown and its size, 0 for none, once it is known to be a beginning of the database."""
    old = target.read(CHECKPOINT)
    if old is None:
        return None, 0
    now = Checkpoint(verifier.name, 0, b"") if head is None else head.checkpoint
    check_outside(connection, now, old, verifier, CHECKPOINT)
    return old, open_head(old, verifier).size


def _write_tiles(connection: sa.Connection, target: Target, published: int, size: int) -> None:
    fetch = fetcher(connection)
    target.write_all((path, fetch(path)) for path in tiles.paths_between(published, size))


def renew_issuances(
    connection: sa.Connection,
    target: Target,
    signer: Signer,
    year: int,
    largest: int | None = None,
) -> IssuedHead:
    """Bring the signed list of all credentials issued in `year` (days in Asia/Shanghai) up to the head that is shown.

    The list that stands there, signed by us, is gone on from. With `largest`, one of more issuances is left as it is.
    `connection` as for `publish_to`, which is to be called first: the list speaks of the log that is shown.
    """
    shown = target.read(CHECKPOINT)
    size = 0 if shown is None else open_head(shown, signer.verifier()).size
    old, data = _issued_before(target, signer, year)
    if old is not None and (size <= old.log_size or (largest is not None and old.count > largest)):
        return old
    start = 0 if old is None else old.log_size
    known = {data[at : at + issued.PREFIX] for at in range(0, len(data), issued.RECORD)}
    fresh = [
        row for row in _issued_between(connection, start, size, year) if row[0][: issued.PREFIX] not in known
    ]
    if old is not None and not fresh and size - start < RESIGNED_AFTER:
        return old
    data = issued.encode_list(fresh, data)
    note = issued.sign_head(signer, year, size, data)
    signed = issued.open_head(note, signer.name, [signer.verifier()])
    if fresh or old is None:
        target.write(issued.list_path(year, signed.count), data)
    # Point of no return, as with the checkpoint: the list that the head names is there before the head.
    target.write(issued.head_path(year), note)
    return signed


def _issued_before(target: Target, signer: Signer, year: int) -> tuple[IssuedHead | None, bytes]:
    """Return what is published of a year; a list that is not the signed one is made anew from the database."""
    note = target.read(issued.head_path(year))
    try:
        head = None if note is None else issued.open_head(note, signer.name, [signer.verifier()])
        data = None if head is None else target.read(issued.list_path(year, head.count))
        if head is not None and data is not None:
            issued.check_list(head, data)
            return head, data
    except (FormatError, NotProvedError) as error:
        _log.warning("the list of %d is made anew: %s", year, error)
    return None, b""


def _issued_between(connection: sa.Connection, start: int, end: int, year: int) -> list[tuple[bytes, int]]:
    """Return digest and index of the issuances of a year among the entries [start, end), each at its first place."""
    issuance, place, event = tables.issuance, tables.place, tables.event
    query = (
        sa.select(issuance.c.digest, issuance.c.idx)
        .select_from(place)
        .join(event, event.c.event_id == place.c.event_id)
        .join(issuance, (issuance.c.digest == event.c.digest) & (issuance.c.idx == place.c.idx))
        .where(place.c.idx >= start, place.c.idx < end, event.c.kind == Kind.ISSUANCE.value)
        .where(event.c.day.between(date(year, 1, 1), date(year, 12, 31)))
    )
    return [(row.digest, row.idx) for row in connection.execute(query)]


def publish(
    connection: sa.Connection, folder: Path, verifier: Verifier, policy: Policy | None = None
) -> Checkpoint | None:
    """Publish into a folder, one publisher at a time; see `publish_to`."""
    target = Folder(folder)
    with target.locked():
        return publish_to(connection, target, verifier, policy)
