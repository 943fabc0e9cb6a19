"""What a business transaction asks the log to record. Pure: ids and salts are made from what the caller gives."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID

from ledger.entry import Kind, check_content, commit
from ledger.errors import EntryFormatError


@dataclass(frozen=True)  # no slots: with them it goes to another process by Python's loops instead of C's
class Event:
    """One thing to be recorded, before it has a place in the log.

    Either `payload` (private bytes, from `entry.canonical`) with a fresh random `salt` of 32 bytes, or the
    `digest` (SHA-256, 32 bytes) of something public or unguessable. `day` is the day in Asia/Shanghai.
    The same `event_id` with the same content is the same event, whatever the salt of a second attempt.
    """

    event_id: UUID
    kind: Kind
    day: date
    payload: bytes | None = None
    salt: bytes | None = None
    digest: bytes | None = None
    commitment: bytes | None = field(init=False, compare=False)
    """The salted commitment to the payload, 32 bytes; None where there is a digest instead."""

    def __post_init__(self) -> None:
        """Refuse what could not become an entry.

        Raises:
            EntryFormatError: payload without salt, salt without payload, or content that does not fit the kind.
            ValueError: a salt that is not 32 bytes.
        """
        if (self.payload is None) != (self.salt is None):
            raise EntryFormatError("a private payload comes with its salt, and a salt with its payload")
        committed = None if self.payload is None or self.salt is None else commit(self.salt, self.payload)
        object.__setattr__(self, "commitment", committed)
        check_content(self.kind, committed, self.digest)


def new_event_id(now: datetime, randomness: bytes) -> UUID:
    """Return a UUIDv7 (RFC 9562 section 5.7) of the moment `now` (aware) and ten random bytes."""
    milliseconds = int(now.astimezone(UTC).timestamp() * 1000)
    number = int.from_bytes(milliseconds.to_bytes(6, "big") + randomness[:10].rjust(10, b"\0"), "big")
    return UUID(int=_stamp(number, version=7))


def derived_event_id(*parts: str) -> UUID:
    """Return the id that the same `parts` always give: for callers whose own key must not be recorded twice.

    A UUIDv8 (RFC 9562 section 5.8) of SHA-256 over the parts, each preceded by its length. Give no name and
    no ID number: an id outlives an erasure.
    """
    told = b""
    for part in parts:
        encoded = part.encode("utf-8")
        told += len(encoded).to_bytes(4, "big") + encoded
    digest = hashlib.sha256(told).digest()
    return UUID(int=_stamp(int.from_bytes(digest[:16], "big"), version=8))


def _stamp(number: int, version: int) -> int:
    """Write version and variant into the 128 bits of a UUID."""
    number = number & ~(0xF << 76) | version << 76
    return number & ~(0x3 << 62) | 0x2 << 62
