"""QR codes out of pictures: photos and scans of paper, and rendered pages of a PDF."""

import io
import warnings
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from verifier.errors import InputError
from verifier.evidence import EXPECTED, Evidence, Finding, InputKind, Unreadable, read_code
from verifier.transport import looks_like_qr

if TYPE_CHECKING:
    from PIL import Image

MAX_PIXELS = 80_000_000
"""Pixels of one picture: an A4 page at 600 dpi has 35 million."""
MAX_FRAMES = 20
FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF")
_TRANSPARENT = ("L", "LA", "P", "PA", "RGB", "RGBA")
"""Modes of pictures in which something can be transparent."""
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


class Code(NamedTuple):
    """A QR code in a picture: its text and its four corners, in pixels."""

    text: str
    corners: tuple[tuple[int, int], ...]


def read_codes(picture: "Image.Image") -> list[Code]:
    """Return all QR codes, looking a second time, enlarged, when there is none of ours."""
    from PIL import Image  # noqa: PLC0415 - only pictures need it

    grey = picture if picture.mode == "L" else picture.convert("L")
    codes = _decode(grey)
    if not any(looks_like_qr(code.text) for code in codes) and 4 * grey.width * grey.height <= _ENLARGED:
        enlarged = grey.resize((2 * grey.width, 2 * grey.height), Image.Resampling.BICUBIC)
        known = {code.text for code in codes}
        codes += [code for code in _decode(enlarged, enlarged=2) if code.text not in known]
    return codes


def read_clean(picture: "Image.Image") -> list[Code]:
    """Return the QR codes of a grey picture that no paper or camera has been between: one look, as it is."""
    return _decode(picture, blurred=False)


def sort_codes(
    codes: Iterable[Code],
    where: str,
    findings: list[Finding],
    unreadable: list[Unreadable],
    others: list[str],
) -> None:
    """Add each code to what it is: one of ours, one of ours that is broken, or another's."""
    for code in codes:
        if not looks_like_qr(code.text):
            others.append(code.text)
            continue
        found = read_code(code.text, where)
        if isinstance(found, Finding):
            findings.append(found)
        else:
            unreadable.append(found)


def _decode(grey: "Image.Image", enlarged: int = 1, *, blurred: bool = True) -> list[Code]:
    import zxingcpp  # noqa: PLC0415 - a native library that only pictures need

    formats = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    codes = []
    for code in zxingcpp.read_barcodes(grey, formats=formats, try_downscale=blurred):
        place = code.position
        corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
        codes.append(Code(code.text, tuple((at.x // enlarged, at.y // enlarged) for at in corners)))
    return codes


def _on_white(picture: "Image.Image") -> "Image.Image":
    """Return a picture as it is seen on white paper: what is transparent in it shows nothing, and holds no code."""
    from PIL import Image  # noqa: PLC0415 - as above

    if picture.mode not in _TRANSPARENT or not picture.has_transparency_data:
        return picture
    grey = picture.convert("LA")
    sheet = Image.new("L", picture.size, 255)
    sheet.paste(grey.getchannel("L"), mask=grey.getchannel("A"))
    return sheet


def _frames(data: bytes, name: str) -> Iterator["Image.Image"]:
    from PIL import Image  # noqa: PLC0415 - only pictures need it

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=FORMATS)
        pixels = picture.width * picture.height
        frames = getattr(picture, "n_frames", 1) if pixels <= MAX_PIXELS else 0
        if frames > 1 and picture.format != "TIFF":  # whose frames are the pages of a scan
            raise InputError(
                name, EXPECTED, "这是会动的图，请给出静止的照片 / a picture that moves: give a still photo"
            )
        for number in range(min(frames, MAX_FRAMES)):
            picture.seek(number)
            picture.load()
            yield _on_white(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        pixels = MAX_PIXELS + 1
    except (OSError, SyntaxError, ValueError, EOFError):
        raise InputError(name, EXPECTED, "图片打不开或不完整 / the picture is broken or incomplete") from None
    if pixels > MAX_PIXELS:
        expected = (
            f"不超过 {MAX_PIXELS // 1_000_000} 百万像素的图片 / a picture of at most {MAX_PIXELS} pixels"
        )
        raise InputError(name, expected, "图片太大 / the picture is too large")
