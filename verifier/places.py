"""Where on a sheet something other than words may be drawn dark: ornaments, seal, the issuer's name (docs/format.md, section 7)."""

from typing import NamedTuple


class Box(NamedTuple):
    """Left, bottom, right, top in points from the sheet's lower left corner."""

    left: float
    bottom: float
    right: float
    top: float

    def overlaps(self, other: "Box", touch: float = 0.5) -> bool:
        """Say whether the two have more in common than `touch` points each way."""
        across = min(self.right, other.right) - max(self.left, other.left)
        return across > touch and min(self.top, other.top) - max(self.bottom, other.bottom) > touch

    def within(self, other: "Box") -> bool:
        """Say whether all of it lies in another."""
        return (
            other.left <= self.left
            and self.right <= other.right
            and other.bottom <= self.bottom
            and self.top <= other.top
        )


POINTS = 72 / 25.4
WIDTH, HEIGHT = 210.0, 297.0
"""Millimetres of A4."""


def _box(left: float, top: float, right: float, bottom: float) -> Box:
    """Make a box of millimetres from the sheet's upper left corner."""
    return Box(left * POINTS, (HEIGHT - bottom) * POINTS, right * POINTS, (HEIGHT - top) * POINTS)


_OUTER, _INNER, _CORNER = 8.3, 17.9, 20.3
"""Millimetres from the edge: the frame's outer and inner side, and as far as its corners reach."""
FRAME = (
    _box(_OUTER, _OUTER, WIDTH - _OUTER, _INNER),
    _box(_OUTER, HEIGHT - _INNER, WIDTH - _OUTER, HEIGHT - _OUTER),
    _box(_OUTER, _OUTER, _INNER, HEIGHT - _OUTER),
    _box(WIDTH - _INNER, _OUTER, WIDTH - _OUTER, HEIGHT - _OUTER),
    *(
        _box(x, y, x + _CORNER - 6, y + _CORNER - 6)
        for x in (6, WIDTH - _CORNER)
        for y in (6, HEIGHT - _CORNER)
    ),
)
"""The ornaments round each sheet; no word stands there."""
CLEAR = _box(_CORNER, _CORNER, WIDTH - _CORNER, HEIGHT - _CORNER)
"""A part of the sheet that has nothing of them."""
SEALED = (_box(120.8, 212.8, 163.2, 255.2), _box(103.5, 225.5, 180.5, 232.5))
"""On the first sheet: the seal, and the issuer's name. Of all words only the day of issue stands there."""


def is_a4(width: float, height: float) -> bool:
    """Say whether a page, in points, has the size of the sheet that is printed."""
    return abs(width - WIDTH * POINTS) < POINTS and abs(height - HEIGHT * POINTS) < POINTS
