"""What a proof may be, by its content: PDF, JPEG, PNG, HEIC. Runs in a process of its own (`worker`), never beside the keys.

The bytes are kept as they came, so that their digest is the one of the person's own file. What a reviewer sees is a
picture made from them here: no metadata, no script, nothing that the original's author chose but its pixels.
"""

import io
import warnings
from pathlib import PurePosixPath

import pikepdf
import pillow_heif
import pypdfium2
from PIL import Image, ImageOps

from issuer.evidence.errors import EvidenceRefused
from issuer.evidence.proof import HEIC, JPEG, PAGES_MOST, PDF, PNG, Read

PIXELS_MOST = 80_000_000
OBJECTS_MOST = 50_000
PREVIEW_SIDE = 1600
"""Longest side of a preview, in pixels: enough to read a seal's date on an A4 page."""
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"}
_FORMATS = {JPEG: "JPEG", PNG: "PNG", HEIC: "HEIF"}
_PICTURES = {JPEG, PNG, HEIC}
_SUFFIXES = {".pdf": {PDF}} | dict.fromkeys((".jpg", ".jpeg", ".png", ".heic", ".heif"), _PICTURES)
"""Names that promise a type. Phones name pictures of one kind after another, so any picture may have any picture's name."""
_ACTIONS = {
    *("/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/ResetForm", "/GoToE", "/GoToR"),
    *("/Rendition", "/Movie", "/Sound", "/RichMediaExecute"),
}
"""Actions of PDF (ISO 32000-2, 12.6.4) that run something, send something, or open another file."""

pillow_heif.register_heif_opener(thumbnails=False)


def read_proof(data: bytes, name: str) -> Read:
    """Read a proof whole. `name` is what the browser called it; the content decides.

    Raises:
        EvidenceRefused: none of the four types, damaged, too large when unpacked, locked, or with something that runs.
    """
    media_type = type_of(data)
    promised = _SUFFIXES.get(PurePosixPath(name).suffix.lower())
    if media_type is None or (promised is not None and media_type not in promised):
        raise EvidenceRefused(
            "文件内容不是 PDF、JPG、PNG 或 HEIC，或与文件名不符。请重新拍照，或另存为 PDF",
            "this is no PDF, JPG, PNG or HEIC, or not what its name says: take a picture, or save it as PDF",
        )
    return _read_pdf(data) if media_type == PDF else _read_picture(data, media_type)


def type_of(data: bytes) -> str | None:
    """Tell the type by the first bytes; None for anything else."""
    if data.startswith(b"%PDF-"):
        return PDF
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    return HEIC if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS else None


def _read_picture(data: bytes, media_type: str) -> Read:
    damaged = EvidenceRefused(
        "图片损坏或不完整，请重新拍照", "the picture is damaged or incomplete: take it again"
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=[_FORMATS[media_type]])
        if picture.width * picture.height > PIXELS_MOST:
            raise _too_many_pixels()
        picture.draft("RGB", (PREVIEW_SIDE, PREVIEW_SIDE))
        picture.load()
        return Read(media_type, 1, _jpeg(ImageOps.exif_transpose(picture)))
    except Image.DecompressionBombError:
        raise _too_many_pixels() from None
    except (OSError, SyntaxError, ValueError, EOFError, KeyError):
        raise damaged from None


def _too_many_pixels() -> EvidenceRefused:
    return EvidenceRefused(
        f"图片展开后超过 {PIXELS_MOST // 1_000_000} 百万像素，请用较低的分辨率重新拍照",
        f"the picture unpacks to more than {PIXELS_MOST // 1_000_000} million pixels: take it at a lower resolution",
    )


def _read_pdf(data: bytes) -> Read:
    locked = EvidenceRefused(
        "PDF 有密码或加密。请提供没有密码的文件", "the PDF is encrypted: give one without a password"
    )
    damaged = EvidenceRefused(
        "PDF 损坏，打不开。请重新导出，或拍照上传",
        "the PDF is damaged: export it again, or take a picture",
    )
    try:
        with pikepdf.open(io.BytesIO(data)) as document:
            if document.is_encrypted:
                raise locked
            _hold_to_plain(document)
            pages = len(document.pages)
    except pikepdf.PasswordError:
        raise locked from None
    except (pikepdf.PdfError, ValueError, RuntimeError, OSError):
        raise damaged from None
    if not 0 < pages <= PAGES_MOST:
        raise EvidenceRefused(
            f"PDF 应有 1 至 {PAGES_MOST} 页。请只留证明所在的页",
            f"a PDF has 1 to {PAGES_MOST} pages here: keep those that prove something",
        )
    try:
        return Read(PDF, pages, page_of(data, 1))
    except pypdfium2.PdfiumError:
        raise damaged from None


def _hold_to_plain(document: pikepdf.Pdf) -> None:
    """Look at every object of the file, reachable or not, for what runs, sends, or opens something else."""
    objects = document.objects
    if len(objects) > OBJECTS_MOST:
        raise EvidenceRefused(
            "PDF 太复杂，请打印为 PDF 或拍照上传",
            "the PDF is too complex: print it to PDF, or take a picture",
        )
    for one in objects:
        if any(_runs(each) for each in _dictionaries(one)):
            raise EvidenceRefused(
                "PDF 里有脚本、启动程序或提交表单的动作，不能作为证明。请打印为 PDF 或拍照上传",
                "the PDF holds a script, or an action that starts or sends something: print it to PDF, or take a picture",
            )


def _dictionaries(one: pikepdf.Object) -> list[pikepdf.Object]:
    """The dictionaries directly inside an object, nested ones too; what it refers to is looked at by itself."""
    found: list[pikepdf.Object] = []
    rest = [one]
    while rest:
        each = rest.pop()
        if isinstance(each, (pikepdf.Dictionary, pikepdf.Stream)):
            found.append(each)
            inner = [value for _, value in each.items()]
        elif isinstance(each, pikepdf.Array):
            inner = list(each)
        else:
            continue
        # Numbers and the like are none of pikepdf's objects, and hold nothing.
        rest += [value for value in inner if not getattr(value, "is_indirect", True)]
    return found


def _runs(each: pikepdf.Object) -> bool:
    kind = each.get("/S")
    named = str(kind) in _ACTIONS if isinstance(kind, pikepdf.Name) else False
    return named or any(key in each for key in ("/JS", "/JavaScript", "/XFA", "/RichMediaContent"))


def page_of(data: bytes, number: int) -> bytes:
    """A page of a PDF as JPEG, counted from 1. `pypdfium2.PdfiumError`: it cannot be drawn."""
    document = pypdfium2.PdfDocument(data)
    try:
        page = document[number - 1]
        scale = PREVIEW_SIDE / max(*page.get_size(), 1)
        return _jpeg(page.render(scale=scale, may_draw_forms=False).to_pil())
    finally:
        document.close()


def _jpeg(picture: Image.Image) -> bytes:
    """The picture upright, on white, no longer than `PREVIEW_SIDE`, without any metadata."""
    picture.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    if picture.mode not in {"RGB", "L"}:
        layer = picture.convert("RGBA")
        picture = Image.new("RGB", layer.size, "white")
        picture.paste(layer, mask=layer.getchannel("A"))
    clean = Image.new(picture.mode, picture.size)
    clean.paste(picture)
    file = io.BytesIO()
    clean.save(file, "JPEG", quality=82, optimize=True)
    return file.getvalue()
