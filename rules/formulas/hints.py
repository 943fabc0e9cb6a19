"""What a clerk should look at. These flag; they decide nothing (A02, A08, A16, A30)."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone

from rules.decision import Note
from rules.facts import Facts
from rules.formulas.claim import Claim, standing
from rules.ruleset import Ruleset

SHANGHAI = timezone(timedelta(hours=8))
"""Asia/Shanghai has kept UTC+8 without change since 1991, long before any pack."""


def hints(claims: Sequence[Claim], facts: Facts, rules: Ruleset) -> Iterator[Note]:
    if rules.local and standing(claims, "public") < rules.settings.public_hint:
        yield Note("public_hint", rules.article("public_min"), {"hours": str(rules.settings.public_hint)})
    last_day = min(date(rules.year, 12, 31), facts.as_of)
    in_time = datetime.combine(last_day, time.max, SHANGHAI).astimezone(
        UTC
    )  # as registrations are: compared at once
    for claim in claims:
        activity = claim.activity
        if claim.refused:
            continue
        if claim.cuts or claim.category == "academic":
            yield from _of_hours(claim, rules)
        if activity.registered_at is not None and activity.registered_at > in_time:
            yield from _of_registration(claim, activity.registered_at, facts, rules)
        if (
            activity.makes_up_year not in {None, rules.year} and claim.left
        ):  # a designation without effect (A25)
            detail = {"activity": activity.id, "year": str(activity.makes_up_year)}
            yield Note("makeup_void", rules.article("deferral"), detail)


def _of_hours(claim: Claim, rules: Ruleset) -> Iterator[Note]:
    activity, settings = claim.activity, rules.settings
    if any(cut.rule == "online_window_cap" for cut in claim.cuts):
        detail = {"activity": activity.id, "hours": str(settings.daily_cap)}
        yield Note("online_alert", rules.article("supervision"), detail)
    if claim.category == "academic" and len(claim.by_day or ()) > settings.long_visit_days:
        detail = {"activity": activity.id, "days": str(settings.long_visit_days)}
        yield Note("long_visit", rules.article("academic"), detail)


def _of_registration(claim: Claim, registered_at: datetime, facts: Facts, rules: Ruleset) -> Iterator[Note]:
    activity, registered_on = claim.activity, registered_at.astimezone(SHANGHAI).date()
    if registered_on.year > rules.year and _is_late(registered_on, activity.makes_up_year, rules):
        yield Note("late_registration", rules.article("timely"), {"activity": activity.id})
    if registered_on > facts.as_of:
        detail = {"activity": activity.id, "as_of": str(facts.as_of)}
        yield Note("registered_after_as_of", rules.article("timely"), detail)


def _is_late(registered_on: date, made_up: int | None, rules: Ruleset) -> bool:
    """Whether a record came after the day of the next year up to which filing is in time (A30)."""
    next_year = max(made_up or rules.year, rules.year) + 1
    return (registered_on.year, f"{registered_on:%m-%d}") > (next_year, rules.settings.late_after)
