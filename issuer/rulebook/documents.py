"""A document of the authority's rules, read once at the edge: what kind it is, what it is called, from which day it speaks. Pure."""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

import yaml

from issuer.rulebook.errors import RuleRefused
from rules.errors import InputError, PackError
from rules.library import Library, read_model
from rules.lint import Finding, check
from rules.overlay import Overlay
from rules.pack import Activation, Ending, InterpretationNote, Law, Pack
from rules.packs import Document, load_library
from rules.reading import load_yaml
from rules.schemas import MODELS

MOST = 200_000
"""Bytes of a text: seven times the measure's own pack."""


class Kind(StrEnum):
    """What a document is, as the name of its file says."""

    NOTE = "note"
    OVERLAY = "overlay"
    PACK = "pack"
    ACTIVATION = "activation"
    ENDING = "ending"
    LAW = "law"


_MARKS = {
    "parameters": Kind.PACK,
    "applies_to": Kind.OVERLAY,
    "parameter": Kind.NOTE,
    "ends": Kind.ENDING,
    "articles": Kind.LAW,
    "pack": Kind.ACTIVATION,
}
"""By which field a kind is known; the first that stands there."""
_LONGEST = 80


@dataclass(frozen=True)
class Proposed:
    """A document that holds together by itself. `key`: `id@version`, of an activation or ending what it names."""

    kind: Kind
    key: str
    first: date
    text: bytes

    @property
    def name(self) -> str:
        """The name of its file: id and version, and the kind."""
        return f"{self.key.replace('@', '-')}.{self.kind}.yaml"

    @property
    def digest(self) -> bytes:
        """SHA-256 of its text."""
        return hashlib.sha256(self.text).digest()

    @property
    def document(self) -> Document:
        """Name and text, as the rules load them."""
        return self.name, self.text


def read_document(text: bytes, most: int = MOST) -> Proposed:
    """Read a text strictly.

    Raises:
        RuleRefused: too long, not YAML, of no known kind, or not of that kind's shape; says where.
    """
    if not 0 < len(text) <= most:
        raise refused(
            f"文件应有内容，最多 {MOST // 1000} KB / a text of 1 byte to {MOST // 1000} KB",
            f"{len(text)} bytes",
        )
    try:
        raw = load_yaml(text, "document")
        kind = _kind(raw)
        return _read(kind, raw, text)
    except InputError as error:
        raise RuleRefused([Finding(error.name, f"{error.line}:{error.column}", error.message)]) from None
    except PackError as error:
        raise RuleRefused([Finding(error.name, error.place, error.message)]) from None


def refused(message: str, place: str = "") -> RuleRefused:
    """One thing that is wrong: `message` in both languages, joined by " / "."""
    return RuleRefused([Finding("", place, message)])


def with_more(own: list[Document], new: Document, law: dict[str, str]) -> Library:
    """Load the authority's rules with one document more, and look for what the linter would find.

    Raises:
        RuleRefused: it is wrong, or does not go with the others.
    """
    try:
        library = load_library(None, [*own, new])
    except InputError as error:
        raise RuleRefused([Finding(error.name, f"{error.line}:{error.column}", error.message)]) from None
    except PackError as error:
        raise RuleRefused([Finding(error.name, error.place, error.message)]) from None
    before = check(load_library(None, own), law)
    if found := [one for one in check(library, law) if one not in before]:
        raise RuleRefused(found)
    return library


def write_yaml(fields: dict[str, Any]) -> bytes:
    """Write a document that a form was filled in for; days and hours as text, so that they read back as they are."""
    return yaml.safe_dump(fields, allow_unicode=True, sort_keys=False, width=100).encode()


def _kind(raw: object) -> Kind:
    found = [kind for mark, kind in _MARKS.items() if isinstance(raw, dict) and mark in raw]
    if not found:
        raise refused(
            "看不出是哪一类：解释要有 parameter，行业细则 applies_to，规则集 parameters，启用 pack，终止 ends，条文 articles / of no known kind: "
            "a note has `parameter`, an overlay `applies_to`, a pack `parameters`, an activation `pack`, an ending `ends`, a law `articles`"
        )
    return found[0]


def _read(kind: Kind, raw: object, text: bytes) -> Proposed:
    document = read_model(MODELS[kind], raw, kind)
    match document:
        case InterpretationNote() | Law():
            key, first = document.key, document.since
        case Overlay():
            key, first = document.key, max(document.valid[0], date(document.applies_to.from_year, 1, 1))
        case Pack():
            key, first = document.key, document.first_day
        case Activation():
            key, first = document.pack, document.decided_on
        case Ending():
            key, first = document.ends, _after(document.last)
        case _:
            raise AssertionError(kind)
    if len(key) > _LONGEST:
        raise refused(
            f"编号和版本合起来最多 {_LONGEST} 字 / id and version have at most {_LONGEST} characters", "/id"
        )
    return Proposed(kind, key, first, text)


def _after(day: date) -> date:
    return day if day == date.max else day + timedelta(days=1)
