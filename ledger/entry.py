"""A ledger entry and its exact bytes (docs/format.md, section 1). No clock, no database.

The body is canonical JSON with a fixed set of keys, so it is read with one regular expression:
whatever is not byte for byte what `encode` writes is refused.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from ledger.errors import EntryFormatError, UnknownVersionError

VERSION = 1
MAX_BODY = 65_535
"""Bytes: an entry bundle writes each length in two bytes (C2SP tlog-tiles)."""
MAX_INDEX = 2**53 - 1
"""The largest integer that every JSON reader keeps exact."""
HASH_SIZE = 32
SALT_SIZE = 32
GENESIS = bytes(HASH_SIZE)
"""What the first entry names as the hash before it."""
COMMITMENT_DOMAIN = b"xueshi/commitment/v1\n"


class Kind(StrEnum):
    """What happened, coarsely: in a small unit a finer word beside a date would name a person."""

    REGISTRATION = "registration"
    TRANSFER = "transfer"
    DECISION = "decision"
    ISSUANCE = "issuance"
    STATUS = "status"
    GOVERNANCE = "governance"
    ERASURE = "erasure"


DIGEST_KINDS = frozenset({Kind.ISSUANCE, Kind.GOVERNANCE})
"""Kinds whose content is public or unguessable, so that a bare digest gives nothing away."""


class Content(NamedTuple):
    """What an entry says, before its place in the log is known; as in `Entry`."""

    kind: Kind
    day: date
    commitment: bytes | None
    digest: bytes | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One leaf of the log.

    `previous` is the leaf hash of the entry before. `day` is the day of the event in Asia/Shanghai.
    Exactly one of `commitment` (salted, to a private payload) and `digest` (SHA-256 of something public
    or unguessable; an issuance always, governance where the text is public) is given, 32 bytes each.
    """

    index: int
    previous: bytes
    kind: Kind
    day: date
    commitment: bytes | None = None
    digest: bytes | None = None

    def __post_init__(self) -> None:
        """Refuse what could not be encoded.

        Raises:
            EntryFormatError: a field is out of its range, or commitment and digest do not fit the kind.
        """
        if not 0 <= self.index <= MAX_INDEX:
            raise EntryFormatError(f"index {self.index} is not between 0 and 2^53-1")
        check_content(self.kind, self.commitment, self.digest)
        if len(self.previous) != HASH_SIZE:
            raise EntryFormatError(f"entry {self.index}: the previous hash is not {HASH_SIZE} bytes")


def check_content(kind: Kind, commitment: bytes | None, digest: bytes | None) -> None:
    """Hold that an entry of `kind` carries what it should: an issuance a digest, most others a commitment.

    Raises:
        EntryFormatError: both or none is given, it is not 32 bytes, or it does not fit the kind.
    """
    content = commitment if digest is None else digest
    if content is None or (commitment is not None and digest is not None):
        raise EntryFormatError("an entry carries either a commitment or a digest")
    if len(content) != HASH_SIZE:
        raise EntryFormatError(f"a commitment or digest is {HASH_SIZE} bytes, not {len(content)}")
    if digest is not None and kind not in DIGEST_KINDS:
        raise EntryFormatError(f"an entry of kind {kind} carries a commitment, never a bare digest")
    if digest is None and kind is Kind.ISSUANCE:
        raise EntryFormatError("an issuance carries the digest of what was issued")


_HEX32 = rb"([0-9a-f]{64})"
_BODY = re.compile(
    rb'\{"([cd])":"' + _HEX32 + rb'","i":(0|[1-9][0-9]{0,15}),"k":"([a-z]{1,16})","p":"' + _HEX32 + rb'",'
    rb'"t":"([0-9]{4}-[0-9]{2}-[0-9]{2})","v":(0|[1-9][0-9]{0,8})\}'
)
_ANY_VERSION = re.compile(rb'"v":([0-9]{1,9})\}\Z')


def encode(entry: Entry) -> bytes:
    """Return the bytes that are stored, hashed and published: canonical JSON, keys in order, no spaces."""
    content = Content(entry.kind, entry.day, entry.commitment, entry.digest)
    return encode_content(entry.index, entry.previous, content)


