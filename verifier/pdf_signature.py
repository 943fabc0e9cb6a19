"""The signatures that a PDF has of its own, as its form names them (PDFium), and which bytes of the file each covers."""

import ctypes
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from verifier.evidence import PdfSignature

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

MAX_SIGNATURES = 10
"""Signatures that are read; more than one is refused anyhow."""
MAX_CONTENTS = 100_000
_MOMENT = re.compile(r"D:(\d{14})(?:Z|([+-])(\d\d)'?(\d\d)'?)?")
"""ISO 32000-1, 7.9.4, with all its parts down to the second."""


def read_signatures(document: "PdfDocument", data: bytes) -> tuple[PdfSignature, ...]:
    """Read what signatures a PDF has; nothing is verified.

    Args:
        document: the PDF, opened.
        data: the bytes of its file.
    """
    from pypdfium2 import raw  # noqa: PLC0415 - a native library that only PDFs need

    count = max(0, int(raw.FPDF_GetSignatureCount(document)))
    return tuple(
        _read(raw.FPDF_GetSignatureObject(document, number), data)
        for number in range(min(count, MAX_SIGNATURES))
    )


def _read(signature: Any, data: bytes) -> PdfSignature:
    from pypdfium2 import raw  # noqa: PLC0415

    contents = _bytes(signature, raw.FPDFSignatureObj_GetContents)
    ranges = _ranges(signature)
    covered = _covered(ranges, data)
    return PdfSignature(
        kind=_bytes(signature, raw.FPDFSignatureObj_GetSubFilter).rstrip(b"\0").decode("latin-1"),
        contents=contents[:MAX_CONTENTS],
        digest=None if covered is None else sha256(covered).digest(),
        reaches_end=covered is not None and sum(ranges[2:]) == len(data),
        gap_is_contents=covered is not None and _holds(data[ranges[1] : ranges[2]], contents),
        moment=read_moment(_bytes(signature, raw.FPDFSignatureObj_GetTime).rstrip(b"\0").decode("latin-1")),
    )


def _bytes(signature: Any, get: Callable[..., int]) -> bytes:
    """What a function of PDFium gives that is first asked for a size."""
    size = min(int(get(signature, None, 0)), 10 * MAX_CONTENTS)
    buffer = ctypes.create_string_buffer(size)
    get(signature, buffer, size)
    return buffer.raw


def _ranges(signature: Any) -> tuple[int, ...]:
    from pypdfium2 import raw  # noqa: PLC0415

    count = min(int(raw.FPDFSignatureObj_GetByteRange(signature, None, 0)), 100)
    buffer = (ctypes.c_int * count)()
    raw.FPDFSignatureObj_GetByteRange(signature, buffer, count)
    return tuple(buffer)


def _covered(ranges: tuple[int, ...], data: bytes) -> bytes | None:
    """The signed bytes: from the file's first one, with one gap; None when the range says anything else."""
    if len(ranges) != 4 or min(ranges) < 0:
        return None
    first, before, after, rest = ranges
    if first != 0 or not before < after <= after + rest <= len(data):
        return None
    return data[:before] + data[after : after + rest]


def _holds(gap: bytes, contents: bytes) -> bool:
    """Say whether what is left out is the signature's own value, written as hexadecimal digits, and nothing else."""
    if not (gap.startswith(b"<") and gap.endswith(b">")):
        return False
    try:
        return bytes.fromhex(gap[1:-1].decode("ascii")) == contents and b" " not in gap
    except ValueError:
        return False


def read_moment(text: str) -> datetime | None:
    """Read a PDF's date (ISO 32000-1, 7.9.4) as a moment in UTC; None when it is none, or says no time zone."""
    found = _MOMENT.fullmatch(text)
    if found is None:
        return None
    try:
        moment = datetime.strptime(found[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        ahead = timedelta(hours=int(found[3] or 0), minutes=int(found[4] or 0))
        return moment + (ahead if found[2] == "-" else -ahead)
    except (ValueError, OverflowError):
        return None
