"""Declarations, their steps and the desks, as programs see them."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args
from uuid import UUID

from pydantic import Field, PlainSerializer, WithJsonSchema

import rules.activity
from issuer.evidence.schemas import ProofAnswer, proof_answer
from issuer.portal.schemas import Hours, Line, Part, Whole, Yes
from issuer.registration.desk import Case, Group
from issuer.registration.likeness import Twin
from issuer.registration.own import Own
from issuer.registration.procedure import REASONS, Step
from issuer.registration.reading import BY_AUTHORITY, BY_EMPLOYER, NOT_DECLARED, OURS
from rules.activity import Status
from rules.scalars import Hours as Figure


def _plain(value: Any) -> Any:
    """Exact figures as JSON numbers, as they are declared: at most two decimals, so nothing is lost."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def _declared() -> Iterator[dict[str, Any]]:
    """What may be declared, one schema a category: the rules' own, without what others fill in."""
    for kind in get_args(get_args(rules.activity.Activity)[0]):
        schema = kind.model_json_schema()
        parts = schema.pop("$defs", {})
        category = schema["properties"]["category"]["const"]
        if category in NOT_DECLARED:
            continue
        later = OURS | BY_EMPLOYER.get(category, {}).keys() | BY_AUTHORITY.get(category, {}).keys()
        for name in later:
            schema["properties"].pop(name, None)
        schema["required"] = [name for name in schema["required"] if name not in later]
        yield _inlined({**schema, "title": kind.__name__}, parts)


def _inlined(value: Any, parts: Mapping[str, Any]) -> Any:
    if isinstance(value, dict):
        if "$ref" in value:
            return _inlined(parts[value["$ref"].rpartition("/")[2]], parts)
        return {name: _inlined(one, parts) for name, one in value.items()}
    return [_inlined(one, parts) for one in value] if isinstance(value, list) else value


Activity = Annotated[dict[str, Any], PlainSerializer(_plain, return_type=dict[str, Any])]
"""An activity in an answer: the fields of its category, hours as numbers."""
Declared = Annotated[dict[str, Any], WithJsonSchema({"oneOf": list(_declared())})]
"""An activity as it is declared."""
Title = Annotated[Line, Field(max_length=120)]
Words = Annotated[str, Field(max_length=400)]
ReasonCode = Annotated[str, Field(json_schema_extra={"enum": list(REASONS)}, max_length=3)]


class DraftAsked(Part):
    """What a professional declares. `corrects` is a registered declaration that this one replaces."""

    title: Title
    activity: Declared
    corrects: UUID | None = None


class RevisionAsked(Part):
    """A draft or returned declaration, filled in anew."""

    title: Title
    activity: Declared


class StepAsked(Part):
    """A step. `true` and `another` are the declarant's word at submission: that the content is true, and that a
    look-alike is another activity. `attests` and `determinedHours` are the employer's at review.
    """

    step: Step
    reason: ReasonCode | None = None
    words: Words = ""
    true: Yes = False
    another: Yes = False
    attests: Yes = False
    determined_hours: Figure | None = None


class DeskStepAsked(Part):
    """A step on one declaration of a batch, with the turn that was seen."""

    declaration: UUID
    turn: Whole
    step: Literal[Step.APPROVE, Step.RETURN, Step.REJECT, Step.REGISTER, Step.REVERSE]
    reason: ReasonCode | None = None
    words: Words = ""
    attests: Yes = False
    determined_hours: Figure | None = None


class BatchAsked(Part):
    """Steps on several declarations. One that is refused stops no other."""

    items: Annotated[tuple[DeskStepAsked, ...], Field(min_length=1, max_length=50)]


class StepAnswer(Part):
    """A step that was taken: by duty, never by name."""

    duty: str
    step: str
    reason: str | None
    words: str
    at: datetime


class DeclarationAnswer(Part):
    """One's own declaration. Its ETag is its turn."""

    id: UUID
    turn: int
    title: str
    state: Status
    self_verified: bool
    activity: Activity
    proofs: tuple[ProofAnswer, ...]
    steps: tuple[StepAnswer, ...]


class DeclarationInList(Part):
    """A declaration in a list."""

    id: UUID
    turn: int
    title: str
    category: str
    state: Status
    changed_at: datetime


class StandingAnswer(Part):
    """What became of a declaration."""

    id: UUID
    turn: int
    state: Status


class OutcomeAnswer(Part):
    """What became of one of a batch: its new state, or the problem that says why nothing was done."""

    declaration: UUID
    state: Status | None
    problem: dict[str, Any] | None


class OutcomesAnswer(Part):
    """What became of a batch, in the order asked."""

    items: tuple[OutcomeAnswer, ...]


class TwinAnswer(Part):
    """Another declaration or record that looks alike, and why. `hours` are 0 while it is under way."""

    title: str
    first: str
    last: str
    hours: Hours
    state: str
    channel: str
    why: tuple[str, ...]


class PreviewAnswer(Part):
    """What the rules would make of a declaration today: its line, and the year without and with it."""

    line: dict[str, Any] | None
    before: dict[str, Any]
    after: dict[str, Any]
    twins: tuple[TwinAnswer, ...]


class GroupAnswer(Part):
    """Declarations of one event that wait at a desk."""

    id: UUID
    category: str
    title: str
    people: int
    since: datetime


class CaseAnswer(Part):
    """One person's declaration at a desk. `acted`: the caller had another duty on it, so somebody else must act."""

    id: UUID
    turn: int
    name: str
    masked_identifier: str
    employer: str
    activity: Activity
    line: dict[str, Any] | None
    twins: tuple[TwinAnswer, ...]
    proofs: tuple[ProofAnswer, ...]
    acted: bool
    self_verified: bool


def declaration_answer(one: Own) -> DeclarationAnswer:
    """Tell of one's own declaration."""
    return DeclarationAnswer(
        id=one.id,
        turn=one.turn,
        title=one.title,
        state=Status(one.state),
        self_verified=one.self_verified,
        activity=_without_state(one.facts),
        proofs=tuple(map(proof_answer, one.proofs)),
        steps=tuple(
            StepAnswer(duty=step.duty, step=step.step, reason=step.reason, words=step.words, at=step.at)
            for step in one.steps
        ),
    )


def preview_answer(one: Own) -> PreviewAnswer:
    """Tell what the rules would make of it."""
    return PreviewAnswer(
        line=None if one.line is None else one.line.to_json(),
        before=one.before.to_json(),
        after=one.after.to_json(),
        twins=tuple(map(_twin, one.twins)),
    )


def group_answer(one: Group) -> GroupAnswer:
    """Tell of a group."""
    return GroupAnswer(id=one.id, category=one.category, title=one.title, people=one.people, since=one.since)


def case_answer(one: Case) -> CaseAnswer:
    """Tell of a case."""
    return CaseAnswer(
        id=one.id,
        turn=one.turn,
        name=one.name,
        masked_identifier=one.masked,
        employer=one.employer,
        activity=_without_state(one.facts),
        line=None if one.line is None else one.line.to_json(),
        twins=tuple(map(_twin, one.twins)),
        proofs=tuple(map(proof_answer, one.proofs)),
        acted=one.acted,
        self_verified=one.self_verified,
    )


def _without_state(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The state is told beside the activity, where it is kept up."""
    return {name: value for name, value in facts.items() if name != "status"}


def _twin(one: Twin) -> TwinAnswer:
    return TwinAnswer(
        title=one.title,
        first=one.first,
        last=one.last,
        hours=one.hours,
        state=one.state,
        channel=one.channel,
        why=tuple(str(why) for why in one.why),
    )
