"""第四条 每年累计, 第六条第（六）项第4目, 第十七条: to which year an hour belongs, and whether the measure speaks of its day."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from rules.facts import Deferral
from rules.formulas.claim import Claim
from rules.quantity import ZERO
from rules.ruleset import Ruleset


def attribute(
    claims: Sequence[Claim], deferrals: Mapping[int, Deferral], rules: Ruleset
) -> dict[date, Decimal]:
    """Leave each claim the hours of this year; return how much of each day other years' designations take.

    `deferrals` are those in effect, by year.
    """
    elsewhere: dict[date, Decimal] = {}
    first, last = _plain_days(rules)
    for claim in claims:
        if claim.refused:
            continue
        if claim.by_day is not None:
            plain = claim.activity.makes_up_year is None and all(first <= day <= last for day in claim.by_day)
            if not plain:
                _by_day(claim, deferrals, elsewhere, rules)
        elif claim.on is not None and (reason := _reason(claim, claim.on, deferrals, rules)) is not None:
            claim.drop(reason[0], rules.article(reason[1]), value=reason[2])
    return elsewhere


def _plain_days(rules: Ruleset) -> tuple[date, date]:
    """Return the ends of the days that need no second look unless designated: in this year, and under its rules."""
    if not rules.local:
        return date.max, date.min
    return max(date(rules.year, 1, 1), rules.pack.first_day), min(
        date(rules.year, 12, 31), rules.pack.last_day
    )


def _by_day(
    claim: Claim, deferrals: Mapping[int, Deferral], elsewhere: dict[date, Decimal], rules: Ruleset
) -> None:
    kept: dict[date, Decimal] = {}
    lost: dict[tuple[str, str, str | None], Decimal] = {}
    for day, hours in (claim.by_day or {}).items():
        reason = _reason(claim, day, deferrals, rules)
        if reason is None:
            kept[day] = hours
            continue
        lost[reason] = lost.get(reason, ZERO) + hours
        if reason[0] == "makes_up_year" and claim.row is None:
            elsewhere[day] = elsewhere.get(day, ZERO) + hours
    claim.by_day = kept
    for (rule, provision, value), hours in lost.items():
        claim.cut(rule, hours, rules.article(provision), value=value)


def _reason(
    claim: Claim, day: date, deferrals: Mapping[int, Deferral], rules: Ruleset
) -> tuple[str, str, str | None] | None:
    """Return the rule, its provision and its value that keep a day's hours out of this year, or None."""
    year = year_of(claim, day, deferrals)
    if year != rules.year:
        return (
            ("makes_up_year", "deferral", str(year)) if year != day.year else ("other_year", "one_year", None)
        )
    if claim.category == "transfer_in":
        return None  # earned under the origin's rules, which are still valid: 继续有效
    if not rules.local:
        return "no_local_rules", "validity", None
    pack, settings = rules.pack, rules.settings
    if day < pack.first_day and settings.before_issue == "hold":
        return "before_issue", "validity", None
    if day > pack.last_day and settings.after_expiry == "hold":
        return "after_expiry", "validity", str(pack.last_day)
    return None


def year_of(claim: Claim, day: date, deferrals: Mapping[int, Deferral]) -> int:
    """Return the year of account: the deferred one where the person designated it and its due day is not past (A25)."""
    designated = claim.activity.makes_up_year
    deferral = deferrals.get(designated) if designated is not None else None
    if deferral is not None and deferral.year < day.year and day <= deferral.due:
        return deferral.year
    return day.year
