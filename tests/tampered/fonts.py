"""Cheating with fonts: a map from shapes to characters (ToUnicode) that does not tell what is drawn."""

import io
import re
from collections.abc import Callable

import pikepdf

from tests.tampered.scene import Case, Make, Scene, compact, edited, fails
from tests.verifier import papers

NINE = b"<001A>"
"""The glyph of a 9 in the certificate's own fonts."""
TOTAL = re.compile(rb"/FXF2 (\S+) Tf 0 Tr \[<001A0013>\] TJ")
"""The 92 of the prose and of the table, bold."""


def lying(pdf: bytes, content: bytes | None = None) -> bytes:
    """The certificate's fonts once more, as FXF8 and FXF9, whose maps read the shape of a 9 as a 2; and other content."""
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        page = document.pages[0]
        for name, copy in (("/FXF1", "/FXF8"), ("/FXF2", "/FXF9")):
            font = pikepdf.Dictionary(page.Resources.Font[name])
            told = page.Resources.Font[name].ToUnicode.read_bytes()
            font.ToUnicode = document.make_stream(told.replace(b"<001a> <0039>", b"<001a> <0032>"))
            page.Resources.Font[copy] = document.make_indirect(font)
        text = page.Contents.read_bytes()
        page.Contents = document.make_stream(relabelled(text) if content is None else text + content)
        document.save(made)
    return compact(made.getvalue())


def relabelled(content: bytes) -> bytes:
    """Every total of 92 drawn as 99, its last digit in the font that lies."""
    return TOTAL.sub(rb"/FXF2 \1 Tf 0 Tr [%s] TJ /FXF9 \1 Tf [%s] TJ" % (NINE, NINE), content)


def instead(scene: Scene) -> Case:
    """The page shows 99 where its text says 92."""
    return fails(lying(scene.pdf), 10)


def over(scene: Scene) -> Case:
    """A 99 that reads as 92 laid over the 92 that stands there."""
    left, bottom, _, _ = papers.text_box(scene.pdf, "92")
    shown = b"\nBT .75 0 0 .75 %f %f Tm /FXF8 16 Tf 0 Tr [%s %s] TJ ET" % (left, bottom, NINE, NINE)
    return fails(lying(edited(scene.pdf), shown), 10)


COMMA = re.compile(rb"<([0-9a-f]{4})> <ff0c>", re.IGNORECASE)
MAP = b"begincmap 1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfchar <2C> <%s> endbfchar endcmap"


def drawing(document: pikepdf.Pdf, character: bytes, procedure: bytes) -> pikepdf.Dictionary:
    """What a font of one character says of itself, whatever its procedure draws."""
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type3,
        FontBBox=pikepdf.Array([0, 0, 0, 0]),
        FontMatrix=pikepdf.Array([0.001, 0, 0, 0.001, 0, 0]),
        Encoding=pikepdf.Dictionary(Differences=pikepdf.Array([0x2C, pikepdf.Name("/c")])),
        FirstChar=0x2C,
        LastChar=0x2C,
        Widths=pikepdf.Array([1000]),
        Resources=pikepdf.Dictionary(),
        CharProcs=pikepdf.Dictionary(c=document.make_stream(procedure)),
        ToUnicode=document.make_stream(MAP % character),
    )


def with_font(
    scene: Scene, character: bytes, procedure: bytes, change: Callable[[bytes, pikepdf.Object], bytes]
) -> Case:
    """The certificate with such a font, and a page that uses it."""
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(edited(scene.pdf))) as document:
        page = document.pages[0]
        page.Resources.Font["/Own"] = document.make_indirect(drawing(document, character, procedure))
        page.Contents = document.make_stream(change(page.Contents.read_bytes(), page.Resources.Font["/FXF1"]))
        document.save(made)
    return fails(compact(made.getvalue()), 10)


def comma(scene: Scene) -> Case:
    """A comma of the prose that also draws a stroke, below and to the right of where it stands."""

    def change(content: bytes, font: pikepdf.Object) -> bytes:
        found = COMMA.search(font.ToUnicode.read_bytes())
        assert found
        code = found[1].upper()
        for words in re.finditer(rb"/FXF1 (\S+) Tf 0 Tr \[<([0-9A-F]+)>\] TJ", content):
            codes = re.findall(rb".{4}", words[2])
            if code in codes[1:-1]:
                at, size = codes.index(code), words[1]
                parts = size, b"".join(codes[:at]), size, size, b"".join(codes[at + 1 :])
                split = b"/FXF1 %s Tf 0 Tr [<%s>] TJ /Own %s Tf [<2C>] TJ /FXF1 %s Tf [<%s>] TJ" % parts
                return content[: words.start()] + split + content[words.end() :]
        raise AssertionError("no comma")

    return with_font(
        scene, b"FF0C", b"1000 0 0 0 1000 1000 d1 100 -50 120 200 re 2000 -3000 200 800 re f", change
    )


def space(scene: Scene) -> Case:
    """White space, which is no word, and draws a stroke like a 1 before the total."""
    left, bottom, _, top = papers.text_box(scene.pdf, "92", last=True)
    procedure = b"1000 0 0 0 1000 1000 d1 0 0 200 %f re f" % (100 * (top - bottom))
    shown = b"\nBT 1 0 0 1 %f %f Tm /Own 10 Tf 0 Tr [<2C>] TJ ET" % (left - 9, bottom)
    return with_font(scene, b"0020", procedure, lambda content, _: content + shown)


FONTS: dict[str, Make] = {
    "comma-that-draws-elsewhere": comma,
    "space-that-draws": space,
    "words-in-a-font-that-lies": instead,
    "words-under-a-font-that-lies": over,
}
"""Name → how it is made."""
