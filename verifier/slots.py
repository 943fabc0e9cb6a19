"""What deflate cannot shrink, taken out of a JSON text before it and put back after it (QR format 2)."""

import re
from collections.abc import Iterator

from verifier import base64url
from verifier.errors import TransportError

_TEXT_MARK, _DIGEST_MARK = b"\x01", b"\x02"
"""Stand where a slot was; JSON text has neither."""
_SLOT = re.compile('(?P<text>[\u0080-\U0010ffff]+)|(?<=")[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048](?=")')


RUN = 120
"""Characters in one slot, so that its units, at most twice as many, count in one byte."""


def lift(plain: bytes) -> tuple[bytes, bytes] | None:
    """Take out what deflate cannot shrink: runs of Chinese as UTF-16, digests as raw bytes.

    Returns:
        The slots and the marked text; None for bytes that have no such form (not UTF-8, or marks of their own).
    """
    try:
        text = plain.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if "\x01" in text or "\x02" in text:
        return None
    slots: list[bytes] = []

    def mark(match: re.Match[str]) -> str:
        if match["text"] is None:
            slots.append(base64url.decode(match[0]))
            return _DIGEST_MARK.decode()
        pieces = [match[0][i : i + RUN].encode("utf-16-be") for i in range(0, len(match[0]), RUN)]
        slots.extend(bytes([len(piece) // 2]) + piece for piece in pieces)
        return _TEXT_MARK.decode() * len(pieces)

    marked = _SLOT.sub(mark, text)
    return b"".join(slots), marked.encode("utf-8")


def put_back(slots: bytes, marked: bytes, limit: int) -> bytes:
    """Undo `lift`.

    Raises:
        TransportError: slots and marks do not match, or more than `limit` bytes come out.
    """
    raw = iter(slots)
    parts: list[bytes] = []
    for piece in re.split(b"([\x01\x02])", marked):
        if piece == _TEXT_MARK:
            parts.append(_text_slot(raw))
        elif piece == _DIGEST_MARK:
            parts.append(base64url.encode(_take(raw, 32)).encode())
        else:
            parts.append(piece)
    if next(raw, None) is not None or sum(map(len, parts)) > limit:
        raise TransportError(f"QR frame: a mark for each slot, and at most {limit} bytes")
    return b"".join(parts)


def _text_slot(raw: Iterator[int]) -> bytes:
    (units,) = _take(raw, 1)
    try:
        return _take(raw, 2 * units).decode("utf-16-be").encode("utf-8")
    except UnicodeError:
        raise TransportError("QR frame: slots of UTF-16") from None


def _take(raw: Iterator[int], count: int) -> bytes:
    taken = bytes(byte for _, byte in zip(range(count), raw, strict=False))
    if len(taken) != count:
        raise TransportError("QR frame: a slot for each mark")
    return taken
