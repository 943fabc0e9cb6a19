"""Taking a page of WeasyPrint's apart into what is the same for many people, as bytes of PDF, and what is not."""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pydyf  # type: ignore[import-untyped]  # WeasyPrint's own objects, and of the version that it brings

from issuer.certificates import objects
from issuer.certificates.errors import UnfitError
from issuer.certificates.places import Place
from issuer.certificates.printing import each_file_once

TITLE = "@TITLE@"
ISSUED = datetime(2000, 1, 1, tzinfo=UTC)
"""What stands for a document's title and moment in the metadata of a frozen sheet."""
LONG = 2000
"""Bytes between two texts from which they are kept apart and compressed once."""
ATTACHMENTS = ("credential.jwt", "ledger-proof.txt")
"""What a frozen sheet has room for."""
OWN_FONTS = {"Regular": b"XR", "Bold": b"XB"}
"""Names, on the page, of the fonts with each person's own glyphs."""
FONT_OBJECTS = 5
"""Objects of one font."""
HEADER = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"


@dataclass(frozen=True)
class Numbers:
    """The numbers of the objects that differ from person to person."""

    contents: tuple[int, ...]
    image: int
    files: dict[str, int]
    metadata: int
    fonts: dict[str, int]
    information: int
    last: int
    """The cross-reference itself."""


@dataclass(frozen=True)
class Spot:
    """Where a line of text stands on the sheet, and the colour that is set there."""

    y: float
    colour: bytes


@dataclass(frozen=True)
class Embedded:
    """A font of the frozen sheet, whose glyphs have the numbers of the whole face: its name on the page, and what it has."""

    name: bytes
    glyphs: frozenset[int]


@dataclass(frozen=True)
class Frozen:
    """A file's beginning, and what is needed for writing its end.

    `lines` is its cross-reference, without what `numbers` names. `contents` are the page's own streams, each of bytes and
    of the numbers of the `spots` whose text stands between them.
    """

    prefix: bytes
    lines: tuple[bytes, ...]
    numbers: Numbers
    spots: tuple[Spot, ...]
    embedded: Mapping[str, Embedded]
    contents: tuple[tuple[bytes | int, ...], ...]
    descriptors: dict[str, bytes]
    metadata: bytes
    information: bytes
    root: bytes


def taken(pdf: pydyf.PDF, places: tuple[tuple[Place, ...], ...]) -> Frozen:
    """Take a page apart, as WeasyPrint's objects stand before they are written.

    Raises:
        UnfitError: a text is not where its box was.
    """
    each_file_once(None, pdf)
    (page,) = _of_type(pdf, "/Page")
    own = _Own(pdf, page)
    flat = [place for lines in places for place in lines]
    pieces = _pieces(_data(pdf.objects[own.page]), flat)
    embedded = _embedded(pdf, own.fonts)
    information = len(pdf.objects)
    fonts = {weight: information + 1 + i * FONT_OBJECTS for i, weight in enumerate(OWN_FONTS)}
    numbers = itertools.count(information + 1 + len(fonts) * FONT_OBJECTS)
    fixed: dict[int, bytes] = {}
    contents: dict[int, tuple[bytes | int, ...]] = {}
    streams = []
    for group, number in zip(_grouped(pieces), itertools.chain([own.page], numbers), strict=False):
        streams.append(number)
        if len(group) == 1 and isinstance(group[0], bytes):
            fixed[number] = objects.stream(group[0], level=9)
        else:
            contents[number] = group
    page["Contents"] = pydyf.Array(f"{n} 0 R" for n in streams)
    own.fonts.update({name.decode(): f"{fonts[weight]} 0 R" for weight, name in OWN_FONTS.items()})
    metadata, named = _data(pdf.objects[own.metadata]), bytes(pdf.info.data)
    prefix, lines = _prefix(pdf, own.numbers, fixed, next(numbers))
    return Frozen(
        prefix=prefix,
        lines=lines,
        numbers=Numbers(
            tuple(contents), own.image, own.files, own.metadata, fonts, information, next(numbers)
        ),
        spots=tuple(Spot(place.y, place.style.colour) for place in flat),
        embedded=embedded,
        contents=tuple(contents.values()),
        descriptors=_descriptors(pdf),
        metadata=metadata,
        information=named,
        root=pdf.catalog.reference,
    )


