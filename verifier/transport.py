"""The text in the QR: a JWS, losslessly compressed into digits behind a URL (docs/format.md, section 6).

    QR     = "https://<host>/v#" DIGITS
    DIGITS = 7-byte little-endian groups as 17 digits each; the last 1 to 6 bytes as 3, 5, 8, 10, 13 or 15
    frame  = format<<4 | dictionary   uvarint(index + 1, or 0)   signature(64)   body
    body   = format 1: DEFLATE(plain); format 2: uvarint(length of slots) slots DEFLATE(plain with marks for the slots)
    plain  = protected header  0x00  payload

The index is a hint outside the signature: where the ledger entered this credential. A wrong one can only make that
check fail. A URL proves nothing; whoever reads the code must verify the JWS.
"""

import re
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from verifier import base64url, jws, slots
from verifier.errors import TokenError, TransportError, UnknownFormatError

MAX_DIGITS = 2600
MAX_TEXT = 3000
MAX_PLAIN = 8192
DICTIONARY = 1
SIGNATURE_SIZE = 64
_GROUP, _GROUP_DIGITS = 7, 17
_TAIL_DIGITS = (0, 3, 5, 8, 10, 13, 15)
"""Digits for 0 to 6 bytes."""
_V17_BITS = 507 * 8
"""Data bits of a version 17 symbol at level M (ISO/IEC 18004, table 7)."""
MAX_UVARINT = 8
_URL = re.compile(r"https?://[^\s#]{1,300}/v#([0-9]*)")
_BARE = re.compile(r"[0-9]{200,}")


@dataclass(frozen=True)
class QrText:
    """The two segments of the QR: `prefix` in byte mode, `digits` in numeric mode."""

    prefix: str
    digits: str

    @property
    def text(self) -> str:
        """What a reader of the symbol sees."""
        return self.prefix + self.digits


@dataclass(frozen=True)
class QrContent:
    """What a QR text says; nothing is verified."""

    jws: str
    index: int | None
    """Index of the issuance entry, a hint; None when it says none."""
    host: str | None
    """Host (with port) of the URL; None when there was no URL."""


def encode_qr(token: str, host: str, index: int | None) -> QrText:
    """Make the QR's text; long records take format 2, so that the symbol stays at version 17 if it can.

    Args:
        token: the compact JWS, with a signature of 64 bytes.
        host: the issuer's host, in the URL.
        index: the issuance entry's index; None before it is known.

    Raises:
        TransportError: it does not decode to the same JWS, or is longer than any reader takes.
    """
    prefix = f"https://{host}/v#"
    parts = jws.split(token)
    if len(parts.signature) != SIGNATURE_SIZE or len(parts.header_bytes) + len(parts.payload) >= MAX_PLAIN:
        raise TransportError(
            f"a signature of {SIGNATURE_SIZE} bytes and a credential below {MAX_PLAIN} bytes"
        )
    plain = _plain(parts.header_bytes, parts.payload)
    hint = _uvarint(0 if index is None else index + 1)
    digits = _to_digits(_head(1) + hint + parts.signature + _deflate(plain))
    lifted = slots.lift(plain) if _bits(prefix, digits) > _V17_BITS else None
    if lifted:
        body = _uvarint(len(lifted[0])) + lifted[0] + _deflate(lifted[1])
        digits = min(digits, _to_digits(_head(2) + hint + parts.signature + body), key=len)
    if len(digits) > MAX_DIGITS:
        raise TransportError(f"a credential whose QR has at most {MAX_DIGITS} digits")
    if decode_qr(prefix + digits) != QrContent(token, index, host):
        raise TransportError("the QR's text does not decode to the credential it was made from")
    return QrText(prefix, digits)


def packed_size(header: bytes, payload: bytes) -> int:
    """Bytes that header and payload of a credential take in its QR, by format 1."""
    return len(_deflate(_plain(header, payload)))


