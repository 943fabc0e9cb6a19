"""The signed data beside what stands on the page: the table that lets a reader see what was altered.

Only shown when the signature holds; until then there is no signed data. For a picture or a token there is no text to
compare, so the reader compares with the paper in hand.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from verifier import wording
from verifier.credential import Credential, parse_lines
from verifier.errors import CredentialError
from verifier.evidence import Evidence
from verifier.page import TEMPLATE, Difference, differences
from verifier.report import Outcome, Report

SIGNATURE, PAGE = 4, 10
"""Numbers of the check that makes data signed data, and of the one that compares the page with it."""
OTHER = "other"


@dataclass(frozen=True)
class Row:
    """One item: what is signed, what is visible (None: compare with the paper), and whether they agree."""

    field: str
    zh: str
    en: str
    signed: str
    visible: str | None
    same: bool | None

    def to_json(self) -> dict[str, object]:
        """Return the row with stable keys."""
        return {
            "field": self.field,
            "label": {"zh": self.zh, "en": self.en},
            "signed": self.signed,
            "visible": self.visible,
            "same": self.same,
        }


def compare(report: Report, evidence: Evidence) -> list[Row]:
    """Return the rows of the table; none when nothing in the input is signed data."""
    if report.credential is None or report.check(SIGNATURE).outcome is not Outcome.PASSED:
        return []
    found = _differences(report, report.credential, evidence)
    return [*_known(report.credential, found), *_added(found)]


def _differences(report: Report, credential: Credential, evidence: Evidence) -> list[Difference] | None:
    """Return where the page departs; None when its text decides nothing, so that no row can say "same"."""
    outcome = report.check(PAGE).outcome
    if outcome is Outcome.PASSED:
        return []
    if outcome is not Outcome.FAILED or evidence.text is None:
        return None
    try:
        lines = None if evidence.lines is None else parse_lines(evidence.lines)
    except CredentialError:
        return None
    # Check 10 also fails for what lies over the text or beside it; then the text alone proves nothing.
    return differences(credential, lines, evidence.text) or None


def _known(credential: Credential, found: list[Difference] | None) -> Iterator[Row]:
    for zh, en, signed, fields in _items(credential):
        if found is None:
            yield Row(fields[0], zh, en, signed, None, None)
            continue
        mine = [d for d in found if d.field in fields]
        visible = "；".join(dict.fromkeys(d.found or "（缺 missing）" for d in mine)) if mine else signed
        yield Row(fields[0], zh, en, signed, visible, not mine)


def _items(credential: Credential) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """Return (Chinese, English, signed text, fields of the page) of each item."""
    subject, document = credential.credential_subject, credential.document
    hours = [getattr(subject.hours, kind) for kind in ("professional", "public", "total")]
    required = [getattr(subject.required, kind) for kind in ("professional", "public", "total")]
    return [
        ("文件", "Document", document.zh, ("type",)),
        ("姓名", "Name", subject.name, ("name",)),
        ("证件号", "ID number", subject.identifier, ("identifier",)),
        ("单位", "Employer", subject.employer, ("employer",)),
        ("年度", "Year", str(subject.year), ("year",)),
        ("专业 / 公需 / 合计", "Professional / public / total", " / ".join(hours), _hours("hours")),
        ("要求", "Required", " / ".join(required), _hours("required")),
        ("结论", "Conclusion", wording.finding(subject), ("conclusion", "deemed")),
        ("登记机关", "Registrar", subject.registrar, ("registrar", "selfVerified")),
        ("编号", "Number", f"{subject.serial}，第 {subject.version} 版", ("serial", "version")),
    ]


def _hours(group: str) -> tuple[str, ...]:
    return (f"{group}.total", f"{group}.professional", f"{group}.public")


def _added(found: list[Difference] | None) -> Iterator[Row]:
    """Yield what was changed in the rest of the page: fixed words, categories, lines, and added text."""
    shown = {
        "type",
        "name",
        "identifier",
        "employer",
        "year",
        "conclusion",
        "deemed",
        "registrar",
        "selfVerified",
    }
    shown |= {"serial", "version", *_hours("hours"), *_hours("required")}
    for difference in found or ():
        if difference.field not in shown:
            expected = difference.expected or "（没有这段文字 no such text）"
            visible = difference.found or "（缺 missing）"
            yield Row(difference.field or OTHER, *_place(difference), expected, visible, same=False)


def _place(difference: Difference) -> tuple[str, str]:
    return ("固定文字", "Fixed words") if difference.field == TEMPLATE else ("其他文字", "Other text")
