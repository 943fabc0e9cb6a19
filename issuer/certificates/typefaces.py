"""TrueType faces for certificates, made once from Debian's Noto Serif CJK, whose own outlines are CFF.

Why not the collections as they are: WeasyPrint keeps glyph numbers when it subsets, so each certificate would carry tables
for 65,535 glyphs; and a subset of CID-keyed CFF shows no Chinese in MuPDF. These two faces have all that the simplified
Chinese face has, Hangul apart: what is no ideograph first, then GB 2312, so that what nearly every certificate prints has
small numbers. Each character has a glyph of its own, so that a reader of the PDF can always tell which one was meant.
"""

import fcntl
import hashlib
import io
import itertools
import logging
import os
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import uharfbuzz
from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from issuer.certificates.errors import CertificateError
from ledger.files import replace_file

log = logging.getLogger(__name__)
SOURCES = {
    "Regular": Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"),
    "Bold": Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc"),
}
SIMPLIFIED = 2
"""Number of the face "Noto Serif CJK SC" in these collections of five."""
PACKAGES = "fonts-noto-cjk fonts-babelstone-han fonts-hanazono"
"""Debian's packages that hold the sources and the fallbacks."""
FAMILY = "Xueshi Serif"
RECIPE = 7
"""Raised when the making changes, so that faces made before are made again."""
ERROR = 0.8
"""Greatest distance, in thousandths of an em, between a curve and its quadratic stand-in."""
FIGURES = "0123456789"
"""They get one width, that of the widest: the source has no tabular figures, and 1 is narrower there."""
KERNED = [c for c in map(chr, range(0x21, 0x7F)) if c not in FIGURES] + list("‘’“”")
"""Characters whose pairs keep the distance that they have in the source. Figures stand at even distances."""
HANGUL = (range(0x1100, 0x1200), range(0x3130, 0x3190), range(0xA960, 0xA980), range(0xAC00, 0xD800))
IDEOGRAPHS = (range(0x3400, 0xA000), range(0xF900, 0xFB00), range(0x20000, 0x40000))


def folder() -> Path:
    """Return where the faces are kept: $XUESHI_FONTS, else $XDG_CACHE_HOME/xueshi/fonts, else ~/.cache/xueshi/fonts."""
    own, shared = os.environ.get("XUESHI_FONTS"), os.environ.get("XDG_CACHE_HOME")
    return Path(own) if own else Path(shared or Path.home() / ".cache") / "xueshi" / "fonts"


@lru_cache(maxsize=1)
def faces() -> dict[str, Path]:
    """Return the two faces by weight, made first if they are not there yet (about half a minute of CPU each).

    Raises:
        CertificateError: the sources are not installed, or the folder cannot be written.
    """
    try:
        made_from = repr([RECIPE, *(_identity(path) for path in SOURCES.values())])
        place = folder() / hashlib.sha256(made_from.encode()).hexdigest()[:16]
        paths = {weight: place / f"{weight}.ttf" for weight in SOURCES}
        if not all(path.is_file() for path in paths.values()):
            place.mkdir(parents=True, exist_ok=True)
            with (place / "lock").open("w") as lock:  # a second process waits here, then finds them
                fcntl.flock(lock, fcntl.LOCK_EX)
                for weight, path in paths.items():
                    if not path.is_file():
                        log.info("making the %s face of certificates in %s", weight, place)
                        _make(weight, path)
    except OSError as error:
        raise CertificateError(
            f"{error.filename or folder()}: {error.strerror}; Debian packages: {PACKAGES}; folder: XUESHI_FONTS"
        ) from error
    return paths


def _identity(path: Path) -> tuple[str, int, int]:
    found = path.stat()
    return str(path), found.st_size, int(found.st_mtime)


def gb_2312() -> Iterator[int]:
    """Yield the ideographs of GB 2312, rows 16 to 87, by code point."""
    for row, cell in itertools.product(range(0xB0, 0xF8), range(0xA1, 0xFF)):
        yield from map(ord, bytes((row, cell)).decode("gb2312", "ignore"))


