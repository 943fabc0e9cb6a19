"""Setting each person's texts into the slots of a form: where lines break, and where each run begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import category

from issuer.certificates.errors import UnfitError
from issuer.certificates.forms import Form, Kind
from issuer.certificates.places import Place, paragraph, zeroed
from issuer.certificates.shaping import Run, Style, break_lines, shape
from verifier.sheet import Word

SAME = 1e-6
"""Pixels by which two sums of the same widths may differ."""


@dataclass(frozen=True)
class Drawn:
    """A run of text, where in its line it begins, and its style."""

    x: float
    run: Run
    style: Style


Line = tuple[Drawn, ...]


def set_texts(
    form: Form, places: Sequence[Place], texts: Sequence[tuple[Word, ...]], density: str
) -> list[tuple[Line, ...]]:
    """Return the lines of each slot; `places` are the slots' first lines.

    Raises:
        UnfitError: a text that only a whole layout can place.
    """
    result: list[tuple[Line, ...]] = []
    for slot, place, words in zip(form.slots, places, texts, strict=True):
        text = "".join(word.text for word in words)
        _look_at(text)
        if slot.kind is Kind.BODY:
            result.append(_body(words, form.kind, density))
        elif slot.kind is Kind.FOLLOWING:
            result.append((_following(result[-1], place, f" {text}"),))
        elif slot.kind is Kind.LINES:
            runs = break_lines(text, place.style, place.room)
            result.append(tuple((Drawn(place.x, run, place.style),) for run in runs))
        else:
            result.append((_one(shape(text, place.style), place, fixed=slot.kind is Kind.FIXED),))
    return result


def _look_at(text: str) -> None:
    """Refuse what is not simply one glyph after the other, and spaces that HTML would not keep."""
    for character in text:
        if category(character)[0] in "CMZ" and character != " ":
            raise UnfitError(f"U+{ord(character):04X} in a text")
    if text != " ".join(text.split(" ")).strip() or "  " in text:
        raise UnfitError("spaces that are not kept")


def _one(run: Run, place: Place, *, fixed: bool) -> Line:
    if run.width > place.room or (fixed and abs(run.width - place.width) > SAME):
        raise UnfitError("a text too long for its line")
    return (Drawn(place.x + (place.width - run.width) / 2, run, place.style),)


def _following(before: tuple[Line, ...], place: Place, text: str) -> Line:
    last, run = before[-1][-1], shape(text, place.style)
    x = last.x + last.run.width
    if len(before) > 1 or x + run.width > place.column_end:
        raise UnfitError("a text and what follows it, in more than one line")
    return (Drawn(x, run, place.style),)


def _body(words: Sequence[Word], kind: str, density: str) -> tuple[Line, ...]:
    text = "".join(word.text for word in words)
    return tuple(
        tuple(Drawn(p.x, shape(text[p.start : p.end], p.style), p.style) for p in pieces)
        for pieces in paragraph(zeroed(words), kind, density)
    )
