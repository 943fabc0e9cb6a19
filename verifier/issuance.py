"""Check 8: the ledger holds an issuance entry with the SHA-256 of exactly this credential (docs/checks.md).

Three ways to it: the proof attached to a PDF; the static files of the log, at the index that a QR hints at or, for a bare
token, around its day of issue; and the year's list of issuances, which a bundle carries into rooms without network.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ParamSpec, TypeVar

from ledger import entry as entries
from ledger import issued, note, proof, tiles
from ledger.checkpoint import Checkpoint
from ledger.entry import Kind
from ledger.errors import ConsistencyError, LedgerError, MissingTileError, QuorumError, UnknownVersionError
from ledger.proof import Proof
from verifier.credential import Credential, digest
from verifier.errors import RollbackError, SourceError
from verifier.evidence import Evidence
from verifier.ground import Ground
from verifier.heads import open_head, published_head, published_year, read
from verifier.report import Check, Lack, Outcome, Says
from verifier.trust import Issuer, TrustedLog
from verifier.zone import SHANGHAI

P = ParamSpec("P")
T = TypeVar("T")
SEARCHED_BUNDLES = 64
"""Bundles of 256 entries that a search for a token without a hint reads at most."""


@dataclass(frozen=True)
class Place:
    """Where the ledger proves a credential to have been entered."""

    log: TrustedLog
    index: int
    day: date | None
    """Day of the entry in Asia/Shanghai; None when only the year's list was read."""
    against: str
    """What it was proved against."""


@dataclass(frozen=True)
class _Sought:
    """What is looked for: the digest of a token, with what its holder says about its place."""

    wanted: bytes
    hint: int | None
    day: date


class _StoppedError(Exception):
    """No proof this way: something is lacking, or (None) what was found contradicts the credential."""

    def __init__(self, zh: str, en: str, lack: Lack | None) -> None:
        super().__init__(en)
        self.says = Says(zh, en)
        self.lack = lack

    @property
    def refuted(self) -> bool:
        return self.lack is None


def _no_way() -> _StoppedError:
    return _StoppedError(
        "没有附带证明，也没有联网或资料包，查不了台账。",
        "No attached proof, and no source to read from.",
        Lack.SOURCE,
    )


def check_issuance(
    evidence: Evidence, token: str, credential: Credential, issuer: Issuer, ground: Ground
) -> tuple[Check, Place | None]:
    """(8) Find the entry, prove it to be in a log of the issuer's, and compare its digest."""
    try:
        place = _find(evidence, token, credential, issuer, ground)
    except _StoppedError as stop:
        outcome = Outcome.FAILED if stop.refuted else Outcome.NOT_DONE
        return Check(8, outcome, stop.says, issuer.logs[-1].origin, stop.lack), None
    zh, en = f"台账第 {place.index} 号", f"Entry {place.index} of the ledger"
    zh += f"，{place.day} 收录。" if place.day else "，在当年的签发名录里。"
    en += f", entered on {place.day}." if place.day else ", in the year's list of issuances."
    return Check(8, Outcome.PASSED, Says(zh, en), place.against), place


def _find(evidence: Evidence, token: str, credential: Credential, issuer: Issuer, ground: Ground) -> Place:
    hints = {found.index for found in evidence.findings if found.jws == token and found.index is not None}
    if len(hints) > 1:
        raise _StoppedError("二维码给的台账位置互相矛盾。", "The QR codes hint at different entries.", None)
    if evidence.proof is None and ground.source is None:
        raise _no_way()
    sought = _Sought(digest(token), next(iter(hints), None), credential.issued_at.astimezone(SHANGHAI).date())
    stop = _no_way()
    if evidence.proof is not None:
        try:
            return _carefully(_by_proof, evidence.proof, sought, issuer, ground)
        except _StoppedError as error:
            if error.refuted:
                raise
            stop = error  # too few witnesses then; there may be more by now
    if ground.source is None:
        raise stop
    return _through_files(sought, issuer, ground, stop)


def _through_files(sought: _Sought, issuer: Issuer, ground: Ground, stop: _StoppedError) -> Place:
    for way in (_by_files, _by_year):
        # A hint names no log, so that all are asked before the entry at its place speaks against the credential.
        stops = []
        for log in reversed(issuer.logs):
            try:
                if place := _carefully(way, log, sought, issuer, ground):
                    return place
            except _StoppedError as error:
                stops.append(error)
        if refuted := next((each for each in stops if each.refuted), None):
            raise refuted
        stop = stops[0] if stops else stop
    raise stop


