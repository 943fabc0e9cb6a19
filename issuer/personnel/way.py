"""The way of a change in somebody's file (Art. 8, 10), pure: which step leads where, and whose duty it is.

asked ─agree▶ agreed ─register▶ registered
  │ reject, withdraw   │ reject, withdraw

Person and unit must both say yes: one asks, the other agrees. Then the authority registers.
"""

from dataclasses import dataclass
from enum import StrEnum

from issuer.registration.errors import StepRefused
from issuer.registration.procedure import Duty


class State(StrEnum):
    """Where a change stands. Only what is registered has effect."""

    ASKED = "asked"
    AGREED = "agreed"
    REGISTERED = "registered"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


OPEN = (State.ASKED, State.AGREED)


class Step(StrEnum):
    """What somebody does to it."""

    ASK = "ask"
    AGREE = "agree"
    REGISTER = "register"
    REJECT = "reject"
    WITHDRAW = "withdraw"


@dataclass(frozen=True)
class Way:
    """Where a step leads, and whose it is."""

    duty: Duty
    to: State


REJECTS = ("R05", "R08", "R99")
"""Reason codes (`registration.procedure`) that a rejection of a change can have."""


def other_side(asked_by: Duty) -> Duty:
    """Who has to agree: the unit to what its new colleague asks, the person to what a unit asks."""
    return Duty.REVIEWER if asked_by is Duty.DECLARANT else Duty.DECLARANT


def steps(state: State, asked_by: Duty) -> dict[Step, Way]:
    """Every step that leads on from a state, for what `asked_by` asked."""
    match state:
        case State.ASKED:
            other = other_side(asked_by)
            return {
                Step.AGREE: Way(other, State.AGREED),
                Step.REJECT: Way(other, State.REJECTED),
                Step.WITHDRAW: Way(asked_by, State.WITHDRAWN),
            }
        case State.AGREED:
            return {
                Step.REGISTER: Way(Duty.VERIFIER, State.REGISTERED),
                Step.REJECT: Way(Duty.VERIFIER, State.REJECTED),
                Step.WITHDRAW: Way(asked_by, State.WITHDRAWN),
            }
        case _:
            return {}


def way(state: State, asked_by: Duty, step: Step) -> Way:
    """Find where a step leads.

    Raises:
        StepRefused: it leads nowhere from this state.
    """
    found = steps(state, asked_by).get(step)
    if found is None:
        raise StepRefused(
            "这项变更已经办结，不能再办理 this change is closed: nothing more can be done to it"
        )
    return found


def read_reason(step: Step, code: str | None, words: str) -> tuple[str | None, str]:
    """Check the reason of a step: a rejection has a code, and words where the code demands them.

    Raises:
        StepRefused: no code, one that is none, R99 without words, or more than 400 characters.
    """
    words = " ".join(words.split())
    if len(words) > 400 or not (words.isprintable() or not words):
        raise StepRefused("说明最多 400 字 at most 400 printable characters of explanation")
    if step is not Step.REJECT:
        return None, words
    if code not in REJECTS:
        raise StepRefused("请选择不同意的原因 choose a reason")
    if code == "R99" and not words:
        raise StepRefused("选择“其他”时，请写明原因 with R99, write the reason")
    return code, words
