"""Objects of PDF as bytes, and the table that ends a file (ISO 32000-1, 7.3 and 7.5)."""

import zlib
from codecs import BOM_UTF16_BE
from collections.abc import Iterable, Mapping
from functools import lru_cache

SMALL = 4096
"""Bytes that a window of twelve bits holds."""
WIDTHS = (1, 4, 2)
"""Bytes of the three fields of a line of the cross-reference: kind, place, generation or place in an object stream."""


def stream(data: bytes, dictionary: bytes = b"", level: int = 4) -> bytes:
    """Return a stream, compressed, whose dictionary also has the entries of `dictionary`.

    Level 4 takes half the time of zlib's own 6, for two bytes in a hundred more.
    """
    # A small window for small data: most of the time would go into clearing a large one.
    packed = zlib.compress(data, level, 12 if len(data) <= SMALL else 15)
    return b"<<%s/Filter /FlateDecode/Length %d>>\nstream\n%s\nendstream" % (dictionary, len(packed), packed)


def plain_stream(data: bytes, dictionary: bytes) -> bytes:
    """Return a stream that is not compressed."""
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (dictionary, len(data), data)


def text(value: str) -> bytes:
    """Return a text string."""
    return b"<%s>" % (BOM_UTF16_BE + value.encode("utf-16-be")).hex().encode()


@lru_cache(maxsize=4096)
def number(value: float) -> str:
    """Return a number as pydyf, and so WeasyPrint, writes it."""
    return str(int(value)) if float(value).is_integer() else f"{value:f}".rstrip("0")


def placed(x: float, y: float) -> bytes:
    """Return the operator that begins a line of text, upright on a page whose y axis points down."""
    return f"1 0 0 -1 {number(x)} {number(y)} Tm\n".encode()


def indirect(number: int, value: bytes) -> bytes:
    """Return an object with its number, as it stands in a file."""
    return b"%d 0 obj\n%s\nendobj\n" % (number, value)


def line(kind: int, place: int, within: int = 0) -> bytes:
    """Return a line of the cross-reference."""
    return b"".join(value.to_bytes(width) for value, width in zip((kind, place, within), WIDTHS, strict=True))


def packed(values: Mapping[int, bytes]) -> bytes:
    """Return the object stream that holds `values` by number (7.5.7)."""
    places, position = [], 0
    for number, value in values.items():
        places.append(f"{number} {position}")
        position += len(value) + 1
    head = " ".join(places).encode() + b"\n"
    body = b"\n".join(values.values())
    return stream(head + body, b"/Type /ObjStm/N %d/First %d" % (len(values), len(head)), level=9)


def end(lines: Iterable[bytes], place: int, number: int, entries: bytes) -> bytes:
    """Return the cross-reference stream, numbered `number`, that begins at `place`, and what follows it to the file's end."""
    table = b"".join(lines) + line(1, place)
    widths = b" ".join(b"%d" % width for width in WIDTHS)
    head = b"/Type /XRef/Index [0 %d]/W [%s]/Size %d%s" % (number + 1, widths, number + 1, entries)
    return indirect(number, stream(table, head)) + b"startxref\n%d\n%%%%EOF\n" % place
