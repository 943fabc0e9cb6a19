"""Facts: everything the engine may know of one person's year. Read strictly, once, at the edge."""

from typing import Annotated, Literal

from pydantic import Discriminator, Field, PrivateAttr, Tag, ValidationError

from rules.activity import Activity
from rules.contradictions import refuse_contradictions
from rules.errors import FactsError
from rules.policy import Policy
from rules.refusals import facts_error
from rules.scalars import Day, Frozen, Hours, Name, Text, Word, Year

__all__ = ["Deferral", "ExceptionDecision", "Facts", "InlineOverlay", "parse_facts"]


class Deferral(Frozen):
    """A postponement: the reason as a code only. 第六条第（六）项第4目."""

    year: Year
    reason_code: Word
    employer_certificate: bool
    approved: bool
    due: Day


class ExceptionDecision(Frozen):
    """An authority's reasoned exception to an "in principle" figure (A38), or to the 一般 of Article 4 (A03).

    Exactly one of `cap` (hours a year), `daily_cap` (hours a day) and `minimum` (of the professional subject) is given.
    """

    category: Literal[
        "self_study", "achievement", "expert_service", "training", "professional", "academic", "contest"
    ]
    cap: Hours | None = None
    daily_cap: Hours | None = None
    minimum: Hours | None = None
    approved_by_authority: bool
    reason: Text
    decision_no: Name
    decided_on: Day | None = None


class InlineOverlay(Frozen):
    """A sector's rule written into the facts, for study only."""

    id: Name
    unit: Literal["credit", "hour"]
    replaces: Annotated[tuple[Literal["achievement", "exam"], ...], Field(strict=False)] = ()
    table: dict[Word, Hours] = Field(default_factory=dict)
    hours_per_credit: Hours | None = None
    requires: dict[Word, Hours] = Field(default_factory=dict)


def _overlay_shape(value: object) -> str:
    return "inline" if isinstance(value, dict | InlineOverlay) else "name"


Overlay = Annotated[
    Annotated[InlineOverlay, Tag("inline")] | Annotated[Name, Tag("name")], Discriminator(_overlay_shape)
]


class Facts(Frozen):
    """One person's year: the year, the day of judgement, and the records."""

    year: Year
    as_of: Day
    activities: Annotated[tuple[Activity, ...], Field(max_length=5000, strict=False)]
    deferrals: Annotated[tuple[Deferral, ...], Field(max_length=50, strict=False)] = ()
    exceptions: Annotated[tuple[ExceptionDecision, ...], Field(max_length=50, strict=False)] = ()
    keys_used_in_other_years: Annotated[tuple[Name, ...], Field(max_length=5000, strict=False)] = ()
    overlay: Overlay | None = None
    """An installed overlay, `id@version`; or, for study, one written out."""
    policy: Policy = Policy()
    """For study only: another reading of the pack's parameters."""
    born: Day | None = None
    """The day of birth where the caller knows it: nothing may have happened before."""
    _study: bool = PrivateAttr(default=False)

    @property
    def study(self) -> bool:
        """Whether the caller allowed what only study may use."""
        return self._study


def parse_facts(raw: object, *, study: bool = False) -> Facts:
    """Read one person's year from JSON values (numbers as int or Decimal, as `rules.reading.load_json` gives them).

    With `study`, overrides in `policy` and an inline `overlay` are accepted, and the decision says so.

    Raises:
        FactsError: an unknown or missing field, a figure or a day that cannot be, or facts that contradict themselves.
    """
    try:
        facts = Facts.model_validate(raw)
    except ValidationError as error:
        raise facts_error(error) from None
    refuse_contradictions(facts)
    if not study:
        _refuse_study(facts)
    facts._study = study  # noqa: SLF001  ours; a private attribute, so that no input can set it
    return facts


def _refuse_study(facts: Facts) -> None:
    if facts.policy.overrides():
        raise FactsError(
            "/policy",
            "空对象 / an empty object",
            "只有研究模式可以改写参数；输入不改写规章 / only study may override parameters: input never rewrites law",
        )
    for number, exception in enumerate(facts.exceptions):
        if exception.decided_on is None:
            raise FactsError(
                f"/exceptions/{number}/decided_on",
                "决定的日期 / the day of the decision",
                "例外认定须有文号和日期 / an exception has a document number and a date",
            )
    if isinstance(facts.overlay, InlineOverlay):
        raise FactsError(
            "/overlay",
            "已安装细则的“编号@版本” / id@version of an installed overlay",
            "只有研究模式可以自带行业细则；输入不改写规章 / only study may bring its own overlay: input never rewrites law",
        )
