"""What only an authority enters, and what each kind must say. Pure: read strictly, once, into frozen types."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from issuer.governance.offices import Change, ChangeKind
from issuer.people.schemas import Year
from issuer.registration.entered import EntryKind
from rules.errors import FactsError
from rules.refusals import facts_error
from verifier.status import Reason
from verifier.subjects import Serial

Words = Annotated[str, Field(min_length=1, max_length=100)]
Figure = Annotated[Decimal, Field(ge=0, le=8784, decimal_places=2)]


TWO_PEOPLE: frozenset[EntryKind | ChangeKind] = frozenset(
    {EntryKind.EXAM, EntryKind.EXAM_END, EntryKind.INTERPRETATION, EntryKind.REVOCATION, *ChangeKind}
)
"""Kinds that one person proposes and another confirms."""


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Filing(_Body):
    """Years for which an assignment of a person is filed; `kind` such as 援藏, 挂职."""

    kind: Literal[EntryKind.FILING] = EntryKind.FILING
    years: Annotated[tuple[Year, ...], Field(min_length=1, max_length=10)]


class Exam(_Body):
    """An examination by the name that certificates carry, valid for approvals from `first` to `last`, both included."""

    kind: Literal[EntryKind.EXAM] = EntryKind.EXAM
    name: Words
    first: date
    last: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last is not None and self.last < self.first:
            raise ValueError("结束日早于起始日 the last day is before the first")
        return self


class ExamEnd(_Body):
    """The last day of approvals for which an examination stands on the list. Those of before stay."""

    kind: Literal[EntryKind.EXAM_END] = EntryKind.EXAM_END
    name: Words
    last: date


class Contest(_Body):
    """A recognised contest, by the key that declarations name."""

    kind: Literal[EntryKind.CONTEST] = EntryKind.CONTEST
    event_key: Words
    title: Words


class DeferralGrant(_Body):
    """A postponement of a year until `due`. The reason is a code; what lies behind it is nobody's business here."""

    kind: Literal[EntryKind.DEFERRAL] = EntryKind.DEFERRAL
    year: Year
    reason_code: Literal["injury", "illness", "pregnancy", "other"]
    due: date

    @model_validator(mode="after")
    def _later(self) -> Self:
        if self.due.year <= self.year:
            raise ValueError("补学期限应在以后年度 the due day lies in a later year")
        return self


class MakeUp(_Body):
    """One registered activity counts for the deferred `year`, and for that only."""

    kind: Literal[EntryKind.MAKE_UP] = EntryKind.MAKE_UP
    year: Year
    activity: Words


class ExceptionGrant(_Body):
    """An exception for a person's year: exactly one of `cap`, `daily_cap` and `minimum`, in hours."""

    kind: Literal[EntryKind.EXCEPTION] = EntryKind.EXCEPTION
    year: Year
    category: Literal[
        "self_study", "achievement", "expert_service", "training", "professional", "academic", "contest"
    ]
    cap: Figure | None = None
    daily_cap: Figure | None = None
    minimum: Figure | None = None

    @model_validator(mode="after")
    def _one_figure(self) -> Self:
        if sum(figure is not None for figure in (self.cap, self.daily_cap, self.minimum)) != 1:
            raise ValueError("只填一个数字 exactly one figure is given")
        if (self.minimum is not None) != (self.category == "professional"):
            raise ValueError("最低学时只用于专业科目 a minimum is of the professional subject")
        return self


class Interpretation(_Body):
    """What the interpreting authority said of a parameter, and from which day on. The text is public."""

    kind: Literal[EntryKind.INTERPRETATION] = EntryKind.INTERPRETATION
    parameter: Words
    text: Annotated[str, Field(min_length=1, max_length=2000)]
    first: date


class Revocation(_Body):
    """A certificate that is false, with the reason that status lists tell."""

    kind: Literal[EntryKind.REVOCATION] = EntryKind.REVOCATION
    serial: Serial
    code: Reason


Body = (
    Filing
    | Exam
    | ExamEnd
    | Contest
    | DeferralGrant
    | MakeUp
    | ExceptionGrant
    | Interpretation
    | Revocation
    | Change
)


def years_of(body: Body) -> frozenset[int]:
    """The years that an entry names; none, where it is not about a year."""
    match body:
        case Filing():
            return frozenset(body.years)
        case DeferralGrant() | MakeUp() | ExceptionGrant():
            return frozenset({body.year})
        case _:
            return frozenset()


class _Any(BaseModel):
    model_config = ConfigDict(extra="forbid")

    body: Annotated[Body, Field(discriminator="kind")]


def kind_of(text: str) -> EntryKind | ChangeKind:
    """The kind by its name.

    Raises:
        ValueError: there is none.
    """
    return ChangeKind(text) if text in set(ChangeKind) else EntryKind(text)


def stored_body(text: str) -> Body:
    """Read an entry's content as it was stored."""
    return _Any.model_validate_json(f'{{"body":{text}}}').body


def read_body(raw: Mapping[str, Any]) -> Body:
    """Read an entry's content: `kind` and the fields of its kind.

    Raises:
        FactsError: pointer into `raw`, what was expected.
    """
    try:
        return _Any.model_validate({"body": dict(raw)}).body
    except ValidationError as error:
        found = facts_error(error)
        raise FactsError(found.pointer.removeprefix("/body"), found.expected, found.message) from None
