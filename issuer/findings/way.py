"""The way of a finding (Art. 14, 15), pure: which step leads where, and whose it is.

open ─answer▶ answered ─close▶ closed
  ▲ reopen │               │ reopen
  └────────┴───────────────┘

Two people: the inspector's steps are never taken by who answered, and the other way round.
"""

from dataclasses import dataclass
from enum import StrEnum

from issuer.registration.errors import StepRefused

WORDS_MOST = 1000


class Sort(StrEnum):
    """What a finding is about."""

    DECLARATION = "declaration"
    UNIT = "unit"
    YEAR = "year"
    TRANSFER = "transfer"


class Kind(StrEnum):
    """What is the matter."""

    EVIDENCE = "evidence"
    HOURS = "hours"
    DUPLICATE = "duplicate"
    PROCEDURE = "procedure"
    FORMALITY = "formality"
    LATE = "late"
    DATA = "data"
    OTHER = "other"


class State(StrEnum):
    """Whom it waits for: the authority, the inspector, nobody."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class Duty(StrEnum):
    """In which capacity a step is taken."""

    INSPECTOR = "inspector"
    VERIFIER = "verifier"


class Step(StrEnum):
    """What somebody does to it."""

    WRITE = "write"
    ANSWER = "answer"
    CLOSE = "close"
    REOPEN = "reopen"


@dataclass(frozen=True)
class Way:
    """Where a step leads, and whose it is."""

    duty: Duty
    to: State


WRITTEN = Way(Duty.INSPECTOR, State.OPEN)
_WAYS: dict[State, dict[Step, Way]] = {
    State.OPEN: {Step.ANSWER: Way(Duty.VERIFIER, State.ANSWERED)},
    State.ANSWERED: {Step.CLOSE: Way(Duty.INSPECTOR, State.CLOSED), Step.REOPEN: WRITTEN},
    State.CLOSED: {Step.REOPEN: WRITTEN},
}


def steps(state: State) -> dict[Step, Way]:
    """Every step that leads on from a state."""
    return _WAYS[state]


def way(state: State, step: Step) -> Way:
    """Find where a step leads.

    Raises:
        StepRefused: nowhere from this state.
    """
    found = _WAYS[state].get(step)
    if found is None:
        raise StepRefused("这条检查意见现在不能这样办理 the finding cannot be dealt with like this now")
    return found


def read_words(text: str) -> str:
    """What somebody wrote, on one line.

    Raises:
        StepRefused: nothing, too much, or what does not print.
    """
    plain = " ".join(text.split())
    if not 0 < len(plain) <= WORDS_MOST or not plain.isprintable():
        raise StepRefused(
            f"请写明情况，最多 {WORDS_MOST} 字 say what it is, in 1 to {WORDS_MOST} printable characters"
        )
    return plain
