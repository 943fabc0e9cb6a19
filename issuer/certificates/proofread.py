"""Reading a finished document back, as a stranger would, before it is released."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

import pypdfium2
import zxingcpp

from issuer.certificates.qr import QR_ONLY
from verifier.credential import Credential
from verifier.lines import StatementLine
from verifier.page import Difference, differences, page_of
from verifier.transport import QrText

DPI = 150
"""Resolution at which the QR must read back: a poor scan's."""
POINTS_PER_MM = 72 / 25.4
MARGIN = 18.0
"""Millimetres from the edge of the sheet to the inner side of the frame."""
CODE = (26.0, 20.0, 100.0, 110.0)
"""Millimetres: the part of the first sheet in which the QR stands, and that is drawn for reading it."""
SEAL = (119.0, 297 - 224.0, 165.0, 297 - 211.0)
"""Millimetres: where the upper part of the seal stands on the first sheet, above the issuer's name, and no text may."""
TOUCH = 0.25
"""Part of the smaller one's width and height by which the ink of two characters may overlap, as "j" does its neighbour."""

Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in points from the sheet's lower left corner."""


@dataclass(frozen=True)
class Faults:
    """What is wrong with a document; all empty when it may be released."""

    differences: tuple[Difference, ...] = ()
    unreadable: str = ""
    crowded: str = ""

    @property
    def any(self) -> bool:
        """Whether there is a fault at all."""
        return bool(self.differences or self.unreadable or self.crowded)

    def __str__(self) -> str:
        """Say all faults, in one line."""
        said = [f"{d.field or 'added'}: {d.expected!r} printed as {d.found!r}" for d in self.differences]
        return "; ".join([*said, *filter(None, (self.unreadable, self.crowded))])


def proofread(
    pdf: bytes, credential: Credential, lines: Sequence[StatementLine] | None, qr: QrText
) -> Faults:
    """Compare a PDF's text with its credential and its QR with `qr`, and look that everything has its place."""
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        pages = [document[i] for i in range(len(document))]
        texts = [page.get_textpage() for page in pages]
        extracted = "\n".join(text.get_text_range() for text in texts)
        code, unreadable = _code(pages[0], qr)
        taken = {"the QR": code, "the seal": _points(SEAL)} if code else {}
        crowded = [
            f"sheet {number}: {fault}"
            for number, text in enumerate(texts, 1)
            if (fault := _crowded(text, taken if number == 1 else {}))
        ]
    expected = len(page_of(credential, lines).sheets)
    if len(pages) != expected:
        crowded.insert(0, f"{len(pages)} sheets instead of {expected}")
    return Faults(tuple(differences(credential, lines, extracted)), unreadable, "; ".join(crowded))


def _code(page: pypdfium2.PdfPage, qr: QrText) -> tuple[Box | None, str]:
    """Return the place of the QR on the sheet, and what is wrong with it."""
    left, bottom, right, top = _points(CODE)
    width, height = page.get_size()
    cut = (left, bottom, width - right, height - top)
    picture = page.render(scale=DPI / 72, grayscale=True, crop=cut).to_pil()
    found = zxingcpp.read_barcodes(picture, formats=QR_ONLY)
    if [symbol.text for symbol in found] != [qr.text]:
        return None, f"at {DPI} dpi {len(found)} codes are read, none or not the one that was drawn"
    place = found[0].position
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    across = [left + corner.x * 72 / DPI for corner in corners]
    down = [top - corner.y * 72 / DPI for corner in corners]
    return (min(across), min(down), max(across), max(down)), ""


def _crowded(text: pypdfium2.PdfTextPage, taken: Mapping[str, Box]) -> str:
    """Say which character lies outside the frame, on what is `taken`, or on another one; nothing when each has its place."""
    boxes = sorted((box, place, character) for place, (box, character) in enumerate(_ink(text)))
    left, bottom, right, top = _points((MARGIN, MARGIN, 210 - MARGIN, 297 - MARGIN))
    for i, (box, place, character) in enumerate(boxes):
        if box[0] < left or box[1] < bottom or box[2] > right or box[3] > top:
            return f"{character!r} lies outside the frame"
        if on := [name for name, area in taken.items() if _overlap(box, area)]:
            return f"{character!r} lies on {on[0]}"
        for other, following, another in boxes[i + 1 :]:
            if other[0] >= box[2]:
                break
            if other[1] >= box[3] or other[3] <= box[1]:
                continue
            neighbours = abs(following - place) == 1  # which may be kerned into each other
            if not neighbours and _overlap(box, other):
                return f"{character!r} lies on {another!r}"
    return ""


def _points(millimetres: Box) -> Box:
    left, bottom, right, top = (value * POINTS_PER_MM for value in millimetres)
    return (left, bottom, right, top)


def _ink(text: pypdfium2.PdfTextPage) -> Iterator[tuple[Box, str]]:
    """Yield where each glyph is; the letters of a ligature, and the halves of a pair in UTF-16, have one place."""
    last: Box | None = None
    for i in range(text.count_chars()):
        character, box = chr(pypdfium2.raw.FPDFText_GetUnicode(text, i)), text.get_charbox(i)
        if not character.isspace() and box != last:
            yield box, character
        last = box


def _overlap(one: Box, other: Box) -> bool:
    if one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]:
        return False  # the answer for nearly all, and quickly
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    narrow, low = (min(one[i + 2] - one[i], other[i + 2] - other[i]) for i in (0, 1))
    return across > TOUCH * narrow and down > TOUCH * low
