"""Makes the seeds: real documents of the fixed issuer, and small ones that hold what attackers use. `python -m tests.fuzzing.make_seeds`."""

import io
import zipfile
from pathlib import Path
from time import gmtime

import pikepdf
import qrcode
from PIL import Image

from tests.fuzzing.scene import scene
from tests.fuzzing.targets import PARTS
from tests.verifier.authority import NOW, Memory
from verifier.base64url import decode
from verifier.bundle.making import make_bundle
from verifier.transport import _from_digits

CORPUS = Path(__file__).parent / "corpus"
PDF_HEAD = b"%PDF-1.7\n"


def keep(target: str, name: str, data: bytes) -> None:
    path = CORPUS / target / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def texts() -> None:
    authority, _ = scene()
    for number, token in enumerate(authority.tokens):
        qr = authority.qr(token)
        header, payload, _ = token.split(".")
        keep("transport", f"url-{number}", qr.text.encode())
        keep("transport", f"frame-{number}", b"\xff" + _from_digits(qr.digits))
        keep("token", f"whole-{number}", token.encode())
        keep("token", f"parts-{number}", b"\xff" + decode(header) + b"\x00" + decode(payload))


def symbol(text: str, side: int = 2) -> Image.Image:
    code = qrcode.QRCode(border=2, box_size=side, error_correction=qrcode.ERROR_CORRECT_L)
    code.add_data(text)
    made: Image.Image = code.make_image().get_image().convert("L")
    return made


def pictures() -> None:
    authority, _ = scene()
    ours = symbol(authority.qr(authority.tokens[0]).text)
    both = Image.new("L", (ours.width * 2, ours.height), 255)
    both.paste(ours, (0, 0))
    both.paste(symbol("https://example.org/"), (ours.width, 0))
    kinds = {"PNG": ours, "JPEG": ours, "WEBP": ours, "TIFF": ours, "BMP": symbol("x", 1), "GIF": ours}
    for kind, picture in kinds.items():
        file = io.BytesIO()
        picture.convert("RGB" if kind in {"JPEG", "WEBP"} else "1").save(file, kind)
        keep("picture", kind.lower(), file.getvalue())
    file = io.BytesIO()
    both.convert("1").save(file, "PNG")
    keep("picture", "two-codes", file.getvalue())
    file = io.BytesIO()
    both.convert("1").save(file, "GIF", save_all=True, append_images=[ours.convert("1")])
    keep("picture", "frames", file.getvalue())


def small_pdf(content: bytes, *, attach: dict[str, bytes], **page: object) -> bytes:
    """A page of 90 points, so that many are drawn a second; nothing packed, so that a mutation changes something."""
    with pikepdf.new() as made:
        made.add_blank_page(page_size=(90, 90))
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        layer = made.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name=pikepdf.String("layer")))
        made.Root.OCProperties = pikepdf.Dictionary(OCGs=[layer], D=pikepdf.Dictionary(ON=[layer]))
        first = made.pages[0]
        first.Resources = pikepdf.Dictionary(
            Font=pikepdf.Dictionary(F1=font), Properties=pikepdf.Dictionary(L1=layer)
        )
        first.Contents = made.make_stream(content)
        for name, value in page.items():
            first[f"/{name}"] = value(made) if callable(value) else value
        for name, data in attach.items():
            made.attachments[name] = pikepdf.AttachedFileSpec(made, data, filename=name)
        file = io.BytesIO()
        made.save(
            file,
            compress_streams=False,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            deterministic_id=True,
        )
    return file.getvalue().removeprefix(PDF_HEAD)


def pdfs() -> None:
    authority, _ = scene()
    words = b"BT /F1 9 Tf 5 50 Td (GS2025-0094567-3) Tj ET"
    attached = {
        "credential.jwt": authority.tokens[0].encode(),
        "ledger-proof.txt": authority.proof(authority.tokens[0]),
    }
    keep("pdf", "attached", small_pdf(words, attach=attached))
    keep(
        "pdf",
        "statement",
        small_pdf(words, attach={"credential.jwt": authority.tokens[2].encode(), "lines.json": b"[]"}),
    )
    layered = b"/OC /L1 BDC " + words + b" EMC 1 1 1 rg 2 40 80 30 re f 3 Tr " + words
    keep("pdf", "layered", small_pdf(layered, attach=attached))

    def annotations(made: pikepdf.Pdf) -> pikepdf.Array:
        kinds = ("Square", "FreeText", "Widget", "Stamp")
        made.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([]))
        return pikepdf.Array([
            made.make_indirect(pikepdf.Dictionary(
                Type=pikepdf.Name.Annot, Subtype=pikepdf.Name(f"/{kind}"), Rect=[10, 10, 40, 30], FT=pikepdf.Name.Sig, T=pikepdf.String("a")
            )) for kind in kinds
        ])  # fmt: skip

    keep("pdf", "annotated", small_pdf(words, attach=attached, Annots=annotations))
    file = io.BytesIO()
    symbol(authority.qr(authority.tokens[1]).text, 3).convert("1").save(
        file, "PDF", resolution=150, creationDate=gmtime(0), modDate=gmtime(0)
    )
    keep("pdf", "scan", file.getvalue().partition(b"\n")[2])


def proofs() -> None:
    authority, _ = scene()
    for number, token in enumerate(authority.tokens):
        made = authority.proof(token)
        keep("proof", f"whole-{number}", made)
        head, _, note = made.partition(b"\n\n")
        keep("proof", f"unsigned-{number}", b"\xff" + head + b"\n\n" + note.partition(b"\n\n")[0] + b"\n")


def bundles() -> None:
    authority, _ = scene()
    source = Memory(authority.public().files | authority.issuances())
    made = make_bundle(authority.trust_token(), "", authority.root(), source, NOW)
    keep("bundle", "whole", made)
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        each = [name.encode() + b"\0" + parts.read(name) for name in parts.namelist()]
    keep("bundle", "parts", b"\xff" + PARTS.join(each))


if __name__ == "__main__":
    texts()
    pictures()
    pdfs()
    proofs()
    bundles()
