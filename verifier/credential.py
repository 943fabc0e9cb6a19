"""The credential: its fields, and the one function that makes its signed bytes (docs/format.md, section 3).

W3C VC Data Model 2.0 secured by VC-JOSE-COSE. Frozen, strict: an unknown or extra field is an error, and so is any
text that is not the bytes `encode_payload` would make, so that one credential has one encoding.
"""

import hashlib
import re
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, ValidationError, model_validator
from pydantic_core import to_json

from verifier import strict_json
from verifier.errors import CredentialError, UnknownVersionError
from verifier.fields import CATEGORIES, Did, Part, Seconds
from verifier.lines import LinesDigest, StatementLine, digest_lines, encode_lines, parse_lines
from verifier.subjects import (
    SERIAL,
    ExceptionNote,
    Hours,
    StatementSubject,
    Subject,
    TransferSubject,
    YearFigures,
    YearRow,
)
from verifier.zone import SHANGHAI

__all__ = [
    "CATEGORIES",
    "CompletionCertificate",
    "Credential",
    "DocumentType",
    "ExceptionNote",
    "Hours",
    "HoursStatement",
    "LinesDigest",
    "StatementLine",
    "StatementSubject",
    "StatusEntry",
    "Subject",
    "TransferCertificate",
    "TransferSubject",
    "YearFigures",
    "YearRow",
    "YearlyCredential",
    "digest",
    "digest_lines",
    "encode_header",
    "encode_lines",
    "encode_payload",
    "mask",
    "moment_text",
    "parse_lines",
    "parse_payload",
]

W3C_CONTEXT: Literal["https://www.w3.org/ns/credentials/v2"] = "https://www.w3.org/ns/credentials/v2"
CONTEXT_PATH = "/ns/xueshi/v1"
_START = re.compile(
    rb'\{"@context":\["https://www\.w3\.org/ns/credentials/v2","[^"\\]*'
    + CONTEXT_PATH.encode()
    + rb'"\],"type":\["VerifiableCredential","([A-Za-z]+)"\],'
)
_STATUS_URL = re.compile(r"^https://[^\s/?#@]+(?:/[A-Za-z0-9._~-]+)*/status/([rs])([1-9][0-9]{0,5})$")


class DocumentType(StrEnum):
    """What a document is; every verdict names it."""

    COMPLETION = "CompletionCertificate"
    STATEMENT = "HoursStatement"
    TRANSFER = "TransferCertificate"

    @property
    def zh(self) -> str:
        """Name in Chinese."""
        return _NAMES[self.value][0]

    @property
    def en(self) -> str:
        """Name in English."""
        return _NAMES[self.value][1]


_NAMES = {
    "CompletionCertificate": ("完成证明", "completion certificate"),
    "HoursStatement": ("学时登记明细", "statement of hours"),
    "TransferCertificate": ("学时转移证明", "transfer certificate"),
}


class StatusEntry(Part):
    """Where one bit of this credential's status stands (Bitstring Status List v1.0)."""

    type: Literal["BitstringStatusListEntry"] = "BitstringStatusListEntry"
    status_purpose: Literal["revocation", "refresh"]
    status_list_index: Annotated[str, StringConstraints(pattern=r"^(0|[1-9][0-9]{0,6})$")]
    status_list_credential: str


class _Envelope(Part):
    context: tuple[Literal["https://www.w3.org/ns/credentials/v2"], str] = Field(alias="@context")
    type: tuple[Literal["VerifiableCredential"], str]
    iss: Did
    issuer: Did
    iat: Seconds
    valid_from: str
    credential_status: tuple[StatusEntry, StatusEntry]
    credential_subject: Subject | TransferSubject

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.iss != self.issuer:
            raise ValueError("issuer: equal to iss")
        if self.valid_from != moment_text(self.iat):
            raise ValueError("validFrom: the moment of iat, as YYYY-MM-DDTHH:MM:SSZ")
        serial = SERIAL.fullmatch(self.credential_subject.serial)
        expected = [("revocation", "r"), ("refresh", "s")]
        for entry, (purpose, letter) in zip(self.credential_status, expected, strict=True):
            url = _STATUS_URL.fullmatch(entry.status_list_credential)
            if not serial or not url or (entry.status_purpose, url[1]) != (purpose, letter):
                raise ValueError("credentialStatus: revocation in status/r…, then refresh in status/s…")
            if (int(entry.status_list_index), url[2]) != (int(serial[2]), serial[3]):
                raise ValueError("credentialStatus: index and list number of the serial")
        return self

    @property
    def issued_at(self) -> datetime:
        """The moment of signing that the credential claims, in UTC."""
        return datetime.fromtimestamp(self.iat, UTC)

    @property
    def format_version(self) -> str:
        """The ending of its context: the version of the format, which says in which words it is printed."""
        return self.context[1].rpartition("/")[2]

    @property
    def document(self) -> DocumentType:
        """What kind of document this is."""
        return DocumentType(self.type[1])


