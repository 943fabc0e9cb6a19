"""What all checks of one input stand on."""

from dataclasses import dataclass
from datetime import datetime

from verifier.sources import Source
from verifier.trust import TrustList


@dataclass(frozen=True)
class Ground:
    """The opened trust list, where public files come from (None offline), and the moment of asking (UTC)."""

    trust: TrustList
    source: Source | None
    now: datetime
