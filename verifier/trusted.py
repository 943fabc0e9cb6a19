"""Who and what a trust list names: issuers with their keys and logs, and witnesses (docs/format.md, 5)."""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from ledger.checkpoint import MAX_SIZE
from ledger.cosignature import CosignatureVerifier
from ledger.errors import NoteFormatError
from ledger.note import Verifier
from verifier import base64url, jws
from verifier.errors import TokenError
from verifier.fields import Did, Digest, Long, Moment, Part, Short
from verifier.suites import SUITES

Host = Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]{1,253}(:[0-9]{1,5})?$")]
Base = Annotated[
    str, StringConstraints(pattern=r"^https://[a-z0-9.-]{1,253}(:[0-9]{1,5})?/([A-Za-z0-9._~-]+/)*$")
]
"""An address below which public files are served."""
Folder = Annotated[str, StringConstraints(pattern=r"^([A-Za-z0-9_~-][A-Za-z0-9._~-]*/)*$")]
"""A folder below a base: empty, or ending in a slash."""
Count = Annotated[int, Field(ge=0, le=MAX_SIZE)]


class TwoNames(Part):
    """A name in Chinese and in English."""

    zh: Long
    en: Long


class Cut(Part):
    """Where in the ledger a key's signatures end: entries below `index` of the log `log` count, and all of older logs."""

    log: Short
    index: Count


class TrustedKey(Part):
    """One key of an issuer, for one purpose and one span of time."""

    kid: Short
    use: Literal["credential", "status", "pdf"]
    jwk: Mapping[str, str]
    from_: Moment = Field(alias="from")
    until: Moment | None
    """When it ended, for people to read. A status list that says it was made from then on is not taken."""
    cut: Cut | None
    """Where it ended in the ledger; this alone decides which credentials of an ended key count."""

    @cached_property
    def public_key(self) -> jws.PublicKey:
        """The key with its algorithm."""
        return jws.PublicKey.from_jwk(self.jwk)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        try:
            _ = self.public_key
        except TokenError as error:
            raise ValueError(str(error)) from None
        if (self.cut is None) != (self.until is None or self.use == "status"):
            raise ValueError(
                "cut: a place in the ledger for a key of credentials or PDFs that has an until; otherwise null"
            )
        if self.use == "pdf" and SUITES[self.public_key.alg].cms is None:
            raise ValueError("jwk: of a suite that signs PDFs")
        return self


class Closed(Part):
    """How a log ended: its last size and root, and the log that goes on after it."""

    size: Count
    root: Digest
    successor: Short | None

    @cached_property
    def root_bytes(self) -> bytes:
        """The root, 32 bytes."""
        return base64url.decode(self.root)


class TrustedLog(Part):
    """A log where the issuer enters its issuances."""

    origin: Short
    vkey: Long
    """The log's verifier key (C2SP signed-note)."""
    path: Folder
    """Where below the issuer's base its files are."""
    closed: Closed | None
    """None for the log that still grows."""

    @cached_property
    def verifier(self) -> Verifier:
        """The log's key."""
        return Verifier.from_vkey(self.vkey)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        try:
            if self.verifier.name != self.origin:
                raise ValueError("vkey: named like the origin")
        except NoteFormatError as error:
            raise ValueError(f"vkey: {error}") from None
        return self


class TrustedWitness(Part):
    """Somebody else who has seen a log's checkpoints and signs that they continue each other."""

    name: TwoNames
    vkey: Long
    """The witness's verifier key (C2SP tlog-cosignature)."""

    @cached_property
    def verifier(self) -> CosignatureVerifier:
        """The witness's key."""
        return CosignatureVerifier.from_vkey(self.vkey)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        try:
            _ = self.verifier
        except NoteFormatError as error:
            raise ValueError(f"vkey: {error}") from None
        return self


class Issuer(Part):
    """One issuer: its names, hosts, keys, public files and logs."""

    did: Did
    name: TwoNames
    hosts: Annotated[tuple[Host, ...], Field(min_length=1)]
    """Hosts that its QR codes may name; any other host is warned about."""
    base: Base
    """Where its public files are served."""
    keys: Annotated[tuple[TrustedKey, ...], Field(min_length=1)]
    logs: Annotated[tuple[TrustedLog, ...], Field(min_length=1)]
    """Oldest first; all but the last are closed."""
    pdf_signed: Cut | None
    """From this entry on every PDF has the issuer's signature; None: one may have it or not."""

    def key(self, kid: str, use: str) -> TrustedKey | None:
        """Return this issuer's key of that name and purpose."""
        return next((key for key in self.keys if (key.kid, key.use) == (kid, use)), None)

    @property
    def pdf_keys(self) -> tuple[TrustedKey, ...]:
        """Its keys that sign PDFs."""
        return tuple(key for key in self.keys if key.use == "pdf")

    def log(self, origin: str) -> TrustedLog | None:
        """Return this issuer's log of that name."""
        return next((log for log in self.logs if log.origin == origin), None)

    def precedes(self, log: TrustedLog, index: int, cut: Cut) -> bool:
        """Say whether entry `index` of `log` stands before a cut: in an older log, or lower in the same."""
        order = [each.origin for each in self.logs]
        return (order.index(log.origin), index) < (order.index(cut.log), cut.index)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if any(not key.kid.startswith(f"{self.did}#") for key in self.keys):
            raise ValueError("keys: kid begins with the issuer's DID")
        if len({key.kid for key in self.keys}) != len(self.keys):
            raise ValueError("keys: each kid once")
        origins = [log.origin for log in self.logs]
        if len({log.path for log in self.logs}) != len(origins) or len(set(origins)) != len(origins):
            raise ValueError("logs: each origin and each path once")
        if any(cut and cut.log not in origins for cut in (self.pdf_signed, *(key.cut for key in self.keys))):
            raise ValueError("keys, pdfSigned: a cut names one of the logs")
        if self.pdf_signed and not self.pdf_keys:
            raise ValueError("pdfSigned: with a key for PDFs; otherwise null")
        for log, following in zip(self.logs, [*origins[1:], None], strict=True):
            said = log.closed.successor if log.closed else None
            if said != following or (log.closed is None and following is not None):
                raise ValueError("logs: oldest first, each closed one naming the next as its successor")
        return self
