"""Yearly caps outside the pool: 第六条第（二）项, 第（四）项, 第（六）项第3目, and an overlay's own (A14, A18, A21, A24b, A37).

原则上全年累计认定不超过40学时。 可认定不超过30个学时。
"""

from collections.abc import Sequence
from decimal import Decimal

from rules.activity import Training
from rules.formulas.claim import Claim
from rules.formulas.claims import CAPS
from rules.formulas.days import attended
from rules.quantity import ZERO
from rules.ruleset import Ruleset


def cap_years(ordered: Sequence[Claim], rules: Ruleset) -> Decimal | None:
    """Cut what is not in the pool to the year's caps; return the room that the experts' cap has left, None without a cap.

    Each cap is filled in the order of the claims.
    """
    settings = rules.settings
    for claim in ordered:
        _online_window(claim, rules)
    for category in ("self_study", "achievement"):
        name = CAPS[category]
        _hold(ordered, name, rules.cap(category, getattr(settings, name)), rules)
    if settings.combined_cap is not None:
        both = [claim for claim in ordered if claim.cap_name in {"self_study_cap", "achievement_cap"}]
        _take(both, "combined_cap", "combined_cap", settings.combined_cap, rules)
    if settings.contest_cap_scope == "year":
        _hold(ordered, "contest_cap", settings.contest_cap, rules)
    else:
        for claim in ordered:
            if claim.category == "contest":
                _take([claim], "contest_cap_event", "contest_cap", settings.contest_cap, rules)
    _overlay_rows(ordered, rules)
    experts = rules.cap("expert_service", settings.expert_cap)
    used = sum((claim.left for claim in ordered if claim.cap_name == "expert_cap"), ZERO)
    return None if experts is None else max(ZERO, experts - used)


def _hold(ordered: Sequence[Claim], name: str, cap: Decimal | None, rules: Ruleset) -> None:
    """Hold one category under its cap; transferred hours of the category come first and are never cut (A37)."""
    _take([claim for claim in ordered if claim.cap_name == name], name, name, cap, rules)


def _take(claims: Sequence[Claim], rule: str, parameter: str, cap: Decimal | None, rules: Ruleset) -> None:
    if cap is None:
        return
    used = sum((claim.left for claim in claims if claim.category == "transfer_in"), ZERO)
    for claim in claims:
        if claim.category == "transfer_in":
            continue
        room = max(ZERO, cap - used)
        claim.cut(rule, max(ZERO, claim.left - room), rules.article(parameter), parameter, cap)
        used += claim.left


def _online_window(claim: Claim, rules: Ruleset) -> None:
    """第十条: base-platform hours without a day log, at most the daily cap for each day of their window (A22)."""
    activity, cap = claim.activity, rules.settings.daily_cap
    if (
        isinstance(activity, Training)
        and activity.window is not None
        and claim.row is None
        and cap is not None
    ):
        most = cap * len(attended(activity.window))
        claim.cut("online_window_cap", max(ZERO, claim.left - most), claim.article, "daily_cap", cap)


def _overlay_rows(ordered: Sequence[Claim], rules: Ruleset) -> None:
    """第七条: a row's own cap on the year, in the sector's unit."""
    if rules.yardstick is None:
        return
    for row in rules.yardstick.table:
        if row.cap is not None:
            cap = row.cap * (rules.yardstick.factor or 1)
            under = [claim for claim in ordered if claim.row is row]
            used = ZERO
            for claim in under:
                claim.cut(
                    "overlay_cap",
                    max(ZERO, claim.left - max(ZERO, cap - used)),
                    claim.article,
                    "overlay",
                    cap,
                )
                used += claim.left
