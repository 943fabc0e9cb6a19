"""The form of a document: its words with stand-ins where they differ from person to person, and what is put in their places."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum, auto
from functools import cached_property
from itertools import cycle, islice
from typing import Any, Literal

from issuer.certificates import stock
from issuer.certificates.errors import UnfitError
from verifier.sheet import TEMPLATE, Labelled, Page, Sheet, Word

FIGURE = re.compile("[0-9〇一二三四五六七八九]")
FIGURES = ("1234567890", "〇一二三四五六七八九")
"""What stands in for figures, in turn: all of one kind are of one width, and so all are embedded with the form."""


class Kind(Enum):
    """How the text in a slot is laid out."""

    LINES = auto()
    """From the left, broken into lines where it is too long."""
    FOLLOWING = auto()
    """In the line of the text before it."""
    CENTRED = auto()
    """In the middle, in one line."""
    FIXED = auto()
    """Where its stand-in is: texts that differ in figures alone."""
    RIGHT = auto()
    """In a line that ends at the right: it moves by what it and all texts after it are longer than their stand-ins."""
    BODY = auto()
    """A paragraph of several words."""


@dataclass(frozen=True)
class Slot:
    """A place for text, and what stands there in the form: of LINES and BODY only the beginning.

    `around` is what WeasyPrint's box has beside the text.
    """

    kind: Kind
    stand_in: str = stock.MARK
    around: str = "{}"
    bold: bool = False


@dataclass(frozen=True)
class Form:
    """A sheet with a mark at each of its slots, which are in the order of printing; the key of all that is frozen."""

    kind: Literal["certificate", "statement", "transfer"]
    sheet: Sheet
    slots: tuple[Slot, ...]

    @cached_property
    def _hash(self) -> int:
        return hash((self.sheet, self.slots))

    def __hash__(self) -> int:
        """Compute it once: each person's form is looked up several times."""
        return self._hash

    def stand_ins(self, lengths: Iterable[int]) -> tuple[str, ...]:
        """Return what stands in each slot, for LINES and BODY of `lengths` characters."""
        stocks = {False: iter(stock.REGULAR), True: iter(stock.BOLD)}

        def filled(slot: Slot, length: int) -> str:
            if slot.kind not in {Kind.LINES, Kind.BODY}:
                return slot.stand_in
            taken = "".join(islice(stocks[slot.bold], length - 1))
            return (slot.stand_in + taken).ljust(length, stock.MARK)

        return tuple(filled(slot, length) for slot, length in zip(self.slots, lengths, strict=True))

    def page(self, stand_ins: Iterable[str]) -> Page:
        """Return the page with texts in its slots."""
        texts = iter(stand_ins)

        def filled(part: Any) -> Any:
            if isinstance(part, Word):
                return replace(part, text=next(texts)) if part.text == stock.MARK else part
            if isinstance(part, tuple):
                return tuple(map(filled, part))
            if not is_dataclass(part):
                return part
            return replace(part, **{f.name: filled(getattr(part, f.name)) for f in fields(part)})  # type: ignore[type-var]

        return Page(self.kind, (filled(self.sheet),))


class _Cutter:
    """Puts marks where words were, and keeps the slots and the words."""

    def __init__(self) -> None:
        self.slots: list[Slot] = []
        self.texts: list[tuple[Word, ...]] = []

    def put(self, slot: Slot, *words: Word) -> Word:
        self.slots.append(slot)
        self.texts.append(words)
        return replace(words[0], text=stock.MARK, strong=False)

    def lines(self, word: Word) -> Word:
        return self.put(Slot(Kind.LINES, bold=word.field == "name"), word)

    def centred(self, word: Word, *, bold: bool = False) -> Word:
        return self.put(Slot(Kind.CENTRED, stock.MARK + stock.centred(word.field, bold=bold)), word)

    def fixed(self, word: Word, around: str = "{}") -> Word:
        return self.put(Slot(Kind.FIXED, in_turn(word.text), around), word)

    def field(self, row: Labelled) -> Labelled:
        beside = (self.put(Slot(Kind.FOLLOWING, around=" {}"), word) for word in row.value[1:])
        return replace(row, value=(self.lines(row.value[0]), *beside))

    def remark(self, row: Labelled) -> Labelled:
        return replace(
            row, value=tuple(w if w.field in {TEMPLATE, "measure"} else self.lines(w) for w in row.value)
        )

    def serial(self, words: tuple[Word, ...]) -> tuple[Word, ...]:
        """The last number of a serial, and that of a version, have one figure in the form."""
        stand_ins = (
            words[0].text,
            words[1].text,
            re.sub(r"-\d+$", "-0", words[2].text),
            re.sub(r"\d+", "0", words[3].text),
        )
        return tuple(
            self.put(Slot(Kind.RIGHT, in_turn(text), around), word)
            for word, text, around in zip(words, stand_ins, ("{} ", "{}", "{}", "{}"), strict=True)
        )

    def hours(self, rows: tuple[tuple[Word, ...], ...]) -> tuple[tuple[Word, ...], ...]:
        last = len(rows) - 1
        return tuple(
            tuple(w if w.field == TEMPLATE else self.centred(w, bold=i == last) for w in row)
            for i, row in enumerate(rows)
        )


def form_of(page: Page) -> tuple[Form, tuple[tuple[Word, ...], ...]]:
    """Return the form of a page, and the words in each of its slots.

    Raises:
        UnfitError: a document of a kind that is laid out whole.
    """
    if page.kind != "certificate":
        raise UnfitError(f"a {page.kind} is laid out whole")
    (sheet,) = page.sheets
    cut = _Cutter()
    issued = sheet.issued
    marked = replace(  # in the order of printing
        sheet,
        serial=cut.serial(sheet.serial),
        year=tuple(map(cut.fixed, sheet.year)),
        fields=tuple(map(cut.field, sheet.fields)),
        body=(cut.put(Slot(Kind.BODY), *sheet.body),),
        english=tuple(map(cut.lines, sheet.english)),
        hours=sheet.hours and replace(sheet.hours, rows=cut.hours(sheet.hours.rows)),
        remarks=tuple(map(cut.remark, sheet.remarks)),
        issued=(
            cut.centred(issued[0]),
            *issued[1:3],
            cut.fixed(issued[3], f"{issued[1].text} {issued[2].text} {{}}"),
        ),
    )
    return Form(page.kind, marked, tuple(cut.slots)), tuple(cut.texts)


def in_turn(text: str) -> str:
    """Put other figures in the places of a text's figures: always the same, one after the other."""
    arabic, chinese = map(cycle, FIGURES)
    return FIGURE.sub(lambda found: next(arabic if found[0].isascii() else chinese), text)
