"""Findings, as programs see them."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from issuer.findings.reading import Found, Listed
from issuer.findings.way import WORDS_MOST, Kind, Sort, State, Step
from issuer.people.schemas import Year
from issuer.portal.schemas import Part

Words = Annotated[str, Field(min_length=1, max_length=WORDS_MOST)]


class FindingAsked(Part):
    """What an inspector writes. `id` and `year`: of what it is about: a declaration or transfer by id, a unit by code, or a
    person by id with the year.
    """

    about: Sort
    id: Annotated[str, Field(min_length=1, max_length=40)]
    year: Year | None = None
    kind: Kind
    words: Words
    due: date


class FindingStepAsked(Part):
    """A step: `answer`, `close`, or `reopen` with a new `due`."""

    step: Step
    words: Words
    due: date | None = None


class FindingStanding(Part):
    """Where a finding stands. Its ETag is its turn."""

    id: UUID
    state: State


class FindingInList(Part):
    """A finding in a list. `subject`: as `id` where it was written. `name`: told to who answers, not to inspectors."""

    id: UUID
    about: Sort
    subject: str
    title: str
    year: int | None
    kind: Kind
    due: date
    late: bool
    state: State
    place: str
    changed_at: datetime
    name: str | None
    masked_identifier: str | None


class FindingStepAnswer(Part):
    """A step. `by`: the login, told to inspectors; `index`: of its entry in the ledger."""

    step: Step
    duty: str
    words: str
    due: date | None
    at: datetime
    by: str | None
    index: int | None


class FindingAnswer(FindingInList):
    """A finding with its way, and the steps that the caller can take now. Its ETag is its turn."""

    turn: int
    steps: tuple[FindingStepAnswer, ...]
    may: tuple[Step, ...]


def in_list(one: Listed) -> FindingInList:
    """Tell of a finding in short."""
    return FindingInList(**_of(one))


def finding_answer(found: Found) -> FindingAnswer:
    """Tell of a finding whole."""
    steps = tuple(FindingStepAnswer(**vars(step)) for step in found.steps)
    return FindingAnswer(**_of(found.listed), turn=found.listed.turn, steps=steps, may=found.may)


def _of(one: Listed) -> dict[str, object]:
    told = {name: value for name, value in vars(one).items() if name in FindingInList.model_fields}
    return told | {"masked_identifier": one.masked}
