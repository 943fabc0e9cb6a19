"""Learning archives, as programs see them."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from issuer.people.schemas import LookupAsked, Year
from issuer.portal.schemas import Hours, Line, Part
from issuer.registration.archives import HOURS_MOST, Archive

Kind = Literal["individual", "self_study", "self_exam", "degree", "unit"]


class ArchiveAsked(Part):
    """What an employer keeps of somebody's self-study, with the hours it determines."""

    document: LookupAsked
    year: Year
    kind: Kind
    content: Line
    outcome: Line
    hours: Annotated[Decimal, Field(gt=0, le=HOURS_MOST, decimal_places=2)]


class ArchiveMade(Part):
    """The archive that was built."""

    id: UUID


class ArchiveAnswer(Part):
    """An archive. `late`: built after the year of the study had ended."""

    id: UUID
    name: str
    masked_identifier: str
    year: int
    kind: Kind
    content: str
    outcome: str
    hours: Hours
    built_at: datetime
    late: bool


def archive_answer(one: Archive) -> ArchiveAnswer:
    """Tell of an archive."""
    return ArchiveAnswer(
        id=one.id, name=one.name, masked_identifier=one.masked, year=one.year, kind=one.kind, content=one.content,
        outcome=one.outcome, hours=one.hours, built_at=one.built_at, late=one.late,
    )  # fmt: skip
