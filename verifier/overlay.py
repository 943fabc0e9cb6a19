"""What lies over a PDF's text or hides it: the text that is extracted must be the text that is seen (check 10)."""

import ctypes
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

LIGHTEST = 150
"""Mean of red, green and blue, 0 to 255, beyond which text on white paper counts as hidden: our palest has 132, and
what is drawn beside the text is paler than LIGHTEST (verifier/drawing.py)."""
OPAQUE = 250
"""Alpha, 0 to 255, below which text counts as hidden."""
SMALLEST = 1.0
"""Points; text that is neither wider nor higher is not meant to be read."""
TOLERANCE = 0.5
"""Points by which boxes may touch."""
XFA = (2, 3)
"""PDFium's numbers of forms that draw pages of their own (FORMTYPE_XFA_FULL, FORMTYPE_XFA_FOREGROUND)."""
CHANGING = {
    b"/OCProperties": "layers that can be switched off",
    b"/JavaScript": "script",
    b"/Alternates": "another picture for printing",
}
"""Names in a PDF of what lets it show one thing here and another there, and what a report calls each."""
Box = tuple[float, float, float, float]


def laid_over(page: "PdfPage", codes: int) -> tuple[str, ...]:
    """Name what lies over or hides a page's text.

    Args:
        page: the page.
        codes: how many of our QR codes were read on it; only these may be pictures.
    """
    return tuple(dict.fromkeys(_on_page(page, codes)))


def changing(document: "PdfDocument") -> tuple[str, ...]:
    """Name what lets a PDF show another page on paper, or in another program, than the one that is looked at here.

    PDFium does not tell of them; written anew by it, a PDF has them by name, however they were packed or spelled.
    """
    from pypdfium2 import raw  # noqa: PLC0415

    written = io.BytesIO()
    document.save(written, flags=raw.FPDF_NO_INCREMENTAL)
    plain = written.getvalue()
    return tuple(what for name, what in CHANGING.items() if name in plain)


def has_own_pages(document: "PdfDocument") -> bool:
    """Say whether a form draws the pages that are seen, in place of those that are read."""
    return document.get_formtype() in XFA


def _on_page(page: "PdfPage", codes: int) -> Iterator[str]:
    from pypdfium2 import raw  # noqa: PLC0415 - a native library that only PDFs need

    if any(_shows(page, number) for number in range(raw.FPDFPage_GetAnnotCount(page))):
        yield "annotation"
    texts: list[Box] = []
    pictures = 0
    width, height = page.get_size()
    for thing in page.get_objects(max_depth=8):
        if _is_optional(thing.raw):
            yield "optional layer"
        box = thing.get_bounds()
        if thing.type == raw.FPDF_PAGEOBJ_TEXT:
            texts.append(box)
            if _is_hidden(thing.raw, box, width, height):
                yield "hidden text"
            continue
        pictures += thing.type == raw.FPDF_PAGEOBJ_IMAGE
        if _covers(thing) and any(_overlap(box, text) for text in texts):
            yield "shape or picture over text"
    if pictures > codes:
        yield "picture without a QR code of ours"


def _shows(page: "PdfPage", number: int) -> bool:
    """Say whether an annotation takes any room; an invisible signature's field takes none."""
    from pypdfium2 import raw  # noqa: PLC0415

    annotation = raw.FPDFPage_GetAnnot(page, number)
    box = raw.FS_RECTF()
    known = raw.FPDFAnnot_GetRect(annotation, box)
    raw.FPDFPage_CloseAnnot(annotation)
    return not known or (box.left != box.right and box.top != box.bottom)


def _is_optional(thing: Any) -> bool:
    """Say whether an object belongs to optional content, which one viewer shows and another hides."""
    from pypdfium2 import raw  # noqa: PLC0415

    return any(
        _mark_name(raw.FPDFPageObj_GetMark(thing, number)) == "OC"
        for number in range(raw.FPDFPageObj_CountMarks(thing))
    )


def _mark_name(mark: Any) -> str:
    from pypdfium2 import raw  # noqa: PLC0415

    size = ctypes.c_ulong()
    raw.FPDFPageObjMark_GetName(mark, None, 0, size)
    buffer = ctypes.create_string_buffer(size.value)
    raw.FPDFPageObjMark_GetName(mark, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size.value, size)
    return buffer.raw[: max(0, size.value - 2)].decode("utf-16-le", "replace")


def _is_hidden(thing: Any, box: Box, width: float, height: float) -> bool:
    from pypdfium2 import raw  # noqa: PLC0415

    if raw.FPDFTextObj_GetTextRenderMode(thing) != raw.FPDF_TEXTRENDERMODE_FILL:
        return True  # not drawn, or with an outline that can be white, or black and wider than the letter
    if raw.FPDFPageObj_HasTransparency(thing) or _is_clipped(thing):
        return True
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    raw.FPDFPageObj_GetFillColor(thing, red, green, blue, alpha)
    light = (red.value + green.value + blue.value) / 3
    if light > LIGHTEST or alpha.value < OPAQUE:
        return True
    left, bottom, right, top = box
    outside = (
        left < -TOLERANCE or bottom < -TOLERANCE or right > width + TOLERANCE or top > height + TOLERANCE
    )
    return outside or 0 < max(right - left, top - bottom) < SMALLEST


def _is_clipped(thing: Any) -> bool:
    """Say whether anything but a rectangle round all of it bounds what is seen of a text."""
    from pypdfium2 import raw  # noqa: PLC0415

    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    raw.FPDFPageObj_GetBounds(thing, left, bottom, right, top)
    clip = raw.FPDFPageObj_GetClipPath(thing)
    x, y = ctypes.c_float(), ctypes.c_float()
    for path in range(raw.FPDFClipPath_CountPaths(clip)):
        across, up = set(), set()
        for part in range(raw.FPDFClipPath_CountPathSegments(clip, path)):
            raw.FPDFPathSegment_GetPoint(raw.FPDFClipPath_GetPathSegment(clip, path, part), x, y)
            across.add(x.value)
            up.add(y.value)
        round_it = len(across) == len(up) == 2 and (
            min(across) <= left.value
            and max(across) >= right.value
            and min(up) <= bottom.value
            and max(up) >= top.value
        )
        if not round_it:
            return True
    return False


def _covers(thing: Any) -> bool:
    """Say whether an object can hide what is below it: anything but lines."""
    from pypdfium2 import raw  # noqa: PLC0415

    if thing.type != raw.FPDF_PAGEOBJ_PATH:
        return True
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(thing.raw, fill, stroke)
    return bool(fill.value != raw.FPDF_FILLMODE_NONE)


def _overlap(one: Box, other: Box) -> bool:
    return (
        min(one[2], other[2]) - max(one[0], other[0]) > TOLERANCE
        and min(one[3], other[3]) - max(one[1], other[1]) > TOLERANCE
    )
