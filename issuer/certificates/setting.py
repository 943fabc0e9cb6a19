"""Setting each person's texts into the slots of a form: where lines break, and where each run begins."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from issuer.certificates.errors import UnfitError
from issuer.certificates.forms import Form, Kind, Slot
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
    """Return the lines of each slot; `places` are those of the stand-ins in one line each.

    Raises:
        UnfitError: a text that only a whole layout can place.
    """
    result: list[tuple[Line, ...]] = []
    for slot, place, words in zip(form.slots, places, texts, strict=True):
        text = words[0].text
        if slot.kind is Kind.BODY:
            result.append(_body(words, form.kind, density))
            continue
        if text != text.strip() or "  " in text:
            raise UnfitError("spaces that HTML would not keep")
        if slot.kind is Kind.LINES:
            runs = break_lines(text, place.style, place.room)
            result.append(tuple((Drawn(place.x, run, place.style),) for run in runs))
        elif slot.kind is Kind.FOLLOWING:
            result.append((_following(result[-1], place, slot.around.format(text)),))
        else:
            result.append(((_one(slot, place, text)),))
    _move_right(form, places, result)
    return result


def _one(slot: Slot, place: Place, text: str) -> Line:
    run = shape(slot.around.format(text), place.style)
    if run.width > place.room or (slot.kind is Kind.FIXED and abs(run.width - place.width) > SAME):
        raise UnfitError("a text too long for its line")
    middle = (place.width - run.width) / 2 if slot.kind is Kind.CENTRED else 0.0
    return (Drawn(place.x + middle, run, place.style),)


def _move_right(form: Form, places: Sequence[Place], lines: list[tuple[Line, ...]]) -> None:
    """Move each text of a line that ends at the right by what it and those after it are longer than their stand-ins."""
    longer = 0.0
    for i in reversed([i for i, slot in enumerate(form.slots) if slot.kind is Kind.RIGHT]):
        ((drawn,),) = lines[i]
        longer += drawn.run.width - places[i].width
        lines[i] = ((replace(drawn, x=places[i].x - longer),),)


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
