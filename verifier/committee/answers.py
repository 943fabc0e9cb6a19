"""What became of one document: its report, or why there is none; as data, so that it can be kept and sent."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from verifier.errors import InputError
from verifier.evidence import read_evidence
from verifier.ground import Ground
from verifier.report import Outcome, Report
from verifier.sentences import next_step
from verifier.subjects import TransferSubject, YearFigures
from verifier.verify import verify_on


@dataclass(frozen=True)
class YearHours:
    """One year that a document certifies."""

    year: int
    professional: str
    public: str
    total: str
    credits: str
    complete: bool
    deemed: str
    """Articles under which the year is deemed complete, or postponed, joined; empty when none."""
    serial: str


@dataclass(frozen=True)
class Answer:
    """One document. Person and years are those that the issuer signed; empty when check 4 did not pass."""

    file: str
    sha256: str
    verdict: str
    """A verdict, or "unusable"."""
    why: str
    """In Chinese: what failed or was not done, or why it cannot be used."""
    document: str = ""
    issuer: str = ""
    serial: str = ""
    version: int = 0
    name: str = ""
    identifier: str = ""
    successor: str = ""
    years: tuple[YearHours, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Return it as data."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, object]) -> "Answer":
        """Read what `to_json` wrote.

        Raises:
            TypeError, KeyError: something else.
        """
        fields = dict(value)
        years = fields.pop("years")
        if not isinstance(years, list):
            raise TypeError("years")
        return cls(**fields, years=tuple(YearHours(**year) for year in years))  # type: ignore[arg-type]  # checked by what it builds


def answer(name: str, data: bytes, ground: Ground) -> Answer:
    """Verify one document."""
    digest = hashlib.sha256(data).hexdigest()
    try:
        report = verify_on(read_evidence(data, name), ground)
    except InputError as error:
        return Answer(name, digest, "unusable", error.message)
    return of_report(report, digest)


def of_report(report: Report, digest: str) -> Answer:
    """Take from a report what a table needs."""
    wrong = [c for c in report.checks if c.outcome in {Outcome.FAILED, Outcome.NOT_DONE}]
    worst = [c for c in wrong if c.outcome is Outcome.FAILED] or wrong
    why = "；".join(
        [f"（{c.number}）{c.detail.zh.rstrip('。')}" for c in worst]
        + [w.says.zh.rstrip("。") for w in report.warnings]
    )
    credential = report.credential
    if credential is None or report.check(4).outcome is not Outcome.PASSED:
        return Answer(report.file, digest, report.verdict.value, why or next_step(report).zh)
    subject = credential.credential_subject
    if isinstance(subject, TransferSubject):
        years = tuple(_year(row, row.certificate) for row in subject.years)
    else:
        years = (_year(subject, subject.serial),)
    return Answer(
        report.file,
        digest,
        report.verdict.value,
        why,
        credential.document.zh,
        report.issuer.zh if report.issuer else "",
        subject.serial,
        subject.version,
        subject.name,
        subject.identifier,
        report.successor or "",
        years,
    )


def _year(figures: YearFigures, serial: str) -> YearHours:
    return YearHours(
        figures.year,
        figures.hours.professional,
        figures.hours.public,
        figures.hours.total,
        figures.categories.get("credits", "0"),
        figures.conclusion == "complete",
        "、".join(
            f"顺延（{article}）" if name == "deferred" else article
            for flag in figures.deemed
            for name, article in flag.items()
        ),
        serial,
    )
