"""From a decision to the credential that will be signed. No clock, no key, no database: all are arguments."""

from dataclasses import dataclass
from datetime import datetime

from issuer.config import Settings
from issuer.registration.roster import Judged
from rules.decision import Decision, Line, Required, hours_text
from verifier.credential import (
    CONTEXT_PATH,
    W3C_CONTEXT,
    CompletionCertificate,
    Credential,
    ExceptionNote,
    Hours,
    HoursStatement,
    StatementLine,
    StatementSubject,
    StatusEntry,
    Subject,
    digest_lines,
    encode_lines,
    moment_text,
)
from verifier.status import Purpose

EXCEPTION = "exception:"


@dataclass(frozen=True)
class Slot:
    """A place in the status lists, drawn at random: what the serial is made of."""

    list_number: int
    index: int

    def serial(self, year: int) -> str:
        return f"GS{year}-{self.index:07d}-{self.list_number}"


@dataclass(frozen=True)
class Edition:
    """Which version of a year's record this is, its place in the status lists, and the moment of issuing (UTC)."""

    version: int
    slot: Slot
    now: datetime


def build(
    settings: Settings, entry: Judged, decision: Decision, edition: Edition
) -> tuple[Credential, bytes | None]:
    """Make the credential of a decided year, and lines.json where it is a statement.

    A complete year gets the completion certificate; any other a statement of hours, which is never mistaken for one.
    """
    lines = None if decision.complete else encode_lines([_line(line) for line in decision.lines])
    seconds = int(edition.now.timestamp())
    envelope = {
        "context": (W3C_CONTEXT, f"{settings.base_url}{CONTEXT_PATH}"),
        "iss": settings.did,
        "issuer": settings.did,
        "iat": seconds,
        "valid_from": moment_text(seconds),
        "credential_status": _status(settings, edition.slot),
    }
    subject = _subject(entry, decision, edition)
    if lines is None:
        return CompletionCertificate.model_validate(
            {**envelope, "credential_subject": Subject.model_validate(subject)}
        ), None
    statement = StatementSubject.model_validate({**subject, "lines": digest_lines(lines)})
    return HoursStatement.model_validate({**envelope, "credential_subject": statement}), lines


def remake(settings: Settings, before: Credential, edition: Edition) -> Credential:
    """Make the next version of a credential: the same facts, another number, place and moment."""
    seconds, subject = int(edition.now.timestamp()), before.credential_subject
    serial = edition.slot.serial(int(subject.serial[2:6]))
    return before.model_copy(
        update={
            "iat": seconds,
            "valid_from": moment_text(seconds),
            "credential_status": _status(settings, edition.slot),
            "credential_subject": subject.model_copy(update={"serial": serial, "version": edition.version}),
        }
    )


def _subject(entry: Judged, decision: Decision, edition: Edition) -> dict[str, object]:
    return {
        "serial": edition.slot.serial(decision.year),
        "version": edition.version,
        "name": entry.name,
        "identifier": entry.masked,
        "employer": entry.employer,
        "year": decision.year,
        "hours": _hours(decision),
        "required": _hours(decision.required),
        "categories": {name: hours_text(hours) for name, hours in decision.categories.items()},
        "deemed": tuple({flag: article} for flag, article in decision.deemed_articles),
        "conclusion": "complete" if decision.complete else "incomplete",
        "rules": tuple(_rule(rule) for rule in decision.rules),
        "registrar": entry.affiliation.registrar,
        "self_verified": entry.affiliation.self_verified,
    }


def _status(settings: Settings, slot: Slot) -> tuple[StatusEntry, StatusEntry]:
    def entry(purpose: Purpose, letter: str) -> StatusEntry:
        url = f"{settings.base_url}/status/{letter}{slot.list_number}"
        return StatusEntry(
            status_purpose=purpose, status_list_index=str(slot.index), status_list_credential=url
        )

    return entry("revocation", "r"), entry("refresh", "s")


def _line(line: Line) -> StatementLine:
    return StatementLine.model_validate(
        {
            "activity": line.activity,
            "category": line.category,
            "subject": line.subject,
            "claimed": hours_text(line.claimed),
            "recognised": hours_text(line.recognised),
            "article": line.article,
            "reason": "".join(cut.zh for cut in line.cuts),
        }
    )


def _hours(figures: Decision | Required) -> Hours:
    return Hours(
        professional=hours_text(figures.professional),
        public=hours_text(figures.public),
        total=hours_text(figures.total),
    )


def _rule(rule: str) -> str | ExceptionNote:
    if rule.startswith(EXCEPTION):
        return ExceptionNote(exception=rule.removeprefix(EXCEPTION))
    return rule