def _ordered(codes: Sequence[int]) -> list[int]:
    """Return `codes` without Hangul: what is no ideograph, then GB 2312, then the others."""
    common = set(gb_2312())

    def place(code: int) -> tuple[int, int]:
        ideograph = any(code in block for block in IDEOGRAPHS)
        return (0 if not ideograph else 1 if code in common else 2), code

    return sorted((c for c in codes if not any(c in block for block in HANGUL)), key=place)


def _make(weight: str, path: Path) -> None:
    """Make one face and put it in place whole; a kill or a full disk leaves nothing that would be taken for a face."""
    with TTFont(SOURCES[weight], fontNumber=SIMPLIFIED, lazy=True) as source:
        codes = _ordered(list(source.getBestCmap()))
        heights = source["hhea"].ascent, source["hhea"].descent
        measures = {
            name: value for name, value in vars(source["OS/2"]).items() if name[:2] in {"fs", "sT", "us"}
        }
        moments = {"created": source["head"].created, "modified": source["head"].modified}
    drawing = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(SOURCES[weight])), SIMPLIFIED))
    names = [".notdef", *(f"u{code:04X}" for code in codes)]
    numbers = [0, *(drawing.get_nominal_glyph(code) or 0 for code in codes)]
    figures = {drawing.get_nominal_glyph(ord(c)) for c in FIGURES}
    widest = max(map(drawing.get_glyph_h_advance, figures))
    glyphs, widths = {}, {}
    for name, number in zip(names, numbers, strict=True):
        pen, width = TTGlyphPen(None), drawing.get_glyph_h_advance(number)
        shift = (widest - width) // 2 if number in figures else 0
        quadratic = Cu2QuPen(pen, ERROR, reverse_direction=True)
        drawing.draw_glyph_with_pen(number, TransformPen(quadratic, (1, 0, 0, 1, shift, 0)))
        glyphs[name], widths[name] = pen.glyph(), widest if number in figures else width
    builder = FontBuilder(1000, isTTF=True)
    builder.font.recalcTimestamp = False  # the same faces, and so the same certificates, on every machine
    builder.updateHead(macStyle=int(weight == "Bold"), **moments)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap(dict(zip(codes, names[1:], strict=True)))
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics({n: (w, getattr(glyphs[n], "xMin", 0)) for n, w in widths.items()})
    builder.setupHorizontalHeader(ascent=heights[0], descent=heights[1])
    builder.setupNameTable(_names(weight))
    builder.setupOS2(**measures)
    builder.setupPost(keepGlyphNames=False)
    addOpenTypeFeaturesFromString(builder.font, _kerning(drawing))
    file = io.BytesIO()
    builder.save(file)
    replace_file(path, file.getvalue())


def _kerning(source: uharfbuzz.Font) -> str:
    """Return the feature that keeps the distances of pairs, as measured in the source."""
    rules = []
    for pair in itertools.product(KERNED, repeat=2):
        text = uharfbuzz.Buffer()
        text.add_str("".join(pair))
        text.guess_segment_properties()
        uharfbuzz.shape(source, text, {"liga": False})
        wide = sum(source.get_glyph_h_advance(source.get_nominal_glyph(ord(c)) or 0) for c in pair)
        if closer := sum(position.x_advance for position in text.glyph_positions) - wide:
            rules.append(f"pos u{ord(pair[0]):04X} u{ord(pair[1]):04X} {closer};")
    return f"languagesystem DFLT dflt; languagesystem latn dflt; feature kern {{ {' '.join(rules)} }} kern;"


def _names(weight: str) -> dict[str, str]:
    plain = FAMILY.replace(" ", "")
    return {
        "familyName": FAMILY,
        "styleName": weight,
        "uniqueFontIdentifier": f"{plain}-{weight}-{RECIPE}",
        "fullName": f"{FAMILY} {weight}",
        "psName": f"{plain}-{weight}",
        "copyright": "Made from Noto Serif CJK SC, (c) Adobe, SIL Open Font License 1.1",
    }


if __name__ == "__main__":  # at set-up, so that the first certificate does not wait for it
    faces()
