"""People, as programs see them: never with a document's number, but where it is revealed."""

from typing import Annotated

from pydantic import Field

from issuer.people.identifier import IdType
from issuer.portal.schemas import Line, Part

Year = Annotated[int, Field(strict=True, ge=2000, le=2100)]
"""A calendar year of continuing education."""
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,39}$")]
"""The short name of a unit or an authority."""


class LookupAsked(Part):
    """A document's kind and number. In the body, so that no log has it."""

    id_type: IdType
    number: Annotated[str, Field(min_length=1, max_length=40)]


class PersonAnswer(Part):
    """A professional."""

    id: int
    name: str
    masked_identifier: str
    employer: str


class RevealAsked(Part):
    """Why the number is needed: it is written down who opened it, when and why."""

    reason: Line


class NumberAnswer(Part):
    """A document's number."""

    number: str
