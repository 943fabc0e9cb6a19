"""What an input holds: credentials and where they were found, before anything is verified."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from verifier.errors import InputError, TransportError, UnknownFormatError
from verifier.transport import MAX_TEXT, decode_qr, looks_like_qr

MAX_INPUT = 20_000_000
"""Bytes of one input file."""
DOTS = "丶丷"
"""Ideographs that are no larger than dots."""
TOKEN = re.compile(r"[A-Za-z0-9_=+/-]+\.[A-Za-z0-9_=+/-]*\.[A-Za-z0-9_=+/-]*")


class InputKind(StrEnum):
    """What kind of input it was; the kind says which checks apply (docs/checks.md)."""

    TOKEN = "token"  # noqa: S105 - a kind of input, not a secret
    QR = "qr"
    PDF = "pdf"
    SCAN = "scan"

    @property
    def zh(self) -> str:
        """The kind in Chinese."""
        return {"token": "凭证文字", "qr": "二维码内容", "pdf": "PDF", "scan": "照片或扫描件"}[self.value]


@dataclass(frozen=True)
class Finding:
    """One credential found in the input, as text, unverified."""

    jws: str
    where: str
    host: str | None = None
    """The host in front of a QR's digits."""
    index: int | None = None
    """Index of the issuance entry that a QR hints at, outside the signature."""


@dataclass(frozen=True)
class Unreadable:
    """Something that claims to carry a credential and does not."""

    where: str
    why: str
    newer: bool = False
    """True when it is of a format that a newer verifier may know."""


@dataclass(frozen=True)
class Glyph:
    """One character of a PDF's text: the number of its page, from 0, and its box in points."""

    page: int
    text: str
    left: float
    bottom: float
    right: float
    top: float

    @property
    def size(self) -> float:
        """The longer side of its box, in points."""
        return max(self.right - self.left, self.top - self.bottom)

    @property
    def is_ideograph(self) -> bool:
        """Whether it is a Chinese character, which fills the size of its type; those that are but dots do not."""
        first = self.text[:1] or " "
        return (
            unicodedata.category(first) == "Lo"
            and unicodedata.east_asian_width(first) == "W"
            and first not in DOTS
        )


@dataclass(frozen=True)
class PdfSignature:
    """A signature of the PDF itself, taken from its form; nothing of it is verified."""

    kind: str
    """Its SubFilter."""
    contents: bytes
    """Its value: a CMS with the filling after it."""
    digest: bytes | None
    """SHA-256 of the bytes that its range covers; None when that is not the file from its start with one gap."""
    reaches_end: bool
    """Whether the range ends where the file does."""
    gap_is_contents: bool
    """Whether the gap is this value and nothing else."""
    moment: datetime | None
    """When the signer says it was made, UTC."""


@dataclass(frozen=True)
class Evidence:
    """All that was found in one input."""

    name: str
    kind: InputKind
    findings: tuple[Finding, ...]
    unreadable: tuple[Unreadable, ...] = ()
    proof: bytes | None = None
    """The attached proof of issuance (C2SP tlog-proof text)."""
    lines: bytes | None = None
    """The attached lines.json of a statement."""
    text: str | None = None
    """All text of a PDF's pages, in reading order of the file."""
    glyphs: tuple[Glyph, ...] = ()
    """Each character of that text and where it stands; white space left out."""
    layers: tuple[str, ...] = ()
    """What was laid over or hidden in a PDF's pages: annotations, layers, pictures, invisible text."""
    misdrawn: tuple[str, ...] = ()
    """Digits of a PDF's pages that are drawn as other digits."""
    pdf_signatures: tuple[PdfSignature, ...] = ()
    other_codes: tuple[str, ...] = ()
    """QR codes beside ours, as text: shown as a warning, never opened."""


def read_evidence(data: bytes, name: str) -> Evidence:
    """Read one input: a PDF, a picture, a QR's text or URL, or a token.

    Raises:
        InputError: too large, empty, or nothing that can carry a credential; names the file and what was expected.
    """
    if not data:
        raise InputError(name, EXPECTED, "文件是空的 / the file is empty")
    if len(data) > MAX_INPUT:
        raise InputError(
            name, EXPECTED, f"文件超过 {MAX_INPUT // 1_000_000} MB / larger than {MAX_INPUT} bytes"
        )
    if b"%PDF-" in data[:1024]:
        from verifier.pdf import read_pdf  # noqa: PLC0415 - loads PDFium

        return read_pdf(data, name)
    if data.startswith(PICTURES) or data[4:12] == b"ftypheic":
        from verifier.image import read_picture  # noqa: PLC0415 - loads Pillow and zxing-cpp

        return read_picture(data, name)
    if data.startswith(b"PK\x03\x04"):
        raise InputError(name, EXPECTED, ZIP)
    return _read_text(data, name)


ZIP = (
    "是压缩包或 Office 文档：请解压后再核验，或用 xueshi committee verify / "
    "a ZIP or an Office document: unpack it, or use xueshi committee verify"
)
EXPECTED = "PDF、PNG、JPEG、WebP，或凭证文字、二维码网址 / PDF, PNG, JPEG, WebP, a token, or a QR's text"
PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF", b"II*\x00", b"MM\x00*", b"GIF8", b"BM")


def _read_text(data: bytes, name: str) -> Evidence:
    try:
        text = data.decode("ascii").strip()
    except UnicodeDecodeError:
        raise InputError(name, EXPECTED, "认不出是什么文件 / not a kind of file that is known here") from None
    if looks_like_qr(text):
        finding = read_code(text, "QR text")
        if isinstance(finding, Unreadable):
            return Evidence(name, InputKind.QR, (), (finding,))
        return Evidence(name, InputKind.QR, (finding,))
    if TOKEN.fullmatch(text):
        return Evidence(name, InputKind.TOKEN, (Finding(text, "token"),))
    raise InputError(name, EXPECTED, "里面没有凭证 / there is no credential in it")


def read_code(text: str, where: str) -> Finding | Unreadable:
    """Read the text of one of our QR codes."""
    try:
        content = decode_qr(text[: MAX_TEXT + 1])
    except TransportError as error:
        return Unreadable(where, str(error), newer=isinstance(error, UnknownFormatError))
    return Finding(content.jws, where, content.host, content.index)
