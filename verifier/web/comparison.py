"""The signed data beside what stands on the page: the table that lets a reader see what was altered.

Only shown when the signature holds; until then there is no signed data. For a picture or a token there is no text to
compare, so the reader compares with the paper in hand.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from verifier import wording
from verifier.credential import Credential, Subject, YearRow, parse_lines
from verifier.errors import CredentialError
from verifier.evidence import Evidence
from verifier.page import Difference, differences
from verifier.report import Outcome, Report
from verifier.sheet import TEMPLATE

SIGNATURE, PAGE = 4, 10
"""Numbers of the check that makes data signed data, and of the one that compares the page with it."""
MISSING = "（缺 missing）"


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
    return [*_known(report.credential, found), *_added(report.credential, found)]


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


@dataclass(frozen=True)
class _Item:
    """One row: its words, and its parts as (signed text, fields of the page that print it), joined by `between`."""

    zh: str
    en: str
    parts: tuple[tuple[str, tuple[str, ...]], ...]
    between: str = " / "

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(field for _, fields in self.parts for field in fields)


def _known(credential: Credential, found: list[Difference] | None) -> Iterator[Row]:
    for item in _items(credential):
        signed = item.between.join(text for text, _ in item.parts)
        name = item.fields[0]
        if found is None:
            yield Row(name, item.zh, item.en, signed, None, None)
            continue
        visible = item.between.join(_seen(text, fields, found) for text, fields in item.parts)
        yield Row(name, item.zh, item.en, signed, visible, not any(d.field in item.fields for d in found))


def _seen(signed: str, fields: tuple[str, ...], found: list[Difference]) -> str:
    """Return what the page says in the place of a signed text: the departures, or else the same."""
    mine = dict.fromkeys(d.found or MISSING for d in found if d.field in fields)
    return "；".join(mine) or signed


def _items(credential: Credential) -> list[_Item]:
    subject, document = credential.credential_subject, credential.document
    return [
        _Item("文件", "Document", ((document.zh, ("type",)),)),
        _Item("姓名", "Name", ((subject.name, ("name",)),)),
        _Item("证件号", "ID number", ((subject.identifier, ("identifier",)),)),
        _Item("单位", "Employer", ((subject.employer, ("employer",)),)),
        *(_year(subject) if isinstance(subject, Subject) else map(_row, subject.years)),
        _Item("登记机关", "Registrar", ((subject.registrar, ("registrar", "selfVerified")),)),
        _Item(
            "编号",
            "Number",
            ((subject.serial, ("serial",)), (f"第 {subject.version} 版", ("version",))),
            between="，",
        ),
    ]


def _row(row: YearRow) -> _Item:
    """One year of a transfer certificate."""
    field = f"years.{row.year}"
    hours = f"专业 {row.hours.professional} / 公需 {row.hours.public} / 合计 {row.hours.total}"
    parts = ((hours, (f"{field}.hours",)), (wording.finding(row), (f"{field}.conclusion",)))
    named = (*parts, (row.certificate, (f"{field}.certificate",)))
    return _Item(f"{row.year} 年度", f"Year {row.year}", named, between="；")


def _year(subject: Subject) -> tuple[_Item, ...]:
    kinds = ("professional", "public", "total")
    hours = tuple((getattr(subject.hours, kind), (f"hours.{kind}",)) for kind in kinds)
    required = tuple((getattr(subject.required, kind), (f"required.{kind}",)) for kind in kinds)
    return (
        _Item("年度", "Year", ((str(subject.year), ("year",)),)),
        _Item("专业 / 公需 / 合计", "Professional / public / total", hours),
        _Item("要求", "Required", required),
        _Item("结论", "Conclusion", ((wording.finding(subject), ("conclusion", "deemed")),)),
    )


def _added(credential: Credential, found: list[Difference] | None) -> Iterator[Row]:
    """Yield what was changed in the rest of the page: fixed words, categories, lines, and added text."""
    shown = {field for item in _items(credential) for field in item.fields}
    for difference in found or ():
        if difference.field not in shown:
            zh, en = (
                ("固定文字", "Fixed words") if difference.field == TEMPLATE else ("其他文字", "Other text")
            )
            expected = difference.expected or "（没有这段文字 no such text）"
            yield Row(difference.field or "other", zh, en, expected, difference.found or MISSING, same=False)
