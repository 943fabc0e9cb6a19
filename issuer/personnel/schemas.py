"""Where people belong and how that changes, as programs see it."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, RootModel

from issuer.evidence.schemas import ProofAnswer, Tickets, proof_answer
from issuer.people.affiliation import AffiliationKind
from issuer.people.schemas import Code, LookupAsked, Year
from issuer.personnel.reading import Listed, One, Spell
from issuer.personnel.way import REJECTS, State, Step
from issuer.portal.schemas import Line, Part
from issuer.registration.procedure import Duty
from issuer.registration.schemas import ReasonCode, StepAnswer, Words


class SpellAnswer(Part):
    """Where somebody belonged, both days included; `last` is null while it lasts."""

    kind: AffiliationKind
    unit: str | None
    agency: str | None
    first: date
    last: date | None


class SeriesAnswer(Part):
    """The title series of a year."""

    year: int
    series: str


class HistoryAnswer(Part):
    """Where the caller belonged, the latest first, and the title series by year."""

    items: tuple[SpellAnswer, ...]
    series: tuple[SeriesAnswer, ...]


class EmployerAsked(Part):
    """Another employer from `first` on, by codes: a unit, a personnel agency that keeps the file, or both. A unit that
    takes somebody on names the person's `document`. `proofs`: files that were kept before (`PUT /api/proofs/…`).
    """

    kind: Literal["employer"]
    unit: Code | None = None
    agency: Code | None = None
    first: date
    document: LookupAsked | None = None
    words: Words = ""
    proofs: Tickets = ()


class SeriesAsked(Part):
    """The title series of a year, set or corrected. The person's unit names the `document`."""

    kind: Literal["series"]
    year: Year
    series: Annotated[Line, Field(max_length=40)]
    document: LookupAsked | None = None
    words: Words = ""
    proofs: Tickets = ()


class ChangeAsked(RootModel[Annotated[EmployerAsked | SeriesAsked, Field(discriminator="kind")]]):
    """A change of the caller's own file, or of the file of whom the caller's unit takes on or employs."""


class ChangeStepAsked(Part):
    """A step. A rejection has a reason."""

    step: Literal[Step.AGREE, Step.REGISTER, Step.REJECT, Step.WITHDRAW]
    reason: ReasonCode | None = Field(default=None, json_schema_extra={"enum": [*REJECTS, None]})
    words: Words = ""


class ChangeInList(Part):
    """A change in a list, with whom it is about."""

    id: UUID
    kind: Literal["employer", "series"]
    turn: int
    state: State
    asked_by: Duty
    name: str
    masked_identifier: str
    unit: str | None
    agency: str | None
    first: date | None
    year: int | None
    series: str | None
    self_verified: bool
    changed_at: datetime


class ChangeAnswer(ChangeInList):
    """A change with its way so far. Its ETag is its turn; `may`: the steps that the caller can take now."""

    proofs: tuple[ProofAnswer, ...]
    steps: tuple[StepAnswer, ...]
    may: tuple[Step, ...]


class ChangeStanding(Part):
    """What became of a change."""

    id: UUID
    turn: int
    state: State


def spell_answer(one: Spell) -> SpellAnswer:
    """Tell of a time somewhere."""
    return SpellAnswer(
        kind=AffiliationKind(one.kind), unit=one.unit, agency=one.agency, first=one.first, last=one.last
    )


def in_list(one: Listed) -> ChangeInList:
    """Tell of a change in short."""
    return ChangeInList(**_of(one))


def change_answer(one: One) -> ChangeAnswer:
    """Tell of a change with its steps."""
    steps = tuple(
        StepAnswer(duty=step.duty, step=step.step, reason=step.reason, words=step.words, at=step.at)
        for step in one.steps
    )
    return ChangeAnswer(
        **_of(one.listed), proofs=tuple(map(proof_answer, one.proofs)), steps=steps, may=one.may
    )


def _of(one: Listed) -> dict[str, object]:
    return {
        "id": one.id,
        "kind": one.kind,
        "turn": one.turn,
        "state": one.state,
        "asked_by": one.asked_by,
        "name": one.name,
        "masked_identifier": one.masked,
        "unit": one.unit,
        "agency": one.agency,
        "first": one.first,
        "year": one.year,
        "series": one.series,
        "self_verified": one.self_verified,
        "changed_at": one.changed_at,
    }
