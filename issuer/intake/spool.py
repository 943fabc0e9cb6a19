"""Files that were received, in a folder of the instance until they are worked off. Only the service's user can read them.

Names are ids: neither a sender's name for a file nor what is in it stands in one. Beside a file that the server's terminal
hands over lies what was asked of it, as JSON; the service takes both in.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from issuer.config import Settings
from ledger.files import replace_file, sync_folder

_DRAFT, _ASKED = ".part", ".json"


@dataclass
class Incoming:
    """A file while it comes in."""

    file: BinaryIO
    digest: Any = field(default_factory=hashlib.sha256)
    size: int = 0

    def write(self, part: bytes) -> None:
        """Take the next part."""
        self.file.write(part)
        self.digest.update(part)
        self.size += len(part)


def folder(settings: Settings) -> Path:
    """The folder, made when it is first needed."""
    path = settings.home / settings.imports_folder
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def place(settings: Settings, one: UUID) -> Path:
    """Where the file of a sending lies."""
    return folder(settings) / one.hex


@contextmanager
def receiving(settings: Settings, one: UUID) -> Iterator[Incoming]:
    """Receive a file: at the end of the block it lies in its place, on disk; nothing does when the block fails."""
    path = place(settings, one)
    draft = path.with_suffix(_DRAFT)
    try:
        with open(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:  # noqa: PTH123 - its mode
            yield Incoming(file)
            file.flush()
            os.fsync(file.fileno())
        # A crash after this and before the sending's row is there leaves a file that `sweep` takes away.
        draft.rename(path)
        sync_folder(path.parent)
    finally:
        draft.unlink(missing_ok=True)


def hand_over(settings: Settings, one: UUID, file: Path, asked: Mapping[str, Any]) -> None:
    """Give a file to the service that holds the instance; what is asked goes last, so that a part is never taken."""
    with receiving(settings, one) as incoming, file.open("rb") as source:
        while part := source.read(1 << 20):
            incoming.write(part)
    told = {**asked, "sha256": incoming.digest.hexdigest(), "size": incoming.size}
    replace_file(place(settings, one).with_suffix(_ASKED), json.dumps(told).encode())


def handed_over(settings: Settings) -> Iterator[tuple[UUID, dict[str, Any]]]:
    """What the terminal handed over and nobody took in yet, with what is asked of it."""
    for path in sorted(folder(settings).glob("*" + _ASKED)):
        yield UUID(hex=path.stem), json.loads(path.read_bytes())


def taken_in(settings: Settings, one: UUID) -> None:
    """Forget that it was handed over: the sending's row says the same."""
    place(settings, one).with_suffix(_ASKED).unlink(missing_ok=True)


def drop(settings: Settings, one: UUID) -> None:
    """Delete the file of a sending that was worked off."""
    place(settings, one).unlink(missing_ok=True)


def sweep(settings: Settings, wanted: set[UUID]) -> None:
    """Delete what lies there and nobody waits for: files that a crash left."""
    kept = {one.hex for one in wanted}
    for path in folder(settings).iterdir():
        if path.suffix != _ASKED and path.stem not in kept and not path.with_suffix(_ASKED).exists():
            path.unlink(missing_ok=True)
