"""Real PDFs for the tests: the issuer's own certificates, and what can be done to them."""

import ctypes
import io
import re
from collections.abc import Callable, Sequence
from typing import Any

import pypdfium2
from PIL import Image
from pypdfium2 import raw

from issuer.certificates.look import SPECIMEN
from issuer.certificates.pdf import draft_of, render
from issuer.certificates.printing import DENSITIES, lay_out
from tests.verifier.authority import Authority, text
from tests.verifier.make_vectors import LINES
from tests.verifier.make_vectors import statement as statement_fields
from verifier.credential import Credential, StatementLine, digest_lines, encode_lines, parse_payload

Edit = Callable[[pypdfium2.PdfDocument], object]
CREDENTIAL, PROOF, LINES_FILE = "credential.jwt", "ledger-proof.txt", "lines.json"


def certificate_pdf(authority: Authority, token: str, credential: Credential) -> bytes:
    return render(credential, token, authority.qr(token), authority.proof(token).decode(), None, SPECIMEN)


def laid_out_whole(authority: Authority, token: str, credential: Credential) -> bytes:
    """The same page by the slow path, whose fonts have the numbers of the whole faces."""
    qr, proof = authority.qr(token), authority.proof(token).decode()
    return lay_out(draft_of(credential, token, qr, proof, None, SPECIMEN), DENSITIES[0])


def statement_pdf(authority: Authority, lines: Sequence[StatementLine] = LINES, **subject: object) -> bytes:
    data, fields = encode_lines(lines), statement_fields()
    fields["credentialSubject"] |= {"lines": digest_lines(data).model_dump(mode="json"), **subject}
    credential = parse_payload(text(fields))
    token = authority.issue(credential)
    qr, proof = authority.qr(token), authority.proof(token).decode()
    return render(credential, token, qr, proof, data, SPECIMEN)


def edited(pdf: bytes, *edits: Edit) -> bytes:
    """The PDF after edits, written as a whole by PDFium; its moments and second identifier, which differ each time, evened out."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        for edit in edits:
            edit(document)
        file = io.BytesIO()
        document.save(file)
    finally:
        document.close()
    even = re.sub(rb"(/CreationDate\s*\(D:)\d{14}", rb"\g<1>20260115010000", file.getvalue())
    return re.sub(rb"<[0-9A-F]{32}>(?=\]\s*>>\s*startxref)", b"<%s>" % (b"0" * 32), even)


def detach(name: str) -> Edit:
    def edit(document: pypdfium2.PdfDocument) -> None:
        for number in reversed(range(document.count_attachments())):
            if document.get_attachment(number).get_name() == name:
                document.del_attachment(number)

    return edit


def attach(name: str, data: bytes) -> Edit:
    def edit(document: pypdfium2.PdfDocument) -> None:
        document.new_attachment(name).set_data(data)

    return edit


def reattach(name: str, data: bytes) -> Edit:
    def edit(document: pypdfium2.PdfDocument) -> None:
        detach(name)(document)
        attach(name, data)(document)

    return edit


def objects(page: pypdfium2.PdfPage, kind: int) -> list[Any]:
    return list(page.get_objects(filter=[kind], max_depth=1))


def on_page(change: Callable[[pypdfium2.PdfPage], object], number: int = 0) -> Edit:
    """An edit of one page's objects."""

    def edit(document: pypdfium2.PdfDocument) -> None:
        page = document[number]
        change(page)
        page.gen_content()

    return edit


def write(
    words: str, x: float = 300, y: float = 400, *, size: float = 12, mode: int = 0, grey: int = 0
) -> Edit:
    """Print words (ASCII) in a standard font."""

    def edit(document: pypdfium2.PdfDocument) -> None:
        page = document[0]
        thing = raw.FPDFPageObj_NewTextObj(document, b"Helvetica", size)
        codes = (words + "\0").encode("utf-16-le")
        raw.FPDFText_SetText(thing, ctypes.cast(codes, ctypes.POINTER(ctypes.c_ushort)))
        raw.FPDFPageObj_Transform(thing, 1, 0, 0, 1, x, y)
        raw.FPDFTextObj_SetTextRenderMode(thing, mode)
        raw.FPDFPageObj_SetFillColor(thing, grey, grey, grey, 255)
        raw.FPDFPage_InsertObject(page, thing)
        page.gen_content()

    return edit


def paint(box: tuple[float, float, float, float], grey: int = 255) -> Edit:
    """Paint a filled rectangle over what is there."""
    left, bottom, right, top = box

    def change(page: pypdfium2.PdfPage) -> None:
        thing = raw.FPDFPageObj_CreateNewRect(left, bottom, right - left, top - bottom)
        raw.FPDFPageObj_SetFillColor(thing, grey, grey, grey, 255)
        raw.FPDFPath_SetDrawMode(thing, raw.FPDF_FILLMODE_WINDING, 0)
        raw.FPDFPage_InsertObject(page, thing)

    return on_page(change)


def place(picture: Image.Image, box: tuple[float, float, float, float]) -> Edit:
    """Place a picture."""
    left, bottom, right, top = box

    def edit(document: pypdfium2.PdfDocument) -> None:
        page = document[0]
        image = pypdfium2.PdfImage.new(document)
        image.set_bitmap(pypdfium2.PdfBitmap.from_pil(picture.convert("RGB")))
        image.set_matrix(pypdfium2.PdfMatrix(right - left, 0, 0, top - bottom, left, bottom))
        page.insert_obj(image)
        page.gen_content()

    return edit


def qr_box(pdf: bytes) -> tuple[float, float, float, float]:
    document = pypdfium2.PdfDocument(pdf)
    (image,) = objects(document[0], raw.FPDF_PAGEOBJ_IMAGE)
    box: tuple[float, float, float, float] = image.get_bounds()
    document.close()
    return box


def text_box(pdf: bytes, words: str, *, last: bool = False) -> tuple[float, float, float, float]:
    """Where words stand on the first page: the first time, or the last."""
    document = pypdfium2.PdfDocument(pdf)
    reader = document[0].get_textpage()
    search = reader.search(words)
    places = list(iter(search.get_next, None))
    assert places, words
    found = places[-1 if last else 0]
    boxes = [reader.get_charbox(index) for index in range(found[0], found[0] + found[1])]
    reader.close()
    document.close()
    return (
        min(b[0] for b in boxes),
        min(b[1] for b in boxes),
        max(b[2] for b in boxes),
        max(b[3] for b in boxes),
    )


def picture_of(pdf: bytes, dpi: int = 150) -> Image.Image:
    """A page as a scanner sees it."""
    document = pypdfium2.PdfDocument(pdf)
    picture: Image.Image = document[0].render(scale=dpi / 72).to_pil()
    document.close()
    return picture


def png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def picture_pdf(picture: Image.Image) -> bytes:
    """A PDF that is nothing but a picture, as scanners make them."""
    file = io.BytesIO()
    picture.convert("RGB").save(file, "PDF", resolution=150)
    return file.getvalue()
