"""The trust list: who may issue, with which keys and which log, signed by a root key that is pinned (docs/format.md, 5).

Whatever is not on the list is not trusted; a list past its limit proves nothing about the present.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, ValidationError, model_validator

from verifier import jws, strict_json
from verifier.credential import encode_header
from verifier.errors import TokenError, TrustError
from verifier.fields import Did, Long, Moment, Part, Short

TYP = "xueshi-trust+jwt"
LEEWAY = timedelta(seconds=300)
"""How far two clocks may differ."""
Host = Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]{1,253}(:[0-9]{1,5})?$")]
Base = Annotated[
    str, StringConstraints(pattern=r"^https://[a-z0-9.-]{1,253}(:[0-9]{1,5})?/([A-Za-z0-9._~-]+/)*$")
]


class TwoNames(Part):
    """A name in Chinese and in English."""

    zh: Long
    en: Long


class TrustedKey(Part):
    """One key of an issuer, for one purpose and one span of time."""

    kid: Short
    use: Literal["credential", "status"]
    jwk: Mapping[str, str]
    from_: Moment = Field(alias="from")
    until: Moment | None
    """From this moment nothing that it signs is taken; what the ledger proves to be older stays good."""

    @property
    def public_key(self) -> jws.PublicKey:
        """The key with its algorithm; checked when the list was read."""
        return jws.PublicKey.from_jwk(self.jwk)


class TrustedLog(Part):
    """The log where the issuer enters its issuances."""

    origin: Short
    vkey: Long
    """The log's verifier key (C2SP signed-note)."""


class Issuer(Part):
    """One issuer: its names, hosts, keys, public files and log."""

    did: Did
    name: TwoNames
    hosts: Annotated[tuple[Host, ...], Field(min_length=1)]
    """Hosts that its QR codes may name; any other host is warned about."""
    base: Base
    """Where its public files are served."""
    keys: Annotated[tuple[TrustedKey, ...], Field(min_length=1)]
    log: TrustedLog

    def key(self, kid: str, use: str) -> TrustedKey | None:
        """Return this issuer's key of that name and purpose."""
        return next((key for key in self.keys if (key.kid, key.use) == (kid, use)), None)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if any(not key.kid.startswith(f"{self.did}#") for key in self.keys):
            raise ValueError("keys: kid begins with the issuer's DID")
        if len({key.kid for key in self.keys}) != len(self.keys):
            raise ValueError("keys: each kid once")
        for key in self.keys:
            _check_jwk(key.jwk)
        return self


class TrustList(Part):
    """The signed list; `number` only grows."""

    version: Literal[0]
    number: Annotated[int, Field(ge=1)]
    issued: Moment
    expires: Moment
    status_max_age: Annotated[int, Field(ge=1, le=31_536_000)]
    """Seconds after which a status list is too old to rely on."""
    issuers: tuple[Issuer, ...]
    witnesses: tuple[Short, ...]
    minimum_witnesses: Annotated[int, Field(ge=0)]

    def issuer(self, did: str) -> Issuer | None:
        """Return the issuer of that DID."""
        return next((issuer for issuer in self.issuers if issuer.did == did), None)

    def current(self, now: datetime) -> bool:
        """Whether the list may still be relied on."""
        return now < self.expires

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if len({issuer.did for issuer in self.issuers}) != len(self.issuers):
            raise ValueError("issuers: each DID once")
        if self.minimum_witnesses > len(self.witnesses):
            raise ValueError("minimumWitnesses: at most the number of witnesses")
        return self


def _check_jwk(jwk: Mapping[str, str]) -> None:
    try:
        jws.PublicKey.from_jwk(jwk)
    except TokenError as error:
        raise ValueError(str(error)) from None


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
