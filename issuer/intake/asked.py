"""What is asked of a file beside reading it: what its sender says of it, and how it is gone through."""

import json
from dataclasses import asdict, dataclass
from decimal import Decimal
from uuid import UUID

PORTION = 4000
"""Rows a transaction: many share the disk's flush and the look-ups; a kill repeats no more than these."""


@dataclass(frozen=True)
class Asked:
    """What the sender says of a batch. `as_of` orders what its records say where they have no revision of their own."""

    as_of: str = ""
    rows: int | None = None
    hours: Decimal | None = None
    all_good: bool = False
    within: int | None = None
    """The authority whose people alone may be in it; None: anybody's."""
    portion: int = PORTION
    apart_from: int | None = None
    """Bytes from which a file is read by a process of its own; None: never."""
    sending: UUID | None = None
    """The sending that it is for, which is told of its batch."""

    def as_json(self) -> str:
        """As it is kept with a sending; hours as text, so that they stay exact."""
        return json.dumps(asdict(self), default=lambda hours: format(hours, "f"))

    @classmethod
    def read(cls, text: str) -> "Asked":
        """What `as_json` wrote."""
        raw = json.loads(text)
        return cls(**raw | {"hours": None if raw["hours"] is None else Decimal(raw["hours"])})
