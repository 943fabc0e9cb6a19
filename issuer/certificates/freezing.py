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
def measure(form: Form, density: str, look: Look) -> tuple[tuple[Place, ...], ...]:
    """Return the place of each slot where every text is short.

    Raises:
        UnfitError: the sheet is not what the form says.
    """
    document, counts = _lay_out(form, density, look, 29, [1] * len(form.slots), [1] * len(form.slots))
    return places_of(document, form.slots, counts)


@lru_cache(maxsize=64)
def freeze(form: Form, density: str, look: Look, modules_mm: float, counts: tuple[int, ...]) -> Frozen:
    """Freeze the sheet on which the text in each slot has `counts` lines, and the QR a width of `modules_mm`.

    Raises:
        UnfitError: it takes more than one sheet of paper, or is not what its form says.
    """
    columns = [int(lines[0].room // lines[0].style.size) for lines in measure(form, density, look)]
    document, _ = _lay_out(form, density, look, modules_mm, counts, columns)
    if len(document.pages) != 1:
        raise UnfitError(f"{len(document.pages)} sheets of paper")
    places = places_of(document, form.slots, counts)
    kept: list[Frozen] = []
    files = dict.fromkeys(ATTACHMENTS, b"-")
    printing.finish(document, files, ISSUED, lambda _, pdf: kept.append(taken(pdf, places)))
    return kept[0]


def _lay_out(  # noqa: PLR0913, PLR0917 - a form, and its five measures
    form: Form, density: str, look: Look, width_mm: float, counts: Sequence[int], columns: Sequence[int]
) -> tuple[Any, Sequence[int]]:
    lengths = [
        max(
            1, (count - 1) * column + (-1 if slot.kind is Kind.BODY else 1)
        )  # a paragraph's first line is indented
        for slot, count, column in zip(form.slots, counts, columns, strict=True)
    ]
    heading = Heading(TITLE, ISSUED, _white(), width_mm)
    return printing.laid_out(printing.html_of(form.page(lengths), heading, look, density)), counts


def _white() -> bytes:
    file = io.BytesIO()
    Image.new("1", (1, 1), 1).save(file, "PNG")
    return file.getvalue()
