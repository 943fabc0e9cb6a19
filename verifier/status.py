"""Status lists: one bit for each credential, and the signed details of those no longer valid (docs/format.md, section 4).

W3C Bitstring Status List v1.0: a bit string of at least 131,072 bits, most significant bit first, gzip, multibase `u`.
A list that cannot be had, read or relied on is an error, never "not revoked".
"""

import gzip
import re
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal, TypeVar

from pydantic import Field, StringConstraints, ValidationError

from verifier import base64url, jws, strict_json
from verifier.credential import W3C_CONTEXT, encode_header
from verifier.errors import StaleError, StatusError, TokenError
from verifier.fields import Did, Moment, Part, Seconds, Short
from verifier.trust import LEEWAY

MIN_BITS = 131_072
"""Smallest list (Bitstring Status List v1.0, section 6.1), so that a fetch names nobody."""
MAX_BITS = 8 * MIN_BITS
DETAILS_TYP = "xueshi-details+jwt"
T = TypeVar("T", bound=Part)
Purpose = Literal["revocation", "refresh"]
Reason = Literal[
    "hours-corrected", "details-corrected", "false-evidence", "issued-in-error", "key-compromised", "other"
]
REASONS: dict[str, tuple[str, str]] = {
    "hours-corrected": ("学时更正", "the hours were corrected"),
    "details-corrected": ("信息更正", "name, employer or other details were corrected"),
    "false-evidence": ("材料不实", "the evidence was false"),
    "issued-in-error": ("签发有误", "it was issued in error"),
    "key-compromised": ("密钥失控", "the signing key was compromised"),
    "other": ("其他原因", "another reason"),
}
"""Reason codes with their words."""


class _ListSubject(Part):
    id: str
    type: Literal["BitstringStatusList"]
    status_purpose: Purpose
    encoded_list: Annotated[str, StringConstraints(pattern=r"^u[A-Za-z0-9_-]+$")]


class _ListCredential(Part):
    context: tuple[Literal["https://www.w3.org/ns/credentials/v2"]] = Field(alias="@context")
    id: str
    type: tuple[Literal["VerifiableCredential"], Literal["BitstringStatusListCredential"]]
    iss: Did
    issuer: Did
    iat: Seconds
    valid_from: Moment
    valid_until: Moment
    credential_subject: _ListSubject


