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
    TransferCertificate,
    TransferSubject,
    YearRow,
    digest_lines,
    encode_lines,
    moment_text,
)
from verifier.status import Purpose
from verifier.zone import SHANGHAI

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


@dataclass(frozen=True)
class Leaving:
    """All that a transfer certificate says of a person besides its own number, version and moment."""

    name: str
    masked: str
    employer: str
    registrar: str
    self_verified: bool
    years: tuple[YearRow, ...]


def build(
    settings: Settings, entry: Judged, decision: Decision, edition: Edition
) -> tuple[Credential, bytes | None]:
    """Make the credential of a decided year, and lines.json where it is a statement.

    A complete year gets the completion certificate; any other a statement of hours, which is never mistaken for one.
    """
    lines = None if decision.complete else encode_lines([_line(line) for line in decision.lines])
    envelope, subject = _envelope(settings, edition), _subject(entry, decision, edition)
    if lines is None:
        return CompletionCertificate.model_validate(
            {**envelope, "credential_subject": Subject.model_validate(subject)}
        ), None
    statement = StatementSubject.model_validate({**subject, "lines": digest_lines(lines)})
    return HoursStatement.model_validate({**envelope, "credential_subject": statement}), lines


def build_transfer(settings: Settings, leaving: Leaving, edition: Edition) -> TransferCertificate:
    """Make the transfer certificate of a person who leaves; the year of its number is the year of issue."""
    subject = TransferSubject(
        serial=edition.slot.serial(edition.now.astimezone(SHANGHAI).year),
        version=edition.version,
        name=leaving.name,
        identifier=leaving.masked,
        employer=leaving.employer,
        years=leaving.years,
        registrar=leaving.registrar,
        self_verified=leaving.self_verified,
    )
    return TransferCertificate.model_validate({**_envelope(settings, edition), "credential_subject": subject})


def remake(settings: Settings, before: Credential, edition: Edition) -> Credential:
    """Make the next version of a credential: the same facts, another number, place and moment."""
    seconds, subject = int(edition.now.timestamp()), before.credential_subject
    own_year = edition.now.astimezone(SHANGHAI).year if isinstance(subject, TransferSubject) else subject.year
    serial = edition.slot.serial(own_year)
    return before.model_copy(
        update={
            "iat": seconds,
            "valid_from": moment_text(seconds),
            "credential_status": _status(settings, edition.slot),
            "credential_subject": subject.model_copy(update={"serial": serial, "version": edition.version}),
        }
    )


def _envelope(settings: Settings, edition: Edition) -> dict[str, object]:
    seconds = int(edition.now.timestamp())
    return {
        "context": (W3C_CONTEXT, f"{settings.base_url}{CONTEXT_PATH}"),
        "iss": settings.did,
        "issuer": settings.did,
        "iat": seconds,
        "valid_from": moment_text(seconds),
        "credential_status": _status(settings, edition.slot),
    }


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
