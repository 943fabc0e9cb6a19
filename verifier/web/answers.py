"""What the service answers, as types: read from a worker, shown on pages, described in OpenAPI.

The report's keys are those of `verifier.report.Report.to_json`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from verifier.report import Lack, Outcome, Verdict
from verifier.sources import Situation


class _Part(BaseModel):
    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        hide_input_in_errors=True,
    )


class Words(_Part):
    """The same words in Chinese and in English."""

    zh: str
    en: str


class Document(Words):
    """What kind of document the credential is."""

    type: str


class CheckAnswer(_Part):
    """One of the eleven checks."""

    number: int
    code: str
    name: Words
    outcome: Outcome
    detail: Words
    against: str
    """What it was measured against."""
    measured: Words
    """The same in words."""
    lack: Lack | Literal[""]
    """Of a check that was not done, what it wants; empty where it waits for another check, and of all others."""


class Warned(Words):
    """Something to know that decides nothing."""

    code: str


class TrustAnswer(_Part):
    """The trust data that the answer rests on."""

    number: int
    issued: datetime
    expires: datetime
    source: str
    situation: Situation
    as_of: datetime | None
    """A bundle's age: the moment of its oldest status list."""


class ReportAnswer(_Part):
    """The whole report about one input. `verdict` is the answer; it is genuine only when every needed check passed."""

    file: str
    input: str
    verdict: Verdict
    headline: Words
    next_step: Words
    document: Document | None
    issuer: Words | None
    subject: Mapping[str, Any] | None
    """What the credential says. Worth relying on only when check 4, the signature, passed."""
    successor: str | None
    checks: tuple[CheckAnswer, ...]
    warnings: tuple[Warned, ...]
    trust: TrustAnswer
    checked_at: datetime


class RowAnswer(_Part):
    """One item of the signed data beside what is visible (verifier.web.comparison.Row)."""

    field: str
    label: Words
    signed: str
    visible: str | None
    same: bool | None


class Verified(_Part):
    """What a worker answers for an input that can be verified."""

    report: ReportAnswer
    summary: Words | None
    """Who, which year, how many hours; None when nothing in the input is signed data."""
    tally: Words
    """How many checks ended how."""
    rows: tuple[RowAnswer, ...]


class Alive(_Part):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Ready(_Part):
    """The trust list opens. `current` is false once it has expired: then no verdict can be genuine."""

    status: Literal["ready"] = "ready"
    number: int = Field(examples=[7])
    issued: datetime
    expires: datetime
    age_seconds: int = Field(examples=[3600])
    current: bool
    as_of: datetime | None
    """A bundle's age: the moment of its oldest status list; null without one."""
