"""The documents of a batch: files, folders and ZIPs, each named, none unpacked to a disk."""

import os
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from verifier.errors import InputError
from verifier.evidence import EXPECTED, MAX_INPUT

MAX_DOCUMENTS = 20_000
_SKIPPED = {"Thumbs.db", "desktop.ini"}


@dataclass(frozen=True)
class Document:
    """Where one document is: a file, or an entry of a ZIP."""

    path: Path
    entry: str = ""
    index: int = -1
    """Which entry of the ZIP: two may have the same name."""
    shown: str = ""
    """What the file is called: below the folder that was given, or as it was given, but never where this computer keeps it."""

    @property
    def name(self) -> str:
        """What reports call it."""
        shown = self.shown or str(self.path)
        return f"{shown}/{self.entry}" if self.entry else shown

    def read(self) -> bytes:
        """Return its bytes, one more than allowed when it is too large.

        Raises:
            InputError: an entry that is not to be read; says why.
            OSError: a file that cannot be read.
        """
        if not self.entry:
            with self.path.open("rb") as file:
                return file.read(MAX_INPUT + 1)
        try:
            with zipfile.ZipFile(self.path) as packed:
                part = packed.infolist()[self.index]
                if problem := _problem(part, self.entry):
                    raise InputError(self.name, EXPECTED, problem)
                with packed.open(part) as file:
                    return file.read(MAX_INPUT + 1)  # never more, whatever the entry says of itself
        except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError, IndexError):
            raise InputError(
                self.name, EXPECTED, "压缩包里的这一项是坏的 / this entry of the ZIP is broken"
            ) from None
        except OSError as error:
            raise InputError(self.name, EXPECTED, error.strerror or "cannot be read") from None


def find_documents(paths: Iterable[Path]) -> list[Document]:
    """Find all documents, in a stable order: folders with what is below them, ZIPs with their entries.

    Raises:
        InputError: no such file, a ZIP that does not open, or too many documents.
    """
    found: list[Document] = []
    for path in paths:
        for document in _below(path):
            found.append(document)
            if len(found) > MAX_DOCUMENTS:
                raise InputError(
                    str(path), f"至多 {MAX_DOCUMENTS} 份 / at most that many", "文件太多 / too many documents"
                )
    return found


def readable(name: str) -> str:
    """Return a file's name as text that can be written anywhere; older systems wrote Chinese names in GB18030."""
    raw = os.fsencode(name)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def _below(path: Path) -> Iterator[Document]:
    if path.is_dir():
        for folder, folders, names in os.walk(path):
            folders.sort()
            for name in sorted(names):
                if not name.startswith(".") and name not in _SKIPPED:
                    file = Path(folder, name)
                    yield from _file(file, readable(str(path.name / file.relative_to(path))))
    elif path.is_file():
        yield from _file(path, readable(path.name if path.is_absolute() else str(path)))
    else:
        raise InputError(str(path), EXPECTED, "没有这个文件 / no such file")


def _file(path: Path, shown: str) -> Iterator[Document]:
    if path.suffix.lower() != ".zip":
        yield Document(path, shown=shown)
        return
    try:
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        yield Document(path, shown=shown)  # answered like any file that is not what its name says
        return
    for index, part in enumerate(parts):
        name = _entry_name(part)
        if not part.is_dir() and not name.startswith("__MACOSX/"):
            yield Document(path, name, index, shown)


def _entry_name(part: zipfile.ZipInfo) -> str:
    """Return an entry's name; Chinese Windows writes it in GB18030 without saying so."""
    if part.flag_bits & 0x800:
        return part.filename
    try:
        return part.filename.encode("cp437").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return part.filename


def _problem(part: zipfile.ZipInfo, name: str) -> str | None:
    place = PurePosixPath(name.replace("\\", "/"))
    if place.is_absolute() or ".." in place.parts or ":" in name[:3]:
        return "压缩包里的路径指向包外，没有读取 / its path leads out of the ZIP; it was not read"
    if part.flag_bits & 1:
        return "压缩包里的这一项有密码 / this entry asks for a password"
    if part.file_size > MAX_INPUT:
        return f"解开后超过 {MAX_INPUT // 1_000_000} MB / larger than {MAX_INPUT} bytes when unpacked"
    return None
