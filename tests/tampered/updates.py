"""Cheating by appending: an incremental update leaves the finished file as it was and changes what is shown."""

import re

from tests.tampered.scene import Case, Make, Scene, fails, not_done
from tests.verifier import papers


def appended(scene: Scene, objects: str, catalog: str = "", page: str = "") -> bytes:
    """An incremental update written by hand: more objects, and more entries of the catalog and the first page."""
    pdf = papers.edited(scene.pdf)
    root = int(re.findall(rb"/Root (\d+) 0 R", pdf)[-1])
    size = int(re.findall(rb"/Size (\d+)", pdf)[-1])
    start = int(re.findall(rb"startxref\s+(\d+)", pdf)[-1])
    first_page = int(re.findall(rb"/Kids\s*\[\s*(\d+) 0 R", pdf)[-1])
    made, offsets = bytearray(pdf + b"\n"), {}
    sheet = int(re.findall(rb"/Contents (\d+) 0 R", pdf)[-1])
    changed = {root: catalog, first_page: page}
    for number, more in changed.items():
        body = re.findall(rb"(?:^|[\r\n])%d 0 obj\s*(<<.*?>>)\s*endobj" % number, pdf, re.DOTALL)[-1]
        offsets[number] = len(made)
        made += b"%d 0 obj\n%s %s>>\nendobj\n" % (
            number,
            body.rstrip()[:-2],
            more.format(n=size, sheet=sheet).encode(),
        )
    offsets[size] = len(made)
    made += b"%d 0 obj\n%s\nendobj\n" % (size, objects.format(n=size).encode())
    table = len(made)
    made += b"xref\n" + b"".join(b"%d 1\n%010d 00000 n \n" % pair for pair in sorted(offsets.items()))
    made += b"trailer\n<</Size %d/Root %d 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        size + 1,
        root,
        start,
        table,
    )
    return bytes(made)


def form(scene: Scene) -> Case:
    """A field of a form with other figures, appended to the finished file."""
    field = "<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/V(98)/Rect[200 400 260 420]/DA(/Helv 12 Tf 0 g)>>"
    return fails(appended(scene, field, "/AcroForm<</Fields[{n} 0 R]>>", "/Annots[{n} 0 R]"), 10)


def words_appended(scene: Scene) -> Case:
    """Other figures in a second layer of the page, appended to the finished file."""
    drawing = "BT /FXF1 12 Tf 300 400 Td <001A001A> Tj ET"
    stream = f"<</Length {len(drawing)}>>stream\n{drawing}\nendstream"
    return fails(appended(scene, stream, page="/Contents[{sheet} 0 R {n} 0 R]"), 10)


def signature(scene: Scene) -> Case:
    """Somebody's signature of the PDF, which this verifier cannot judge."""
    field = "<</FT/Sig/T(s)/V<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/ByteRange[0 1 2 3]/Contents<00>>>>>"
    return not_done(appended(scene, field, "/AcroForm<</Fields[{n} 0 R]/SigFlags 3>>"), 11)


UPDATES: dict[str, Make] = {
    "form-field-appended": form,
    "words-appended-by-an-incremental-update": words_appended,
    "pdf-signature-of-somebody": signature,
}
"""Name → how it is made."""
