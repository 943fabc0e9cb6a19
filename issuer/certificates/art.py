"""Art of the certificate as SVG: guilloche frame, ground, specimen's mark, specimen's seal, lettering.

One user unit is a millimetre. Curves are few long cubics, since parsing paths is what a renderer spends its time on.
Letters are outlines taken from the font: what is drawn here is never in the text layer.
"""

import math
from collections.abc import Iterator, Mapping

from fontTools.misc.transform import Transform
from fontTools.pens.recordingPen import RecordingPen
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen

Letters = Mapping[str, RecordingPen]
"""Outlines by character, in thousandths of an em, y upwards, as issuer.certificates.fonts.outlines gives them."""
WIDTH, HEIGHT = 210, 297
RED, GOLD, SEAL_RED = "#9c1f22", "#b8935a", "#d7181e"
PAPER, WAVE, LACE, MARK = "#fffdf8", "#f7efe0", "#f3e6cf", "#fdf2ec"
CENTRE_LINE = 13.2
"""Distance of the frame's centre line from the paper's edge."""
HALF_WAVE = 0.3642
"""Where the handles of a cubic stand, as a part of its width, that follows half a period of a sine."""


def background(letters: Letters, *, specimen: bool) -> str:
    """Draw all that lies under the words of one sheet of A4; a specimen's has the `letters` 样 and 张 across it."""
    m = CENTRE_LINE
    inner = f'x="{m + 4.2}" y="{m + 4.2}" width="{WIDTH - 2 * m - 8.4}" height="{HEIGHT - 2 * m - 8.4}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">',
        f'<rect {inner} fill="{PAPER}"/>',
        _line(_ground(), WAVE, 0.22),
        *(
            _line(_ring((WIDTH / 2, 150), *ring), LACE, 0.24)
            for ring in ((50, 8, 30), (35, 6, 22), (23.5, 4.5, 16))
        ),
        *([_mark(letters)] if specimen else []),
        *_frame(m),
        "</svg>",
    ]
    return "".join(parts)


def specimen_seal(issuer: str, letters: Letters) -> str:
    """Draw a round seal of 42 mm with a star, the issuer's name on the ring, and 样章 (specimen) below.

    Size and form after 国发〔1999〕25号; it says what it is, and is never a real seal.
    """
    size, centre = 42.0, 21.0
    span = math.radians(min(236, 24 * len(issuer)))
    step = span / max(1, len(issuer) - 1)
    ring = [_on_ring(letters[c], centre, 18.5, i * step - span / 2, 5.0) for i, c in enumerate(issuer)]
    below = [_glyph(letters[c], centre + x, centre + 13.6, 4.4) for c, x in (("样", -2.9), ("章", 2.9))]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}"><g fill="{SEAL_RED}">'
        f'<circle cx="{centre}" cy="{centre}" r="{centre - 0.6}" fill="none" stroke="{SEAL_RED}" stroke-width="1.2"/>'
        f'<path d="{_star(centre, centre, 6.2)}"/><path d="{"".join(ring + below)}"/></g></svg>'
    )


def lettering(text: str, letters: Letters, colour: str = "#23201c") -> str:
    """Draw one line of text as outlines, one unit high and as many wide as it has characters."""
    width = len(text)
    d = "".join(_glyph(letters[c], i + 0.5, 0.88, 1.0) for i, c in enumerate(text))
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} 1.2"><path fill="{colour}" d="{d}"/></svg>'


# -- curves ---------------------------------------------------------------------------------------------------------


def _line(d: str, colour: str, width: float) -> str:
    return f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{width}"/>'


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if value else "0"


def _point(x: float, y: float) -> str:
    return f"{_number(x)} {_number(y)}"


def _sine(
    start: tuple[float, float], half: float, amplitude: float, count: int, *, upright: bool = False
) -> str:
    """Return `count` half periods of `half` mm each: one cubic each, whose first handle mirrors the second before it."""

    def at(along: float, across: float) -> str:
        return _point(across, along) if upright else _point(along, across)

    handle, peak = half * HALF_WAVE, amplitude * 4 / 3  # a cubic rises to three quarters of its handles
    first = f"M{_point(*start)}c{at(handle, peak)} {at(half - handle, peak)} {at(half, 0)}"
    others = (f"s{at(half - handle, -peak if i % 2 else peak)} {at(half, 0)}" for i in range(1, count))
    return first + "".join(others)


def _band(start: tuple[float, float], length: float, periods: int, *, upright: bool) -> str:
    """Return a plaited band: two phases of a wave and their mirror images, ends hidden under the corners."""
    (x, y), half = start, length / periods / 2
    d = []
    for phase in range(2):
        shift = phase * half / 2
        place = (x, y + shift) if upright else (x + shift, y)
        d += [_sine(place, half, sign * 2.35, 2 * periods - phase, upright=upright) for sign in (1, -1)]
    return "".join(d)