@dataclass(frozen=True)
class StatusList:
    """A list that the right key signed, for one purpose, at one moment."""

    purpose: Purpose
    issued: datetime
    valid_until: datetime
    bits: bytes

    def is_set(self, index: int) -> bool:
        """Say whether the bit at `index` is set.

        Raises:
            StatusError: past the end of the list.
        """
        if not 0 <= index < 8 * len(self.bits):
            raise StatusError(f"index {index} in a list of {8 * len(self.bits)}")
        return bool(self.bits[index // 8] >> (7 - index % 8) & 1)

    def check_age(self, now: datetime, limit: timedelta) -> None:
        """Refuse a list that says nothing about the present.

        Raises:
            StatusError: from the future.
            StaleError: past its validUntil, or older than `limit`.
        """
        if self.issued > now + LEEWAY:
            raise StatusError(f"a list of {self.issued}, which is later than this computer's clock")
        if now >= self.valid_until or now - self.issued > limit:
            raise StaleError(
                self.issued,
                f"a list of {self.issued}, which is too old: at most {limit}, and until {self.valid_until}",
            )


class Detail(Part):
    """Why one credential is no longer valid."""

    index: Annotated[int, Field(ge=0)]
    purpose: Purpose
    date: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    """Day in Asia/Shanghai."""
    reason: Reason
    successor: Short | None
    """Serial of the version that takes its place."""


class Details(Part):
    """Details of one pair of lists; holds only what is no longer valid."""

    iss: Did
    iat: Seconds
    list: Annotated[int, Field(ge=1)]
    entries: tuple[Detail, ...]

    def find(self, index: int, purpose: Purpose) -> Detail | None:
        """Return the newest detail for a bit."""
        return next((e for e in reversed(self.entries) if (e.index, e.purpose) == (index, purpose)), None)


def make_bits(indexes: Collection[int], size: int = MIN_BITS) -> bytes:
    """Make a bit string of `size` bits with those at `indexes` set.

    Raises:
        StatusError: an index past the end, or a size that is no list's.
    """
    if not MIN_BITS <= size <= MAX_BITS or size % 8:
        raise StatusError(f"a list of {MIN_BITS} to {MAX_BITS} bits, in whole bytes")
    bits = bytearray(size // 8)
    for index in indexes:
        if not 0 <= index < size:
            raise StatusError(f"index {index} in a list of {size}")
        bits[index // 8] |= 0x80 >> index % 8
    return bytes(bits)


def purpose_of(url: str) -> Purpose:
    """Say what a list is for, from where it is published: …/status/r1 revokes, …/status/s1 supersedes.

    Raises:
        StatusError: neither.
    """
    match = re.search(r"/status/([rs])[1-9][0-9]{0,5}\Z", url)
    if match is None:
        raise StatusError(f"{url}: an address that ends in /status/r… or /status/s…")
    return "revocation" if match[1] == "r" else "refresh"


def sign_list(signer: jws.Signer, url: str, bits: bytes, issued: datetime, valid_until: datetime) -> str:
    """Make the signed status list that is published at `url`.

    Raises:
        StatusError: `url` is no list's.
    """
    packed = gzip.compress(bits, compresslevel=9, mtime=0)
    document = _ListCredential(
        context=(W3C_CONTEXT,),
        id=url,
        type=("VerifiableCredential", "BitstringStatusListCredential"),
        iss=signer.did,
        issuer=signer.did,
        iat=int(issued.timestamp()),
        valid_from=issued,
        valid_until=valid_until,
        credential_subject=_ListSubject(
            id=f"{url}#list",
            type="BitstringStatusList",
            status_purpose=purpose_of(url),
            encoded_list="u" + base64url.encode(packed),
        ),
    )
    return jws.assemble(encode_header(signer.kid, signer.alg), _dump(document), signer.sign)


def open_list(token: str, key: jws.PublicKey, url: str, did: str) -> StatusList:
    """Read a status list as published at `url` by `did`, signed by `key`.

    Raises:
        StatusError: another signer, issuer, address or purpose, malformed, or larger than any list is.
    """
    purpose = purpose_of(url)
    document = _open(token, key, "vc+jwt", _ListCredential)
    said = (document.id, document.iss, document.issuer, document.credential_subject.status_purpose)
    if said != (url, did, did, purpose):
        raise StatusError(f"a list for {purpose} by {did} at {url}; it says {said}")
    if document.iat != int(document.valid_from.timestamp()):
        raise StatusError("validFrom: the moment of iat")
    bits = _unpack(document.credential_subject.encoded_list)
    return StatusList(purpose, document.valid_from, document.valid_until, bits)


def _unpack(encoded: str) -> bytes:
    try:
        reader = zlib.decompressobj(zlib.MAX_WBITS | 16)
        bits = reader.decompress(base64url.decode(encoded[1:]), MAX_BITS // 8 + 1)
    except (ValueError, zlib.error):
        raise StatusError("encodedList: gzip in base64url") from None
    if not reader.eof or reader.unused_data or not MIN_BITS <= 8 * len(bits) <= MAX_BITS:
        raise StatusError(f"encodedList: {MIN_BITS} to {MAX_BITS} bits, and nothing after them")
    return bits


def sign_details(signer: jws.Signer, number: int, entries: Sequence[Detail], issued: datetime) -> str:
    """Make the signed details beside the lists of that number."""
    document = Details(iss=signer.did, iat=int(issued.timestamp()), list=number, entries=tuple(entries))
    header = encode_header(signer.kid, signer.alg, typ=DETAILS_TYP, cty=None)
    return jws.assemble(header, _dump(document), signer.sign)


def open_details(token: str, key: jws.PublicKey, did: str, number: int) -> Details:
    """Read the details of the lists of that number by `did`, signed by `key`.

    Raises:
        StatusError: another signer, issuer or number, or malformed.
    """
    document = _open(token, key, DETAILS_TYP, Details)
    if (document.iss, document.list) != (did, number):
        raise StatusError(f"details of list {number} by {did}")
    return document


def _dump(document: Part) -> bytes:
    return strict_json.dump(document.model_dump(mode="json", by_alias=True))


def _open(token: str, key: jws.PublicKey, typ: str, model: type[T]) -> T:
    try:
        payload = jws.verify(token.strip(), key, typ)
        strict_json.load(payload)
        return model.model_validate_json(payload, by_alias=True, by_name=False)
    except TokenError as error:
        raise StatusError(f"status file: {error}") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise StatusError(f"status file /{'/'.join(map(str, first['loc']))}: {first['msg']}") from None
    except ValueError as error:
        raise StatusError(f"status file: {error}") from None
