"""Sector overlays, Article 7: what a sector's rule says in place of the measure's, as data."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field

from rules.activity import Activity, Credits, Exam
from rules.facts import InlineOverlay
from rules.pack import Bilingual, RuleName, Version
from rules.scalars import Day, Frozen, Name, Text, Word, Year
from rules.settings import Figure

Category = Literal["training", "academic", "expert_service", "public_offline", "achievement", "exam"]


class Per(StrEnum):
    """What a row's value is for."""

    EVENT = "event"
    DAY = "day"
    SUBJECT = "subject"


class Basis(Frozen):
    """The document that an overlay's figures come from."""

    doc: Text
    article: Text
    checked: bool
    """Whether someone has compared the overlay with the document's text."""


class Match(Frozen):
    """Which activities a row values; a field left out matches anything."""

    category: Category
    kind: Word | None = None
    role: Word | None = None

    def fits(self, activity: Activity) -> bool:
        return (
            activity.category == self.category
            and self.kind in {None, getattr(activity, "kind", None)}
            and self.role in {None, getattr(activity, "role", None)}
        )


class Row(Frozen):
    """One line of a sector's table, in the sector's unit."""

    match: Match
    value: Figure
    per: Annotated[Per, Field(strict=False)] = Per.EVENT
    cap: Figure | None = None
    """The most that all activities under this row make in a year, in the sector's unit."""


class Minimum(Frozen):
    """A class of credits of which a year needs some."""

    credit_class: Word = Field(alias="class")
    value: Figure


class Cycle(Frozen):
    """A condition over several years (`rules.cycles`): shown, not part of the year's test."""

    years: Annotated[int, Field(ge=2, le=10)]
    total: Figure
    window: Literal["fixed", "rolling"]


class ToHours(Frozen):
    """Hours for one unit; a class may have its own figure."""

    factor: Figure | None = None
    classes: dict[Word, Figure] = Field(default_factory=dict)


class AppliesTo(Frozen):
    series: Annotated[tuple[Text, ...], Field(min_length=1, strict=False)]
    from_year: Year


class Expected(Frozen):
    """The answer of an example; hours as decimal strings."""

    professional: Name
    public: Name
    total: Name
    complete: bool
    deemed: Literal["none", "professional", "all", "origin", "deferred"]


class Example(Frozen):
    """Facts with the answer that the sector's rule gives; checked whenever the overlay is loaded."""

    id: Name
    title: Bilingual
    facts: dict[str, Any]
    expected: Expected


class Overlay(Frozen):
    """One sector's rule. Categories in `replaces` are valued by the table where it has a row; all else falls through."""

    id: RuleName
    version: Version
    status: Literal["in_force", "confirm_before_use"]
    title: Bilingual
    valid: tuple[Day, Day | None] = Field(strict=False)
    basis: Annotated[tuple[Basis, ...], Field(min_length=1, strict=False)]
    applies_to: AppliesTo
    # licence registration is no scope: Article 13 leaves it to its own law, and nothing here decides it
    scope: Annotated[
        tuple[Literal["recognition", "requirement", "cycle"], ...], Field(min_length=1, strict=False)
    ]
    unit: Literal["credit", "hour"]
    to_hours: ToHours
    replaces: Annotated[tuple[Category, ...], Field(strict=False)] = ()
    table: Annotated[tuple[Row, ...], Field(strict=False)] = ()
    minima: Annotated[tuple[Minimum, ...], Field(strict=False)] = ()
    cycle: Cycle | None = None
    once: Annotated[tuple[Literal["event_key"], ...], Field(strict=False)] = ()
    """Records of replaced categories must carry these, so that nothing is valued twice."""
    examples: Annotated[tuple[Example, ...], Field(min_length=1, strict=False)]

    def covers(self, year: int) -> bool:
        """Whether it speaks for `year`: in force on its 31 December, and not before the first year it applies to."""
        day = date(year, 12, 31)
        return self.valid[0] <= day <= (self.valid[1] or date.max) and year >= self.applies_to.from_year

    @property
    def key(self) -> str:
        return f"{self.id}@{self.version}"


class Yardstick(Frozen):
    """What the engine needs of an overlay, installed or inline."""

    key: Name
    sample: bool
    once: bool
    """Whether a record that the table values must carry an event key."""
    factor: Figure | None
    classes: dict[Word, Figure]
    replaces: Annotated[tuple[Category, ...], Field(strict=False)]
    table: Annotated[tuple[Row, ...], Field(strict=False)]
    minima: Annotated[tuple[Minimum, ...], Field(strict=False)]
    cycle: Cycle | None = None

    def row_for(self, activity: Activity) -> Row | None:
        """Return the row that values `activity`, or None: the provincial pack speaks."""
        if activity.category not in self.replaces:
            return None
        return next((row for row in self.table if _applies(row, activity)), None)

    def hours_per_credit(self, credit: Credits) -> Decimal | None:
        return self.classes.get(credit.credit_class, self.factor)


def _applies(row: Row, activity: Activity) -> bool:
    if not row.match.fits(activity):
        return False
    return row.per is not Per.SUBJECT or (isinstance(activity, Exam) and bool(activity.subjects_passed))


def yardstick_of(overlay: Overlay) -> Yardstick:
    return Yardstick(
        key=overlay.key,
        once=bool(overlay.once),
        sample=overlay.status == "confirm_before_use",
        factor=overlay.to_hours.factor,
        classes=overlay.to_hours.classes,
        replaces=overlay.replaces,
        table=overlay.table,
        minima=overlay.minima,
        cycle=overlay.cycle,
    )


def yardstick_of_inline(overlay: InlineOverlay) -> Yardstick:
    """Read a study overlay: its table names kinds of achievements, and `exam_subject` a subject of an examination."""
    rows = []
    for kind, value in sorted(overlay.table.items()):
        if kind == "exam_subject":
            rows.append(Row(match=Match(category="exam"), value=value, per=Per.SUBJECT))
        else:
            rows.append(Row(match=Match(category="achievement", kind=kind), value=value))
    return Yardstick(
        key=overlay.id,
        sample=False,
        once=False,
        factor=overlay.hours_per_credit,
        classes={},
        replaces=overlay.replaces,
        table=tuple(rows),
        minima=tuple(
            Minimum.model_validate({"class": name, "value": need}) for name, need in overlay.requires.items()
        ),
    )
