"""What was registered, as programs see it."""

from datetime import datetime
from uuid import UUID

from issuer.evidence.schemas import ProofAnswer, proof_answer
from issuer.portal.schemas import Part
from issuer.registered.service import Entry, One
from issuer.registration.schemas import StepAnswer
from rules.activity import Status


class RegisteredInList(Part):
    """A registration in a list."""

    id: UUID
    title: str
    category: str
    state: Status
    name: str
    masked_identifier: str
    changed_at: datetime


class RegisteredAnswer(RegisteredInList):
    """A registration with its way and proofs; `serials`: documents that count it and stand. Its ETag is its turn."""

    turn: int
    first: str
    last: str
    self_verified: bool
    proofs: tuple[ProofAnswer, ...]
    steps: tuple[StepAnswer, ...]
    serials: tuple[str, ...]


def in_list(one: Entry) -> RegisteredInList:
    """Tell of a registration in short."""
    return RegisteredInList(**_of(one))


def registered_answer(one: One) -> RegisteredAnswer:
    """Tell of a registration whole."""
    steps = tuple(
        StepAnswer(duty=step.duty, step=step.step, reason=step.reason, words=step.words, at=step.at)
        for step in one.steps
    )
    return RegisteredAnswer(
        **_of(one.entry), turn=one.turn, first=one.first, last=one.last, self_verified=one.self_verified,
        proofs=tuple(map(proof_answer, one.proofs)), steps=steps, serials=one.serials,
    )  # fmt: skip


def _of(one: Entry) -> dict[str, object]:
    return {
        "id": one.id,
        "title": one.title,
        "category": one.category,
        "state": Status(one.state),
        "name": one.name,
        "masked_identifier": one.masked,
        "changed_at": one.changed_at,
    }