def decode_qr(text: str) -> QrContent:
    """Read a QR's text, or its digits alone, whatever the host.

    Raises:
        UnknownFormatError: a format or dictionary that a newer verifier may know.
        TransportError: anything else that is not what the format says.
    """
    url = _URL.fullmatch(text)
    digits = url[1] if url else text
    frame = _from_digits(digits)
    form, dictionary = divmod(frame[0], 16) if frame else (0, 0)
    if form not in {1, 2}:
        raise UnknownFormatError(f"QR format {form}; this verifier knows 1 and 2")
    index, rest = _read_uvarint(frame[1:])
    signature, body = rest[:SIGNATURE_SIZE], rest[SIGNATURE_SIZE:]
    if form == 1:
        plain = _inflate(body, dictionary)
    else:
        length, body = _read_uvarint(body)
        plain = slots.put_back(body[:length], _inflate(body[length:], dictionary), MAX_PLAIN)
    header, mark, payload = plain.partition(b"\x00")
    if not mark or len(signature) != SIGNATURE_SIZE:
        raise TransportError("QR frame: a header, 0x00, a payload, and a signature of 64 bytes")
    token = ".".join(base64url.encode(part) for part in (header, payload, signature))
    try:
        jws.split(token)
    except TokenError as error:
        raise TransportError(f"QR frame: {error}") from None
    return QrContent(token, index - 1 if index else None, _host_of(text) if url else None)


def _host_of(text: str) -> str:
    """Return the part of a URL between "//" and the next "/", "?" or "#", as it is written; any host is read, however odd."""
    return re.split("[/?#]", text.partition("//")[2], maxsplit=1)[0]


def looks_like_qr(text: str) -> bool:
    """Say whether a text claims to be one of our QR codes."""
    return bool(_URL.fullmatch(text) or _BARE.fullmatch(text))


@cache
def _dictionary(number: int) -> bytes:
    if number == 0:
        return b""
    if number != DICTIONARY:
        raise UnknownFormatError(f"QR dictionary {number}; this verifier knows 0 and {DICTIONARY}")
    return (Path(__file__).parent / "dictionaries" / f"{number}.bin").read_bytes()


def _head(form: int) -> bytes:
    return bytes([form << 4 | DICTIONARY])


def _bits(prefix: str, digits: str) -> int:
    """Bits of both segments in versions 10 to 26: mode 4, count 16 (bytes) or 12 (digits), data."""
    whole, rest = divmod(len(digits), 3)
    return 4 + 16 + 8 * len(prefix.encode()) + 4 + 12 + 10 * whole + (0, 4, 7)[rest]


def _plain(header: bytes, payload: bytes) -> bytes:
    return header + b"\x00" + payload


def _deflate(plain: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, _dictionary(DICTIONARY))
    return packer.compress(plain) + packer.flush()


def _inflate(data: bytes, dictionary: int) -> bytes:
    reader = zlib.decompressobj(-15, zdict=_dictionary(dictionary))
    try:
        plain = reader.decompress(data, MAX_PLAIN)
    except zlib.error:
        raise TransportError("QR frame: broken DEFLATE data") from None
    if not reader.eof or reader.unused_data or reader.unconsumed_tail:
        raise TransportError(
            f"QR frame: DEFLATE data that ends with the frame and gives at most {MAX_PLAIN} bytes"
        )
    return plain


def _to_digits(frame: bytes) -> str:
    groups = [frame[i : i + _GROUP] for i in range(0, len(frame), _GROUP)]
    widths = [_GROUP_DIGITS if len(group) == _GROUP else _TAIL_DIGITS[len(group)] for group in groups]
    return "".join(
        f"{int.from_bytes(group, 'little'):0{width}d}" for group, width in zip(groups, widths, strict=True)
    )


def _from_digits(digits: str) -> bytes:
    if not digits.isascii() or not digits.isdigit() or len(digits) > MAX_DIGITS:
        raise TransportError(f"at most {MAX_DIGITS} digits, and nothing else")
    if len(digits) % _GROUP_DIGITS not in _TAIL_DIGITS:
        raise TransportError("digits that make whole bytes; some are missing")
    frame = bytearray()
    for i in range(0, len(digits), _GROUP_DIGITS):
        group = digits[i : i + _GROUP_DIGITS]
        size = _GROUP if len(group) == _GROUP_DIGITS else _TAIL_DIGITS.index(len(group))
        value = int(group)
        if value >> (8 * size):
            raise TransportError("digit groups within their bytes")
        frame += value.to_bytes(size, "little")
    return bytes(frame)


def _uvarint(value: int) -> bytes:
    """Seven bits a byte, least significant first; all but the last byte have the top bit set."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _read_uvarint(data: bytes) -> tuple[int, bytes]:
    for size in range(1, MAX_UVARINT + 1):
        if data[size - 1 : size] < b"\x80" and len(data) >= size:
            value = sum((byte & 0x7F) << 7 * i for i, byte in enumerate(data[:size]))
            if _uvarint(value) != data[:size]:
                break
            return value, data[size:]
    raise TransportError(f"QR frame: a number of at most {MAX_UVARINT} bytes in its shortest form")
