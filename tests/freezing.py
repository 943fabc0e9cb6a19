"""Freezes the formats: `./dev freeze`, once, when they are final. From then on a test refuses a change to any vector.

Writes tests/frozen.sha256, as sha256sum would, of every vector, every folder of tests/tampered and the published dictionaries, and
says in docs/format.md that they are frozen. New vectors may be added; a change of format gets a new version and new files.
"""

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
LIST = Path("tests/frozen.sha256")
FORMAT = Path("docs/format.md")
FOLDERS = ("tests/vectors", "tests/tampered/cases", "tests/tampered/scene", "verifier/dictionaries")
DRAFT, FROZEN = "Version 0: a draft.", "Version 1: frozen."
_STATUS = """\
Version 1: frozen. The vectors in `tests/vectors/` and the folders in `tests/tampered/` (ways to cheat, each with what a verifier must say) are final:
`tests/frozen.sha256` names each, and a test refuses a change. Fields that name a format's version hold what stands below, as they did in the draft.
"""


def digests(root: Path) -> dict[str, str]:
    """Return the SHA-256 of every file that freezing keeps, by path."""
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in FOLDERS
        for path in sorted((root / folder).rglob("*"))
        if path.is_file()
    }


def frozen(root: Path) -> dict[str, str]:
    """Return what was frozen; nothing while the formats are a draft."""
    path = root / LIST
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}


def departures(root: Path) -> Iterator[str]:
    """Name what does not hold: a frozen file that is another or gone, or a text that says otherwise."""
    kept, now = frozen(root), digests(root)
    for name, digest in kept.items():
        if now.get(name) != digest:
            yield f"{name} is {'another' if name in now else 'gone'}; frozen formats do not change"
    said = FROZEN if kept else DRAFT
    if said not in (root / FORMAT).read_text("utf-8"):
        yield f"{FORMAT} does not say: {said}"


def freeze(root: Path) -> int:
    """Freeze everything as it is; return how many files.

    Raises:
        ValueError: it is frozen already, or docs/format.md does not say that it is a draft.
    """
    text = (root / FORMAT).read_text("utf-8")
    title, _, rest = text.partition("\n\n")
    status, newline, after = rest.partition("All text is UTF-8")
    if (root / LIST).exists() or DRAFT not in status or not newline:
        raise ValueError(f"{LIST} is there already, or {FORMAT} does not begin with: {DRAFT}")
    found = digests(root)
    (root / LIST).write_text("".join(f"{digest}  {name}\n" for name, digest in found.items()), "utf-8")
    (root / FORMAT).write_text(f"{title}\n\n{_STATUS}{newline}{after}", "utf-8")
    return len(found)


if __name__ == "__main__":
    try:
        sys.stdout.write(
            f"{freeze(ROOT)} files are frozen; review the change of {FORMAT}, and commit it with {LIST}\n"
        )
    except ValueError as error:
        sys.exit(str(error))
