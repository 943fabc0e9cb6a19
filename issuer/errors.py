"""Errors raised by issuer/.

* IssuerError
    - SettingsError     a setting, secret or key file is missing or cannot be used
    - InputRefused      the roster as given cannot be recorded; carries one Problem per place
    - DatabaseHeld      another process holds the writer's lock
    - NotFound          no record, credential or person by that name
    - ClockWentBack     this computer's clock is behind what the log has recorded
    - WorkerDied        a process that shared a batch's work ended before it had answered
    - ReleaseRefused    what was just made does not verify; nothing of it was saved
"""

from dataclasses import dataclass


class IssuerError(Exception):
    """Base class of every error raised by issuer/."""


class SettingsError(IssuerError):
    """A setting, a secret or a key file is missing, or cannot be used as it is."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with an input: where (RFC 6901 pointer), what was expected, and the words."""

    pointer: str
    expected: str
    message: str

    def __str__(self) -> str:
        return f"{self.pointer or '/'}: {self.message}（应为 expected: {self.expected}）"


class InputRefused(IssuerError):
    """The input cannot be recorded as it is. Nothing of it was."""

    def __init__(self, source: str, problems: tuple[Problem, ...]) -> None:
        self.source = source
        self.problems = problems
        super().__init__("\n".join(f"{source}: {problem}" for problem in problems))


class DatabaseHeld(IssuerError):
    """Another process holds the writer's lock of this SQLite database."""


class NotFound(IssuerError):
    """Nothing is recorded under that name."""


class ClockWentBack(IssuerError):
    """This computer's clock is behind the newest checkpoint: what would be signed now would bear a false date."""


class WorkerDied(IssuerError):
    """A process that shared the work of a batch ended half-way. What was written before stays."""


class ReleaseRefused(IssuerError):
    """What was just made does not pass the verifier; it is not released."""
