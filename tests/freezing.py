"""The formats are frozen: tests/frozen.sha256 holds every vector, and a test refuses any change. `./dev freeze` adds what is new.

The list is as sha256sum writes it: of every vector, every folder of tests/tampered and the published dictionaries. A change of
format gets a new version and new files.
"""

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
LIST = Path("tests/frozen.sha256")
FORMAT = Path("docs/format.md")
FOLDERS = ("tests/vectors", "tests/tampered/cases", "tests/tampered/scene", "verifier/dictionaries")
FROZEN = "Version 1: frozen."


def digests(root: Path) -> dict[str, str]:
    """Return the SHA-256 of every file that freezing keeps, by path."""
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in FOLDERS
        for path in sorted((root / folder).rglob("*"))
        if path.is_file()
    }


def frozen(root: Path) -> dict[str, str]:
    """Return what was frozen."""
    lines = (root / LIST).read_text("utf-8").splitlines()
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}


def put(path: Path, data: bytes) -> None:
    """Write a vector that is new; a frozen one stays as it is, whatever another PDFium or zlib would make of it."""
    if path.relative_to(ROOT).as_posix() not in frozen(ROOT):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def departures(root: Path) -> Iterator[str]:
    """Name what does not hold: a frozen file that is another or gone, one that nobody froze, or a text that says otherwise."""
    kept, now = frozen(root), digests(root)
    for name in sorted(kept.keys() | now.keys()):
        if name not in kept:
            yield f"{name} is new; ./dev freeze adds it to {LIST}"
        elif now.get(name) != kept[name]:
            yield f"{name} is {'another' if name in now else 'gone'}; frozen formats do not change"
    if FROZEN not in (root / FORMAT).read_text("utf-8"):
        yield f"{FORMAT} does not say: {FROZEN}"


def freeze(root: Path) -> int:
    """Add the files that are new to the list; return how many.

    Raises:
        ValueError: a frozen file is another, or gone.
    """
    kept, now = frozen(root), digests(root)
    if wrong := [name for name, digest in kept.items() if now.get(name) != digest]:
        raise ValueError(f"frozen, and another now or gone: {', '.join(wrong)}")
    (root / LIST).write_text("".join(f"{digest}  {name}\n" for name, digest in now.items()), "utf-8")
    return len(now) - len(kept)


if __name__ == "__main__":
    try:
        sys.stdout.write(f"{freeze(ROOT)} files more are frozen\n")
    except ValueError as error:
        sys.exit(str(error))
