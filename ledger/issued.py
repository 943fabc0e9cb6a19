"""All credentials issued in a year, as a signed file for rooms without network: digest and place of each. Pure.

`issuances/<year>/<count>` holds a record of 24 bytes for each issuance, in rising order: the first 16 bytes of the
credential's SHA-256, then the index of its entry, 8 bytes, big-endian. It never changes, because the log only grows.
`issuances/<year>/head` is a signed note that says how many there are and what the file hashes to:

    xueshi/issuances/v1
    origin jxjy.example.gov.cn
    year 2026
    log 20852163
    count 94567
    sha256 <hex>

Half a digest is enough: whoever wants to pass one credential off as one of a million listed needs the issuer's key and
2^108 signatures. The index says whether a key still counted when the entry was made.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from ledger.errors import FormatError, IssuedListError, UnknownVersionError, WrongLogError
from ledger.merkle import HASH_SIZE
from ledger.note import NoteVerifier, Signer, open_note, sign_note

PREFIX = 16
RECORD = PREFIX + 8
VERSION = 1
HEADER = f"xueshi/issuances/v{VERSION}"
_ANY_VERSION = re.compile(r"xueshi/issuances/v([0-9]{1,9})\n")
_TEXT = re.compile(
    HEADER + r"\norigin ([^\n]+)\nyear ([0-9]{4})\nlog (0|[1-9][0-9]{0,15})\ncount (0|[1-9][0-9]{0,15})\n"
    r"sha256 ([0-9a-f]{64})\n"
)


@dataclass(frozen=True, slots=True)
class IssuedHead:
    """What is signed: the year's list as of the first `log_size` entries of the log."""

    origin: str
    year: int
    log_size: int
    count: int
    sha256: bytes


def head_path(year: int) -> str:
    return f"issuances/{year}/head"


def list_path(year: int, count: int) -> str:
    return f"issuances/{year}/{count}"


def encode_list(issuances: Iterable[tuple[bytes, int]], before: bytes = b"") -> bytes:
    """Return the list's bytes, from the digest (32 bytes) and index of each issuance, and of those in the list `before`."""
    records = [before[at : at + RECORD] for at in range(0, len(before), RECORD)]
    records += [digest[:PREFIX] + index.to_bytes(8, "big") for digest, index in issuances]
    return b"".join(sorted(records))


def sign_head(signer: Signer, year: int, log_size: int, data: bytes) -> bytes:
    """Return the signed note over a list. The first line keeps it from ever passing for a checkpoint."""
    count, digest = len(data) // RECORD, hashlib.sha256(data).hexdigest()
    text = f"{HEADER}\norigin {signer.name}\nyear {year}\nlog {log_size}\ncount {count}\nsha256 {digest}\n"
    return sign_note(text.encode("utf-8"), signer)


def open_head(note: bytes, origin: str, verifiers: Iterable[NoteVerifier]) -> IssuedHead:
    """Verify the signed head of a year's list.

    Raises:
        NoteFormatError, IssuedListError: it is malformed.
        UnknownVersionError: of a later format, or of the draft.
        SignatureError: no signature by the log's keys verifies.
        WrongLogError: the list of another log.
    """
    text = open_note(note, verifiers).text.decode("utf-8")
    match, version = _TEXT.fullmatch(text), _ANY_VERSION.match(text)
    if version is not None and int(version[1]) != VERSION:
        raise UnknownVersionError(
            f"list of issuances of version {int(version[1])}; this program reads version {VERSION} alone (0 was the draft)"
        )
    if match is None:
        raise IssuedListError(f"not the head of a list of issuances ({HEADER})")
    if match[1] != origin:
        raise WrongLogError(f"a list of the log {match[1]!r}; expected {origin!r}")
    return IssuedHead(origin, int(match[2]), int(match[3]), int(match[4]), bytes.fromhex(match[5]))


def check_list(head: IssuedHead, data: bytes) -> None:
    """Hold a list against its verified head.

    Raises:
        IssuedListError: it is not the list that was signed.
    """
    if len(data) != head.count * RECORD or hashlib.sha256(data).digest() != head.sha256:
        raise IssuedListError(f"not the list of {head.count} issuances that was signed for {head.year}")


def find(data: bytes, digest: bytes) -> int | None:
    """Return the index of the entry of a digest (32 bytes) in a checked list; twenty-five steps in twenty million."""
    if len(digest) != HASH_SIZE:
        raise FormatError(f"a digest is {HASH_SIZE} bytes, not {len(digest)}")
    wanted, low, high = digest[:PREFIX], 0, len(data) // RECORD
    while low < high:
        middle = (low + high) // 2
        if data[middle * RECORD : middle * RECORD + PREFIX] < wanted:
            low = middle + 1
        else:
            high = middle
    record = data[low * RECORD : (low + 1) * RECORD]
    return int.from_bytes(record[PREFIX:], "big") if record[:PREFIX] == wanted else None
