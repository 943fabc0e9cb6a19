"""Drawing the QR: a byte segment for the URL, a numeric segment for the digits, level M (ISO/IEC 18004; docs/format.md, section 6)."""

import io
from dataclasses import dataclass
from typing import Literal

import qrcode
import zxingcpp
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M
from qrcode.exceptions import DataOverflowError
from qrcode.util import QRData

from issuer.certificates.errors import CertificateError
from verifier.transport import QrText

NUMERIC: Literal[1] = 1
BYTES: Literal[4] = 4
"""Mode indicators of the two segments."""
MODULE_MM = 0.55
"""Printed width of one module."""
QUIET = 4
"""Modules of white on each side."""
PIXELS = 8
"""Pixels a module, a whole number so that none is wider than its neighbour."""
STAMPED_PIXELS = 4
"""The same on the fast path; with one, a reader may smooth the edges and lose the code at 100 dpi."""
MASK = 0
"""The mask of every symbol on the fast path; to weigh all eight takes seven times as long (docs/adr/0017-stamping-certificates.md)."""
QR_ONLY = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
"""What to look for when reading back: among all formats, one QR in some hundreds shows a false bar code as well."""


@dataclass(frozen=True)
class Symbol:
    """One drawn QR: `png` is a 1-bit picture with its quiet zone; `modules` counts one side without it."""

    version: int
    modules: int
    png: bytes

    @property
    def width_mm(self) -> float:
        """Printed width, quiet zone included."""
        return (self.modules + 2 * QUIET) * MODULE_MM


def symbol(text: QrText) -> Symbol:
    """Draw the smallest symbol that holds `text`, and read it back.

    Raises:
        CertificateError: too long for any symbol, not digits, or the picture does not read back.
    """
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, box_size=PIXELS, border=QUIET)
    try:
        code.add_data(QRData(text.prefix.encode("ascii"), mode=BYTES))
        code.add_data(QRData(text.digits.encode("ascii"), mode=NUMERIC))
        code.make(fit=True)
    except (DataOverflowError, ValueError) as error:
        raise CertificateError(
            f"QR of {len(text.text)} characters cannot be drawn at level M: {error}"
        ) from error
    picture = _picture(code.modules)
    if (read := [found.text for found in zxingcpp.read_barcodes(picture, formats=QR_ONLY)]) != [text.text]:
        raise CertificateError(
            f"QR: reads back as {len(read)} symbols, none or not the text it was drawn from"
        )
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True)
    return Symbol(code.version, code.modules_count, file.getvalue())


@dataclass(frozen=True)
class Code:
    """One QR for stamping: `pixels` are the rows of a 1-bit picture `side` pixels wide and high, quiet zone included."""

    modules: int
    side: int
    pixels: bytes

    @property
    def width_mm(self) -> float:
        """Printed width, quiet zone included."""
        return (self.modules + 2 * QUIET) * MODULE_MM


def encode(text: QrText) -> Code:
    """Encode `text` by zxing-cpp, in a hundredth of the time that `symbol` takes; not read back here.

    Raises:
        CertificateError: too long for any symbol, or not digits.
    """
    if not text.digits.isdecimal():
        raise CertificateError("QR: its second part is not digits")
    try:
        made = zxingcpp.create_barcode(text.text, zxingcpp.BarcodeFormat.QRCode, ec_level="M", data_mask=MASK)
    except ValueError as error:
        raise CertificateError(
            f"QR of {len(text.text)} characters cannot be drawn at level M: {error}"
        ) from error
    picture = memoryview(made.to_image(scale=1, add_quiet_zones=False))  # type: ignore[arg-type]  # it is a buffer
    modules = len(picture)
    side = modules + 2 * QUIET
    small = Image.new("L", (side, side), 255)
    small.paste(Image.frombytes("L", (modules, modules), picture.tobytes()), (QUIET, QUIET))
    large = small.convert("1", dither=Image.Dither.NONE).resize(
        (side * STAMPED_PIXELS,) * 2, Image.Resampling.NEAREST
    )
    return Code(modules, side * STAMPED_PIXELS, large.tobytes())


def draw(text: QrText) -> bytes:
    """Draw `text` as a 1-bit PNG with its quiet zone, read back before it is returned.

    Raises:
        CertificateError: as `symbol`.
    """
    return symbol(text).png


def _picture(modules: list[list[bool | None]]) -> Image.Image:
    """Return the modules as black squares of PIXELS on white, quiet zone included."""
    size = len(modules) + 2 * QUIET
    small = Image.new("1", (size, size), 1)
    small.putdata([0 if dark else 1 for row in _padded(modules, size) for dark in row])
    return small.resize((size * PIXELS, size * PIXELS), Image.Resampling.NEAREST)


def _padded(modules: list[list[bool | None]], size: int) -> list[list[bool | None]]:
    blank: list[list[bool | None]] = [[False] * size for _ in range(QUIET)]
    side: list[bool | None] = [False] * QUIET
    return [*blank, *(side + row + side for row in modules), *blank]
