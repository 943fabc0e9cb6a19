"""Laying out HTML by WeasyPrint: a whole document (the slow path), a sheet to be frozen, or a page that is no certificate."""

import warnings
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pypdfium2
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, UndefinedError
from weasyprint import CSS, HTML, Attachment, Document
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from issuer.certificates import fonts
from issuer.certificates.draft import ATTACHED, Draft
from issuer.certificates.drawing import Drawing
from issuer.certificates.errors import CertificateError
from issuer.certificates.look import Look
from issuer.certificates.qr import symbol
from verifier.sheet import Page

TEMPLATES = Path(__file__).parents[2] / "templates" / "certificate"
DENSITIES = ("roomy", "compact", "dense")
"""Steps of the style sheet, each with smaller type, tried until everything has its place; lines take the last at once."""
NAME_MM, NAME_MAX_MM = 4.9, 76.0
"""Printed width of one character of the issuer's name, and of the whole name at most."""


@dataclass(frozen=True)
class Heading:
    """What a document's metadata say, and the QR's picture with its printed width, in millimetres."""

    title: str
    issued: datetime
    code: bytes
    width_mm: float


def lay_out(draft: Draft, density: str) -> bytes:
    """Return a whole document, every word of it laid out by WeasyPrint.

    Raises:
        CertificateError: its QR cannot be drawn, or the template asks for something that is not there.
    """
    drawn = symbol(draft.qr)
    heading = Heading(draft.title, draft.issued, drawn.png, drawn.width_mm)
    return write(html_of(draft.page, heading, draft.look, density), draft.files, draft.issued)


def html_of(
    page: Page, heading: Heading, look: Look, density: str, address: Callable[[str], str] | None = None
) -> str:
    """Fill the template in; `address` says where the page finds a piece of art, given as SVG: where it is ready, unless told."""
    address = address or _drawing
    return fill(
        template("certificate.html.j2"),
        page=page,
        density=density,
        look=look,
        rare=fonts.rare,
        title=heading.title,
        issued=f"{heading.issued:%Y-%m-%dT%H:%M:%SZ}",
        ground=address(look.ground),
        seal=address(look.seal_art),
        name=address(look.name_art),
        name_width=min(NAME_MAX_MM, NAME_MM * len(look.issuer)),
        qr={"src": data_url("image/png", heading.code), "width": round(heading.width_mm, 2)},
    )


def fill(form: Template, **slots: object) -> str:
    """Fill a template in.

    Raises:
        CertificateError: it asks for a slot that a page has not.
    """
    try:
        return form.render(**slots)
    except UndefinedError as error:
        raise CertificateError(
            f"模板要的内容版面上没有 the template certificate.html.j2 asks for a slot that pages have not: {error.message}"
        ) from None


@lru_cache(maxsize=16)
def hold_drawable(look: Look) -> None:
    """Hold that all art of a look can be drawn and is seen; asked before anything is recorded for which it is wanted.

    Raises:
        CertificateError: something of it cannot, or leaves the paper white.
    """
    for svg in (look.ground, look.seal_art, look.name_art):
        address = _drawing(svg)
        pdf = HTML(string=f'<img src="{address}" style="width: 40mm">').write_pdf(
            cache={address: _drawings[address]}
        )
        with pypdfium2.PdfDocument(pdf) as document:
            if document[0].render(scale=2, grayscale=True).to_pil().getextrema() == (255, 255):
                raise CertificateError("印章或图案看不见 nothing is seen of a seal, or other art")


def laid_out(html: str) -> Document:
    """Return the boxes of a page of HTML in the certificates' fonts and style.

    Raises:
        CertificateError: the page asks for something that is not in it.
    """
    try:
        return HTML(string=html, url_fetcher=fetcher()).render(
            font_config=fonts.configuration(), stylesheets=[_style()], cache={**_drawings}
        )
    except FatalURLFetchingError as error:
        raise CertificateError(f"the template asks for something that is not in it: {error}") from None


def write(html: str, files: Mapping[str, bytes], issued: datetime) -> bytes:
    """Print a page of HTML as PDF/A-3u with `files` attached.

    Raises:
        CertificateError: the page asks for something that is not in it.
    """
    return finish(laid_out(html), files, issued, each_file_once)


def finish(document: Document, files: Mapping[str, bytes], issued: datetime, finisher: Any) -> bytes:
    """Write laid-out boxes as PDF/A-3u; `finisher` is called with the document and its objects before they are written."""
    attached = [
        Attachment(
            url=data_url(ATTACHED[name][0], data),  # a data URL is how WeasyPrint learns the media type
            url_fetcher=fetcher(),
            name=name,
            description=ATTACHED[name][1],
            created=issued,
            modified=issued,
            relationship="Data",
        )
        for name, data in files.items()
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # WeasyPrint 70 leaves its colour profile open
        pdf = document.write_pdf(
            pdf_variant="pdf/a-3u", pdf_tags=True, attachments=attached, finisher=finisher
        )
    return bytes(pdf)


def print_page(html: str, attached: Mapping[str, bytes] | None = None) -> bytes:
    """Print a page of HTML that is no certificate, such as a committee's receipt, with files attached; it opens data URLs alone.

    Raises:
        CertificateError: the page asks for something that is not in it.
    """
    try:
        files = [
            Attachment(url=data_url("application/octet-stream", data), url_fetcher=fetcher(), name=name)
            for name, data in (attached or {}).items()
        ]
        return bytes(HTML(string=html, url_fetcher=fetcher()).write_pdf(attachments=files))
    except FatalURLFetchingError as error:
        raise CertificateError(f"the page asks for something that is not in it: {error}") from None


def each_file_once(document: Any, pdf: Any) -> None:
    """List each attachment once in /AF, where WeasyPrint 70 lists it twice."""
    del document
    pdf.catalog["AF"] = type(pdf.catalog["AF"])(dict.fromkeys(pdf.catalog["AF"]))


def fetcher() -> URLFetcher:
    """Return a fetcher that opens data URLs and stops the rendering at any other."""
    return URLFetcher(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)


def data_url(kind: str, data: bytes) -> str:
    """Return an address that is all of what stands there."""
    return f"data:{kind};base64,{b64encode(data).decode()}"


@lru_cache(maxsize=64)
def _drawing(svg: str) -> str:
    """Have art ready, and return the address under which a page finds it."""
    address = f"art:{sha256(svg.encode()).hexdigest()}"
    _drawings[address] = Drawing(svg, fetcher())
    return address


_drawings: dict[str, Drawing] = {}
"""Art by its address: of each look of an issuer a ground, a seal and a name."""


@lru_cache(maxsize=4)
def template(name: str) -> Template:
    """Return a template of certificates by the name of its file."""
    loader = FileSystemLoader(TEMPLATES)
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined).get_template(name)


@lru_cache(maxsize=1)
def _style() -> CSS:
    return CSS(
        string=(TEMPLATES / "certificate.css").read_text("utf-8"),
        font_config=fonts.configuration(),
        url_fetcher=fetcher(),
    )
