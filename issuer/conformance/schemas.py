"""The shape of a verifiable credential (VC Data Model 2.0 §4), and the bodies of the VC-API that carry one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.alias_generators import to_camel

from verifier.credential import W3C_CONTEXT

ENVELOPED = "EnvelopedVerifiableCredential"
PREFIX = "data:application/vc+jwt,"


def _moment(text: str) -> str:
    if datetime.fromisoformat(text).tzinfo is None:
        raise ValueError("a moment with its zone (XML Schema dateTimeStamp)")
    return text


Url = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9+.-]*:[^\s]+$")]
Types = Annotated[str, Field(min_length=1)] | Annotated[list[str], Field(min_length=1)]
Moment = Annotated[
    str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"), AfterValidator(_moment)
]


class Open(BaseModel):
    """A part that may say more than is known here. What is given is never null."""

    model_config = ConfigDict(
        extra="allow", frozen=True, strict=True, alias_generator=to_camel, hide_input_in_errors=True
    )


class Identified(Open):
    """An object with an id, which is a URL."""

    id: Url


class Typed(Open):
    """An object that says its type, and perhaps its id."""

    id: Url = Field(default="")
    type: Types


class Schema(Identified, Typed):
    """A schema has both."""

    id: Url


class Wording(BaseModel):
    """A text with its language (§11.1)."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    value: str = Field(alias="@value")
    language: str = Field(default="", alias="@language")
    direction: Literal["ltr", "rtl", ""] = Field(default="", alias="@direction")


class Resource(Identified):
    """A related resource with what it hashes to (§5.3)."""

    digest_sri: str = Field(default="", alias="digestSRI")
    digest_multibase: str = ""

    @model_validator(mode="after")
    def _hashed(self) -> Self:
        if not (self.digest_sri or self.digest_multibase):
            raise ValueError("digestSRI or digestMultibase")
        return self


def _named(subject: dict[str, Any]) -> dict[str, Any]:
    if not subject:
        raise ValueError("says something")
    if "id" in subject:
        Identified.model_validate({"id": subject["id"]})
    return subject


Subject = Annotated[dict[str, Any], AfterValidator(_named)]
Several = Annotated[list[Typed], Field(min_length=1)]
Words = str | Wording | list[Wording]


class VerifiableCredential(Open):
    """A credential as somebody wants it signed. `vc` and `vp` are no members of one (VC-JOSE-COSE §3.1.3)."""

    context: Annotated[list[str | dict[str, Any]], Field(alias="@context", min_length=1)]
    id: Url = Field(default="")
    type: Types
    issuer: Url | Identified
    valid_from: Moment = Field(default="")
    valid_until: Moment = Field(default="")
    credential_subject: Subject | Annotated[list[Subject], Field(min_length=1)]
    credential_status: Typed | Several = Field(default_factory=list)
    credential_schema: Schema | Annotated[list[Schema], Field(min_length=1)] = Field(default_factory=list)
    terms_of_use: Typed | Several = Field(default_factory=list)
    evidence: Typed | Several = Field(default_factory=list)
    refresh_service: Typed | Several = Field(default_factory=list)
    name: Words = ""
    description: Words = ""
    related_resource: Annotated[list[Resource], Field(min_length=1)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.context[0] != W3C_CONTEXT:
            raise ValueError(f"@context: {W3C_CONTEXT} first")
        if "VerifiableCredential" not in ([self.type] if isinstance(self.type, str) else self.type):
            raise ValueError("type: VerifiableCredential among them")
        if (self.model_extra or {}).keys() & {"vc", "vp"}:
            raise ValueError("no vc and no vp")
        first, last = self.valid_from, self.valid_until
        if first and last and datetime.fromisoformat(last) < datetime.fromisoformat(first):
            raise ValueError("validUntil: not before validFrom")
        named = [one.id for one in self.related_resource]
        if len(set(named)) != len(named):
            raise ValueError("relatedResource: each id once")
        return self


class Enveloped(Open):
    """A signed credential in its envelope (VC Data Model 2.0 §4.13)."""

    context: Annotated[list[str], Field(alias="@context", min_length=1)]
    type: Literal["EnvelopedVerifiableCredential"] | list[Literal["EnvelopedVerifiableCredential"]]
    id: Annotated[str, StringConstraints(pattern=rf"^{PREFIX.replace('+', '[+]')}[A-Za-z0-9_.-]+$")]

    @property
    def token(self) -> str:
        return self.id.removeprefix(PREFIX)


class ToIssue(BaseModel):
    """The body of /credentials/issue."""

    credential: Mapping[str, Any]
    options: Mapping[str, Any] = Field(default_factory=dict)


class ToVerify(BaseModel):
    """The body of /credentials/verify."""

    verifiable_credential: Enveloped = Field(alias="verifiableCredential")
    options: Mapping[str, Any] = Field(default_factory=dict)


class Verified(BaseModel):
    """A credential that verified, and what was not looked at."""

    verified: Literal[True] = True
    credential: Mapping[str, Any]
    warnings: tuple[str, ...] = ()


def envelope(token: str) -> dict[str, Any]:
    """Put a token into its envelope."""
    return {"@context": [W3C_CONTEXT], "type": ENVELOPED, "id": PREFIX + token}
