"""multipart/form-data (RFC 7578), read in memory.

Starlette's own form reading spools a file of more than a megabyte to a disk, where a crash would leave it.
"""

from collections.abc import AsyncIterable
from dataclasses import dataclass, field

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

MAX_PARTS = 1100
MAX_HEADER = 4096
"""Characters of one part's headers."""


class FormError(ValueError):
    """The form is incomplete or malformed, or has more parts than any form here."""


@dataclass
class _Part:
    headers: dict[str, bytes] = field(default_factory=dict)
    data: bytearray = field(default_factory=bytearray)


@dataclass
class _Reader:
    """What the parser tells, part after part."""

    parts: list[_Part] = field(default_factory=list)
    name: bytes = b""
    value: bytes = b""
    ended: bool = False

    def begin(self) -> None:
        if len(self.parts) >= MAX_PARTS:
            raise FormError(f"at most {MAX_PARTS} parts")
        self.parts.append(_Part())

    def header_name(self, data: bytes, start: int, end: int) -> None:
        self.name += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self.value += data[start:end]

    def header_end(self) -> None:
        if len(self.name) + len(self.value) > MAX_HEADER:
            raise FormError(f"at most {MAX_HEADER} bytes of header")
        self.parts[-1].headers[self.name.lower().decode("latin-1")] = self.value
        self.name = self.value = b""

    def data(self, data: bytes, start: int, end: int) -> None:
        self.parts[-1].data += data[start:end]

    def end(self) -> None:
        self.ended = True


async def read_files(content_type: str, body: AsyncIterable[bytes]) -> list[tuple[str, bytearray]]:
    """Return (file name, bytes) of every part that has a file name, in order.

    Raises:
        FormError: not a complete form.
    """
    boundary = parse_options_header(content_type)[1].get(b"boundary")
    if not boundary:
        raise FormError("a boundary")
    reader = _Reader()
    parser = MultipartParser(
        boundary,
        {
            "on_part_begin": reader.begin,
            "on_header_field": reader.header_name,
            "on_header_value": reader.header_value,
            "on_header_end": reader.header_end,
            "on_part_data": reader.data,
            "on_end": reader.end,
        },
    )
    try:
        async for chunk in body:
            parser.write(chunk)
        parser.finalize()
    except FormParserError as error:
        raise FormError(str(error)) from None
    if not reader.ended:
        raise FormError("the closing boundary")
    named = ((_file_name(part), part.data) for part in reader.parts)
    return [(name, data) for name, data in named if name]


def _file_name(part: _Part) -> str:
    """Return a part's file name; browsers write it in UTF-8."""
    disposition = part.headers.get("content-disposition", b"")
    return parse_options_header(disposition)[1].get(b"filename", b"").decode("utf-8", "replace")
