"""The chain of root keys: how an installation that pinned an old root comes to the present one (docs/format.md, 5).

Each link names the next root and is signed by both, the old root over what the new one signed, as TUF's root files are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import Field, ValidationError

from verifier import jws, strict_json
from verifier.credential import encode_header
from verifier.errors import TokenError, TrustError
from verifier.fields import FIRST, Digest, Moment, Part, Version
from verifier.seen import Seen
from verifier.trust import TrustList, open_trust

NEW_TYP = "xueshi-root+jwt"
LINK_TYP = "xueshi-root-link+jws"
MAX_LINKS = 1000


class Link(Part):
    """One step from a root to the next."""

    version: Version
    number: Annotated[int, Field(ge=1, le=MAX_LINKS)]
    """1 for the step from the first root, and so on."""
    previous: Digest
    """Thumbprint (RFC 7638) of the root before."""
    root: dict[str, str]
    """The new root, a public JWK."""
    issued: Moment


@dataclass(frozen=True)
class Root:
    """The root that counts now."""

    key: jws.PublicKey
    links: int
    """How many links of the chain lead to it."""


@dataclass(frozen=True)
class RootKey:
    """One side of a link: whoever signs as a root, and its public key."""

    signer: jws.Signer
    key: jws.PublicKey


def encode_link(number: int, old: RootKey, new: RootKey, issued: datetime) -> str:
    """Make the link of that number from one root to the next, signed by both: a line of the chain."""
    link = Link(
        version=FIRST, number=number, previous=old.key.thumbprint, root=new.key.to_jwk(), issued=issued
    )
    inner = jws.assemble(
        encode_header(new.signer.kid, new.signer.alg, typ=NEW_TYP, cty=None),
        strict_json.dump(link.model_dump(mode="json", by_alias=True)),
        new.signer.sign,
    )
    header = encode_header(old.signer.kid, old.signer.alg, typ=LINK_TYP, cty=None)
    return jws.assemble(header, inner.encode("ascii"), old.signer.sign)


def follow(pinned: jws.PublicKey, chain: str) -> Root:
    """Follow the chain, one link a line, oldest first, from the pinned root to its end; empty when there was no change.

    Raises:
        TrustError: a link from the pinned root on is not signed by both roots, or the chain does not hang together.
    """
    root, on_it = Root(pinned, 0), False
    lines = chain.split()
    if len(lines) > MAX_LINKS:
        raise TrustError(f"root chain: at most {MAX_LINKS} links")
    for number, line in enumerate(lines, 1):
        link, key = _look(line)
        if link.number != number:
            raise TrustError(f"root chain: link {link.number} where link {number} should be")
        if on_it or link.previous == pinned.thumbprint:
            root, on_it = Root(_verify(line, link, root.key, key), number), True
        elif key.thumbprint == pinned.thumbprint:
            root, on_it = Root(pinned, number), True
    if lines and not on_it:
        raise TrustError("root chain: it does not lead from the pinned root")
    return root


def establish(
    token: str, pinned: jws.PublicKey, chain: str, now: datetime, seen: Seen | None = None
) -> TrustList:
    """Open a trust list with the root that the pinned one leads to, and refuse an older list than one seen before.

    Raises:
        TrustError: it cannot be relied on.
        RollbackError: chain or list are older than what was seen.
    """
    root = follow(pinned, chain)
    trust = open_trust(token, root.key, now)
    if seen is not None:
        seen.hold_roots(root.links)
        seen.hold_trust(trust.number)
    return trust


def _look(line: str) -> tuple[Link, jws.PublicKey]:
    """Read a link without trusting it."""
    try:
        payload = jws.split(jws.split(line).payload.decode("ascii")).payload
        strict_json.load(payload)
        link = Link.model_validate_json(payload, by_alias=True, by_name=False)
        return link, jws.PublicKey.from_jwk(link.root)
    except (TokenError, ValidationError, ValueError):
        raise TrustError("root chain: a line that is no link (docs/format.md, 5)") from None


def _verify(line: str, link: Link, old: jws.PublicKey, new: jws.PublicKey) -> jws.PublicKey:
    """Hold a link against both roots."""
    if link.previous != old.thumbprint:
        raise TrustError(f"root chain: link {link.number} does not go on from the root before")
    try:
        jws.verify(jws.verify(line, old, LINK_TYP).decode("ascii"), new, NEW_TYP)
    except TokenError as error:
        raise TrustError(f"root chain: link {link.number}: {error}") from None
    return new


def encode_chain(links: Sequence[str]) -> str:
    """Return the chain's text."""
    return "".join(f"{link}\n" for link in links)
