"""Files that other programs read while we write them: replaced in one step, and on disk when the call returns."""

import os
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path


def replace_file(path: Path, data: bytes) -> None:
    """Put `data` at `path`: a reader sees the old file or the new one, never a part, even after a power cut.

    Raises:
        OSError: the file could not be written; what was at `path` is still there. Or it was, and a power cut might undo that.
    """
    replace_files([(path, data)])


def replace_files(files: Iterable[tuple[Path, bytes]]) -> None:
    """Put one file after the other, each as `replace_file` does; all are on disk when the call returns, a folder's list once.

    Raises:
        OSError: as `replace_file`; those before may be there.
    """
    folders = set()
    for path, data in files:
        _put(path, data)
        folders.add(path.parent)
    for folder in folders:
        sync_folder(folder)


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # A draft of one's own: two writers of one file must not take each other's away.
    draft = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_native_id()}.draft")
    try:
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # Point of no return. A crash before it leaves a draft, which nobody reads.
        draft.replace(path)
    except OSError:
        with suppress(OSError):  # what is told is why it was not written
            draft.unlink(missing_ok=True)  # on a full disk half a draft would only take room
        raise


def sync_folder(path: Path) -> None:
    """Put a folder's list of files on disk: what was renamed into it stays there after a power cut."""
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
