"""Opening the trust data of one run: pinned root, chain, trust list or bundle, source, and what was seen before."""

from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rules.errors import RulesError
from rules.library import Library
from rules.packs import load_library
from verifier.bundle.reading import ROOTS, TRUST, open_bundle
from verifier.errors import TrustError
from verifier.ground import Ground
from verifier.jws import PublicKey
from verifier.roots import establish
from verifier.seen import Seen, load_seen, save_seen
from verifier.sources import Folder, Source, Web
from verifier.trust import TrustList, read_root

NO_ROOT = (
    "没有固定的根公钥：用 --root 文件 或环境变量 XUESHI_TRUST_ROOT 指定 / "
    "no root key is pinned: give --root FILE or XUESHI_TRUST_ROOT"
)
NO_TRUST = (
    "没有信任名单：用 --trust 文件 或环境变量 XUESHI_TRUST 指定，或用 --bundle 给出资料包 / "
    "no trust list: give --trust FILE or XUESHI_TRUST, or a bundle with --bundle"
)


@dataclass(frozen=True)
class Places:
    """Where the trust data is, as the user names it. It can be sent to another process."""

    root: Path | None
    trust: Path | None = None
    public: str | None = None
    bundle: Path | None = None
    state: Path | None = None
    """Folder of what was seen before; None keeps nothing and refuses nothing older."""
    offline: bool = False
    rules: Path | None = None
    """An authority's own rules, beside those that are shipped: a folder."""


@dataclass(frozen=True)
class SignedList:
    """An opened trust list with the bytes that it came from."""

    trust: TrustList
    token: str
    chain: str
    """The root chain that leads to its root; empty when there was no change."""


@dataclass(frozen=True)
class Opened:
    """A ground to stand on, and how to keep what was seen."""

    ground: Ground
    signed: SignedList
    pinned: PublicKey
    state: Path | None
    before: Seen | None
    """What was kept before this run."""

    def keep(self) -> None:
        """Remember what was seen, for the next run; writes only what is new.

        Raises:
            OSError: it cannot be written; what was kept before is as it was.
        """
        seen = self.ground.seen
        if self.state is not None and seen is not None and seen != self.before:
            save_seen(self.state, self.pinned.thumbprint, seen)


def read_pinned(root: Path | None) -> PublicKey:
    """Read the pinned root.

    Raises:
        ValueError: none was named.
        TrustError: not a root key.
    """
    if root is None:
        raise ValueError(NO_ROOT)
    return read_root(root.read_bytes())


def read_chain(trust: Path) -> str:
    """Read the root chain beside a trust list; empty when there is none.

    Raises:
        TrustError: not text.
    """
    path = trust.with_name(ROOTS)
    try:
        return path.read_text("ascii") if path.exists() else ""
    except UnicodeDecodeError:
        raise TrustError(f"root chain: {path}: text") from None


def open_places(places: Places, now: datetime) -> Opened:
    """Open everything.

    Raises:
        VerifierError: something cannot be relied on.
        ValueError: something was not named, or too much was.
        OSError: a file cannot be read.
    """
    if places.offline and places.public:
        raise ValueError("--offline 与 --public 只能给一个 / give --offline or --public, not both")
    if places.bundle and (places.public or places.offline):
        raise ValueError(
            "--bundle 不与 --public、--offline 同用 / --bundle goes without --public and --offline"
        )
    pinned, rules = read_pinned(places.root), _rules(places.rules)
    seen = load_seen(places.state, pinned.thumbprint) if places.state else None
    before = deepcopy(seen)
    lists = [_open_list(places.trust, pinned, now)] if places.trust else []
    source: Source | None
    if places.bundle:
        trust, source = open_bundle(places.bundle, places.bundle.name, pinned, now)
        lists.append(SignedList(trust, source.text(TRUST), source.chain))
    elif lists:
        source = _source(places, lists[0].trust)
    else:
        raise ValueError(NO_TRUST)
    newest = max(lists, key=lambda each: each.trust.number)
    # Only the one that is relied on must not be older than what was seen: a bundle may be, beside a newer list.
    establish(newest.token, pinned, newest.chain, now, seen)
    return Opened(Ground(newest.trust, source, now, seen, rules), newest, pinned, places.state, before)


def _rules(folder: Path | None) -> Library | None:
    try:
        return load_library(folder) if folder else None
    except RulesError as error:
        raise ValueError(str(error)) from None


def _open_list(path: Path, pinned: PublicKey, now: datetime) -> SignedList:
    token, chain = path.read_text("ascii"), read_chain(path)
    return SignedList(establish(token, pinned, chain, now), token, chain)


def _source(places: Places, trust: TrustList) -> Source | None:
    if places.offline:
        return None
    if places.public and "://" not in places.public:
        return Folder(Path(places.public))
    return Web([issuer.base for issuer in trust.issuers], places.public)
