"""The kinds of fields that the credential and the statement's lines are made of (docs/format.md, section 3)."""

import unicodedata
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

CATEGORIES = (
    "training",
    "self_study",
    "academic",
    "achievement",
    "expert_service",
    "contest",
    "public_online",
    "public_offline",
    "transfer_in",
    "credits",
)
"""Order of the categories in the signed bytes, in the lines and on the page."""

Category = Literal[
    "training",
    "self_study",
    "academic",
    "achievement",
    "expert_service",
    "contest",
    "public_online",
    "public_offline",
    "transfer_in",
    "credits",
]
LineCategory = Category | Literal["exam", "major_assignment"]
"""A line may also be an examination or a major assignment: it deems, and has no hours of its own."""
DeemedFlag = Literal["professional", "all", "origin", "deferred"]


def _printable(text: str) -> str:
    """Refuse what prints as nothing or turns the line: controls, bidi and zero-width marks, private use."""
    if text.isprintable() and text == text.strip():
        return text  # the quick answer for nearly every text: what Python calls printable has none of these
    if text != text.strip() or any(unicodedata.category(c) in _UNPRINTABLE for c in text):
        raise ValueError("text without control, format or private-use characters and without outer spaces")
    return text


def _whole_second(moment: datetime) -> datetime:
    if not 1970 <= moment.year <= LAST_YEAR:
        raise ValueError(f"a moment in the years 1970 to {LAST_YEAR}")
    if moment.microsecond or moment.utcoffset() != UTC.utcoffset(None):
        raise ValueError("a moment in UTC, in whole seconds")
    return moment


def _first(version: int) -> int:
    if version != FIRST:
        raise ValueError(f"version {version}; this program reads version {FIRST} alone (0 was the draft)")
    return version


FIRST = 1
"""The version of the signed files that a number names (docs/format.md)."""
LAST_YEAR = 9998
"""Beyond it a moment could not be told in every time zone."""
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
Amount = Annotated[str, StringConstraints(pattern=r"^(0|[1-9][0-9]{0,4})(\.[0-9]{0,3}[1-9])?$")]
"""Hours as canonical decimal text: "62", "19.5"; no sign, no exponent, no zero that says nothing."""
Short = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_printable)]
Long = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_printable)]
Region = Annotated[str, Field(min_length=1, max_length=16), AfterValidator(_printable)]
Measure = Annotated[str, Field(min_length=1, max_length=40), AfterValidator(_printable)]
Note = Annotated[str, Field(max_length=300), AfterValidator(_printable)]
Seconds = Annotated[int, Field(ge=0, lt=int(datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC).timestamp()))]
"""A moment in seconds since 1970 UTC."""
Moment = Annotated[AwareDatetime, AfterValidator(_whole_second)]
"""A moment in UTC, written YYYY-MM-DDTHH:MM:SSZ."""
Version = Annotated[int, AfterValidator(_first)]
Masked = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{3}\*{1,32}[0-9A-Z]{4}$")]
RuleId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}@[0-9]+\.[0-9]+\.[0-9]+$")]
Did = Annotated[str, StringConstraints(pattern=r"^did:web:[A-Za-z0-9.%:_-]{1,200}$")]
Digest = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$")]


class Part(BaseModel):
    """Base of every part: strict, frozen, nothing extra; JSON names in camel case."""

    model_config = ConfigDict(
        frozen=True,
        strict=True,
        extra="forbid",
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        hide_input_in_errors=True,
    )
