"""Where WeasyPrint has put text: the boxes of a form's stand-ins, and the pieces of a paragraph."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from weasyprint.formatting_structure.boxes import BlockContainerBox, TextBox

from issuer.certificates import printing
from issuer.certificates.errors import UnfitError
from issuer.certificates.shaping import Style, style_of
from verifier.sheet import Word


@dataclass(frozen=True)
class Place:
    """Where one line of text begins on its baseline, how wide it is, its column's width and where that ends; in CSS pixels."""

    x: float
    y: float
    width: float
    room: float
    column_end: float
    style: Style


@dataclass(frozen=True)
class Piece:
    """A part of a paragraph in one line: the characters from `start` to `end` of the whole, and where they begin."""

    x: float
    start: int
    end: int
    style: Style


def places_of(document: Any, stand_ins: Sequence[str]) -> tuple[tuple[Place, ...], ...]:
    """Find the lines of each text on the sheet, on which they stand in this order.

    Raises:
        UnfitError: one is not there.
    """
    boxes = _text_boxes(document)
    found = []
    for text in stand_ins:
        rest, lines = text.strip(), list[Place]()
        while rest:
            box, column = next(boxes, (None, None))
            if box is None:
                raise UnfitError(f"the sheet lacks {text!r}, or it stands elsewhere")
            if (part := box.text.strip()) and rest.startswith(part):
                lines.append(_place(box, column))
                rest = rest[len(part) :].strip()
        found.append(tuple(lines))
    return tuple(found)


@lru_cache(maxsize=512)
def paragraph(words: tuple[Word, ...], kind: str, density: str) -> tuple[tuple[Piece, ...], ...]:
    """Return the lines of a certificate's paragraph, whose figures are all 0, as WeasyPrint breaks them.

    Raises:
        UnfitError: a space at which a line breaks.
    """
    html = printing.fill(printing.template("body.html.j2"), body=words, kind=kind, density=density)
    lines: dict[float, list[Piece]] = {}
    start, whole = 0, "".join(word.text for word in words)
    for box, _ in _text_boxes(printing.laid_out(html)):
        end = start + len(box.text)
        if whole[start:end] != box.text:
            raise UnfitError("a line breaks at a space")
        place = _place(box, None)
        lines.setdefault(place.y, []).append(Piece(place.x, start, end, place.style))
        start = end
    if start != len(whole):
        raise UnfitError("a line breaks at a space")
    return tuple(tuple(pieces) for _, pieces in sorted(lines.items()))


def zeroed(words: Sequence[Word]) -> tuple[Word, ...]:
    """Return words with 0 for every figure: as wide as they were, and broken at the same places."""
    return tuple(Word("", re.sub("[0-9]", "0", word.text), word.strong) for word in words)


def _place(box: Any, column: Any) -> Place:
    return Place(
        box.position_x,
        box.position_y + box.baseline,
        box.width,
        0.0 if column is None else column.width,
        0.0 if column is None else column.content_box_x() + column.width,
        style_of(box),
    )


def _text_boxes(document: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the boxes of text in their order in the document, each with the box of its column."""
    for page in document.pages:
        yield from _within(page._page_box, None)  # noqa: SLF001 - WeasyPrint is pinned, and tests compare what comes of it


def _within(box: Any, column: Any) -> Iterator[tuple[Any, Any]]:
    box = getattr(box, "_box", box)  # what is positioned absolutely stands behind a placeholder
    if isinstance(box, TextBox):
        yield box, column
    if isinstance(box, BlockContainerBox):
        column = box
    for child in getattr(box, "children", ()):
        yield from _within(child, column)
