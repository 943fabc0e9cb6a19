"""Proofs as people send them, and files that pretend to be some: made here, so that nothing hostile lies in the repository."""

import io
import struct
import zlib

import pikepdf
import pillow_heif
from PIL import Image, ImageDraw

pillow_heif.register_heif_opener()
HOME = {0x8825: {1: "N", 2: (36.0, 3.0, 0.0), 3: "E", 4: (103.0, 50.0, 0.0)}}
"""Where a picture was taken, as a phone writes it (EXIF GPS)."""


def picture(words: str = "示例结业证书", size: tuple[int, int] = (900, 640)) -> Image.Image:
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((20, 20, size[0] - 20, size[1] - 20), outline="#8f1b1e", width=6)
    draw.text((60, 60), f"SPECIMEN {len(words)}", fill="#23201c", font_size=48)
    return image


def encoded(form: str, image: Image.Image | None = None, **more: object) -> bytes:
    file = io.BytesIO()
    (image or picture()).save(file, form, **more)
    return file.getvalue()


def jpeg() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif.get_ifd(0x8825).update(HOME[0x8825])
    return encoded("JPEG", exif=exif)


def png() -> bytes:
    return encoded("PNG", picture().convert("RGBA"))


def heic() -> bytes:
    return encoded("HEIF", quality=60)


def pdf(pages: int = 2, **root: object) -> bytes:
    """A PDF with `pages` pages; `root` goes into the catalogue."""
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(420, 595))
    content = b"BT /F1 30 Tf 40 500 Td (SPECIMEN) Tj ET"
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    document.pages[0].Contents = document.make_stream(content)
    document.pages[0].Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    for key, value in root.items():
        document.Root[f"/{key}"] = document.make_indirect(value) if key == "Names" else value
    return saved(document)


def saved(document: pikepdf.Pdf, **more: object) -> bytes:
    file = io.BytesIO()
    document.save(file, **{"deterministic_id": "encryption" not in more, **more})
    return file.getvalue()


def endless() -> bytes:
    """A small page that takes a processor minutes to draw: the same shapes, laid over each other again and again."""
    document = pikepdf.new()
    document.add_blank_page(page_size=(420, 595))
    shapes = b"0 0 420 595 re 0 0 m 420 0 300 595 0 300 c f*\n" * 2000
    document.pages[0].Contents = document.make_stream(b"/G gs\n" + shapes)
    blended = pikepdf.Dictionary(ca=0.5, BM=pikepdf.Name.Multiply)
    document.pages[0].Resources = pikepdf.Dictionary(ExtGState=pikepdf.Dictionary(G=blended))
    return saved(document, compress_streams=True)


def action(kind: str, **more: object) -> pikepdf.Dictionary:
    return pikepdf.Dictionary(S=pikepdf.Name("/" + kind), **more)


def javascript() -> pikepdf.Dictionary:
    return action("JavaScript", JS=pikepdf.String("app.alert(1)"))


def locked(user: str) -> bytes:
    document = pikepdf.open(io.BytesIO(pdf()))
    return saved(document, encryption=pikepdf.Encryption(owner="owner", user=user))


def in_object_stream() -> bytes:
    """A script where a search through the bytes does not find it."""
    document = pikepdf.open(io.BytesIO(pdf(OpenAction=javascript())))
    return saved(document, object_stream_mode=pikepdf.ObjectStreamMode.generate, compress_streams=True)


def png_of(width: int, height: int) -> bytes:
    """A PNG that says it is that large, with hardly any data: a decompression bomb."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


GOOD = {
    "JPEG": ("证书.jpg", jpeg, "image/jpeg", 1),
    "PNG": ("截图.PNG", png, "image/png", 1),
    "HEIC": ("IMG_0001.HEIC", heic, "image/heic", 1),
    "PDF": ("签到表.pdf", pdf, "application/pdf", 2),
    "a JPEG that a phone named .png": ("a.png", jpeg, "image/jpeg", 1),
    "a name without a suffix": ("proof", pdf, "application/pdf", 2),
}
BAD = {
    "a script at opening": ("a.pdf", lambda: pdf(OpenAction=javascript()), "脚本"),
    "a script in an object stream": ("a.pdf", in_object_stream, "脚本"),
    "a named script": ("a.pdf", lambda: pdf(Names=pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=pikepdf.Array([])))), "脚本"),
    "a launch action": ("a.pdf", lambda: pdf(OpenAction=action("Launch", F=pikepdf.String("cmd.exe"))), "脚本"),
    "an action behind another": ("a.pdf", lambda: pdf(AA=pikepdf.Dictionary(WC=action("GoTo", Next=pikepdf.Array([javascript()])))), "脚本"),
    "a form that sends": ("a.pdf", lambda: pdf(OpenAction=action("SubmitForm", F=pikepdf.String("http://x.example"))), "脚本"),
    "an XFA form": ("a.pdf", lambda: pdf(AcroForm=pikepdf.Dictionary(XFA=pikepdf.Array([]))), "脚本"),
    "a PDF with a password": ("a.pdf", lambda: locked("secret"), "密码"),
    "a PDF that is encrypted without one": ("a.pdf", lambda: locked(""), "密码"),
    "a PDF cut short": ("a.pdf", lambda: b"%PDF-1.7\n" + b"0" * 400, "损坏"),
    "too many pages": ("a.pdf", lambda: pdf(51), "页"),
    "a bomb": ("a.png", lambda: png_of(60_000, 60_000), "百万像素"),
    "a bomb below the library's limit": ("a.png", lambda: png_of(12_000, 12_000), "百万像素"),
    "a picture cut short": ("a.jpg", lambda: jpeg()[:900], "损坏"),
    "a HEIC cut short": ("a.heic", lambda: heic()[:300], "损坏"),
    "a web page": ("a.html", lambda: b"<!doctype html><script>alert(1)</script>", "不是 PDF"),
    "a web page named .pdf": ("a.pdf", lambda: b"<html>%PDF-1.7", "不是 PDF"),
    "a picture named .pdf": ("a.pdf", png, "与文件名不符"),
    "a program named .jpg": ("a.jpg", lambda: b"MZ" + b"\0" * 200, "不是 PDF"),
    "an SVG": ("a.svg", lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "不是 PDF"),
    "an empty file": ("a.pdf", lambda: b"", "空"),
    "a file too large": ("a.pdf", lambda: b"%PDF-" + b"0" * 10_000_000, "10 MB"),
}  # fmt: skip
