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
            yield from _makeup(claim, rules)


def _of(claim: Claim, registered_on: date, facts: Facts, rules: Ruleset) -> Iterator[Note]:
    activity, settings = claim.activity, rules.settings
    detail = {"activity": activity.id}
    if any(cut.rule == "online_window_cap" for cut in claim.cuts):
        yield Note("online_alert", rules.article("supervision"), detail | {"hours": str(settings.daily_cap)})
    if isinstance(activity, Academic) and len(claim.by_day or ()) > settings.long_visit_days:
        yield Note("long_visit", rules.article("academic"), detail | {"days": str(settings.long_visit_days)})
    last = max(activity.makes_up_year or rules.year, rules.year)
    if (registered_on.year, f"{registered_on:%m-%d}") > (last + 1, settings.late_after):
        yield Note("late_registration", rules.article("timely"), detail)
    if registered_on > facts.as_of:
        yield Note("registered_after_as_of", rules.article("timely"), detail | {"as_of": str(facts.as_of)})


def _makeup(claim: Claim, rules: Ruleset) -> Iterator[Note]:
    """Say when a designation to another year had no effect: the hours counted where they were earned (A25)."""
    designated = claim.activity.makes_up_year
    if designated is None or designated == rules.year or not claim.left:
        return
    detail = {"activity": claim.activity.id, "year": str(designated)}
    yield Note("makeup_void", rules.article("deferral"), detail)
