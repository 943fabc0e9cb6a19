"""A page drawn twice, whole and its text alone: what is seen must be the text, and the text must be seen (check 10).

Every dark point of the whole page belongs to the text, to the ornaments' places or to our QR; every dark point of the text
is seen on the whole page; each character leaves ink, and leaves it where it stands. So nothing that is drawn can be read in place of the text or beside it.
"""

import ctypes
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from verifier.evidence import Glyph
from verifier.places import CLEAR, FRAME, SEALED, Box, is_a4

if TYPE_CHECKING:
    from PIL import Image
    from pypdfium2 import PdfPage

PALEST = 90
"""How much darker than white paper, of 255, something beside the text may be: lines of tables have 73, pale text 100."""
SEEN = 190
"""How much paler than black, of 255, text may be on the page: that of our palest words is 145."""
INK = 160
"""Grey, of 255, that some point of each character must reach when it is drawn black."""
STRAY = 2.5
"""Pixels by which ink may stand beyond the box of its character: the edge of a line that falls between two of them."""
LEAST = 3.0
"""Points of the longer side of an ideograph, or a capital, that is meant to be read; those of our smallest, in the table of a transfer certificate, have 5.9 and 3.4."""
_FINE = 64
"""Parts of a pixel in which PDFium, which knows whole numbers, is asked for places."""
_FAR = 1000.0
"""Points between the places asked for."""


@dataclass(frozen=True)
class Grid:
    """From points of a page that is not turned to pixels of a picture of it."""

    left: float
    """Pixels from the picture's left side to the page's origin."""
    across: float
    """Pixels to the right, for a point to the right."""
    base: float
    """Pixels from the picture's top to the page's origin."""
    up: float
    """Pixels upwards, for a point upwards."""

    def box(self, box: Box) -> tuple[float, float, float, float]:
        """Return left, top, right, bottom in pixels."""
        left, bottom, right, top = box
        return (
            self.left + self.across * left,
            self.base - self.up * top,
            self.left + self.across * right,
            self.base - self.up * bottom,
        )


def grid_of(page: "PdfPage", picture: "Image.Image") -> Grid:
    """Find out how PDFium puts a page into a picture, however the page is cut."""
    from pypdfium2 import raw  # noqa: PLC0415 - a native library that only PDFs need

    across, down = ctypes.c_int(), ctypes.c_int()
    places = []
    for place in ((0.0, 0.0), (_FAR, _FAR)):
        size = picture.width * _FINE, picture.height * _FINE
        raw.FPDF_PageToDevice(page, 0, 0, *size, 0, *place, across, down)
        places.append((across.value / _FINE, down.value / _FINE))
    (left, base), (right, top) = places
    return Grid(left, (right - left) / _FAR, base, (base - top) / _FAR)


def text_alone(page: "PdfPage") -> None:
    """Leave of a page, in memory, its text alone, in black. Nothing else can be asked of the page afterwards."""
    from pypdfium2 import raw  # noqa: PLC0415

    for thing in page.get_objects(max_depth=8):
        if thing.type == raw.FPDF_PAGEOBJ_TEXT:
            raw.FPDFPageObj_SetFillColor(thing.raw, 0, 0, 0, 255)
        elif thing.type != raw.FPDF_PAGEOBJ_FORM:
            raw.FPDFPageObj_SetIsActive(thing.raw, 0)


def unlike_its_text(
    whole: "Image.Image", text: "Image.Image", grid: Grid, codes: Iterable[Sequence[tuple[int, int]]]
) -> Iterator[str]:
    """Name what is wrong between a page and its text.

    Args:
        whole: the page, grey.
        text: its text alone, black, of the same size.
        grid: where points of the page are in both.
        codes: the corners of our QR codes, in pixels; they may be dark.
    """
    from PIL import ImageChops, ImageDraw  # noqa: PLC0415 - only PDFs need it

    beside = ImageChops.subtract(text, whole)
    pen = ImageDraw.Draw(beside)
    for box in (*FRAME, *SEALED):
        pen.rectangle(grid.box(box), fill=0)
    for corners in codes:
        pen.polygon(_wider(corners), fill=0)
    if _darkest(beside) > PALEST:
        yield "dark drawing beside the text"
    if _darkest(ImageChops.subtract(whole, text)) > SEEN:
        yield "text that is covered"


def _wider(corners: Sequence[tuple[int, int]]) -> list[tuple[float, float]]:
    """Move corners away from their middle by a tenth, which is still in the white round a code."""
    middle = [sum(values) / len(corners) for values in zip(*corners, strict=True)]
    return [(x + (x - middle[0]) / 10, y + (y - middle[1]) / 10) for x, y in corners]


def _darkest(picture: "Image.Image") -> int:
    darkest: tuple[int, int] = picture.getextrema()  # type: ignore[assignment]  # of a grey picture: one pair
    return darkest[1]


def without_ink(text: "Image.Image", grid: Grid, glyphs: Iterable[Glyph]) -> bool:
    """Say whether some character leaves no ink where it claims to stand."""
    drawn, width = text.tobytes(), text.width
    for glyph in glyphs:
        left, top, right, bottom = grid.box(Box(glyph.left, glyph.bottom, glyph.right, glyph.top))
        across = max(0, int(left) - 1), min(width, int(right) + 2)
        down = range(max(0, int(top) - 1), min(text.height, int(bottom) + 2))
        if glyph.left >= glyph.right or glyph.bottom >= glyph.top or across[0] >= across[1]:
            return True
        if all(min(drawn[row * width + across[0] : row * width + across[1]]) > INK for row in down):
            return True
    return False


def beyond_its_box(text: "Image.Image", grid: Grid, glyphs: Iterable[Glyph]) -> bool:
    """Say whether some character draws where it does not claim to stand, such as a figure before another: fonts draw anything."""
    from PIL import ImageDraw, ImageOps  # noqa: PLC0415 - as above

    stray = ImageOps.invert(text)
    pen = ImageDraw.Draw(stray)
    for glyph in glyphs:
        left, top, right, bottom = grid.box(Box(glyph.left, glyph.bottom, glyph.right, glyph.top))
        if left < right and top < bottom:
            pen.rectangle((left - STRAY, top - STRAY, right + STRAY, bottom + STRAY), fill=0)
    return _darkest(stray) > PALEST


def minute(glyphs: Iterable[Glyph]) -> bool:
    """Say whether some character is too small to be read."""
    return any(glyph.size < LEAST for glyph in glyphs if glyph.is_ideograph or glyph.text[:1].isupper())


def misplaced_on(page: "PdfPage", glyphs: Iterable[Glyph]) -> Iterator[str]:
    """Name what makes the places of ornaments mean nothing: another size of sheet, words among the ornaments."""
    if not is_a4(*page.get_size()):
        yield "sheet that is not A4"
    boxes = [Box(glyph.left, glyph.bottom, glyph.right, glyph.top) for glyph in glyphs]
    if any(not box.within(CLEAR) and any(map(box.overlaps, FRAME)) for box in boxes):
        yield "words on the ornaments"
