"""What a re-check says."""

from dataclasses import dataclass
from enum import StrEnum


class Check(StrEnum):
    """What was compared, in the order in which it is looked at."""

    ENTRY = "entry"
    """The entry is in its format, at its place, under its hash."""
    CHAIN = "chain"
    """It names the hash of the entry before."""
    EVENT = "event"
    """It says what the event that was staged said, and there is exactly one."""
    PAYLOAD = "payload"
    """The private payload is the one committed to, or an entry records its erasure."""
    TILE = "tile"
    """The tiles are those of the entries."""
    CHECKPOINT = "checkpoint"
    """Every head ever signed verifies and has the root of the entries; the newest covers all of them."""
    ISSUANCE = "issuance"
    """The index from credentials to entries is right and complete."""
    PENDING = "pending"
    """Every event is either in the log or waiting for it."""
    CLOSED = "closed"
    """The heads of the logs that this one continues verify; what stands in them is inside them, with its payload."""
    HIGH_WATER = "high water"
    """The checkpoint kept outside is one of this log's, and not ahead of it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be; `index` is the entry, or the size of a checkpoint, if there is one."""

    check: Check
    index: int | None
    detail: str


@dataclass(frozen=True, slots=True)
class Result:
    """What the re-check saw. `erased` counts events whose private payload is no longer there."""

    entries: int
    checkpoints: int
    pending: int
    erased: int
    findings: tuple[Finding, ...]

    @property
    def clean(self) -> bool:
        return not self.findings
