"""The lines of a statement of hours: the PDF's attachment lines.json, bound by the digest that the credential signs."""

import hashlib
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from verifier import strict_json
from verifier.base64url import encode
from verifier.errors import CredentialError
from verifier.fields import Amount, Digest, LineCategory, Long, Note, Part


class LinesDigest(Part):
    """The statement's lines: how many, and the SHA-256 of lines.json's bytes in base64url."""

    count: Annotated[int, Field(ge=0, le=1000)]
    digest: Digest


class StatementLine(Part):
    """One registered activity: what was claimed, what was recognised, by which article, and why."""

    activity: Long
    category: LineCategory
    subject: Literal["professional", "public"] | None
    claimed: Amount
    recognised: Amount
    article: Note
    reason: Note
    """One sentence in Chinese; empty when nothing was cut."""


_LINES = TypeAdapter(tuple[StatementLine, ...])


def encode_lines(lines: Sequence[StatementLine]) -> bytes:
    """Make lines.json: UTF-8 JSON array, no spaces, fields in the order of StatementLine."""
    return strict_json.dump([line.model_dump(mode="json", by_alias=True) for line in lines])


def digest_lines(data: bytes) -> LinesDigest:
    """Describe lines.json for the credential.

    Raises:
        CredentialError: not what `encode_lines` makes.
    """
    return LinesDigest(count=len(parse_lines(data)), digest=encode(hashlib.sha256(data).digest()))


def open_lines(data: bytes, signed: LinesDigest) -> tuple[StatementLine, ...]:
    """Read the lines that a credential signs.

    Raises:
        CredentialError: not what `encode_lines` makes, or not those lines.
    """
    lines = parse_lines(data)
    if digest_lines(data) != signed:
        raise CredentialError("lines.json: the count and digest that the credential signs")
    return lines


def parse_lines(data: bytes) -> tuple[StatementLine, ...]:
    """Read lines.json.

    Raises:
        CredentialError: not what `encode_lines` makes; the message names the place.
    """
    try:
        strict_json.load(data)
        lines = _LINES.validate_json(data, by_alias=True, by_name=False)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise CredentialError(f"lines.json/{'/'.join(map(str, first['loc']))}: {first['msg']}") from None
    except ValueError as error:
        raise CredentialError(f"lines.json: {error}") from None
    if encode_lines(lines) != data:
        raise CredentialError("lines.json: not the bytes that docs/format.md section 3 prescribes")
    return lines
