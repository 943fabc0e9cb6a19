"""A small reader of our own PDFs: every object by number, object streams unpacked. Not a general one."""

import re
import zlib
from dataclasses import dataclass

OBJECT = re.compile(rb"(?:^|[\r\n])(\d+) 0 obj\s(.*?)\sendobj", re.DOTALL)
STREAM = re.compile(rb"^(.*?)stream\r?\n(.*)\r?\nendstream\s*$", re.DOTALL)


@dataclass(frozen=True)
class PdfObject:
    """`head` is the object's text, a stream's dictionary; `stream` its decoded bytes, if it has any."""

    head: str
    stream: bytes | None = None


def read_objects(pdf: bytes) -> dict[int, PdfObject]:
    found: dict[int, PdfObject] = {}
    for match in OBJECT.finditer(pdf):
        number, body = int(match[1]), match[2]
        if not (stream := STREAM.match(body)):
            found[number] = PdfObject(body.decode("latin-1"))
            continue
        head, data = stream[1].decode("latin-1"), stream[2]
        decoded = zlib.decompressobj().decompress(data) if "/FlateDecode" in head else data
        found[number] = PdfObject(head, decoded)
        if "/ObjStm" in head:
            found |= _unpack(head, decoded)
    return found


def _unpack(head: str, data: bytes) -> dict[int, PdfObject]:
    first = int(re.search(r"/First (\d+)", head)[1])  # type: ignore[index]  # a stream without it is a failure
    numbers = [int(n) for n in data[:first].split()]
    places = [*numbers[1::2], len(data) - first]
    return {
        number: PdfObject(data[first + start : first + end].decode("latin-1"))
        for number, start, end in zip(numbers[::2], places, places[1:], strict=False)
    }
