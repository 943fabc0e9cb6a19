"""The pool of a person's day applied to claims: per-activity daily cap, allocation, and each claim's share (A09, A10)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from rules.formulas.claim import Claim
from rules.formulas.pool import KINDS, Day, Kind, allocate
from rules.quantity import ZERO
from rules.ruleset import Ruleset

DAY_HOURS = Decimal(24)
"""What a day has when no rule caps it."""


def share_days(
    pooled: Sequence[Claim],
    elsewhere: Mapping[date, Decimal],
    expert_room: Decimal | None,
    professional_needed: Callable[[Decimal], Decimal],
    rules: Ruleset,
) -> None:
    """Cut the claims that are counted by the day to what the person's days and the experts' year allow, in their order.

    `elsewhere` is what designations to an earlier year take of a day: they go first, because that year's conclusion
    must not change with what is registered later.
    """
    for claim in pooled:
        _cap_each_day(claim, rules)
    days = _days_of(pooled, elsewhere, rules)
    allocate(days, expert_room, professional_needed)
    tight = {day: pool for day, pool in days.items() if pool.tight}
    for kind in KINDS:
        short = {day: left for day, pool in tight.items() if (left := pool.short_of(kind)) is not None}
        if short:
            _share_out([claim for claim in pooled if kind_of(claim) == kind], short, rules)


def kind_of(claim: Claim) -> Kind:
    if claim.subject == "public":
        return "public"
    return "expert" if claim.category == "expert_service" else "uncapped"


def daily_limit(claim: Claim, rules: Ruleset) -> Decimal | None:
    """Return the hours a day of one activity: the pack's, or for training what an exception opened."""
    wide = rules.exceptions.get("training") if claim.category == "training" else None
    return wide.daily_cap if wide else rules.settings.daily_cap


def _cap_each_day(claim: Claim, rules: Ruleset) -> None:
    limit, by_day = daily_limit(claim, rules), claim.by_day or {}
    if limit is not None and max(by_day.values(), default=ZERO) > limit:
        claim.by_day = {day: min(hours, limit) for day, hours in by_day.items()}
        over = sum(by_day.values(), ZERO) - sum(claim.by_day.values(), ZERO)
        claim.cut("daily_cap", over, claim.article, "daily_cap", limit)


def _days_of(pooled: Sequence[Claim], elsewhere: Mapping[date, Decimal], rules: Ruleset) -> dict[date, Day]:
    room = DAY_HOURS if rules.settings.daily_cap is None else rules.settings.daily_cap
    days: dict[date, Day] = {}
    for claim in pooled:
        kind = kind_of(claim)
        for day, hours in (claim.by_day or {}).items():
            pool = days.get(day)
            if pool is None:
                pool = days[day] = Day(room)
            pool.want(kind, hours)
    _open_for_training(days, pooled, rules)
    for day, taken in elsewhere.items():
        if day in days:
            days[day].room = max(ZERO, days[day].room - taken)
    return days


def _open_for_training(days: Mapping[date, Day], pooled: Sequence[Claim], rules: Ruleset) -> None:
    """Widen a day by an exception to 原则上每天认定最多不超过8学时, as far as that day's training fills it."""
    exception = rules.exceptions.get("training")
    if exception is None or exception.daily_cap is None:
        return
    trained: dict[date, Decimal] = {}
    for claim in pooled:
        if claim.category == "training":
            for day, hours in (claim.by_day or {}).items():
                trained[day] = trained.get(day, ZERO) + hours
    for day, hours in trained.items():
        days[day].room = max(days[day].room, min(hours, exception.daily_cap))


def _share_out(claims: Sequence[Claim], short: dict[date, tuple[Decimal, Decimal]], rules: Ruleset) -> None:
    """Where a day falls short of a kind, fill its claims in their order, and say on each what the day and what the year's cap took."""
    for claim in claims:
        by_pool = by_cap = ZERO
        by_day = claim.by_day or {}
        for day in by_day.keys() & short.keys():
            hours, (open_, booked) = by_day[day], short[day]
            fits = min(hours, open_)
            gets = min(fits, booked)
            short[day] = open_ - fits, booked - gets
            by_pool += hours - fits
            by_cap += fits - gets
        claim.cut("person_day_pool", by_pool, claim.article, "daily_cap", rules.settings.daily_cap)
        if by_cap:
            cap = rules.cap("expert_service", rules.settings.expert_cap)
            claim.cut("expert_cap", by_cap, rules.article("expert_cap"), "expert_cap", cap)
