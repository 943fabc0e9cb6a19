"""QR codes out of pictures: photos and scans of paper, and rendered pages of a PDF."""

import io
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

from verifier.errors import InputError
from verifier.evidence import EXPECTED, Evidence, Finding, InputKind, Unreadable, read_code
from verifier.transport import looks_like_qr

if TYPE_CHECKING:
    from PIL import Image

MAX_PIXELS = 80_000_000
"""Pixels of one picture: an A4 page at 600 dpi has 35 million."""
MAX_FRAMES = 20
FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF")
_ENLARGED = 16_000_000
"""Largest result, in pixels, of enlarging a picture for a second look."""


def read_picture(data: bytes, name: str) -> Evidence:
    """Read a photo or scan of paper.

    Raises:
        InputError: not a whole picture of a known kind, too large, or without one of our QR codes.
    """
    findings: list[Finding] = []
    unreadable: list[Unreadable] = []
    others: list[str] = []
    for number, picture in enumerate(_frames(data, name), 1):
        sort_codes(read_codes(picture), f"QR on page {number}", findings, unreadable, others)
    if not findings and not unreadable:
        raise InputError(
            name,
            EXPECTED,
            "没有读到本系统的二维码，请拍清楚、拍完整 / no QR code of ours could be read in it",
        )
    return Evidence(name, InputKind.SCAN, tuple(findings), tuple(unreadable), other_codes=tuple(others))


def read_codes(picture: "Image.Image") -> list[str]:
    """Return the texts of all QR codes, looking a second time, enlarged, when there is none of ours."""
    from PIL import Image  # noqa: PLC0415 - only pictures need it

    grey = picture.convert("L")
    texts = _decode(grey)
    if not any(map(looks_like_qr, texts)) and 4 * grey.width * grey.height <= _ENLARGED:
        enlarged = grey.resize((2 * grey.width, 2 * grey.height), Image.Resampling.BICUBIC)
        texts += [text for text in _decode(enlarged) if text not in texts]
    return texts


def sort_codes(
    texts: list[str], where: str, findings: list[Finding], unreadable: list[Unreadable], others: list[str]
) -> None:
    """Add each code to what it is: one of ours, one of ours that is broken, or another's."""
    for text in texts:
        if not looks_like_qr(text):
            others.append(text)
            continue
        found = read_code(text, where)
        if isinstance(found, Finding):
            findings.append(found)
        else:
            unreadable.append(found)


def _decode(grey: "Image.Image") -> list[str]:
    import zxingcpp  # noqa: PLC0415 - a native library that only pictures need

    return [
        code.text
        for code in zxingcpp.read_barcodes(
            grey, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
        )
    ]


def _frames(data: bytes, name: str) -> Iterator["Image.Image"]:
    from PIL import Image  # noqa: PLC0415 - only pictures need it

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=FORMATS)
        pixels = picture.width * picture.height
        for number in range(min(getattr(picture, "n_frames", 1), MAX_FRAMES) if pixels <= MAX_PIXELS else 0):
            picture.seek(number)
            picture.load()
            yield picture
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        pixels = MAX_PIXELS + 1
    except (OSError, SyntaxError, ValueError, EOFError):
        raise InputError(name, EXPECTED, "图片打不开或不完整 / the picture is broken or incomplete") from None
    if pixels > MAX_PIXELS:
        expected = (
            f"不超过 {MAX_PIXELS // 1_000_000} 百万像素的图片 / a picture of at most {MAX_PIXELS} pixels"
        )
        raise InputError(name, expected, "图片太大 / the picture is too large")
