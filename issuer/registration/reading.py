"""What a professional declares, read strictly into the rules' own activity. Pure.

Some fields are nobody's to claim: the employer attests them at review, or an authority entered them elsewhere. They
are refused in a declaration and filled in by whoever has the duty.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from issuer.registration.errors import StepRefused
from rules.activity import Activity, Status, Training
from rules.errors import FactsError
from rules.facts import parse_facts

BY_EMPLOYER: Mapping[str, Mapping[str, Any]] = {
    "self_study": {"archive": False},
    "major_assignment": {"employer_certificate": False},
}
"""Attested at review, with what stands there before: 学习档案 (第六条第（二）项), 单位证明 (第六条第（五）项)."""
BY_AUTHORITY: Mapping[str, Mapping[str, Any]] = {
    "exam": {"listed": False},
    "contest": {"recognised_by_authority": False},
    "major_assignment": {"provincial_filing": False, "filed_years": []},
}
"""Taken from lists and filings when the year is gathered: examinations, recognised contests, provincial filings."""
ADJUSTED_BY_EMPLOYER = frozenset({"self_study", "achievement", "contest"})
"""Categories whose `determined_hours` the employer may set at review: 学时由用人单位认定."""
NOT_DECLARED = frozenset({"transfer_in", "credits"})
"""They come in by other doors: intake of transfers, imports."""
OURS = frozenset({"id", "channel", "status", "registered_at", "workflow"})
"""Written by the procedure, never by a declarant."""


def read_declared(raw: Mapping[str, Any], declaration_id: UUID, today: date) -> Activity:
    """Read a declared activity: category, days, hours and what else its kind has; numbers int or Decimal.

    Raises:
        FactsError: pointer into `raw`; a field that is ours, the employer's or an authority's is refused as unknown.
    """
    category = raw.get("category")
    if category in NOT_DECLARED:
        raise FactsError(
            "/category",
            "申报的类别 / a category that is declared",
            "这一类不由个人申报 / not declared by professionals",
        )
    later = {**BY_EMPLOYER.get(str(category), {}), **BY_AUTHORITY.get(str(category), {})}
    for name in raw:
        if name in OURS or name in later:
            raise FactsError(
                f"/{name}", "没有这个字段 / no such field", "不由申报人填写 / not the declarant's to fill in"
            )
    return read_activity({**raw, **later, "channel": "declared"}, declaration_id, Status.DRAFT, today)


def read_activity(raw: Mapping[str, Any], declaration_id: UUID, status: Status, today: date) -> Activity:
    """Read a complete activity as the rules do, contradictions included.

    Raises:
        FactsError: pointer into `raw`.
    """
    whole = {**raw, "id": str(declaration_id), "status": status.value}
    try:
        facts = parse_facts({"year": today.year, "as_of": today, "activities": [whole]})
    except FactsError as error:
        pointer = error.pointer.removeprefix("/activities/0")
        raise FactsError(pointer, error.expected, error.message) from None
    return facts.activities[0]


def attested(raw: Mapping[str, Any], determined_hours: Decimal | None, *, attests: bool) -> dict[str, Any]:
    """What a declaration says after the employer's review: attestations set, hours as the employer determined them.

    Raises:
        FactsError: hours are determined for a category whose hours are counted, not determined.
    """
    category = str(raw["category"])
    changed = dict(raw)
    for name in BY_EMPLOYER.get(category, {}):
        changed[name] = attests
    if determined_hours is not None:
        if category not in ADJUSTED_BY_EMPLOYER:
            raise FactsError(
                "/determined_hours",
                "不填 / nothing",
                "这一类的学时按实际计算 / hours of this category are counted",
            )
        changed["determined_hours"] = determined_hours
    return changed


def read_title(text: str) -> str:
    """Read the name of an activity, spaces folded.

    Raises:
        StepRefused: empty, longer than 120 characters, or with characters that do not print.
    """
    plain = " ".join(text.split())
    if not 0 < len(plain) <= 120 or not plain.isprintable():
        raise StepRefused("请填写活动名称，最多 120 字 a title of 1 to 120 characters is needed")
    return plain


def refuse_unlearned(read: Activity) -> None:
    """Hold that what a base reports was learned and passed.

    Raises:
        StepRefused: the examination was not passed: then it does not register itself.
    """
    passed = getattr(read, "exam_passed", None)
    if passed is False or (isinstance(read, Training) and read.mode == "online" and passed is None):
        raise StepRefused(
            "考试未通过，不自动登记 the examination was not passed: it does not register itself"
        )
