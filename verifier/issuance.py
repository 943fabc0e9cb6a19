"""Check 8: the ledger holds an issuance entry with the SHA-256 of exactly this credential (docs/checks.md).

Three ways to the entry, the same proof at the end of each: the proof attached to the PDF; the static tiles at the index
that a QR hints at; and, for a bare token, a search of the static entry bundles around its day of issue.
"""

from collections.abc import Callable
from datetime import date, timedelta

from ledger import checkpoint as checkpoints
from ledger import entry as entries
from ledger import proof as proofs
from ledger import tiles
from ledger.checkpoint import Checkpoint
from ledger.entry import Entry, Kind
from ledger.errors import LedgerError, MissingTileError
from ledger.note import Verifier
from verifier.credential import Credential, digest
from verifier.errors import SourceError
from verifier.evidence import Evidence
from verifier.ground import Ground
from verifier.report import Check, Outcome, Says
from verifier.sources import Source
from verifier.trust import Issuer
from verifier.zone import SHANGHAI

CHECKPOINT = "checkpoint"
SEARCHED_BUNDLES = 64
"""Bundles of 256 entries that a search for a token without a hint reads at most."""


def check_issuance(
    evidence: Evidence, token: str, credential: Credential, issuer: Issuer, ground: Ground
) -> tuple[Check, Entry | None]:
    """(8) Find the entry, prove it to be in the issuer's log, and compare its digest."""
    against = issuer.log.origin
    if ground.trust.minimum_witnesses:
        says = Says(
            "名单要求见证，本程序还不会核对见证。",
            "The list demands witnesses, which are not checked here yet.",
        )
        return Check(8, Outcome.NOT_DONE, says, against), None
    try:
        if evidence.proof is not None:
            logged = proofs.verify(proofs.parse(evidence.proof), issuer.log.origin, [_log_key(issuer)])
            found: tuple[Entry, Checkpoint] | Check = (logged.entry, logged.checkpoint)
        else:
            found = _look_up(evidence, token, credential, issuer, ground.source)
    except (SourceError, MissingTileError) as error:
        says = Says("取不到台账文件，查不了收录。", f"The ledger's files cannot be had: {error}.")
        return Check(8, Outcome.NOT_DONE, says, against), None
    except LedgerError as error:
        says = Says("台账证明不成立。", f"The proof of issuance does not hold: {error}.")
        return Check(8, Outcome.FAILED, says, against), None
    if isinstance(found, Check):
        return found, None
    return _compare(*found, digest(token), against)


def _look_up(
    evidence: Evidence, token: str, credential: Credential, issuer: Issuer, source: Source | None
) -> tuple[Entry, Checkpoint] | Check:
    """Read the entry where the QR codes of this credential hint, or search for it."""
    if source is None:
        says = Says(
            "没有附带证明，也没有联网或资料文件夹，查不了台账。",
            "No attached proof, and no source to read from.",
        )
        return Check(8, Outcome.NOT_DONE, says, issuer.log.origin)
    hints = {found.index for found in evidence.findings if found.jws == token and found.index is not None}
    if len(hints) > 1:
        says = Says("二维码给的台账位置互相矛盾。", "The QR codes hint at different entries.")
        return Check(8, Outcome.FAILED, says, issuer.log.origin)
    return _read_entry(source, issuer, digest(token), next(iter(hints), None), credential)


def _compare(entry: Entry, head: Checkpoint, wanted: bytes, against: str) -> tuple[Check, Entry | None]:
    against = f"{against}, checkpoint {head.size}"
    if entry.kind is not Kind.ISSUANCE or entry.digest != wanted:
        says = Says(
            f"台账第 {entry.index} 号记的不是这份凭证。",
            f"Entry {entry.index} of the ledger is not about this credential.",
        )
        return Check(8, Outcome.FAILED, says, against), None
    says = Says(
        f"台账第 {entry.index} 号，{entry.day} 收录。",
        f"Entry {entry.index} of the ledger, entered on {entry.day}.",
    )
    return Check(8, Outcome.PASSED, says, against), entry


def _log_key(issuer: Issuer) -> Verifier:
    return Verifier.from_vkey(issuer.log.vkey)


def _read_entry(
    source: Source, issuer: Issuer, wanted: bytes, hint: int | None, credential: Credential
) -> tuple[Entry, Checkpoint] | Check:
    """Read the entry from published files and prove it; a Check when there is none to read."""
    read: dict[str, bytes] = {}

    def fetch(path: str) -> bytes:
        if path not in read:
            try:
                read[path] = source.read(issuer.base, path)
            except SourceError as error:
                raise MissingTileError(str(error)) from None
        return read[path]

    note = source.read(issuer.base, CHECKPOINT)
    head = checkpoints.open_checkpoint(note, issuer.log.origin, [_log_key(issuer)])
    index = hint if hint is not None else _search(fetch, head.size, wanted, credential)
    if index is None:
        says = Says(
            "没有台账位置的提示，在签发日前后也没有找到。请用证书上的二维码或 PDF 核验。",
            "No hint at its place, and not found around its day of issue. Verify the QR or the PDF.",
        )
        return Check(8, Outcome.NOT_DONE, says, f"{issuer.log.origin}, checkpoint {head.size}")
    if index >= head.size:
        says = Says(
            f"台账只有 {head.size} 条，还没有第 {index} 号。",
            f"The ledger has {head.size} entries, none {index}.",
        )
        return Check(8, Outcome.NOT_DONE, says, f"{issuer.log.origin}, checkpoint {head.size}")
    body = tiles.read_entry(fetch, head.size, index)
    proof = proofs.Proof(index, tuple(tiles.prove_inclusion(fetch, head.size, index)), note, body)
    logged = proofs.verify(proof, issuer.log.origin, [_log_key(issuer)])
    return logged.entry, logged.checkpoint


def _search(fetch: Callable[[str], bytes], size: int, wanted: bytes, credential: Credential) -> int | None:
    """Return the index of the issuance of `wanted`; days only grow along the log, so halving finds the first of a day.

    A log whose days went back can only make the search miss, never make a proof hold.
    """
    first = credential.issued_at.astimezone(SHANGHAI).date() - timedelta(days=1)
    low, high = 0, (size + tiles.WIDTH - 1) // tiles.WIDTH
    while high - low > 1:
        middle = (low + high) // 2
        if _first_day(fetch, size, middle) < first:
            low = middle
        else:
            high = middle
    for n in range(low, min(low + SEARCHED_BUNDLES, (size + tiles.WIDTH - 1) // tiles.WIDTH)):
        for body in tiles.read_bundle(fetch, size, n):
            entry = entries.decode(body)
            if entry.kind is Kind.ISSUANCE and entry.digest == wanted:
                return entry.index
    return None


def _first_day(fetch: Callable[[str], bytes], size: int, bundle: int) -> date:
    return entries.decode(tiles.read_bundle(fetch, size, bundle)[0]).day
