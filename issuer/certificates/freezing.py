"""A frozen sheet: all of a document that is the same for many people, as bytes of PDF, made once by WeasyPrint."""

import io
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from PIL import Image

from issuer.certificates import printing
from issuer.certificates.errors import UnfitError
from issuer.certificates.forms import Form, Kind
from issuer.certificates.frost import ATTACHMENTS, ISSUED, TITLE, Frozen, taken
from issuer.certificates.look import Look
from issuer.certificates.places import Place, places_of
from issuer.certificates.printing import Heading


@lru_cache(maxsize=64)
def measure(form: Form, density: str, look: Look) -> tuple[Place, ...]:
    """Return the place of each slot where every text is short.

    Raises:
        UnfitError: the sheet is not what the form says.
    """
    stand_ins = form.stand_ins([1] * len(form.slots))
    document = _lay_out(form, stand_ins, density, look, 29.0)
    return tuple(lines[0] for lines in places_of(document, _around(form, stand_ins)))


@lru_cache(maxsize=256)
def freeze(form: Form, density: str, look: Look, code_mm: float, counts: tuple[int, ...]) -> Frozen:
    """Freeze the sheet on which the text in each slot has `counts` lines, and the QR a width of `code_mm`.

    Raises:
        UnfitError: it takes more than one sheet of paper, or is not what its form says.
    """
    columns = [int(place.room // place.style.size) for place in measure(form, density, look)]
    stand_ins = form.stand_ins(map(_length, _followed(form), counts, columns))
    document = _lay_out(form, stand_ins, density, look, code_mm)
    places = places_of(document, _around(form, stand_ins))
    if len(document.pages) != 1 or tuple(map(len, places)) != counts:
        raise UnfitError(
            f"{len(document.pages)} sheets of paper, lines {[*map(len, places)]} instead of {counts}"
        )
    kept: list[Frozen] = []
    files = dict.fromkeys(ATTACHMENTS, b"-")
    printing.finish(document, files, ISSUED, lambda _, pdf: kept.append(taken(pdf, places)))
    return kept[0]


def _followed(form: Form) -> list[bool]:
    """Return for each slot whether something follows in its line."""
    after = [*form.slots[1:], *form.slots[:1]]
    return [slot.kind is Kind.FOLLOWING for slot in after]


def _length(followed: bool, count: int, column: int) -> int:  # noqa: FBT001 - called by map
    """Return how many characters fill `count` lines, less what an indent or a rounded width may ask for."""
    return (count - 1) * column + 1 if followed else max(1, count * column - 4)


def _around(form: Form, stand_ins: Sequence[str]) -> list[str]:
    return [slot.around.format(text) for slot, text in zip(form.slots, stand_ins, strict=True)]


def _lay_out(form: Form, stand_ins: Sequence[str], density: str, look: Look, code_mm: float) -> Any:
    heading = Heading(TITLE, ISSUED, _white(), code_mm)
    return printing.laid_out(printing.html_of(form.page(stand_ins), heading, look, density))


def _white() -> bytes:
    file = io.BytesIO()
    Image.new("1", (1, 1), 1).save(file, "PNG")
    return file.getvalue()
