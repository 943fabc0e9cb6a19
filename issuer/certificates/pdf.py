"""Laying out a certificate or statement as PDF/A-3u, with its credential and proof attached (docs/format.md, section 7)."""

import warnings
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, UndefinedError
from weasyprint import CSS, HTML, Attachment
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from issuer.certificates import fonts
from issuer.certificates.errors import CertificateError, MissingGlyphError
from issuer.certificates.look import Look
from issuer.certificates.proofread import Faults, proofread
from issuer.certificates.qr import Symbol, symbol
from verifier.credential import Credential
from verifier.lines import parse_lines
from verifier.page import page_of
from verifier.sheet import Page
from verifier.transport import QrText

TEMPLATES = Path(__file__).parents[2] / "templates" / "certificate"
DENSITIES = ("roomy", "compact", "dense")
"""Steps of the style sheet, each with smaller type, tried until everything has its place; lines take the last at once."""
ATTACHED = {
    "credential.jwt": ("application/jwt", "可验证数字凭证 signed credential"),
    "ledger-proof.txt": ("text/plain", "台账收录证明 proof of inclusion in the ledger"),
    "lines.json": ("application/json", "学时明细 lines of the statement"),
}
"""Media type and description of each attached file."""
NAME_MM, NAME_MAX_MM = 4.9, 76.0
"""Printed width of one character of the issuer's name, and of the whole name at most."""


def render(  # noqa: PLR0913, PLR0917 - the five parts of one document, and its look
    credential: Credential, jws: str, qr: QrText, proof: str, lines: bytes | None, look: Look
) -> bytes:
    """Return the PDF of a credential: the same bytes for the same arguments.

    Args:
        credential: what is printed, and nothing else.
        jws: the compact JWS of that credential, attached as credential.jwt.
        qr: the text of its QR.
        proof: the C2SP tlog-proof of its issuance, attached as ledger-proof.txt.
        lines: the bytes of lines.json for a statement, attached; None for a certificate.
        look: the issuer's name and seal.

    Raises:
        MissingGlyphError: a character that no font has.
        CertificateError: it does not fit, or its page does not say exactly what the credential says.
        CredentialError: `lines` are not what the format says.
    """
    parsed = None if lines is None else parse_lines(lines)
    page = page_of(credential, parsed)
    if absent := fonts.missing("".join(word.text for word in page.words())):
        raise MissingGlyphError(absent)
    drawn = symbol(qr)
    files = {"credential.jwt": jws.encode("ascii"), "ledger-proof.txt": proof.encode()}
    if lines is not None:
        files["lines.json"] = lines
    pdf, faults = b"", Faults()
    with_table = any(sheet.lines or sheet.years for sheet in page.sheets)
    for density in DENSITIES[-1:] if with_table else DENSITIES:
        pdf = _write(_html(credential, page, drawn, look, density), files, credential.issued_at)
        faults = proofread(pdf, credential, parsed, qr)
        if not faults.crowded:
            break
    if faults.any:
        raise CertificateError(f"{credential.credential_subject.serial}: {faults}")
    return pdf


def _html(credential: Credential, page: Page, drawn: Symbol, look: Look, density: str) -> str:
    return _fill(
        _template(),
        page=page,
        density=density,
        look=look,
        title=f"甘肃省专业技术人员{page.sheets[0].heading[1].text} {credential.credential_subject.serial}",
        issued=f"{credential.issued_at:%Y-%m-%dT%H:%M:%SZ}",
        ground=_data_url("image/svg+xml", look.ground.encode()),
        seal=_data_url("image/svg+xml", look.seal_art.encode()),
        name=_data_url("image/svg+xml", look.name_art.encode()),
        name_width=min(NAME_MAX_MM, NAME_MM * len(look.issuer)),
        qr={"src": _data_url("image/png", drawn.png), "width": round(drawn.width_mm, 2)},
    )


def _fill(template: Template, **slots: object) -> str:
    """Fill a template in.

    Raises:
        CertificateError: it asks for a slot that a page has not.
    """
    try:
        return template.render(**slots)
    except UndefinedError as error:
        raise CertificateError(
            f"模板要的内容版面上没有 the template certificate.html.j2 asks for a slot that pages have not: {error.message}"
        ) from None


def _write(html: str, files: Mapping[str, bytes], issued: datetime) -> bytes:
    attached = [
        Attachment(
            url=_data_url(ATTACHED[name][0], data),  # a data URL is how WeasyPrint learns the media type
            url_fetcher=_fetcher(),
            name=name,
            description=ATTACHED[name][1],
            created=issued,
            modified=issued,
            relationship="Data",
        )
        for name, data in files.items()
    ]
    try:
        document = HTML(string=html, url_fetcher=_fetcher()).render(
            font_config=fonts.configuration(), stylesheets=[_style()]
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # WeasyPrint 70 leaves its colour profile open
            pdf = document.write_pdf(
                pdf_variant="pdf/a-3u", pdf_tags=True, attachments=attached, finisher=_each_file_once
            )
    except FatalURLFetchingError as error:
        raise CertificateError(f"the template asks for something that is not in it: {error}") from None
    return bytes(pdf)


def print_page(html: str) -> bytes:
    """Print a page of HTML that is no certificate, such as a committee's receipt; it opens data URLs alone.

    Raises:
        CertificateError: the page asks for something that is not in it.
    """
    try:
        return bytes(HTML(string=html, url_fetcher=_fetcher()).write_pdf())
    except FatalURLFetchingError as error:
        raise CertificateError(f"the page asks for something that is not in it: {error}") from None


def _each_file_once(document: Any, pdf: Any) -> None:
    """List each attachment once in /AF, where WeasyPrint 70 lists it twice."""
    del document
    pdf.catalog["AF"] = type(pdf.catalog["AF"])(dict.fromkeys(pdf.catalog["AF"]))


def _fetcher() -> URLFetcher:
    """Return a fetcher that opens data URLs and stops the rendering at any other."""
    return URLFetcher(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)


def _data_url(kind: str, data: bytes) -> str:
    return f"data:{kind};base64,{b64encode(data).decode()}"


@lru_cache(maxsize=1)
def _template() -> Template:
    loader = FileSystemLoader(TEMPLATES)
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined).get_template(
        "certificate.html.j2"
    )


@lru_cache(maxsize=1)
def _style() -> CSS:
    return CSS(
        string=(TEMPLATES / "certificate.css").read_text("utf-8"),
        font_config=fonts.configuration(),
        url_fetcher=_fetcher(),
    )
