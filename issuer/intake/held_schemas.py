"""What the calls about held imports take and answer."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from issuer.intake.holding import Held, Side
from issuer.portal.schemas import Hours, Part


class SideAnswer(Part):
    """One of the two. `hours`: as told, credits where it is credits, or as the rules count its days; null without rules."""

    title: str
    category: str
    first: str
    last: str
    hours: Hours | None
    event_key: str | None


class HeldAnswer(Part):
    """An import beside a declaration of the same activity; the declared one counts until it is decided otherwise."""

    id: UUID
    name: str
    masked: str
    system: str
    why: Literal["key", "days"] = Field(
        description="活动编号相同，或日期和主办单位相同 Same event key, or days and organiser"
    )
    row: int
    at: datetime
    declaration: UUID
    declared: SideAnswer
    imported: SideAnswer


class DecisionAsked(Part):
    """Which of the two is to count. Taking the imported one reverses the declaration."""

    take: Literal["declared", "imported"]
    words: str = Field(default="", max_length=400)


class DecisionAnswer(Part):
    """What counts now."""

    id: UUID
    counts: Literal["declared", "imported"]


def held_answer(one: Held) -> HeldAnswer:
    """Tell of a held import."""
    return HeldAnswer(
        id=one.id,
        name=one.name,
        masked=one.masked,
        system=one.system,
        why="key" if one.why == "key" else "days",
        row=one.row,
        at=one.at,
        declaration=one.declaration_id,
        declared=_side(one.declared),
        imported=_side(one.imported),
    )


def _side(one: Side) -> SideAnswer:
    return SideAnswer(
        title=one.title, category=one.category, first=one.first, last=one.last, hours=one.figure, event_key=one.event_key
    )  # fmt: skip
