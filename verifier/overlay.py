"""What lies over a PDF's text or hides it: the text that is extracted must be the text that is seen (check 10)."""

import ctypes
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
Box = tuple[float, float, float, float]


def laid_over(page: "PdfPage", codes: int) -> tuple[str, ...]:
    """Name what lies over or hides a page's text.

    Args:
        page: the page.
        codes: how many of our QR codes were read on it; only these may be pictures.
    """
    return tuple(dict.fromkeys(_on_page(page, codes)))


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

    shown = {raw.FPDF_TEXTRENDERMODE_FILL, raw.FPDF_TEXTRENDERMODE_FILL_STROKE}
    if raw.FPDFTextObj_GetTextRenderMode(thing) not in shown:
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
