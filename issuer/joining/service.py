"""Joining the trust lists of several issuers to a proposal for one, and the root keys that sign such a list.

A member is a folder with what an issuer publishes: `trust-list.jwt`, the root chain where there is one, and `trust-root.jwk`,
which was compared with the issuer on another way. Nothing of a member is believed that its own root did not sign.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from issuer.credentials.trusting import LIST, ROOT, Proposal
from issuer.errors import SettingsError
from issuer.keys.files import FilePlace
from issuer.keys.ring import Use
from ledger.files import replace_file
from verifier import jws
from verifier.errors import TrustError
from verifier.fields import FIRST
from verifier.opening import read_chain
from verifier.roots import RootKey, encode_link, establish, follow
from verifier.trust import TrustedWitness, TrustList, read_root

KEY = "trust-root"


@dataclass(frozen=True)
class Member:
    """An issuer's own trust list, signed by its root: `root` is the thumbprint of the one that was compared."""

    trust: TrustList
    root: str


def read_member(folder: Path, now: datetime) -> Member:
    """Read a member's folder.

    Raises:
        TrustError: the list is not signed by that root, or has expired; says in which folder.
        OSError: a file cannot be read.
    """
    root = read_root((folder / ROOT).read_bytes())
    try:
        trust = establish((folder / LIST).read_text("ascii"), root, read_chain(folder / LIST), now)
    except (TrustError, UnicodeDecodeError) as error:
        raise TrustError(f"{folder}: {error}") from None
    if not trust.current(now):
        raise TrustError(
            f"{folder}: 名单已于 {trust.expires:%Y-%m-%d} 到期，先更新 the list has expired, refresh it first: "
            f"xueshi trust refresh --trust {folder / LIST} --root {folder / ROOT}"
        )
    return Member(trust, root.thumbprint)


def join(
    members: Sequence[Member], root: jws.PublicKey, home: str, witnesses: int | None, now: datetime
) -> Proposal:
    """One list of all members' issuers and witnesses, to be signed by `root` and served below `home`.

    It ends with the first of the members' lists, and is as strict with status lists as the strictest. `witnesses` is how many
    must have signed a checkpoint; it may be left out where all members ask for the same number.

    Raises:
        TrustError: no member, two that name the same issuer, witnesses that contradict each other, or no https address.
    """
    lists = [member.trust for member in members]
    asked = {one.minimum_witnesses for one in lists} if witnesses is None else {witnesses}
    if len(asked) != 1:
        numbers = ", ".join(map(str, sorted(asked)))
        raise TrustError(
            f"各名单要求的见证数不同（{numbers}），请用 --witnesses 写明 the lists ask for different numbers of witnesses: say --witnesses"
        )
    try:
        trust = TrustList(
            version=FIRST,
            number=int(now.timestamp()),
            issued=now,
            expires=min(one.expires for one in lists),
            home=home,
            status_max_age=min(one.status_max_age for one in lists),
            issuers=tuple(issuer for one in lists for issuer in one.issuers),
            witnesses=_distinct(witness for one in lists for witness in one.witnesses),
            minimum_witnesses=asked.pop(),
        )
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise TrustError(f"{'/'.join(map(str, first['loc']))}: {first['msg']}") from None
    return Proposal(root=root.thumbprint, trust=trust)


def _distinct(witnesses: Iterable[TrustedWitness]) -> tuple[TrustedWitness, ...]:
    """Each key once, by the name that it has first."""
    found: dict[str, TrustedWitness] = {}
    for one in witnesses:
        found.setdefault(one.vkey, one)
    return tuple(found.values())


def make_root(folder: Path, passphrase: bytes) -> jws.PublicKey:
    """Make a root key in a folder of its own: the closed key, and the public one for everybody to pin.

    A crash in between leaves the closed key alone: remove the folder and begin again.

    Raises:
        SettingsError: there is one already.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if (folder / f"{KEY}.pem").exists():
        raise SettingsError(f"{folder} 里已有根密钥 already holds a root key")
    made = FilePlace(folder, passphrase).generate(KEY, Use.TRUST_ROOT.alg)
    public = {**made.to_jwk(), "kid": made.thumbprint, "use": "sig"}
    replace_file(folder / ROOT, json.dumps(public, indent=1).encode())
    return made


def make_next_root(folder: Path, old: Path, chain: Path, passphrase: bytes, now: datetime) -> jws.PublicKey:
    """Make the root that follows the one in the key file `old`, and add the link that both sign to the file `chain`.

    A crash before the chain is written leaves a new root without a link, which nobody has pinned: remove its folder and begin again.

    Raises:
        SettingsError: a key file cannot be used, or there is a root already.
        TrustError: the chain ends at another root than the old one.
    """
    before, links = _root_key(old, passphrase), chain.read_text("ascii") if chain.exists() else ""
    if follow(before.key, links).key.thumbprint != before.key.thumbprint:
        raise TrustError("root chain: 末尾不是旧的根 it does not end at the old root")
    made = make_root(folder, passphrase)
    after = _root_key(folder / f"{KEY}.pem", passphrase)
    link = encode_link(len(links.split()) + 1, before, after, now)
    replace_file(chain, f"{links}{link}\n".encode())
    return made


def _root_key(file: Path, passphrase: bytes) -> RootKey:
    opened = FilePlace(file.parent, passphrase).open(file.stem, Use.TRUST_ROOT.alg)
    public = opened.public
    return RootKey(jws.Signer(public.thumbprint, opened.sign, public.alg), public)
