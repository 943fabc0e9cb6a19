"""The trust list: who may issue, with which keys and which log, signed by a root key that is pinned (docs/format.md, 5).

Whatever is not on the list is not trusted; a list past its limit proves nothing about the present.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, ValidationError, model_validator

from ledger.policy import NONE, Group, Policy, Witness
from verifier import jws, strict_json
from verifier.credential import encode_header
from verifier.errors import TokenError, TrustError
from verifier.fields import Moment, Part, Version
from verifier.trusted import (
    Base,
    Closed,
    Cut,
    Issuer,
    TrustedKey,
    TrustedLog,
    TrustedWitness,
    TwoNames,
)

__all__ = [
    "LEEWAY",
    "TYP",
    "Closed",
    "Cut",
    "Issuer",
    "TrustList",
    "TrustedKey",
    "TrustedLog",
    "TrustedWitness",
    "TwoNames",
    "encode_trust",
    "open_trust",
    "read_root",
]

TYP = "xueshi-trust+jwt"
LEEWAY = timedelta(seconds=300)
"""How far two clocks may differ."""
_ENOUGH = "enough"


class TrustList(Part):
    """The signed list; `number` only grows."""

    version: Version
    number: Annotated[int, Field(ge=1)]
    issued: Moment
    expires: Moment
    home: Base
    """Where newer versions of this list are served, as `trust-list.jwt`, with the root chain, `trust-roots.txt`."""
    status_max_age: Annotated[int, Field(ge=1, le=31_536_000)]
    """Seconds after which a status list is too old to rely on."""
    issuers: tuple[Issuer, ...]
    witnesses: tuple[TrustedWitness, ...]
    minimum_witnesses: Annotated[int, Field(ge=0)]
    """How many of the witnesses must have signed a checkpoint that is relied on."""

    def issuer(self, did: str) -> Issuer | None:
        """Return the issuer of that DID."""
        return next((issuer for issuer in self.issuers if issuer.did == did), None)

    @cached_property
    def policies(self) -> Mapping[str, Policy]:
        """What a checkpoint of each log must have been signed by: from the log's verifier key to a C2SP policy."""
        witnesses = {w.verifier.name: Witness(w.verifier.name, w.verifier, None) for w in self.witnesses}
        needed = self.minimum_witnesses
        groups = {_ENOUGH: Group(needed, tuple(witnesses))} if needed else {}
        return {
            log.vkey: Policy((log.verifier,), witnesses, groups, _ENOUGH if needed else NONE)
            for issuer in self.issuers
            for log in issuer.logs
        }

    @property
    def status_limit(self) -> timedelta:
        """How old a status list may be."""
        return timedelta(seconds=self.status_max_age)

    def current(self, now: datetime) -> bool:
        """Whether the list may still be relied on."""
        return now < self.expires

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if len({issuer.did for issuer in self.issuers}) != len(self.issuers):
            raise ValueError("issuers: each DID once")
        keys = [witness.verifier for witness in self.witnesses]
        if len({key.name for key in keys}) != len(keys) or len({key.public for key in keys}) != len(keys):
            raise ValueError("witnesses: each name and each key once")
        if self.minimum_witnesses > len(self.witnesses):
            raise ValueError("minimumWitnesses: at most the number of witnesses")
        return self


def encode_trust(trust: TrustList, root: jws.Signer) -> str:
    """Sign a trust list with the root key."""
    payload = strict_json.dump(trust.model_dump(mode="json", by_alias=True))
    return jws.assemble(encode_header(root.kid, root.alg, typ=TYP, cty=None), payload, root.sign)


def open_trust(token: str, root: jws.PublicKey, now: datetime) -> TrustList:
    """Read a trust list that the pinned root signed. One that has expired opens; ask `current` before relying on it.

    Raises:
        TrustError: not signed by the root, not what the format says, or issued in the future.
    """
    try:
        payload = jws.verify(token.strip(), root, TYP)
        strict_json.load(payload)
        trust = TrustList.model_validate_json(payload, by_alias=True, by_name=False)
    except TokenError as error:
        raise TrustError(f"trust list: {error}") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise TrustError(f"trust list /{'/'.join(map(str, first['loc']))}: {first['msg']}") from None
    except ValueError as error:
        raise TrustError(f"trust list: {error}") from None
    if trust.issued > now + LEEWAY:
        raise TrustError(
            f"trust list: issued at {trust.issued}, which is later than this computer's clock, {now}"
        )
    return trust


def read_root(data: bytes) -> jws.PublicKey:
    """Read the pinned root: a public JWK (P-256).

    Raises:
        TrustError: not such a JWK.
    """
    try:
        value = strict_json.load(data)
        if not isinstance(value, dict):
            raise TrustError("root: a JWK, that is, a JSON object")
        return jws.PublicKey.from_jwk(value)
    except (TokenError, ValueError) as error:
        raise TrustError(f"root: {error}") from None
