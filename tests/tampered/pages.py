"""Cheating with the paper: words, pictures, layers, attachments and pages of a PDF."""

from collections.abc import Callable
from typing import Any

import pypdfium2
from PIL import Image
from pypdfium2 import raw

from tests.tampered.codes import drawn
from tests.tampered.scene import Case, Make, Scene, edited, fails, holds
from tests.verifier import papers
from tests.verifier.authority import HOST
from tests.verifier.papers import CREDENTIAL, LINES_FILE, PROOF, Edit
from verifier.credential import encode_lines, parse_lines

WHITE = Image.new("RGB", (40, 20), "white")


def edit(number: int, *edits: Edit) -> Make:
    """The certificate after edits by PDFium."""
    return lambda scene: fails(edited(scene.pdf, *edits), number)


def words(scene: Scene, text: str) -> tuple[float, float, float, float]:
    return papers.text_box(scene.pdf, text)


def over(text: str, *layers: Callable[[tuple[float, float, float, float]], Edit]) -> Make:
    """Something laid where words stand."""

    def make(scene: Scene) -> Case:
        box = words(scene, text)
        return fails(edited(scene.pdf, *(layer(box) for layer in layers)), 10)

    return make


def lettered(box: tuple[float, float, float, float]) -> Edit:
    """Other figures written where words stand."""
    return papers.write("98", box[0], box[1])


def texts(page: pypdfium2.PdfPage) -> list[Any]:
    return papers.objects(page, raw.FPDF_PAGEOBJ_TEXT)


def holding(page: pypdfium2.PdfPage, part: str) -> Any:
    """The text object that holds these words."""
    reader = page.get_textpage()
    found = next(thing for thing in texts(page) if part in _text(thing, reader))
    reader.close()
    return found


def _text(thing: Any, reader: pypdfium2.PdfTextPage) -> str:
    buffer = (raw.FPDF_WCHAR * 2000)()
    size = raw.FPDFTextObj_GetText(thing.raw, reader.raw, buffer, 2000)
    return bytes(buffer)[: max(0, size - 2)].decode("utf-16-le", "replace")


def on_words(part: str, change: Callable[[Any], object]) -> Edit:
    return papers.on_page(lambda page: change(holding(page, part)))


def removed(part: str) -> Edit:
    return papers.on_page(lambda page: page.remove_obj(holding(page, part)))


def moved(part: str, up: float) -> Edit:
    return on_words(part, lambda thing: raw.FPDFPageObj_Transform(thing.raw, 1, 0, 0, 1, 0, up))


def exchange(page: pypdfium2.PdfPage) -> None:
    """The table's hours of the two subjects change places: the text is the same, the page says something else."""
    public, professional = (
        [t for t in texts(page) if _figure(page, t) == words][-1] for words in ("30", "62")
    )
    up = public.get_bounds()[1] - professional.get_bounds()[1]
    raw.FPDFPageObj_Transform(public.raw, 1, 0, 0, 1, 0, -up)
    raw.FPDFPageObj_Transform(professional.raw, 1, 0, 0, 1, 0, up)


def _figure(page: pypdfium2.PdfPage, thing: Any) -> str:
    reader = page.get_textpage()
    text = _text(thing, reader).strip("\0 ")
    reader.close()
    return text


def invisible(thing: Any) -> None:
    raw.FPDFTextObj_SetTextRenderMode(thing.raw, raw.FPDF_TEXTRENDERMODE_INVISIBLE)


def coloured(red: int, green: int, blue: int, alpha: int) -> Callable[[Any], object]:
    return lambda thing: raw.FPDFPageObj_SetFillColor(thing.raw, red, green, blue, alpha)


def annotation(kind: int) -> Edit:
    def change(page: pypdfium2.PdfPage) -> None:
        note = raw.FPDFPage_CreateAnnot(page, kind)
        raw.FPDFAnnot_SetRect(note, raw.FS_RECTF(100, 500, 300, 400))
        raw.FPDFPage_CloseAnnot(note)

    return papers.on_page(change)


def layered(part: str) -> Edit:
    """The words put on a layer that can be switched off."""
    return on_words(part, lambda thing: raw.FPDFPageObj_AddMark(thing.raw, b"OC"))


def as_picture(scene: Scene) -> Case:
    """All words made invisible, and a picture of other words put under them."""
    painted = papers.picture_of(edited(scene.pdf, lettered(words(scene, "92"))), 100)

    def hide(page: pypdfium2.PdfPage) -> None:
        for thing in texts(page):
            invisible(thing)

    return fails(edited(scene.pdf, papers.on_page(hide), papers.place(painted, (0, 0, 595, 842))), 10)


def picture_beside(scene: Scene) -> Case:
    """A picture of praise on empty paper."""
    return fails(edited(scene.pdf, papers.place(WHITE, (330, 120, 420, 150))), 10)


def added_page(data: Callable[[Scene], bytes], number: int) -> Make:
    def make(scene: Scene) -> Case:
        other = pypdfium2.PdfDocument(data(scene))
        made = edited(scene.pdf, lambda document: document.import_pages(other))
        other.close()
        return fails(made, number)

    return make


def blank_page(scene: Scene) -> Case:
    """An empty sheet says nothing, so it changes nothing."""
    return holds(edited(scene.pdf, lambda document: document.new_page(595, 842)))


def swapped_code(token: Callable[[Scene], str]) -> Make:
    """Another QR pasted over this one."""

    def make(scene: Scene) -> Case:
        return fails(pasted(scene, scene.authority.qr(token(scene)).text), 1)

    return make