def encode_content(index: int, previous: bytes, content: Content) -> bytes:
    """Return the bytes of the entry that says `content`, of which a batch has thousands: no `Entry` is made for it.

    The caller counts `index` and has hashed `previous` itself.

    Raises:
        EntryFormatError: the content is none that an entry may carry.
    """
    kind, day, commitment, digest = content
    value = commitment if digest is None else digest
    if value is None or len(value) != HASH_SIZE or (commitment is None) == (digest is None):
        raise EntryFormatError(f"entry {index}: either a commitment or a digest of {HASH_SIZE} bytes")
    before, between, after = _around(kind, day, "c" if digest is None else "d")
    return f'{before}{value.hex()}","i":{index}{between}{previous.hex()}{after}'.encode("ascii")


@lru_cache(1024)
def _around(kind: Kind, day: date, name: str) -> tuple[str, str, str]:
    """Return what stands before, between and after the values of a body: a batch has few kinds and days."""
    check_content(kind, *(GENESIS if name == each else None for each in "cd"))
    return f'{{"{name}":"', f',"k":"{kind}","p":"', f'","t":"{day.isoformat()}","v":{VERSION}}}'


def decode(body: bytes) -> Entry:
    """Read an entry; only the exact bytes of `encode` are accepted.

    Raises:
        UnknownVersionError: an entry of a later format, or of the draft.
        EntryFormatError: anything else that is not an entry.
    """
    match = _BODY.fullmatch(body)
    if match is None or int(match[7]) != VERSION:
        version = _ANY_VERSION.search(body)
        if version is not None and int(version[1]) != VERSION and body.isascii():
            raise UnknownVersionError(
                f"entry format version {int(version[1])}; this program reads version {VERSION} alone (0 was the draft)"
            )
        raise EntryFormatError(f"not the canonical body of an entry ({len(body)} bytes)")
    name, content, index, kind, previous, day, _ = match.groups()
    try:
        known, on = Kind(kind.decode()), date.fromisoformat(day.decode())
    except ValueError as error:
        raise EntryFormatError(f"entry {int(index)}: {error}") from error
    value = bytes.fromhex(content.decode())
    commitment, digest = (value, None) if name == b"c" else (None, value)
    return Entry(int(index), bytes.fromhex(previous.decode()), known, on, commitment, digest)


def leaf_hash(body: bytes) -> bytes:
    """SHA-256(0x00 || body): at once the Merkle leaf (RFC 6962 section 2.1) and the link of the chain."""
    return hashlib.sha256(b"\x00" + body).digest()


def commit(salt: bytes, payload: bytes) -> bytes:
    """Commit to `payload` under a random `salt` of 32 bytes.

    SHA-256(domain || salt || payload). Equal payloads give unlinkable commitments, and once the salt is
    destroyed no dictionary of names or ID numbers opens one.

    Raises:
        ValueError: the salt is not 32 bytes.
    """
    if len(salt) != SALT_SIZE:
        raise ValueError(f"a salt is {SALT_SIZE} bytes, not {len(salt)}")
    return hashlib.sha256(COMMITMENT_DOMAIN + salt + payload).digest()


def canonical(value: object) -> bytes:
    """Encode a private payload: JSON, UTF-8, keys sorted, no spaces; numbers are integers, hours are strings.

    Raises:
        TypeError: a float, or anything else that JSON does not have.
    """
    return canonical_text(value).encode("utf-8")


def canonical_text(value: object) -> str:
    """Encode as `canonical`, before it is made into bytes.

    Raises:
        TypeError: as `canonical`.
    """
    _refuse_floats(value)
    return _WRITE(value)


def assemble(written: Mapping[str, str]) -> bytes:
    """Encode an object as `canonical` does, of members that are JSON already: long ones are then written once only."""
    return f"{{{','.join([f'{quote(name)}:{written[name]}' for name in sorted(written)])}}}".encode()


_WRITE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode
quote: Callable[[str], str] = json.encoder.encode_basestring
"""Writes a text as `canonical` does."""


_TEXT = frozenset({str})
_PLAIN = _TEXT | {int, bool, type(None)}


def _refuse_floats(value: object) -> None:
    """Walk without recursion, past what is plain: a batch has thousands of payloads."""
    rest = [value]
    while rest:
        one = rest.pop()
        if isinstance(one, dict):
            if not _TEXT.issuperset(map(type, one)) and (
                wrong := [key for key in one if not isinstance(key, str)]
            ):
                raise TypeError(f"a key of canonical JSON is a string, not {type(wrong[0]).__name__}")
            if not _PLAIN.issuperset(map(type, one.values())):
                rest += [item for item in one.values() if type(item) not in _PLAIN]
        elif isinstance(one, list | tuple):
            rest += [item for item in one if type(item) not in _PLAIN]
        elif isinstance(one, float):
            raise TypeError("floats have no single canonical form; use a string")
