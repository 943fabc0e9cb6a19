"""What all checks stand on: one for a whole batch, so that what was opened and verified once stays so."""

from dataclasses import dataclass, field
from datetime import datetime

from ledger.checkpoint import Checkpoint
from ledger.issued import IssuedHead
from rules.library import Library
from verifier.seen import Seen
from verifier.sources import Source
from verifier.status import StatusList
from verifier.trust import TrustList


@dataclass(frozen=True)
class Ground:
    """The opened trust list, where public files come from (None offline), and the moment of asking (UTC)."""

    trust: TrustList
    source: Source | None
    now: datetime
    seen: Seen | None = None
    """What this computer has seen before; None leaves rollback to the ages that are signed."""
    rules: Library | None = None
    """The rules that check 9 knows; None for those that are shipped."""
    lists: dict[tuple[str, str], StatusList] = field(default_factory=dict)
    """Status lists by the issuer that signed them and address. Their signature was verified; how old they are is looked at each time."""
    heads: dict[str, tuple[Checkpoint, bytes]] = field(default_factory=dict)
    """Checkpoints of the source, with their notes, by the log's verifier key."""
    years: dict[tuple[str, int], tuple[IssuedHead, bytes] | None] = field(default_factory=dict)
    """Lists of issuances by the log's verifier key and year; None where there is none."""
    published: dict[str, Library] = field(default_factory=dict)
    """The shipped rules with those that an issuer has published, by its DID; read when a credential names one that is not known."""