def pasted(scene: Scene, text: str) -> bytes:
    """Another code in the place of this one."""

    def change(page: pypdfium2.PdfPage) -> None:
        for image in papers.objects(page, raw.FPDF_PAGEOBJ_IMAGE):
            page.remove_obj(image)

    return edited(scene.pdf, papers.on_page(change), papers.place(drawn(text), papers.qr_box(scene.pdf)))


def everything_of_another(scene: Scene) -> Case:
    """Another's credential, proof and QR under this one's words."""
    made = edited(
        pasted(scene, scene.authority.qr(scene.other_token).text),
        papers.reattach(CREDENTIAL, scene.other_token.encode()),
        papers.reattach(PROOF, scene.authority.proof(scene.other_token)),
    )
    return fails(made, 10)


def attached(number: int, name: str, data: Callable[[Scene], bytes], *, instead: bool = True) -> Make:
    """Another attachment, instead of the one of its name or beside it."""

    def make(scene: Scene) -> Case:
        put = papers.reattach if instead else papers.attach
        return fails(edited(scene.pdf, put(name, data(scene))), number)

    return make


def statement(number: int, *edits: Callable[[Scene], Edit]) -> Make:
    return lambda scene: fails(edited(scene.statement_pdf, *(edit(scene) for edit in edits)), number)


def more_hours(scene: Scene) -> bytes:
    first, *rest = parse_lines(scene.lines)
    return encode_lines([first.model_copy(update={"recognised": "30"}), *rest])


PAGES: dict[str, Make] = {
    "pdf-untouched": lambda scene: holds(scene.pdf),
    "pdf-saved-again": lambda scene: holds(edited(scene.pdf)),
    "words-added": edit(10, papers.write("ALSO COMPLETE IN 2024")),
    "words-removed": edit(10, removed("张伟")),
    "words-replaced": over(
        "张伟", lambda _: removed("张伟"), lambda box: papers.write("LI NA", box[0], box[1])
    ),
    "words-moved-to-another-line": edit(10, moved("张伟", -200)),
    "figures-exchanged": lambda scene: fails(edited(scene.pdf, papers.on_page(exchange)), 10),
    "words-written-over": over("92", lettered),
    "words-painted-over": over("甘肃省人民医院", papers.paint),
    "words-painted-over-and-written-anew": over("甘肃省人民医院", papers.paint, lettered),
    "words-under-a-picture": over("甘肃省人民医院", lambda box: papers.place(WHITE, box)),
    "words-invisible": edit(10, on_words("甘肃省人民医院", invisible)),
    "words-white": edit(10, on_words("甘肃省人民医院", coloured(255, 255, 255, 255))),
    "words-transparent": edit(10, on_words("甘肃省人民医院", coloured(0, 0, 0, 0))),
    "words-off-the-page": edit(
        10,
        on_words("甘肃省人民医院", lambda thing: raw.FPDFPageObj_Transform(thing.raw, 1, 0, 0, 1, 5000, 0)),
    ),
    "words-minute": edit(
        10,
        on_words(
            "甘肃省人民医院", lambda thing: raw.FPDFPageObj_Transform(thing.raw, 0.01, 0, 0, 0.01, 100, 100)
        ),
    ),
    "words-on-a-layer": edit(10, layered("甘肃省人民医院")),
    "words-hidden-under-a-picture-of-others": as_picture,
    "picture-on-empty-paper": picture_beside,
    "annotation-stamp": edit(10, annotation(raw.FPDF_ANNOT_STAMP)),
    "annotation-text": edit(10, annotation(raw.FPDF_ANNOT_FREETEXT)),
    "annotation-square": edit(10, annotation(raw.FPDF_ANNOT_SQUARE)),
    "page-of-another-certificate-added": added_page(lambda scene: scene.other_pdf, 1),
    "page-with-nothing-added": blank_page,
    "code-of-another-pasted-in": swapped_code(lambda scene: scene.other_token),
    "code-that-is-broken-pasted-in": lambda scene: fails(pasted(scene, f"https://{HOST}/v#{'9' * 340}"), 1),
    "code-of-another-laid-over": lambda scene: fails(
        edited(
            scene.pdf,
            papers.place(drawn(scene.authority.qr(scene.other_token).text), papers.qr_box(scene.pdf)),
        ),
        1,
    ),
    "code-and-attachments-of-another": everything_of_another,
    "credential-of-another-attached": attached(1, CREDENTIAL, lambda scene: scene.other_token.encode()),
    "credential-of-another-attached-beside": attached(
        1, "other.jwt", lambda scene: scene.other_token.encode(), instead=False
    ),
    "credential-attached-that-is-none": attached(1, CREDENTIAL, lambda _: b"hello"),
    "proof-of-another-attached": attached(8, PROOF, lambda scene: scene.authority.proof(scene.other_token)),
    "proof-that-is-none": attached(8, PROOF, lambda _: b"c2sp.org/tlog-proof@v1\n"),
    "proof-of-a-longer-log-than-signed": attached(
        8, PROOF, lambda scene: scene.authority.proof(scene.token).replace(b"\n5\n", b"\n6\n")
    ),
    "statement-untouched": lambda scene: holds(scene.statement_pdf, headline="不是完成证明"),
    "statement-without-its-lines": statement(10, lambda _: papers.detach(LINES_FILE)),
    "statement-with-more-hours-in-its-lines": statement(
        10, lambda scene: papers.reattach(LINES_FILE, more_hours(scene))
    ),
    "statement-with-lines-that-are-none": statement(10, lambda _: papers.reattach(LINES_FILE, b"[]")),
    "statement-without-its-title": statement(10, lambda _: removed("学时登记明细")),
}
"""Name → how it is made."""
