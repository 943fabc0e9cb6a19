"""Cheating with what a page shows here and not there: layers for paper, scripts, outlines, clips, masks and words made small."""

import io
from collections.abc import Callable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name
from pypdfium2 import raw

from tests.tampered.pages import on_words
from tests.tampered.scene import Case, Make, Scene, edited, fails
from tests.verifier import papers

SHEET = Array([0, 0, 595, 842])
Change = Callable[[pikepdf.Pdf, Scene], None]


def changed(*changes: Change, spelled: tuple[bytes, bytes] | None = None) -> Make:
    """The certificate with other objects in its file, and one name of them written in another way."""

    def make(scene: Scene) -> Case:
        made = io.BytesIO()
        with pikepdf.open(io.BytesIO(scene.pdf)) as document:
            for change in changes:
                change(document, scene)
            mode = pikepdf.ObjectStreamMode.disable if spelled else pikepdf.ObjectStreamMode.generate
            document.save(made, deterministic_id=True, object_stream_mode=mode)
        data = made.getvalue()
        return fails(data.replace(*spelled) if spelled else data, 10)

    return make


def figure_before(scene: Scene) -> bytes:
    """A stroke like a 1, drawn left of the total where nothing stands."""
    left, bottom, _, top = papers.text_box(scene.pdf, "92", last=True)
    return b"0 g %.1f %.1f 2 %.1f re f" % (left - 9, bottom, top - bottom)


def layer(usage: Dictionary, **default: object) -> Change:
    """A figure on a layer of its own: a form whose dictionary names the layer, and no mark in the page does."""

    def change(document: pikepdf.Pdf, scene: Scene) -> None:
        group = document.make_indirect(Dictionary(Type=Name.OCG, Name="x", Usage=usage))
        form = document.make_stream(
            figure_before(scene), Type=Name.XObject, Subtype=Name.Form, BBox=SHEET, OC=group
        )
        page = document.pages[0]
        page.obj.Resources.XObject.Layer = form
        page.contents_add(b"q /Layer Do Q")
        named = {name: Array([group]) if value is None else value(group) for name, value in default.items()}
        document.Root.OCProperties = Dictionary(
            OCGs=Array([group]), D=Dictionary(Order=Array([group]), **named)
        )

    return change


def by_event(group: pikepdf.Object) -> Array:
    """Let the viewer switch a layer when it shows the page, and when it prints it."""
    return Array(
        [
            Dictionary(Event=event, OCGs=Array([group]), Category=Array([event]))
            for event in (Name.View, Name.Print)
        ]
    )


FOR_PAPER = Dictionary(View=Dictionary(ViewState=Name.OFF), Print=Dictionary(PrintState=Name.ON))
for_paper = layer(FOR_PAPER, AS=by_event)


def script(document: pikepdf.Pdf, _: Scene) -> None:
    document.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="this.getField('a').hidden = false")


def around(before: Callable[[pikepdf.Pdf, Scene], bytes]) -> Change:
    """What is said before all that the page draws."""

    def change(document: pikepdf.Pdf, scene: Scene) -> None:
        page = document.pages[0]
        page.contents_add(b"q " + before(document, scene), prepend=True)
        page.contents_add(b"Q")

    return change


def band(scene: Scene) -> tuple[float, float]:
    """All of the name but its feet."""
    _, bottom, _, top = papers.text_box(scene.pdf, "张伟")
    return bottom + 2, top + 2


def clip(_: pikepdf.Pdf, scene: Scene) -> bytes:
    low, high = band(scene)
    return b"0 0 595 %.1f re 0 %.1f 595 %.1f re W n" % (low, high, 842 - high)


def mask(document: pikepdf.Pdf, scene: Scene) -> bytes:
    low, high = band(scene)
    drawn = b"1 g 0 0 595 842 re f 0 g 0 %.1f 595 %.1f re f" % (low, high - low)
    group = Dictionary(S=Name.Transparency, CS=Name.DeviceGray)
    form = document.make_stream(drawn, Type=Name.XObject, Subtype=Name.Form, BBox=SHEET, Group=group)
    resources = document.pages[0].obj.Resources
    resources.ExtGState = Dictionary(Mask=Dictionary(SMask=Dictionary(S=Name.Luminosity, G=form)))
    return b"/Mask gs"


def outlined(part: str, width: float, grey: int) -> Make:
    """Words with an outline, which hides them when it is white, and all round them when it is black and wide."""

    def change(thing: Any) -> None:
        raw.FPDFTextObj_SetTextRenderMode(thing.raw, raw.FPDF_TEXTRENDERMODE_FILL_STROKE)
        raw.FPDFPageObj_SetStrokeColor(thing.raw, grey, grey, grey, 255)
        raw.FPDFPageObj_SetStrokeWidth(thing.raw, width)

    return lambda scene: fails(edited(scene.pdf, on_words(part, change)), 10)


def shrunk(part: str, factor: float, pdf: Callable[[Scene], bytes] = lambda scene: scene.pdf) -> Make:
    """Words that are there, and so small that nobody reads them."""

    def change(thing: Any) -> None:
        left, bottom, _, _ = thing.get_bounds()
        rest = 1 - factor
        raw.FPDFPageObj_Transform(thing.raw, factor, 0, 0, factor, left * rest, bottom * rest)

    return lambda scene: fails(edited(pdf(scene), on_words(part, change)), 10)


CHANGING: dict[str, Make] = {
    "title-of-a-statement-made-small": shrunk("学时登记明细", 0.3, lambda scene: scene.statement_pdf),
    "words-made-small": shrunk("达到", 0.15),
    "layer-for-paper-alone": changed(for_paper),
    "layer-that-is-off": changed(layer(Dictionary(), OFF=None)),
    "layer-spelled-otherwise": changed(for_paper, spelled=(b"/OCProperties", b"/#4fCProperties")),
    "script-when-opened": changed(script),
    "words-clipped": changed(around(clip)),
    "words-under-a-mask": changed(around(mask)),
    "words-outlined-in-white": outlined("达到", 0.6, 255),
    "words-outlined-in-black": outlined("张伟", 30, 0),
}
"""Name → how it is made."""
