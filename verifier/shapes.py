"""Digits that are drawn as other digits: a font may say that a shape is a 2 and draw a 9, and then the text lies (check 10).

No font is known here, and none needs to be: a page of a certificate has about a hundred digits in its own fonts, so each is
held against the others. One that looks like another digit and goes by a name of its own was put there with a map that lies.
On honest pages no digit is as much like another one as ALIKE; `bench/shapes.py` says by how much. A forger's own font, whose
digits look like none on the page, is not found this way (docs/threats.md).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from verifier.evidence import Glyph

if TYPE_CHECKING:
    from PIL import Image

Pixel = Callable[[float, float], tuple[int, int]]
MAX_SHAPES = 1500
"""Different ones of one page: a fully printed page of ours has some three hundred."""
ALIKE = 0.85
"""Correlation of grey values beyond which two digits are the same shape."""
_GRID = (16, 24)
_SIZE = _GRID[0] * _GRID[1]
_PROPORTION = 0.2
"""By how much the ratio of width to height of one shape may differ."""
_FIRST_LOOK = 0.8
"""Share of squares, black or white, that must agree before grey values are compared; this is only for speed."""
_INVERTED = [255 - value for value in range(256)]
_INKED = [0] * 128 + [255] * 128


@dataclass(frozen=True)
class Shape:
    """A digit as it is drawn, brought to one size: its ink in grey, and in black and white as bits."""

    digit: str
    grey: bytes
    bits: int
    proportion: float

    def like(self, other: "Shape") -> float:
        """Return the correlation with another shape, -1 to 1; -1 also when one look tells them apart."""
        if abs(self.proportion - other.proportion) > _PROPORTION:
            return -1.0
        if (self.bits ^ other.bits).bit_count() > (1 - _FIRST_LOOK) * _SIZE:
            return -1.0
        own, others = self.grey, other.grey
        product = _covariance(own, own) * _covariance(others, others)
        return _covariance(own, others) / product**0.5 if product else -1.0


def _covariance(one: bytes, other: bytes) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True)) - sum(one) * sum(other) / _SIZE


def misdrawn_on(shapes: Iterable[Shape]) -> tuple[str, ...]:
    """Name the digits of a page that are drawn as others."""
    shapes = list(shapes)
    found = [
        f"a {one.digit} drawn as a {other.digit}, or the other way round"
        for at, one in enumerate(shapes)
        for other in shapes[at + 1 :]
        if one.digit != other.digit and one.like(other) >= ALIKE
    ]
    return tuple(dict.fromkeys(found))


def read_shapes(picture: "Image.Image", glyphs: Iterable[Glyph], pixel: Pixel) -> Iterator[Shape]:
    """Yield each shape of each digit once, at most MAX_SHAPES.

    Args:
        picture: the page, grey.
        glyphs: its characters.
        pixel: where in the picture a point of the page is.
    """
    from PIL import Image  # noqa: PLC0415 - only PDFs need it

    ink = picture.point(_INVERTED)
    seen: set[tuple[str, bytes]] = set()
    for glyph in glyphs:
        if not ("0" <= glyph.text <= "9"):
            continue
        (x, y), (others_x, others_y) = pixel(glyph.left, glyph.top), pixel(glyph.right, glyph.bottom)
        left, right, top, bottom = min(x, others_x), max(x, others_x), min(y, others_y), max(y, others_y)
        drawn = ink.crop((left - 1, top - 1, right + 2, bottom + 2))
        inner = drawn.point(_INKED).getbbox()
        if inner is None:
            continue
        grid = drawn.resize(_GRID, Image.Resampling.BOX, inner)
        data = grid.tobytes()
        if (glyph.text, data) not in seen:
            if len(seen) == MAX_SHAPES:
                return
            seen.add((glyph.text, data))
            bits = int.from_bytes(grid.point(_INKED, "1").tobytes())
            proportion = (inner[2] - inner[0]) / (inner[3] - inner[1])
            yield Shape(glyph.text, data, bits, proportion)