def _carefully(way: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Go one way, and say in words why it ended."""
    try:
        return way(*args, **kwargs)
    except (SourceError, MissingTileError) as error:
        raise _StoppedError(
            "取不到台账文件，查不了收录。", f"The ledger's files cannot be had: {error}.", Lack.FILES
        ) from None
    except QuorumError as error:
        raise _StoppedError(
            "检查点的见证不够。", f"Too few witnesses of the checkpoint: {error}.", Lack.WITNESSES
        ) from None
    except RollbackError as error:
        raise _StoppedError(
            "台账文件比本机见过的旧。", f"Older files of the ledger: {error}.", Lack.SOUND
        ) from None
    except UnknownVersionError as error:
        raise _StoppedError(
            "台账文件的格式版本，本程序不认识。请升级后再核验。",
            f"Of a version not known here: {error}.",
            Lack.NEWER,
        ) from None
    except LedgerError as error:
        raise _StoppedError(
            "台账证明不成立。", f"The proof of issuance does not hold: {error}.", None
        ) from None


def _by_proof(data: bytes, sought: _Sought, issuer: Issuer, ground: Ground) -> Place:
    """Read the proof that is attached to a PDF."""
    parsed = proof.parse(data)
    origin = note.parse(parsed.checkpoint_note).text.split(b"\n", 1)[0].decode("utf-8")
    log = issuer.log(origin)
    if log is None:
        raise _StoppedError("证明出自另一个台账。", "The proof is of another log.", None)
    return _compare(parsed, open_head(parsed.checkpoint_note, log, ground.trust), log, sought)


def _by_files(log: TrustedLog, sought: _Sought, issuer: Issuer, ground: Ground) -> Place | None:
    """Read the entry where the QR hints, or search for it; None when an older log is too short for the hint."""
    head, signed = published_head(log, issuer, ground)
    fetch = _fetcher(issuer, log, ground)
    index = _search(fetch, head.size, sought) if sought.hint is None else sought.hint
    if index is None:
        raise _StoppedError(
            "没有台账位置的提示，在签发日前后也没有找到。请用证书上的二维码或 PDF 核验。",
            "No hint at its place, and not found around its day of issue. Verify the QR or the PDF.",
            Lack.PLACE,
        )
    if index >= head.size:
        if log.closed:
            return None
        raise _StoppedError(
            f"台账只有 {head.size} 条，还没有第 {index} 号。",
            f"The ledger has {head.size} entries, none {index}.",
            Lack.LATER,
        )
    body = tiles.read_entry(fetch, head.size, index)
    path = tuple(tiles.prove_inclusion(fetch, head.size, index))
    return _compare(Proof(index, path, signed, body), head, log, sought)


def _by_year(log: TrustedLog, sought: _Sought, issuer: Issuer, ground: Ground) -> Place | None:
    """Look into the list of the year of issue, and of the next: the ledger may have taken it after midnight."""
    head, _ = published_head(log, issuer, ground)
    looked = []
    for year in (sought.day.year, sought.day.year + 1):
        found = published_year(year, log, issuer, ground)
        if found is None:
            continue
        listed, data = found
        if listed.log_size > head.size:
            raise ConsistencyError(f"a list of {listed.log_size} entries beside a checkpoint of {head.size}")
        index = issued.find(data, sought.wanted)
        against = f"{log.origin}, issuances of {year} in {listed.log_size}, checkpoint {head.size}"
        if index is not None:
            return Place(log, index, None, against)
        looked.append(listed.log_size)
    if not looked:
        return None
    raise _StoppedError(
        f"签发名录（截至台账第 {max(looked)} 条）里没有，可能是之后签发的。",
        f"Not in the year's list of issuances, as of {max(looked)} entries; perhaps it is newer.",
        Lack.LATER,
    )


def _compare(given: Proof, head: Checkpoint, log: TrustedLog, sought: _Sought) -> Place:
    """Hold an entry against its checkpoint and the token."""
    entry = proof.prove(given, head).entry
    if entry.kind is not Kind.ISSUANCE or entry.digest != sought.wanted:
        raise _StoppedError(
            f"台账第 {entry.index} 号记的不是这份凭证。",
            f"Entry {entry.index} of the ledger is not about this credential.",
            None,
        )
    return Place(log, entry.index, entry.day, f"{log.origin}, checkpoint {head.size}")


def _fetcher(issuer: Issuer, log: TrustedLog, ground: Ground) -> tiles.Fetch:
    """Read a log's files, each once."""
    kept: dict[str, bytes] = {}

    def fetch(path: str) -> bytes:
        if path not in kept:
            try:
                kept[path] = read(ground, issuer, log.path + path)
            except SourceError as error:
                raise MissingTileError(str(error)) from None
        return kept[path]

    return fetch


def _search(fetch: tiles.Fetch, size: int, sought: _Sought) -> int | None:
    """Return the index of the issuance of `wanted`; days only grow along the log, so halving finds the first of a day.

    A log whose days went back can only make the search miss, never make a proof hold.
    """
    first = sought.day - timedelta(days=1)
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
            if entry.kind is Kind.ISSUANCE and entry.digest == sought.wanted:
                return entry.index
    return None


def _first_day(fetch: tiles.Fetch, size: int, bundle: int) -> date:
    return entries.decode(tiles.read_bundle(fetch, size, bundle)[0]).day