class CompletionCertificate(_Envelope):
    """完成证明: complete years only."""

    credential_subject: Subject

    type: tuple[Literal["VerifiableCredential"], Literal["CompletionCertificate"]] = (
        "VerifiableCredential",
        "CompletionCertificate",
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.credential_subject.conclusion != "complete":
            raise ValueError("conclusion: complete, for a completion certificate")
        return self


class HoursStatement(_Envelope):
    """学时登记明细: at any time; its lines travel beside it as lines.json."""

    type: tuple[Literal["VerifiableCredential"], Literal["HoursStatement"]] = (
        "VerifiableCredential",
        "HoursStatement",
    )
    credential_subject: StatementSubject


class TransferCertificate(_Envelope):
    """学时转移证明: several years of a person who moves, each with the serial of its own credential."""

    type: tuple[Literal["VerifiableCredential"], Literal["TransferCertificate"]] = (
        "VerifiableCredential",
        "TransferCertificate",
    )
    credential_subject: TransferSubject

    @model_validator(mode="after")
    def _own_year(self) -> Self:
        year = self.issued_at.astimezone(SHANGHAI).year
        if self.credential_subject.serial[2:6] != str(year):
            raise ValueError("serial: the year of issue")
        return self


YearlyCredential = CompletionCertificate | HoursStatement
"""Those about one year."""
Credential = YearlyCredential | TransferCertificate
_MODELS: dict[DocumentType, type[Credential]] = {
    DocumentType.COMPLETION: CompletionCertificate,
    DocumentType.STATEMENT: HoursStatement,
    DocumentType.TRANSFER: TransferCertificate,
}


def encode_payload(credential: Credential) -> bytes:
    """Make the signed bytes: UTF-8 JSON, no spaces, fields in the order of docs/format.md."""
    return to_json(credential, by_alias=True)


def parse_payload(payload: bytes) -> Credential:
    """Read signed bytes.

    Raises:
        UnknownVersionError: a type or context version this verifier does not know.
        CredentialError: not what the format says; the message names the field.
    """
    if (credential := _read_quickly(payload)) is not None:
        return credential
    try:
        value = strict_json.load(payload)
        model = _model_of(value)
        credential = model.model_validate_json(payload, by_alias=True, by_name=False)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise CredentialError(f"/{'/'.join(map(str, first['loc']))}: {first['msg']}") from None
    except ValueError as error:
        raise CredentialError(f"payload: {error}") from None
    if encode_payload(credential) != payload:
        raise CredentialError("payload: not the bytes that docs/format.md section 3 prescribes")
    return credential


def _read_quickly(payload: bytes) -> Credential | None:
    """Read what is in order. Bytes that are made again from what was read can have had no second reading.

    Whatever is not in order is read once more, slowly, by what can say what is wrong with it.
    """
    start = _START.match(payload)
    if start is None:
        return None
    try:
        model = _MODELS[DocumentType(start[1].decode())]
        credential = model.model_validate_json(payload, by_alias=True, by_name=False)
        return credential if encode_payload(credential) == payload else None
    except ValueError:
        return None


def _model_of(value: object) -> type[Credential]:
    if not isinstance(value, dict):
        raise CredentialError("payload: an object")
    context, kind = value.get("@context"), value.get("type")
    if not (isinstance(context, list) and len(context) == 2 and isinstance(kind, list) and len(kind) == 2):
        raise CredentialError("payload: @context and type of two entries each")
    if context[0] != W3C_CONTEXT or not str(context[1]).endswith(CONTEXT_PATH):
        raise UnknownVersionError(f"/@context: {W3C_CONTEXT} and a context ending in {CONTEXT_PATH}")
    if kind[1] not in set(DocumentType):
        raise UnknownVersionError(f"/type/1: {' or '.join(DocumentType)}")
    return _MODELS[DocumentType(kind[1])]


def encode_header(kid: str, alg: str = "ES256", typ: str = "vc+jwt", cty: str | None = "vc") -> bytes:
    """Make the protected header's bytes: alg, cty (unless None), kid, typ."""
    fields = {"alg": alg, "cty": cty, "kid": kid, "typ": typ}
    return strict_json.dump({name: value for name, value in fields.items() if value is not None})


def digest(jws: str) -> bytes:
    """SHA-256 of the compact JWS's ASCII: what the issuance entry of the ledger carries."""
    return hashlib.sha256(jws.encode("ascii")).digest()


@lru_cache(maxsize=64)
def moment_text(seconds: int) -> str:
    """Write a moment, in seconds since 1970 UTC, as YYYY-MM-DDTHH:MM:SSZ."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def mask(identifier: str) -> str:
    """Show the first three and the last four characters of an ID number.

    Raises:
        ValueError: shorter than eight characters, so that masking would hide nothing.
    """
    if len(identifier) < 8:
        raise ValueError("an ID number of at least eight characters")
    return identifier[:3] + "*" * (len(identifier) - 7) + identifier[-4:]
