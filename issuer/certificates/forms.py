"""The form of a document: its words with marks where they differ from person to person, and what stands at the marks."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum, auto
from typing import Any, Literal

from issuer.certificates.errors import UnfitError
from verifier.sheet import TEMPLATE, Labelled, Page, Sheet, Word

MARK = "一"
"""Stands for a text: as wide as high, like every ideograph, and with a small outline, since it is embedded."""
DIGIT = re.compile("[0-9]")


class Kind(Enum):
    """How the text at a mark is laid out."""

    LINES = auto()
    """From the left, broken into lines where it is too long."""
    FOLLOWING = auto()
    """In the line of the text before it."""
    CENTRED = auto()
    """In the middle, in one line."""
    FIXED = auto()
    """At the mark's place: texts that differ in figures alone, which are all of one width."""
    BODY = auto()
    """A paragraph of several words."""


@dataclass(frozen=True)
class Slot:
    """A place for text; `mark` is what stands there in a form."""

    kind: Kind
    mark: str = MARK


@dataclass(frozen=True)
class Form:
    """A sheet with marks in it, each standing once, and its slots in the order of printing; the key of all that is frozen."""

    kind: Literal["certificate", "statement", "transfer"]
    sheet: Sheet
    slots: tuple[Slot, ...]

    def page(self, lengths: Iterable[int]) -> Page:
        """Return the page that has `lengths` marks in its slots, one number for each slot; in a fixed one it counts nothing."""
        marks = iter([n for slot, n in zip(self.slots, lengths, strict=True) if slot.kind is not Kind.FIXED])

        def filled(part: Any) -> Any:
            if isinstance(part, Word):
                return replace(part, text=MARK * next(marks)) if part.text == MARK else part
            if isinstance(part, tuple):
                return tuple(map(filled, part))
            if not is_dataclass(part):
                return part
            return replace(part, **{f.name: filled(getattr(part, f.name)) for f in fields(part)})  # type: ignore[type-var]

        return Page(self.kind, (filled(self.sheet),))


def form_of(page: Page) -> tuple[Form, tuple[tuple[Word, ...], ...]]:
    """Return the form of a page, and the words in each of its slots.

    Raises:
        UnfitError: a document of a kind that is laid out whole.
    """
    if page.kind != "certificate":
        raise UnfitError(f"a {page.kind} is laid out whole")
    (sheet,) = page.sheets
    slots: list[Slot] = []
    texts: list[tuple[Word, ...]] = []

    def put(kind: Kind, *words: Word, mark: str = MARK) -> Word:
        slots.append(Slot(kind, mark))
        texts.append(words)
        return replace(words[0], text=mark, strong=False)

    def fixed(word: Word, around: str = "{}") -> Word:
        pattern = DIGIT.sub("0", word.text)
        put(Kind.FIXED, replace(word, text=around.format(word.text)), mark=around.format(pattern))
        return replace(word, text=pattern)

    def row_of_hours(row: tuple[Word, ...]) -> tuple[Word, ...]:
        return tuple(w if w.field == TEMPLATE else put(Kind.CENTRED, w) for w in row)

    def remark(row: Labelled) -> Labelled:
        return replace(row, value=tuple(w if w.field == TEMPLATE else put(Kind.LINES, w) for w in row.value))

    marked = replace(
        sheet,
        serial=(*sheet.serial[:2], *map(fixed, sheet.serial[2:])),
        fields=tuple(
            replace(
                row, value=(put(Kind.LINES, row.value[0]), *(put(Kind.FOLLOWING, w) for w in row.value[1:]))
            )
            for row in sheet.fields
        ),
        body=(put(Kind.BODY, *sheet.body),),
        english=(put(Kind.LINES, *sheet.english),),
        hours=sheet.hours and replace(sheet.hours, rows=tuple(map(row_of_hours, sheet.hours.rows))),
        remarks=tuple(map(remark, sheet.remarks)),
        issued=(
            put(Kind.CENTRED, sheet.issued[0]),
            *sheet.issued[1:3],
            fixed(sheet.issued[3], f"{sheet.issued[1].text} {sheet.issued[2].text} {{}}"),
        ),
    )
    return Form(page.kind, marked, tuple(slots)), tuple(texts)
