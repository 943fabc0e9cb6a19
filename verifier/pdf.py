"""What a PDF holds: the attached credential, proof and lines, the QR codes on its pages, and its text (PDFium)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from verifier import shapes
from verifier.drawing import (
    beyond_its_box,
    grid_of,
    minute,
    misplaced_on,
    text_alone,
    unlike_its_text,
    without_ink,
)
from verifier.errors import InputError
from verifier.evidence import EXPECTED, TOKEN, Evidence, Finding, Glyph, InputKind, Unreadable
from verifier.image import read_clean, read_codes, sort_codes
from verifier.overlay import changing, has_own_pages, laid_over
from verifier.pdf_signature import read_signatures
from verifier.text_difference import plain
from verifier.transport import looks_like_qr

if TYPE_CHECKING:
    from PIL import Image
    from pypdfium2 import PdfDocument, PdfPage

CREDENTIAL_FILE = "credential.jwt"
PROOF_FILE = "ledger-proof.txt"
LINES_FILE = "lines.json"
MAX_PAGES = 30
MAX_ATTACHMENTS = 20
MAX_ATTACHMENT = 2_000_000
MAX_CHARACTERS = 100_000
DPI = 200
_MAX_RENDERED = 25_000_000
"""Pixels of a rendered page; a larger page is rendered more coarsely."""
_COVERS = 0.8
"""Share of a page that one picture covers when the page is a scan."""


@dataclass
class _Gathered:
    findings: list[Finding] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    attached: dict[str, bytes] = field(default_factory=dict)


def read_pdf(data: bytes, name: str) -> Evidence:
    """Read a PDF.

    Raises:
        InputError: broken, encrypted, past a limit, or without any credential.
    """
    from pypdfium2 import PdfiumError  # noqa: PLC0415 - a native library that only PDFs need

    document = _open(data, name)
    try:
        evidence = _read(document, data, name)
    except PdfiumError:
        raise InputError(
            name, EXPECTED, "文件损坏，有的页打不开 / the file is broken: a page does not open"
        ) from None
    finally:
        document.close()
    if not evidence.findings and not evidence.unreadable:
        raise InputError(
            name, EXPECTED, "PDF 里没有凭证附件，页面上也没有本系统的二维码 / no credential in this PDF"
        )
    return evidence


def _read(document: "PdfDocument", data: bytes, name: str) -> Evidence:
    found = _Gathered()
    _read_attachments(document, name, found)
    attached = bool(found.findings)
    pages = [document[i] for i in range(len(document))]
    text = _text(pages, name)
    scanned = not attached and all(_is_scan(page) for page in pages)
    looks = []
    for number, page in enumerate(pages):
        page.set_rotation(0)  # in memory; a page that was turned reads as before
        picture = _render(page, DPI)
        # What a clean look at a page with words misses is dark beside them, and check 10 refuses it.
        codes = read_clean(picture) if attached else read_codes(picture)
        if attached and number == 0 and not any(looks_like_qr(code.text) for code in codes):
            codes = read_codes(picture)
        sort_codes(codes, f"QR on page {number + 1}", found.findings, found.unreadable, found.others)
        if not scanned:
            ours = [code.corners for code in codes if looks_like_qr(code.text)]
            looks.append(_look(page, number, picture, ours))
    read = Evidence(
        name,
        InputKind.SCAN if scanned else InputKind.PDF,
        tuple(found.findings),
        tuple(found.unreadable),
        proof=found.attached.get(PROOF_FILE),
        lines=found.attached.get(LINES_FILE),
        pdf_signatures=read_signatures(document, data),
        other_codes=tuple(found.others),
    )
    if scanned:
        return read
    form = (*(("XFA form",) if has_own_pages(document) else ()), *changing(document))
    return replace(
        read,
        text=text,
        glyphs=tuple(glyph for look in looks for glyph in look.glyphs),
        misdrawn=tuple(dict.fromkeys(what for look in looks for what in look.misdrawn)),
        layers=(*form, *(what for look in looks for what in look.layers)),
    )


@dataclass(frozen=True)
class _Look:
    """What check 10 needs of one page."""

    glyphs: tuple[Glyph, ...]
    misdrawn: tuple[str, ...]
    layers: tuple[str, ...]


def _look(
    page: "PdfPage", number: int, whole: "Image.Image", codes: list[tuple[tuple[int, int], ...]]
) -> _Look:
    glyphs = tuple(_glyphs(page, number))
    layers = [*laid_over(page, len(codes)), *misplaced_on(page, glyphs)]
    text_alone(page)
    text = _render(page, DPI)
    grid = grid_of(page, text)
    layers += unlike_its_text(whole, text, grid, codes)
    if without_ink(text, grid, glyphs):
        layers.append("characters without ink")
    if minute(glyphs):
        layers.append("minute characters")
    if beyond_its_box(text, grid, glyphs):
        layers.append("ink beyond the characters")
    large = _render(page, shapes.DPI)
    misdrawn = shapes.misdrawn_on(large, grid_of(page, large), glyphs)
    return _Look(glyphs, misdrawn, tuple(f"{what} on page {number + 1}" for what in layers))


def _open(data: bytes, name: str) -> "PdfDocument":
    import pypdfium2  # noqa: PLC0415 - a native library that only PDFs need
    from pypdfium2 import raw  # noqa: PLC0415

    try:
        document = pypdfium2.PdfDocument(data)
        if 0 < len(document) <= MAX_PAGES and document.count_attachments() <= MAX_ATTACHMENTS:
            return document
        message = (
            f"{len(document)} 页、{document.count_attachments()} 个附件 / that many pages and attachments"
        )
        document.close()
    except pypdfium2.PdfiumError as error:
        if error.err_code == raw.FPDF_ERR_PASSWORD:
            message = "有密码，请本人提供没有密码的文件 / it asks for a password"
        else:
            message = "文件损坏，打不开 / the file is broken"
    expected = f"能打开的 PDF，至多 {MAX_PAGES} 页、{MAX_ATTACHMENTS} 个附件 / at most that many pages and attachments"
    raise InputError(name, expected, message)


def _read_attachments(document: "PdfDocument", name: str, found: _Gathered) -> None:
    for attached, data in _attachments(document):
        if len(data) > MAX_ATTACHMENT:
            expected = f"附件至多 {MAX_ATTACHMENT} 字节 / attachments of at most {MAX_ATTACHMENT} bytes"
            raise InputError(name, expected, f"附件太大 / an attachment of {len(data)} bytes")
        token = data.strip()
        if attached in {PROOF_FILE, LINES_FILE}:
            if attached in found.attached:
                found.unreadable.append(Unreadable(f"attachment {attached}", "attached twice"))
            found.attached[attached] = data
        elif TOKEN.fullmatch(token.decode("latin-1")):
            found.findings.append(Finding(token.decode("latin-1"), f"attachment {attached}"))
        elif attached == CREDENTIAL_FILE:
            found.unreadable.append(Unreadable(f"attachment {attached}", "not a compact JWS"))


def _attachments(document: "PdfDocument") -> Iterator[tuple[str, bytes]]:
    from pypdfium2 import PdfiumError  # noqa: PLC0415

    for number in range(document.count_attachments()):
        attachment = document.get_attachment(number)
        try:
            data = bytes(attachment.get_data())
        except PdfiumError:
            data = b""
        yield _safe_name(attachment.get_name()), data


def _safe_name(text: str) -> str:
    """Return a name that can stand in a report: what is not plain becomes an underscore."""
    return re.sub(r"[^\w.()（） -]", "_", text)[:64]


def _text(pages: "list[PdfPage]", name: str) -> str:
    texts, characters = [], 0
    for page in pages:
        reader = page.get_textpage()
        try:
            characters += reader.count_chars()
            if characters > MAX_CHARACTERS:
                raise InputError(
                    name, EXPECTED, f"文字超过 {MAX_CHARACTERS} 字 / more than {MAX_CHARACTERS} characters"
                )
            texts.append(reader.get_text_range())
        finally:
            reader.close()
    return "\n".join(texts)


def _glyphs(page: "PdfPage", number: int) -> Iterator[Glyph]:
    from pypdfium2 import raw  # noqa: PLC0415

    reader = page.get_textpage()
    try:
        lead = 0
        for index in range(reader.count_chars()):
            unit = int(raw.FPDFText_GetUnicode(reader, index))
            if 0xD800 <= unit < 0xDC00:  # a character beyond U+FFFF comes in two halves
                lead = unit
                continue
            shown, lead = _shown(lead, unit), 0
            if shown:
                yield Glyph(number, shown, *reader.get_charbox(index))
    finally:
        reader.close()


@lru_cache(maxsize=4096)
def _shown(lead: int, unit: int) -> str:
    """Return what a character is compared as, from its two halves; `lead` is 0 where there is but one."""
    code = unit.to_bytes(4, "big") if unit > 0xFFFF else unit.to_bytes(2, "big")
    half = lead.to_bytes(2, "big") if lead else b""
    return plain((half + code).decode("utf-32-be" if unit > 0xFFFF else "utf-16-be", "replace"))


def _render(page: "PdfPage", dpi: int) -> "Image.Image":
    width, height = page.get_size()
    scale = min(dpi / 72, (_MAX_RENDERED / max(width * height, 1)) ** 0.5)
    picture: Image.Image = page.render(scale=scale, grayscale=True).to_pil()
    return picture


def _is_scan(page: "PdfPage") -> bool:
    """Say whether one picture covers the page: then its text, if any, is somebody's character recognition."""
    from pypdfium2 import raw  # noqa: PLC0415

    width, height = page.get_size()
    for picture in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = picture.get_bounds()
        if (right - left) * (top - bottom) >= _COVERS * width * height:
            return True
    return False
