"""What the JSON calls share: names in camelCase, no unknown fields, hours as exact decimal strings, words in two languages."""

from decimal import Decimal
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema
from pydantic.alias_generators import to_camel

from rules.quantity import hours_text

T = TypeVar("T")
Hours = Annotated[
    Decimal,
    PlainSerializer(hours_text, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$", "examples": ["7.5"]}),
]
"""Hours in an answer: a decimal string, as certificates print them."""
Line = Annotated[str, Field(min_length=1, max_length=400, pattern=r"^[^\x00-\x1f\x7f]*$")]
"""Words of one line."""
Whole = Annotated[int, Field(strict=True, ge=0, le=2_147_483_647)]
Id = Annotated[int, Field(ge=1, le=2_147_483_647)]
"""The number of a row, in an address."""
Yes = Annotated[bool, Field(strict=True)]


class Part(BaseModel):
    """A value of a call or an answer."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        hide_input_in_errors=True,
    )


class Page(Part, Generic[T]):
    """A page of a list. `next` goes into `after` of the next call; null on the last page."""

    items: tuple[T, ...]
    next: str | None
