"""Every kind of public file: its media type, and for how long anybody may keep it.

What is public is a list of kinds, not a folder: a file that is none of them is not served and goes into no bucket, whatever
lies beside it. Nothing of a person is public.
"""

import re
from dataclasses import dataclass

from ledger.errors import TileFormatError
from ledger.tiles import WIDTH, parse_path
from rules.packs import ENDINGS, LAW
from verifier.rulings import FOLDER, INDEX, NAME

_TEXT, _BYTES, _JWT = "text/plain; charset=utf-8", "application/octet-stream", "application/jwt"
_FRESH = "public, max-age=60"
"""Status lists, keys and the checkpoint change: a revocation must be seen within a minute."""
_FOR_EVER = "public, max-age=31536000, immutable"
"""A full tile never changes (C2SP tlog-tiles)."""
_CHANGING: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\.well-known/did\.json"), "application/did+json"),
    (re.compile(r"keys/jwks\.json"), "application/jwk-set+json"),
    (re.compile(r"status/[rs][1-9][0-9]{0,5}"), "application/vc+jwt"),
    (re.compile(r"status/details[1-9][0-9]{0,5}"), _JWT),
    (re.compile(r"trust-list\.jwt"), _JWT),
    (re.compile(re.escape(INDEX)), _JWT),
    (re.compile(f"{FOLDER}(({ENDINGS}|{LAW})/)?{NAME}"), "application/yaml; charset=utf-8"),
    (re.compile(r"ns/xueshi/v1"), "application/ld+json"),
    (re.compile(r"ns/xueshi/v1\.schema\.json"), "application/schema+json"),
    (re.compile(r"checkpoint"), _TEXT),
    (re.compile(r"ledger\.vkey"), _TEXT),
    (re.compile(r"issuances/[0-9]{4}/head"), _TEXT),
)
_LATER_LOG = re.compile(r"log-([2-9]|[1-9][0-9]{1,3})/(?=tile/|issuances/|checkpoint$|ledger\.vkey$)")
"""Where a log that continues another has its files."""
_ISSUANCES = re.compile(r"issuances/[0-9]{4}/(0|[1-9][0-9]{0,15})")
"""A year's list of issuances, named after their number: it never changes."""


@dataclass(frozen=True)
class FileKind:
    """Media type and cache rule of a public file."""

    media_type: str
    keep: str


def kind_of(path: str) -> FileKind | None:
    """Return the kind of the public file at `path`, None if that is not the path of one, in its one spelling."""
    path = _LATER_LOG.sub("", path, count=1) if _LATER_LOG.match(path) else path
    if path.startswith("tile/"):
        try:
            _, _, width = parse_path(path)
        except TileFormatError:
            return None
        return FileKind(_BYTES, _FOR_EVER if width == WIDTH else _FRESH)
    if _ISSUANCES.fullmatch(path):
        return FileKind(_BYTES, _FOR_EVER)
    for pattern, media_type in _CHANGING:
        if pattern.fullmatch(path):
            return FileKind(media_type, _FRESH)
    return None


def headers_of(path: str) -> dict[str, str]:
    """Return the headers under which a store keeps a public file.

    Raises:
        ValueError: not the path of one.
    """
    kind = kind_of(path)
    if kind is None:
        raise ValueError(f"not the path of a public file: {path!r}")
    return {"Content-Type": kind.media_type, "Cache-Control": kind.keep}
