"""Digits that are not drawn as what they are: a font may say that a shape is a 2 and draw a 9, and then the text lies (check 10).

Certificates are printed in one typeface, whose ten digits, regular and bold, digits.txt gives as squares of black and white.
Each digit of a page must be more like itself than like any other digit; `bench/shapes.py` says by how much honest ones are.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from verifier.drawing import Grid
from verifier.evidence import Glyph
from verifier.places import Box

if TYPE_CHECKING:
    from PIL import Image

DPI = 300
"""At which digits are looked at; PDFium puts them at whole pixels, which at fewer would hide their form."""
MOST = 2000
"""Digits of one page that are looked at: a fully printed one of ours has some three hundred."""
SQUARES = (16, 24)
ALIKE = 0.7
"""Share of squares that must agree with the digit's own picture."""
_SURE = 0.1
"""Lead before all other digits at which no second look, half a pixel aside, is needed."""
_ASIDE = (-0.5, 0.0, 0.5)
_COUNT = SQUARES[0] * SQUARES[1]
_ALL = (1 << _COUNT) - 1


def misdrawn_on(text: "Image.Image", grid: Grid, glyphs: Iterable[Glyph]) -> tuple[str, ...]:
    """Name the digits of a page that are drawn as something else.

    Args:
        text: the page's text alone, grey, at DPI.
        grid: where points of the page are in it.
        glyphs: its characters.
    """
    glyphs = [glyph for glyph in glyphs if "0" <= glyph.text <= "9"]
    if len(glyphs) > MOST:
        return (f"more than {MOST} digits on one page",)
    found = [
        f"a {digit} drawn as a {other}" if best > own else f"a {digit} drawn as no {digit}"
        for digit, own, other, best in compared(text, grid, glyphs)
        if best >= own or own < ALIKE
    ]
    return tuple(dict.fromkeys(found))


def compared(
    text: "Image.Image", grid: Grid, glyphs: Iterable[Glyph]
) -> Iterator[tuple[str, float, str, float]]:
    """Yield of glyphs that are digits each one, how like itself it is, which other digit it is most like, and how much."""
    for glyph in glyphs:
        left, top, right, bottom = grid.box(Box(glyph.left, glyph.bottom, glyph.right, glyph.top))
        if right - left < 1 or bottom - top < 1:
            yield glyph.text, 0.0, "", 0.0
            continue
        own, other, best = _likeness(glyph.text, [squares(text, (left, top, right, bottom))])
        if own - best < _SURE:
            aside = ((left + x, top + y, right + x, bottom + y) for x in _ASIDE for y in _ASIDE)
            own, other, best = _likeness(glyph.text, [squares(text, box) for box in aside])
        yield glyph.text, own, other, best


def _likeness(digit: str, looks: list[int]) -> tuple[float, str, float]:
    likeness = {
        name: max(1 - (look ^ drawn).bit_count() / _COUNT for look in looks for drawn in pictures)
        for name, pictures in digits().items()
    }
    own = likeness.pop(digit)
    other = max(likeness, key=likeness.__getitem__)
    return own, other, likeness[other]


def squares(picture: "Image.Image", box: tuple[float, float, float, float]) -> int:
    """Bring a part of a picture to SQUARES of black (1) and white (0), as one number, row by row."""
    from PIL import Image  # noqa: PLC0415 - only PDFs need it

    inside = (
        max(0.0, box[0]),
        max(0.0, box[1]),
        min(float(picture.width), box[2]),
        min(float(picture.height), box[3]),
    )
    if inside[0] >= inside[2] or inside[1] >= inside[3]:
        return 0
    small = picture.resize(SQUARES, Image.Resampling.BOX, inside)
    return _ALL ^ int.from_bytes(small.convert("1", dither=Image.Dither.NONE).tobytes())


@lru_cache(maxsize=1)
def digits() -> dict[str, tuple[int, ...]]:
    """Read digits.txt: a digit, its weight, its squares in hexadecimal."""
    found: dict[str, tuple[int, ...]] = {}
    for line in (Path(__file__).parent / "digits.txt").read_text("ascii").splitlines():
        digit, _, drawn = line.split()
        found[digit] = (*found.get(digit, ()), int(drawn, 16))
    return found
