"""A newer trust list from where the present one says: its root chain first, never an older one, whole or not at all."""

from datetime import datetime
from pathlib import Path

from verifier.bundle.reading import ROOTS, TRUST
from verifier.errors import AbsentError, TrustError
from verifier.files import put
from verifier.jws import PublicKey
from verifier.opening import read_chain
from verifier.roots import encode_chain, establish
from verifier.seen import Seen
from verifier.sources import Source, Web
from verifier.trust import TrustList


def refresh(
    path: Path, pinned: PublicKey, now: datetime, seen: Seen, source: Source | None = None
) -> tuple[TrustList, TrustList]:
    """Fetch the trust list that is current at the home of the one at `path`; return the old and the new.

    A crash between the two files leaves the new chain beside the old list. Where the root changed with it, nothing verifies until
    the next refresh, which reads the old list with the roots before, only to learn its home.

    Raises:
        TrustError: what was fetched cannot be relied on; the files are as they were.
        RollbackError: it is older than what was seen.
        SourceError: it cannot be had.
    """
    old = _open_old(path.read_text("ascii"), pinned, read_chain(path), now)
    source = source or Web([old.home])
    token = _text(source.read(old.home, TRUST))
    try:
        chain = _text(source.read(old.home, ROOTS))
    except AbsentError:
        chain = ""
    seen.hold_trust(old.number)
    new = establish(token, pinned, chain, now, seen)
    for target, text in ((path.with_name(ROOTS), chain), (path, token)):
        if text or target.exists():
            put(target, text.encode("ascii"))
    return old, new


def _open_old(token: str, pinned: PublicKey, chain: str, now: datetime) -> TrustList:
    links = chain.split()
    for end in range(len(links), 0, -1):
        try:
            return establish(token, pinned, encode_chain(links[:end]), now)
        except TrustError:
            continue  # by a root before
    return establish(token, pinned, "", now)


def _text(data: bytes) -> str:
    try:
        return data.decode("ascii")
    except UnicodeDecodeError:
        raise TrustError("trust list: ASCII text") from None