class _Own:
    """The numbers of a page's objects that are each person's own, and the page's dictionary of fonts."""

    def __init__(self, pdf: pydyf.PDF, page: pydyf.Dictionary) -> None:
        (image,) = [o for o in _of_type(pdf, "/XObject") if o.extra["Subtype"] == "/Image"]
        self.image: int = image.number
        self.files = {
            _name(spec["F"]): int(spec["EF"]["F"].split()[0]) for spec in _of_type(pdf, "/Filespec")
        }
        (metadata,) = _of_type(pdf, "/Metadata")
        self.metadata: int = metadata.number
        self.page = int(page["Contents"].split()[0])
        resources = pdf.objects[int(page["Resources"].split()[0])]
        self.fonts = pdf.objects[int(resources["Font"].split()[0])]
        self.numbers = {self.image, self.metadata, self.page, *self.files.values()}


def _of_type(pdf: pydyf.PDF, kind: str) -> list[Any]:
    heads = ((o, o.extra if isinstance(o, pydyf.Stream) else o) for o in pdf.objects)
    return [o for o, head in heads if isinstance(head, dict) and head.get("Type") == kind]


def _name(value: pydyf.String) -> str:
    return value.string.decode() if isinstance(value.string, bytes) else str(value.string)


def _data(stream: pydyf.Stream) -> bytes:
    plain = pydyf.Stream(stream.stream)
    return bytes(plain.data).split(b"stream\n", 1)[1].removesuffix(b"\nendstream")


def _pieces(content: bytes, places: Sequence[Place]) -> Iterator[bytes | int]:
    """Yield what stands between the texts of a page, and at each text the number of its place."""
    spans = []
    for number, place in enumerate(places):
        head = b"BT\n" + objects.placed(place.x, place.y)
        if content.count(head) != 1:
            raise UnfitError("a text is not where its box was")
        start = content.index(head)
        spans.append((start, content.index(b"\nET", start) + len(b"\nET"), number))
    position = 0
    for start, end, number in sorted(spans):
        yield content[position:start]
        yield number
        position = end
    yield content[position:]


def _embedded(pdf: pydyf.PDF, fonts: Mapping[str, bytes]) -> dict[str, Embedded]:
    """Read from the fonts of a page which glyphs they have."""
    found = {}
    for name, reference in fonts.items():
        font = pdf.objects[int(reference.split()[0])]
        table = _data(pdf.objects[int(font["ToUnicode"].split()[0])])
        glyphs = (int(number, 16) for number in re.findall(rb"^<(\w{4})> <", table, re.MULTILINE))
        weight = "Bold" if font["BaseFont"].endswith(b"-Bold") else "Regular"
        found[weight] = Embedded(name.encode(), frozenset(glyphs) - {0})
    return found


def _grouped(pieces: Iterator[bytes | int]) -> Iterator[tuple[bytes | int, ...]]:
    """Put pieces together into streams: a long one that is the same for all is one by itself."""
    group: list[bytes | int] = []
    for piece in pieces:
        if isinstance(piece, bytes) and len(piece) > LONG:
            if group:
                yield tuple(group)
            yield (piece,)
            group = []
        else:
            group.append(piece)
    if group:
        yield tuple(group)


def _descriptors(pdf: pydyf.PDF) -> dict[str, bytes]:
    """Return the two faces' descriptors, with /NAME and /FILE where a subset's name and file stand."""
    found = {}
    for font in _of_type(pdf, "/FontDescriptor"):
        named = re.sub(rb"/FontName /[^/]+", b"/FontName /NAME", font.data)
        weight = "Bold" if font["FontName"].endswith(b"-Bold") else "Regular"
        found[weight] = re.sub(rb"/FontFile2 \d+ 0 R", b"/FontFile2 /FILE", named)
    return found


def _prefix(
    pdf: pydyf.PDF, own: set[int], streams: dict[int, bytes], packed: int
) -> tuple[bytes, tuple[bytes, ...]]:
    """Write all but each person's `own` objects; answers their bytes, and lines of the cross-reference up to `packed`."""
    out = bytearray(HEADER)
    lines = [b""] * (packed + 1)
    lines[0] = objects.line(0, 0, 65535)
    small = {}
    for thing in pdf.objects[1:]:
        if thing.number in own:
            continue
        if isinstance(thing, pydyf.Stream):
            streams[thing.number] = bytes(thing.data)
        else:
            small[thing.number] = bytes(thing.data)
    for within, number in enumerate(small):
        lines[number] = objects.line(2, packed, within)
    streams[packed] = objects.packed(small)
    for number, value in sorted(streams.items()):
        lines[number] = objects.line(1, len(out))
        out += objects.indirect(number, value)
    return bytes(out), tuple(lines)
