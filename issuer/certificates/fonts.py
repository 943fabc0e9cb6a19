"""The fonts that certificates are set in: what they cover, and a fontconfig that knows no others."""

import os
import tempfile
import threading
from functools import lru_cache
from pathlib import Path
from unicodedata import category

from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont
from weasyprint.text.fonts import FontConfiguration

from issuer.certificates import typefaces
from issuer.certificates.errors import CertificateError, MissingGlyphError
from issuer.certificates.typefaces import PACKAGES

FALLBACKS = (
    Path("/usr/share/fonts/truetype/babelstone/BabelStoneHan.ttf"),
    Path("/usr/share/fonts/truetype/hanazono/HanaMinA.ttf"),
    Path("/usr/share/fonts/truetype/hanazono/HanaMinB.ttf"),
)
"""For rare characters, in the order in which the style sheet names their families; regular weight only."""
_ENVIRONMENT = threading.Lock()


def missing(text: str) -> list[str]:
    """Return the code points of `text` that no font has, such as "U+31353", in order, each once.

    Raises:
        CertificateError: the fonts are not installed.
    """
    covered = coverage()
    absent = (c for c in dict.fromkeys(text) if ord(c) not in covered and category(c) != "Zs")
    return [f"U+{ord(c):04X}" for c in absent]


def rare(text: str) -> bool:
    """Whether `text` has a character that only a fallback has, and so no bold.

    Raises:
        CertificateError: the fonts are not installed.
    """
    return not _bold() >= set(map(ord, text))


@lru_cache(maxsize=1)
def _bold() -> frozenset[int]:
    with _face(typefaces.faces()["Bold"]) as face:
        return frozenset(face.getBestCmap())


@lru_cache(maxsize=1)
def coverage() -> frozenset[int]:
    """Return every code point that one of the fonts has.

    Raises:
        CertificateError: the fonts are not installed.
    """
    covered: set[int] = set()
    for path in (typefaces.faces()["Regular"], *FALLBACKS):
        with _face(path) as face:
            covered |= face.getBestCmap().keys()
    return frozenset(covered)


def outlines(text: str) -> dict[str, RecordingPen]:
    """Return the outline of each character of `text` in the bold face, for letters that are drawn rather than set.

    Raises:
        MissingGlyphError: the bold face lacks one.
        CertificateError: the fonts are not installed.
    """
    with _face(typefaces.faces()["Bold"]) as face:
        names, glyphs = face.getBestCmap(), face.getGlyphSet()
        if absent := [f"U+{ord(c):04X}" for c in text if ord(c) not in names]:
            raise MissingGlyphError(absent)
        drawn = {character: RecordingPen() for character in text}
        for character, pen in drawn.items():
            glyphs[names[ord(character)]].draw(pen)
    return drawn


def _face(path: Path) -> TTFont:
    try:
        return TTFont(path, lazy=True)
    except OSError as error:
        raise CertificateError(f"{path}: {error.strerror}; Debian packages: {PACKAGES}") from error


@lru_cache(maxsize=1)
def configuration() -> FontConfiguration:
    """Return the one font configuration of this process, which holds these fonts and no others.

    With the system's fonts in it, a character could be set in a face whose coverage `missing` has not looked at.

    Raises:
        CertificateError: the fonts are not installed, or there is no room for fontconfig's own settings.
    """
    own = typefaces.faces()["Regular"]
    for path in FALLBACKS:
        if not path.is_file():
            raise CertificateError(f"{path}: not installed; Debian packages: {PACKAGES}")
    folders = "".join(f"<dir>{folder}</dir>" for folder in sorted({str(p.parent) for p in (own, *FALLBACKS)}))
    text = (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>'
        f'{folders}<cachedir>/var/cache/fontconfig</cachedir><cachedir prefix="xdg">fontconfig</cachedir>'
        "</fontconfig>"
    )
    try:
        return _configured(text)
    except OSError as error:
        raise CertificateError(
            f"临时文件夹写不了：{error.strerror}；排除故障后再运行一次即可继续。"
            f"The temporary folder cannot be written (TMPDIR); run again once this is mended: {error.filename or ''}"
        ) from error


def _configured(text: str) -> FontConfiguration:
    with _ENVIRONMENT, tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "fonts.conf")
        file.write_text(text, encoding="utf-8")
        before = os.environ.get("FONTCONFIG_FILE")
        os.environ["FONTCONFIG_FILE"] = str(file)  # fontconfig reads it once, here, and has no other way in
        try:
            return FontConfiguration()
        finally:
            if before is None:
                del os.environ["FONTCONFIG_FILE"]
            else:
                os.environ["FONTCONFIG_FILE"] = before
