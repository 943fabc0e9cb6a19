"""Signed heads of a log: its checkpoints and its years' lists of issuances, as the trust list demands them."""

from ledger import issued
from ledger.checkpoint import Checkpoint
from ledger.errors import ConsistencyError, WrongLogError
from ledger.issued import IssuedHead
from verifier.errors import AbsentError, SourceError
from verifier.ground import Ground
from verifier.trust import Issuer, TrustedLog, TrustList

CHECKPOINT = "checkpoint"


def open_head(note: bytes, log: TrustedLog, trust: TrustList) -> Checkpoint:
    """Verify a checkpoint: by the log's key, by enough witnesses, and not past the end of a closed log.

    Raises:
        ledger.errors.QuorumError: too few witnesses.
        ledger.errors.LedgerError: it is not this log's.
    """
    head = trust.policies[log.vkey].check(note)
    if head.origin != log.origin:
        raise WrongLogError(f"a checkpoint of the log {head.origin!r}; expected {log.origin!r}")
    if log.closed and head.size > log.closed.size:
        raise ConsistencyError(
            f"a checkpoint of {head.size} entries of a log that was closed at {log.closed.size}"
        )
    if log.closed and head.size == log.closed.size and head.root != log.closed.root_bytes:
        raise ConsistencyError(f"another root than the log had when it was closed at {head.size} entries")
    return head


def published_head(log: TrustedLog, issuer: Issuer, ground: Ground) -> tuple[Checkpoint, bytes]:
    """Read a log's checkpoint from the public files, once; return it with its note.

    Raises:
        SourceError: it cannot be had.
        RollbackError: of fewer entries than one seen before.
        ledger.errors.LedgerError: as `open_head`; or it contradicts one seen before.
    """
    if log.vkey not in ground.heads:
        note = read(ground, issuer, log.path + CHECKPOINT)
        head = open_head(note, log, ground.trust)
        if ground.seen is not None:
            ground.seen.hold_head(log.vkey, head)
        ground.heads[log.vkey] = (head, note)
    return ground.heads[log.vkey]


def published_year(
    year: int, log: TrustedLog, issuer: Issuer, ground: Ground
) -> tuple[IssuedHead, bytes] | None:
    """Read a year's list of issuances from the public files, once; None when there is none.

    Raises:
        SourceError: it cannot be had.
        ledger.errors.LedgerError: not signed by the log, or not the list that was signed.
    """
    key = (log.vkey, year)
    if key not in ground.years:
        ground.years[key] = _read_year(year, log, issuer, ground)
    return ground.years[key]


def _read_year(year: int, log: TrustedLog, issuer: Issuer, ground: Ground) -> tuple[IssuedHead, bytes] | None:
    try:
        note = read(ground, issuer, log.path + issued.head_path(year))
    except AbsentError:
        return None
    head = issued.open_head(note, log.origin, [log.verifier])
    if head.year != year:
        raise WrongLogError(f"the list of {head.year} where that of {year} should be")
    if log.closed and head.log_size > log.closed.size:
        raise ConsistencyError(
            f"a list of {head.log_size} entries of a log that was closed at {log.closed.size}"
        )
    data = read(ground, issuer, log.path + issued.list_path(year, head.count))
    issued.check_list(head, data)
    return head, data


def read(ground: Ground, issuer: Issuer, path: str) -> bytes:
    """Read a public file of an issuer's.

    Raises:
        SourceError: it cannot be had, or there is no source.
    """
    if ground.source is None:
        raise SourceError("no source of public files")
    return ground.source.read(issuer.base, path)
