"""Cheating with what is drawn: outlines beside or in place of words, fonts that draw nothing or digits of their own."""

import io
from collections.abc import Callable, Sequence

import pikepdf
import pypdfium2
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from pypdfium2 import raw

from tests.tampered.pages import coloured, moved, on_words
from tests.tampered.scene import Case, Make, Scene, compact, edited, fails
from tests.verifier import papers

SEGMENTS = {
    "top": (0, 600, 400, 700),
    "upper left": (0, 350, 100, 700),
    "upper right": (300, 350, 400, 700),
    "middle": (0, 300, 400, 400),
    "lower right": (300, 0, 400, 350),
    "bottom": (0, 0, 400, 100),
}
"""Of a digit as pocket calculators show it, in thousandths of an em: all that a 9 has."""
EM = 16 / 1000
"""Points in a thousandth of an em, sixteen points high."""
Boxes = Sequence[tuple[float, float, float, float]]


def redrawn(pdf: bytes, drawn: dict[str, Boxes]) -> bytes:
    """The certificate with glyphs of its own fonts drawn otherwise, their names and widths as before."""
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for font in document.pages[0].Resources.Font.values():
            descriptor = font.DescendantFonts[0].FontDescriptor
            face = TTFont(io.BytesIO(descriptor.FontFile2.read_bytes()), recalcTimestamp=False)
            for digit, boxes in drawn.items():
                name = face.getGlyphName(_number(digit))
                if name in face["glyf"].glyphs:
                    face["glyf"][name] = _glyph(boxes)
            file = io.BytesIO()
            face.save(file)
            descriptor.FontFile2.write(file.getvalue())
        document.save(made)
    return compact(made.getvalue())


def _number(digit: str) -> int:
    """Number of a digit's glyph in the certificate's faces, where 9 has 0x1A."""
    return 0x11 + int(digit)


def _glyph(boxes: Boxes) -> object:
    pen = TTGlyphPen(None)
    for left, bottom, right, top in boxes:
        pen.moveTo((left, bottom))
        for corner in ((left, top), (right, top), (right, bottom)):
            pen.lineTo(corner)
        pen.closePath()
    return pen.glyph()


def shapes(boxes: Boxes, x: float, y: float, grey: int = 0) -> list[papers.Edit]:
    """Boxes of an em as filled shapes, sixteen points high."""
    return [papers.paint((x + a * EM, y + b * EM, x + c * EM, y + d * EM), grey) for a, b, c, d in boxes]


def line(x: float, y: float, to: tuple[float, float], width: float, grey: int) -> papers.Edit:
    """A line, which is no filled shape."""

    def change(page: pypdfium2.PdfPage) -> None:
        thing = raw.FPDFPageObj_CreateNewPath(x, y)
        raw.FPDFPath_LineTo(thing, *to)
        raw.FPDFPageObj_SetStrokeColor(thing, grey, grey, grey, 255)
        raw.FPDFPageObj_SetStrokeWidth(thing, width)
        raw.FPDFPath_SetDrawMode(thing, raw.FPDF_FILLMODE_NONE, 1)
        raw.FPDFPage_InsertObject(page, thing)

    return papers.on_page(change)


def blanked(scene: Scene) -> Case:
    """A 2 that draws nothing."""
    return fails(redrawn(scene.pdf, {"2": ()}), 10)


def blanked_and_drawn(scene: Scene) -> Case:
    """A 2 that draws nothing, and outlines of a 9 where the total's 2 stands."""
    left, bottom, right, _ = papers.text_box(scene.pdf, "92")
    outlines = shapes(tuple(SEGMENTS.values()), (left + right) / 2, bottom)
    return fails(edited(redrawn(scene.pdf, {"2": ()}), *outlines), 10)


def own_digits(scene: Scene) -> Case:
    """Every 2 of the page drawn as a pocket calculator's 9, which no other digit of the page looks like."""
    return fails(redrawn(scene.pdf, {"2": tuple(SEGMENTS.values())}), 10)


def beside(draw: Callable[[float, float], list[papers.Edit]]) -> Make:
    """A one drawn before the total, so that 92 is read as 192."""

    def make(scene: Scene) -> Case:
        left, bottom, _, _ = papers.text_box(scene.pdf, "92")
        return fails(edited(scene.pdf, *draw(left - 4.5, bottom)), 10)

    return make


def struck_out(scene: Scene) -> Case:
    """A thick white line over the first figure of the total."""
    left, bottom, right, top = papers.text_box(scene.pdf, "92")
    middle, first = (bottom + top) / 2, (left + right) / 2
    return fails(edited(scene.pdf, line(left, middle, (first, middle), 14, 255)), 10)


def on_the_seal(scene: Scene) -> Case:
    """The rules, the last row above the seal, moved to where dark drawings are allowed."""

    def move(part: str) -> papers.Edit:
        return on_words(part, lambda thing: raw.FPDFPageObj_Transform(thing.raw, 1, 0, 0, 1, 150, -70))

    return fails(edited(scene.pdf, *(move(part) for part in ("规则版本", "Rules", "gs-2023"))), 10)


OUTLINES: dict[str, Make] = {
    "digits-that-draw-nothing": blanked,
    "digits-that-draw-nothing-with-outlines-for-them": blanked_and_drawn,
    "digits-of-a-forgers-own-typeface": own_digits,
    "outline-of-a-digit-before-the-total": beside(lambda x, y: shapes(((0, 0, 150, 650),), x, y)),
    "line-like-a-digit-before-the-total": beside(lambda x, y: [line(x + 1, y, (x + 1, y + 10), 2, 0)]),
    "grey-outline-of-a-digit-before-the-total": beside(lambda x, y: shapes(((0, 0, 150, 650),), x, y, 130)),
    "white-line-over-a-figure": struck_out,
    "words-pale": lambda scene: fails(
        edited(scene.pdf, on_words("甘肃省人民医院", coloured(190, 190, 190, 255))), 10
    ),
    "words-moved-onto-the-seal": on_the_seal,
    "words-moved-onto-the-frame": lambda scene: fails(
        edited(scene.pdf, *(moved(part, 38) for part in ("证明编号", "No.", "GS2025", "第1版"))), 10
    ),
}
"""Name → how it is made."""
