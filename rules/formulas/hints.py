"""What a clerk should look at. These flag; they decide nothing (A02, A08, A16, A30)."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta, timezone

from rules.activity import Academic
from rules.decision import Note
from rules.facts import Facts
from rules.formulas.claim import Claim, standing
from rules.ruleset import Ruleset

SHANGHAI = timezone(timedelta(hours=8))
"""Asia/Shanghai has kept UTC+8 without change since 1991, long before any pack."""


def hints(claims: Sequence[Claim], facts: Facts, rules: Ruleset) -> Iterator[Note]:
    if rules.local and standing(claims, "public") < rules.settings.public_hint:
        yield Note("public_hint", rules.article("public_min"), {"hours": str(rules.settings.public_hint)})
    for claim in claims:
        if not claim.refused and claim.activity.registered_at is not None:
            registered_on = claim.activity.registered_at.astimezone(SHANGHAI).date()
            yield from _of(claim, registered_on, facts, rules)


def _of(claim: Claim, registered_on: date, facts: Facts, rules: Ruleset) -> Iterator[Note]:
    activity, settings = claim.activity, rules.settings
    detail = {"activity": activity.id}
    if any(cut.rule == "online_window_cap" for cut in claim.cuts):
        yield Note("online_alert", rules.article("supervision"), detail | {"hours": str(settings.daily_cap)})
    if isinstance(activity, Academic) and len(claim.by_day or ()) > settings.long_visit_days:
        yield Note("long_visit", rules.article("academic"), detail | {"days": str(settings.long_visit_days)})
    if registered_on.year > rules.year and _is_late(registered_on, activity.makes_up_year, rules):
        yield Note("late_registration", rules.article("timely"), detail)
    if registered_on > facts.as_of:
        yield Note("registered_after_as_of", rules.article("timely"), detail | {"as_of": str(facts.as_of)})
    if activity.makes_up_year not in {None, rules.year} and claim.left:  # a designation without effect (A25)
        yield Note("makeup_void", rules.article("deferral"), detail | {"year": str(activity.makes_up_year)})


def _is_late(registered_on: date, made_up: int | None, rules: Ruleset) -> bool:
    """Whether a record came after the day of the next year up to which filing is in time (A30)."""
    next_year = max(made_up or rules.year, rules.year) + 1
    return (registered_on.year, f"{registered_on:%m-%d}") > (next_year, rules.settings.late_after)
