"""The same certificate by Typst, the peer of `bench.certificate`: its layout, our words, art, faces, QR and attached files."""

import json
from collections.abc import Sequence
from pathlib import Path

import typst

from issuer.certificates import fonts, printing, typefaces
from issuer.certificates.draft import Draft
from issuer.certificates.qr import encode
from verifier.sheet import Labelled, Word

TEMPLATE = Path(__file__).with_name("certificate.typ")


class Peer:
    """A compiler that keeps the faces, and a folder with the art of one look."""

    def __init__(self, draft: Draft, folder: Path) -> None:
        self.folder = folder
        for name in ("ground", "seal_art", "name_art"):
            (folder / f"{name.split('_')[0]}.svg").write_text(getattr(draft.look, name), "utf-8")
        (folder / TEMPLATE.name).write_bytes(TEMPLATE.read_bytes())
        files = [typefaces.faces()["Regular"], *fonts.FALLBACKS]
        self.compiler = typst.Compiler(
            root=str(folder),
            font_paths=sorted({str(file.parent) for file in files}),
            ignore_system_fonts=True,
        )

    def make(self, draft: Draft) -> bytes:
        code = encode(draft.qr)
        (self.folder / "code.png").write_bytes(code.png)
        inputs = {
            "words": json.dumps(words(draft) | {"code": code.width_mm}, ensure_ascii=False),
            "jwt": draft.files["credential.jwt"].decode(),
            "proof": draft.files["ledger-proof.txt"].decode(),
        }
        return bytes(
            self.compiler.compile(
                str(self.folder / TEMPLATE.name),
                format="pdf",
                sys_inputs=inputs,
                pdf_standards=["a-3u"],
                timestamp=int(draft.issued.timestamp()),
            )
        )


def words(draft: Draft) -> dict[str, object]:
    (sheet,) = draft.page.sheets
    assert sheet.hours
    return {
        "title": draft.title,
        "author": draft.look.issuer,
        "serial": _texts(sheet.serial),
        "heading": _texts(sheet.heading),
        "year": _texts(sheet.year),
        "fields": _labelled(sheet.fields),
        "body": [(word.text, word.strong) for word in sheet.body],
        "english": "".join(_texts(sheet.english)),
        "head": [_texts(cell) for cell in sheet.hours.head],
        "rows": [_texts(row) for row in sheet.hours.rows],
        "remarks": _labelled(sheet.remarks),
        "caption": _texts(sheet.caption),
        "issued": _texts(sheet.issued),
        "foot": _texts(sheet.foot),
        "name": min(printing.NAME_MAX_MM, printing.NAME_MM * len(draft.look.issuer)),
    }


def _texts(some: Sequence[Word]) -> list[str]:
    return [word.text for word in some]


def _labelled(rows: Sequence[Labelled]) -> list[list[str]]:
    return [[row.label.text, row.english.text, " ".join(_texts(row.value))] for row in rows]
