"""The fast path: what differs from person to person, stamped on a frozen sheet in some milliseconds.

Where a document does not fit, nothing is guessed: UnfitError says why, and it is laid out whole.
"""

import hashlib
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from issuer.certificates import objects
from issuer.certificates.draft import ATTACHED, Draft
from issuer.certificates.errors import UnfitError
from issuer.certificates.forms import form_of
from issuer.certificates.freezing import freeze, measure
from issuer.certificates.frost import ATTACHMENTS, ISSUED, OWN_FONTS, TITLE, Frozen, Spot
from issuer.certificates.qr import Code, encode
from issuer.certificates.setting import Line, set_texts
from issuer.certificates.shaping import glyph
from issuer.certificates.stock import MARK
from issuer.certificates.subsets import font_objects, subset

Codes = Mapping[int, str]
"""The codes of glyphs in the font that a document has of its own, by their numbers in the whole face."""


def stamp(draft: Draft, density: str) -> bytes:
    """Return the bytes of a document, not read back: the same for the same draft, whatever was made before it.

    Raises:
        UnfitError: it has to be laid out whole.
        CertificateError: its QR cannot be drawn.
    """
    form, texts = form_of(draft.page)
    if tuple(draft.files) != ATTACHMENTS:
        raise UnfitError("other files than a certificate's")
    slots = set_texts(form, measure(form, density, draft.look), texts, density)
    code = encode(draft.qr)
    frozen = freeze(form, density, draft.look, code.width_mm, tuple(map(len, slots)))
    return _written(frozen, [line for lines in slots for line in lines], draft, code)


def _written(frozen: Frozen, lines: Sequence[Line], draft: Draft, code: Code) -> bytes:
    numbers = frozen.numbers
    own: dict[int, bytes] = {}
    codes: dict[str, Codes] = {}
    for weight, first in numbers.fonts.items():
        cut = subset(_own_glyphs(frozen, lines, weight), weight)
        codes[weight] = cut.codes
        own.update(enumerate(font_objects(cut, first, frozen.descriptors[weight]), first))
    shown = [_shown(frozen, spot, line, codes) for spot, line in zip(frozen.spots, lines, strict=True)]
    for number, pieces in zip(numbers.contents, frozen.contents, strict=True):
        own[number] = objects.stream(b"".join(p if isinstance(p, bytes) else shown[p] for p in pieces))
    own[numbers.image] = objects.stream(
        code.pixels,
        b"/Type /XObject/Subtype /Image/Width %d/Height %d/ColorSpace /DeviceGray/BitsPerComponent 1/Interpolate false"
        % (code.side, code.side),
    )
    for name, number in numbers.files.items():
        own[number] = _file(name, draft)
    own[numbers.metadata] = objects.plain_stream(
        _dated(frozen.metadata, draft), b"/Type /Metadata/Subtype /XML"
    )
    own[numbers.information] = _dated(frozen.information, draft)
    return _joined(frozen, own)


def _own_glyphs(frozen: Frozen, lines: Sequence[Line], weight: str) -> dict[int, str]:
    """Return what a document's own font of a weight has: characters by glyph, of each run that the sheet's font lacks one of.

    A run is never shared between two fonts: a reader would round the place where the second begins.
    """
    found: dict[int, str] = {}
    for line in lines:
        for run in (drawn.run for drawn in line if drawn.run.weight == weight):
            if not run.glyphs <= frozen.embedded[weight].glyphs:
                found.update(zip(run.numbers, run.text, strict=True))
    return found or {glyph(MARK, weight): MARK}


def _shown(frozen: Frozen, spot: Spot, line: Line, codes: Mapping[str, Codes]) -> bytes:
    """Return the operators that show a line of text."""
    result = []
    for drawn in line:
        run, embedded = drawn.run, frozen.embedded[drawn.run.weight]
        if run.glyphs <= embedded.glyphs:
            font, text = embedded.name, run.whole
        else:
            font, text = OWN_FONTS[run.weight], run.shown(codes[run.weight])
        size = objects.number(run.size).encode()
        shown = b"BT\n%s/%s %s Tf\n%s TJ\nET" % (objects.placed(drawn.x, spot.y), font, size, text)
        if drawn.style.colour != spot.colour:
            shown = b"q\n%s\n%s\nQ" % (drawn.style.colour, shown)
        result.append(shown)
    return b"\n".join(result)


def _file(name: str, draft: Draft) -> bytes:
    data, moment = draft.files[name], f"{draft.issued:D:%Y%m%d%H%M%SZ}"
    digest = hashlib.md5(data, usedforsecurity=False).hexdigest()
    kind = ATTACHED[name][0].replace("/", "#2f")
    dictionary = (
        f"/Type /EmbeddedFile/Subtype /{kind}/Params <</CheckSum <{digest}>/Size {len(data)}"
        f"/CreationDate ({moment})/ModDate ({moment})>>"
    )
    return objects.stream(data, dictionary.encode())


def _dated(frozen: bytes, draft: Draft) -> bytes:
    """Put a document's title and moment into frozen metadata, whether XMP or the information dictionary."""
    for form in ("%Y-%m-%dT%H:%M:%SZ", "D:%Y%m%d%H%M%SZ"):
        frozen = frozen.replace(f"{ISSUED:{form}}".encode(), f"{draft.issued:{form}}".encode())
    named = frozen.replace(b"(%s)" % TITLE.encode(), objects.text(draft.title))
    return named.replace(TITLE.encode(), escape(draft.title).encode())


def _joined(frozen: Frozen, own: Mapping[int, bytes]) -> bytes:
    """Write each person's own objects behind the frozen ones, and the cross-reference of all."""
    last = frozen.numbers.last
    lines = [*frozen.lines, *[b""] * (last - len(frozen.lines))]
    parts, place = [frozen.prefix], len(frozen.prefix)
    for number, value in sorted(own.items()):
        lines[number] = objects.line(1, place)
        parts.append(objects.indirect(number, value))
        place += len(parts[-1])
    digest = hashlib.sha256()
    for part in parts[1:]:
        digest.update(part)
    identifier = digest.hexdigest()[:32].encode()
    entries = b"/Root %s/Info %d 0 R/ID [<%s> <%s>]" % (
        frozen.root,
        frozen.numbers.information,
        identifier,
        identifier,
    )
    return b"".join([*parts, objects.end(lines, place, last, entries)])
