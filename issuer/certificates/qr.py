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
PIXELS = 4
"""Pixels a module, a whole number so that none is wider than its neighbour; with one, a reader may smooth the edges and lose the code at 100 dpi."""
MASK = 0
"""The mask of every symbol; to weigh all eight takes seven times as long (docs/adr/0017-stamping-certificates.md)."""
QR_ONLY = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
"""What to look for when reading back: among all formats, one QR in some hundreds shows a false bar code as well."""


@dataclass(frozen=True)
class Code:
    """One QR: `pixels` are the rows of a 1-bit picture `side` pixels wide and high, quiet zone included; `modules` counts one
    side without it.
    """

    modules: int
    side: int
    pixels: bytes

    @property
    def width_mm(self) -> float:
        """Printed width, quiet zone included."""
        return (self.modules + 2 * QUIET) * MODULE_MM

    @property
    def version(self) -> int:
        """The version of the symbol, which says how large it is."""
        return (self.modules - 17) // 4

    @property
    def png(self) -> bytes:
        """The picture as a file."""
        file = io.BytesIO()
        Image.frombytes("1", (self.side, self.side), self.pixels).save(file, "PNG")
        return file.getvalue()


def encode(text: QrText) -> Code:
    """Encode `text` in the smallest symbol that holds it, for stamping; whoever draws a document reads it back from there.

    Raises:
        CertificateError: too long for any symbol, or not digits.
    """
    if not text.digits.isdecimal():
        raise CertificateError("QR: its second part is not digits")
    try:
        made = zxingcpp.create_barcode(text.text, zxingcpp.BarcodeFormat.QRCode, ec_level="M", data_mask=MASK)
    except ValueError as error:
        raise _too_long(text, error) from error
    picture = memoryview(made.to_image(scale=1, add_quiet_zones=False))  # type: ignore[arg-type]  # it is a buffer
    return _framed(len(picture), picture.tobytes())


def symbol(text: QrText) -> Code:
    """Encode `text` by `qrcode`, for documents that are laid out whole: the same symbol as `encode`'s, each segment by its mode.

    Raises:
        CertificateError: as `encode`.
    """
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, mask_pattern=MASK)
    try:
        code.add_data(QRData(text.prefix.encode("ascii"), mode=BYTES))
        code.add_data(QRData(text.digits.encode("ascii"), mode=NUMERIC))
        code.make(fit=True)
    except (DataOverflowError, ValueError) as error:
        raise _too_long(text, error) from error
    return _framed(len(code.modules), bytes(0 if dark else 255 for row in code.modules for dark in row))


def _too_long(text: QrText, error: Exception) -> CertificateError:
    return CertificateError(f"QR of {len(text.text)} characters cannot be drawn at level M: {error}")


def _framed(modules: int, rows: bytes) -> Code:
    """Put the modules, a byte each, black 0, on white with a quiet zone."""
    side = modules + 2 * QUIET
    small = Image.new("L", (side, side), 255)
    small.paste(Image.frombytes("L", (modules, modules), rows), (QUIET, QUIET))
    large = small.convert("1", dither=Image.Dither.NONE).resize(
        (side * PIXELS,) * 2, Image.Resampling.NEAREST
    )
    return Code(modules, side * PIXELS, large.tobytes())
