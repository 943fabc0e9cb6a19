"""Shaping and breaking text by the very calls with which WeasyPrint does it, so that both ways of making agree to the letter.

Lengths are CSS pixels, 96 to an inch, as in WeasyPrint's boxes; adjustments are thousandths of an em, as in PDF.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any
from unicodedata import category

import uharfbuzz
from weasyprint.text.ffi import FROM_UNITS, ffi, pango
from weasyprint.text.fonts import get_pango_font_key
from weasyprint.text.line_break import Layout, line_size, split_first_line

from issuer.certificates import typefaces
from issuer.certificates.errors import UnfitError

BOLD = 700
_KERNED = f"[{re.escape(''.join(typefaces.KERNED))}]"
_PAIR = re.compile(f"{_KERNED}{_KERNED}| ")
"""Two characters whose distance the faces may change, or a space."""


@dataclass(frozen=True)
class Style:
    """How a run of text is set; `css` is WeasyPrint's whole style, of which the other fields are what differs here."""

    size: float
    weight: int
    spacing: float
    colour: bytes
    css: Any = field(compare=False, repr=False)


@dataclass(frozen=True)
class Run:
    """A shaped run in one line: strings of glyphs, and between them by how much to move back, as PDF's TJ takes them."""

    text: str
    width: float
    size: float
    weight: str
    numbers: tuple[int, ...]
    parts: tuple[tuple[int, ...] | float, ...]

    @cached_property
    def glyphs(self) -> frozenset[int]:
        """The numbers in the whole face of the glyphs that occur, one for each character of `text`."""
        return frozenset(self.numbers)

    @cached_property
    def whole(self) -> bytes:
        """The operand that shows it in a font whose glyphs have the numbers of the whole face."""
        return self.shown({number: f"{number:04x}" for number in self.numbers})

    def shown(self, codes: Mapping[int, str]) -> bytes:
        """Return the operand that shows it in a font with these codes for the glyphs."""
        strings = (
            f"<{''.join([codes[number] for number in part])}>" if isinstance(part, tuple) else f"{part}"
            for part in self.parts
        )
        return f"[{''.join(strings)}]".encode()


def style_of(box: Any) -> Style:
    """Return the style of a text box."""
    css = box.style
    spacing = css["letter_spacing"]
    red, green, blue = css["color"].to("srgb").coordinates
    return Style(
        size=css["font_size"],
        weight=css["font_weight"],
        spacing=0.0 if spacing == "normal" else spacing,
        colour=f"{red:f} {green:f} {blue:f} rg".encode(),
        css=css,
    )


def break_lines(text: str, style: Style, width: float) -> list[Run]:
    """Break one run of text into the lines of a column `width` wide.

    Raises:
        UnfitError: a character that the two faces lack.
    """
    whole = shape(text, style)
    if whole.width <= width:
        return [whole]
    lines, rest = [], text.encode()
    while rest:
        layout, _, resume, *_ = split_first_line(rest.decode(), style.css, None, width, 0)
        lines.append(shape(layout.text, style))
        rest = b"" if resume is None else rest[resume:]
    return lines


@lru_cache(maxsize=4096)
def shape(text: str, style: Style) -> Run:
    """Shape one line of text.

    A text without letter spacing, in which no two characters that may be kerned follow each other, is put together from
    what Pango gives for each of its characters: such are most names and employers, and no two people have the same.

    Raises:
        UnfitError: a character that the two faces lack, or one that is set as more or less than one glyph.
    """
    if style.spacing or _PAIR.search(text) or not text:
        return by_pango(text, style)
    singles = [by_pango(character, style) for character in text]
    parts: list[float | tuple[int, ...]] = []
    string: list[int] = []
    for single in singles:
        string += single.numbers
        if len(single.parts) > 1:
            parts, string = [*parts, tuple(string), single.parts[1]], []
    numbers = tuple(single.numbers[0] for single in singles)
    first = singles[0]
    return Run(
        text,
        sum(single.width for single in singles),
        first.size,
        first.weight,
        numbers,
        (*parts, tuple(string)),
    )


@lru_cache(maxsize=4096)
def by_pango(text: str, style: Style) -> Run:
    """Shape one line of text, as weasyprint.draw.text.draw_first_line does."""
    weight = "Bold" if style.weight >= BOLD else "Regular"
    numbers, advances = _glyphs(text, weight)
    layout = Layout(style.css)
    layout.set_text(text, justify=True)
    line, _ = layout.get_first_line()
    parts: list[float | tuple[int, ...]] = []
    string: list[int] = []
    size, place = 0.0, 0
    run = line.runs[0]
    while run != ffi.NULL:
        item, run = run.data, run.next
        _, _, size = get_pango_font_key(item.item.analysis.font)
        for glyph in item.glyphs.glyphs[0 : item.glyphs.num_glyphs]:
            if glyph.glyph == pango.PANGO_GLYPH_EMPTY or glyph.geometry.y_offset or place == len(numbers):
                raise UnfitError(f"a character set apart: {[hex(ord(c)) for c in text]}")
            if glyph.glyph != numbers[place]:
                raise UnfitError(f"U+{ord(text[place]):04X} is set in another face")
            shift, width = glyph.geometry.x_offset / size, glyph.geometry.width
            if shift:
                parts, string = [*parts, tuple(string), -shift], []
            string.append(numbers[place])
            # WeasyPrint cuts the adjustment to a whole number, and so does this.
            if back := int(advances[place] + shift - width * 1000 * FROM_UNITS / size):
                parts, string = [*parts, tuple(string), back], []
            place += 1
    if place != len(numbers):
        raise UnfitError("characters that make one glyph")
    return Run(text, line_size(line, style.css)[0], size, weight, tuple(numbers), (*parts, tuple(string)))


def _glyphs(text: str, weight: str) -> tuple[list[int], list[int]]:
    """Return the glyph of each character, and how wide it is in thousandths of an em.

    Raises:
        UnfitError: a character that the face lacks.
    """
    if strange := [f"U+{ord(c):04X}" for c in text if category(c)[0] in "CMZ" and c != " "]:
        raise UnfitError(f"{', '.join(strange)} is not simply a glyph after another")
    font = face(weight)
    found = [font.get_nominal_glyph(ord(character)) for character in text]
    if absent := [f"U+{ord(c):04X}" for c, number in zip(text, found, strict=True) if not number]:
        raise UnfitError(f"{', '.join(absent)} in another face")
    numbers = [number for number in found if number]
    return numbers, [font.get_glyph_h_advance(number) for number in numbers]


def glyph(character: str, weight: str) -> int:
    """Return the number of a character's glyph in a face.

    Raises:
        UnfitError: the face lacks it.
    """
    ((number,), _) = _glyphs(character, weight)
    return number


@lru_cache(maxsize=2)
def face(weight: str) -> uharfbuzz.Font:
    """Return one of the certificates' own two faces, "Regular" or "Bold"."""
    return uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(typefaces.faces()[weight]))))
