"""Cheating with fonts: a map from shapes to characters (ToUnicode) that does not tell what is drawn."""

import io
import re

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


FONTS: dict[str, Make] = {
    "words-in-a-font-that-lies": instead,
    "words-under-a-font-that-lies": over,
}
"""Name → how it is made."""
