"""Where proofs lie: a folder, or a bucket that speaks S3. Files are named by digest, so writing one again changes nothing.

`ab/<digest>` holds the bytes as they came, `ab/<digest>.jpg` the picture of the first page: both are written before the
declaration names them: a crash leaves a file that nobody names, and `sweep` takes it away a day later.
`ab/<digest>.2.jpg` and so on are pictures of later pages, made when somebody first looks at them.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import httpx

from issuer.config import Settings
from issuer.evidence.errors import EvidenceMissing
from ledger.bucket import Bucket, Credentials
from ledger.errors import StorageError
from ledger.files import replace_file

_NAME = re.compile(r"[0-9a-f]{2}/([0-9a-f]{64})((\.[0-9]{1,3})?\.jpg)?")
PATIENCE = 20.0
"""Seconds until a bucket that does not answer is given up."""
PRIVATE = {"Content-Type": "application/octet-stream", "Cache-Control": "private, no-store"}
"""How a bucket keeps proofs: they are nobody's to cache."""


@dataclass(frozen=True)
class Kept:
    """One file of the store, and when it was last written."""

    path: str
    digest: str
    written: datetime


class Store(Protocol):
    """What a place for proofs can do. Each may raise StorageError or OSError; `keeping` turns both into ours."""

    def read(self, path: str) -> bytes | None:
        """The bytes at `path`, None without any."""

    def write(self, path: str, data: bytes) -> None:
        """Put the bytes there in one step, on disk when this returns."""

    def written(self, path: str) -> datetime | None:
        """When the file at `path` was last written, None without one."""

    def all(self) -> Iterator[Kept]:
        """Every file there is."""

    def remove(self, path: str) -> None:
        """Take a file away."""


class FolderStore:
    """Proofs in a folder that only its owner can enter."""

    def __init__(self, folder: Path) -> None:
        """Make the folder if it is missing."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder

    def read(self, path: str) -> bytes | None:
        """Read a file."""
        try:
            return (self._folder / path).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, path: str, data: bytes) -> None:
        """Write a file; one that is there is written again, so that a sweep sees it as new."""
        replace_file(self._folder / path, data)

    def written(self, path: str) -> datetime | None:
        """Look at the file's time."""
        try:
            return datetime.fromtimestamp((self._folder / path).stat().st_mtime, UTC)
        except FileNotFoundError:
            return None

    def all(self) -> Iterator[Kept]:
        """List the files, drafts of a crash left out."""
        for file in sorted(self._folder.glob("??/*")):
            path = file.relative_to(self._folder).as_posix()
            found, written = _NAME.fullmatch(path), self.written(path)
            if found and written:
                yield Kept(path, found[1], written)

    def remove(self, path: str) -> None:
        """Delete the file."""
        (self._folder / path).unlink(missing_ok=True)


class BucketStore:
    """Proofs in a bucket, below a prefix. The bucket must be private: nothing here is for anybody to read."""

    def __init__(self, bucket: Bucket) -> None:
        """`bucket` is opened by the caller."""
        self._bucket = bucket

    def read(self, path: str) -> bytes | None:
        """Get an object."""
        return self._bucket.read(path)

    def write(self, path: str, data: bytes) -> None:
        """Put an object."""
        self._bucket.write(path, data)

    def written(self, path: str) -> datetime | None:
        """List it by its name."""
        return dict(self._bucket.objects(path)).get(path)

    def all(self) -> Iterator[Kept]:
        """List the objects, as the store orders them."""
        for path, written in self._bucket.objects(""):
            if found := _NAME.fullmatch(path):
                yield Kept(path, found[1], written)

    def remove(self, path: str) -> None:
        """Delete the object."""
        self._bucket.delete(path)


def path_of(digest: str, page: int = 0) -> str:
    """Where a proof lies, or the picture of one of its pages, counted from 1."""
    later = f".{page}" if page > 1 else ""
    return f"{digest[:2]}/{digest}{later}{'.jpg' if page else ''}"


@contextmanager
def opened_store(settings: Settings, now: Callable[[], datetime]) -> Iterator[Store]:
    """The store that the settings name: a folder of the instance, or a bucket (`evidence_bucket`).

    Raises:
        SettingsError: a bucket without its key.
        EvidenceMissing: the store refused or could not be reached.
    """
    try:
        if settings.evidence_bucket is None:
            yield FolderStore(settings.home / settings.evidence_folder)
            return
        key = Credentials(*settings.evidence_key())
        with httpx.Client(timeout=PATIENCE) as client:
            yield BucketStore(Bucket(settings.evidence_bucket, key, client, now, lambda _path: PRIVATE))
    except (StorageError, OSError) as error:
        raise EvidenceMissing(
            "证明材料的存放处没有应答，没有保存。请稍后再试 the store of proofs does not answer; nothing was saved"
        ) from error