def _ring(centre: tuple[float, float], radius: float, amplitude: float, lobes: int, phases: int = 3) -> str:
    """Return a plaited ring: closed waves around one circle, each a part of a lobe further round; a cubic a half wave."""
    (x, y), half = centre, math.pi / lobes
    d = []
    for phase in range(phases):
        start = -math.pi / 2 + phase * 2 * half / phases
        for i in range(2 * lobes + 1):
            angle, reach = start + i * half, radius + (amplitude if i % 2 == 0 else -amplitude)
            across, down = math.cos(angle), math.sin(angle)
            px, py, handle = x + reach * across, y + reach * down, reach * half * HALF_WAVE
            before, after = (
                (px + handle * down, py - handle * across),
                (px - handle * down, py + handle * across),
            )
            if i == 0:
                d.append(f"M{_point(px, py)}C{_point(*after)} ")
            else:
                d.append(f"{'S' if i > 1 else ''}{_point(*before)} {_point(px, py)}")
        d.append("Z")
    return "".join(d)


def _ground() -> str:
    """Return the pale waves that fill the sheet."""
    lines = (18.0 + 5.4 * i for i in range(49))
    return "".join(_sine((18, y), 43.5, 1.5 * math.sin(y / 23) + 0.6, 4) for y in lines if y < HEIGHT - 18)


def _frame(m: float) -> Iterator[str]:
    for inset, colour, width in (
        (m - 4.3, RED, 0.75),
        (m - 3.35, GOLD, 0.25),
        (m + 3.35, GOLD, 0.25),
        (m + 4.2, RED, 0.35),
    ):
        size = f'width="{_number(WIDTH - 2 * inset)}" height="{_number(HEIGHT - 2 * inset)}"'
        yield (
            f'<rect x="{_number(inset)}" y="{_number(inset)}" {size} fill="none" stroke="{colour}" stroke-width="{width}"/>'
        )
    start, right, bottom = m + 3, WIDTH - m, HEIGHT - m
    bands = [_band((start, y), right - m - 6, 19, upright=False) for y in (m, bottom)]
    bands += [_band((x, start), bottom - m - 6, 29, upright=True) for x in (m, right)]
    yield _line("".join(bands), GOLD, 0.2)
    for x, y in ((m, m), (right, m), (m, bottom), (right, bottom)):
        yield f'<circle cx="{x}" cy="{y}" r="6.6" fill="{PAPER}" stroke="{RED}" stroke-width=".35"/>'
        yield _line(_ring((x, y), 3.9, 1.9, 12), GOLD, 0.16)
        yield f'<circle cx="{x}" cy="{y}" r="1" fill="{RED}"/>'


# -- letters and signs ----------------------------------------------------------------------------------------------


def _glyph(letter: RecordingPen, x: float, y: float, em: float) -> str:
    """Return one letter `em` high, centred on x, its baseline at y."""
    return _outline(letter, Transform().translate(x, y).scale(em / 1000, -em / 1000).translate(-500, 0))


def _on_ring(letter: RecordingPen, centre: float, radius: float, angle: float, em: float) -> str:
    """Return one narrow letter whose top touches a circle, upright at angle 0 (the circle's top)."""
    place = Transform().translate(centre, centre).rotate(angle).translate(0, -radius)
    return _outline(letter, place.scale(em / 1000 * 0.86, -em / 1000).translate(-500, -880))


def _outline(letter: RecordingPen, transform: Transform) -> str:
    pen = SVGPathPen(None, ntos=_number)
    letter.replay(TransformPen(pen, transform))
    return str(pen.getCommands())


def _star(x: float, y: float, radius: float) -> str:
    reach = (radius if i % 2 == 0 else radius * 0.381966 for i in range(10))
    angles = (-math.pi / 2 + i * math.pi / 5 for i in range(10))
    return (
        "M"
        + "L".join(
            _point(x + r * math.cos(a), y + r * math.sin(a)) for r, a in zip(reach, angles, strict=True)
        )
        + "Z"
    )


def _mark(letters: Letters) -> str:
    """Draw 样张 (specimen copy) large, slanted and pale in the middle of the sheet."""
    d = _glyph(letters["样"], -34, 20, 58) + _glyph(letters["张"], 34, 20, 58)
    return f'<path transform="translate({WIDTH / 2} 150) rotate(-28)" fill="{MARK}" stroke="#f5e1d8" stroke-width=".3" d="{d}"/>'
