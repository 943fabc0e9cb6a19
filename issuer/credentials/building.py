"""From a decision to the credential that will be signed. No clock, no key, no database: all are arguments."""

from dataclasses import dataclass
from datetime import datetime

from pydantic_core import to_json

from issuer.config import Settings
from issuer.registration.roster import Judged
from rules.decision import Decision, Line, Required, hours_text
from verifier.credential import (
    CONTEXT_PATH,
    W3C_CONTEXT,
    Credential,
    DocumentType,
    StatementLine,
    StatusEntry,
    TransferCertificate,
    TransferSubject,
    YearRow,
    digest_lines,
    encode_lines,
    moment_text,
)
from verifier.status import Purpose
from verifier.subjects import MEASURE, REGION, in_order
from verifier.zone import SHANGHAI

EXCEPTION = "exception:"
USUAL = {"region": REGION, "measure": MEASURE}
PURPOSES: tuple[tuple[Purpose, str], ...] = (("revocation", "r"), ("refresh", "s"))
"""What each of the two lists is for, and the letter in its address."""


@dataclass(frozen=True)
class Slot:
    """A place in the status lists, drawn at random: what the serial is made of."""

    list_number: int
    index: int

    def serial(self, letters: str, year: int) -> str:
        return f"{letters}{year}-{self.index:07d}-{self.list_number}"


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
    measure: str = MEASURE


@dataclass(frozen=True)
class Unsigned:
    """The bytes to be signed, and lines.json where it is a statement."""

    payload: bytes
    lines: bytes | None = None


def build(
    settings: Settings, entry: Judged, decision: Decision, edition: Edition, measure: str = MEASURE
) -> Unsigned:
    """Write the credential of a year that was decided by a `measure`.

    A complete year gets the completion certificate; any other a statement of hours, which is never mistaken for one.
    The fields are written once, by what writes the verifier's models, and read once, by the verifier's own reading when
    it is sealed: that refuses whatever is not, byte for byte, what `encode_payload` makes.
    """
    kind, subject, lines = DocumentType.COMPLETION, _subject(settings, entry, decision, edition), None
    subject |= _unusual(region=settings.region, measure=measure)
    if not decision.complete:
        kind, lines = DocumentType.STATEMENT, encode_lines([_line(line) for line in decision.lines])
        subject["lines"] = digest_lines(lines).model_dump(by_alias=True)
    seconds = int(edition.now.timestamp())
    payload = {
        "@context": [W3C_CONTEXT, f"{settings.base_url}{CONTEXT_PATH}"],
        "type": ["VerifiableCredential", kind],
        "iss": settings.did,
        "issuer": settings.did,
        "iat": seconds,
        "validFrom": moment_text(seconds),
        "credentialStatus": [
            {
                "type": "BitstringStatusListEntry",
                "statusPurpose": purpose,
                "statusListIndex": str(edition.slot.index),
                "statusListCredential": f"{settings.base_url}/status/{letter}{edition.slot.list_number}",
            }
            for purpose, letter in PURPOSES
        ],
        "credentialSubject": subject,
    }
    return Unsigned(to_json(payload), lines)


def build_transfer(settings: Settings, leaving: Leaving, edition: Edition) -> TransferCertificate:
    """Make the transfer certificate of a person who leaves; the year of its number is the year of issue."""
    subject = TransferSubject(
        serial=edition.slot.serial(settings.letters, edition.now.astimezone(SHANGHAI).year),
        version=edition.version,
        name=leaving.name,
        identifier=leaving.masked,
        employer=leaving.employer,
        years=leaving.years,
        region=settings.region,
        measure=leaving.measure,
        registrar=leaving.registrar,
        self_verified=leaving.self_verified,
    )
    return TransferCertificate.model_validate({**_envelope(settings, edition), "credential_subject": subject})


def remake(settings: Settings, before: Credential, edition: Edition) -> Credential:
    """Make the next version of a credential: the same facts, another number, place and moment."""
    seconds, subject = int(edition.now.timestamp()), before.credential_subject
    own_year = edition.now.astimezone(SHANGHAI).year if isinstance(subject, TransferSubject) else subject.year
    serial = edition.slot.serial(settings.letters, own_year)
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


def _subject(settings: Settings, entry: Judged, decision: Decision, edition: Edition) -> dict[str, object]:
    written = {name: hours_text(hours) for name, hours in decision.categories.items()}
    return {
        "serial": edition.slot.serial(settings.letters, decision.year),
        "version": edition.version,
        "name": entry.name,
        "identifier": entry.masked,
        "employer": entry.employer,
        "year": decision.year,
        "hours": _hours(decision),
        "required": _hours(decision.required),
        "categories": in_order(written),
        "deemed": [{flag: article} for flag, article in decision.deemed_articles],
        "conclusion": "complete" if decision.complete else "incomplete",
        "rules": [_rule(rule) for rule in decision.rules],
        "registrar": entry.affiliation.registrar,
        "selfVerified": entry.affiliation.self_verified,
    }


def _unusual(**said: str) -> dict[str, str]:
    """Return what is signed only where it is not the usual."""
    return {name: text for name, text in said.items() if text != USUAL[name]}


def _status(settings: Settings, slot: Slot) -> tuple[StatusEntry, ...]:
    return tuple(
        StatusEntry(
            status_purpose=purpose,
            status_list_index=str(slot.index),
            status_list_credential=f"{settings.base_url}/status/{letter}{slot.list_number}",
        )
        for purpose, letter in PURPOSES
    )


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


def _hours(figures: Decision | Required) -> dict[str, str]:
    return {
        "professional": hours_text(figures.professional),
        "public": hours_text(figures.public),
        "total": hours_text(figures.total),
    }


def _rule(rule: str) -> str | dict[str, str]:
    if rule.startswith(EXCEPTION):
        return {"exception": rule.removeprefix(EXCEPTION)}
    return rule
