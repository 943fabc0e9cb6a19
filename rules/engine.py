"""From facts to a decision: the order of computation, readable top to bottom.

(1) drop what may not count; (2) give each hour its year, hold what the measure does not reach; (3) share each day's
8 hours; (4) apply the caps of the year; (5) let a sector's table speak for the categories it replaces; (6) add up;
(7) see what is deemed; (8) test the year; (9) see whether it is postponed.

The steps run in the order 5, 1, 2, 7, 4, 3, 6, 8, 9, which changes no result: a sector's value is a yardstick that
claims are measured with from the start; and the pool of a day asks how many professional hours the year still needs,
which is known only when everything outside the pool is settled.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal

from rules.activity import CATEGORIES, Credits
from rules.completion import Deemed, is_complete
from rules.decision import Decision, Note
from rules.facts import Facts
from rules.formulas.admission import admit
from rules.formulas.caps import cap_years
from rules.formulas.claim import Claim, order, standing
from rules.formulas.claims import claims_of
from rules.formulas.deeming import deemed_by, deferral_state, deferrals_in_effect
from rules.formulas.hints import hints
from rules.formulas.person_day import share_days
from rules.formulas.requirement import required_of
from rules.formulas.years import attribute
from rules.library import Library
from rules.quantity import ZERO, hours_text
from rules.ruleset import Ruleset, settle


def decide(facts: Facts, library: Library) -> Decision:
    """Judge one person's year.

    Raises:
        NoPackInForce: no loaded pack covers the year (unless its origin has concluded it).
        FactsError: an unknown overlay, an exception to what allows none, or a postponement longer than the rules allow.
    """
    rules = settle(facts, library)
    deferrals = deferrals_in_effect(facts, rules)
    activities = sorted(facts.activities, key=lambda activity: activity.id)
    claims = [claim for activity in activities for claim in claims_of(activity, rules)]  # (5)
    admit(claims, facts.keys_used_in_other_years, rules)  # (1)
    elsewhere = attribute(claims, deferrals, rules)  # (2)
    flags = deemed_by(claims, rules)  # (7)
    pooled, whole = _by_turn(claims)
    expert_room = cap_years(whole, rules)  # (4)
    share_days(pooled, elsewhere, expert_room, _needed_of(whole, flags, rules), rules)  # (3)

    professional, public = standing(claims, "professional"), standing(claims, "public")  # (6)
    total = professional + public
    required = required_of(rules, total)
    deemed = flags[0][0] if flags else Deemed.NONE
    minima_met, minima_notes = _minima(claims, rules)
    complete = (  # (8)
        is_complete(
            professional, public, total, required, deemed, exam_credit=rules.settings.exam_deemed_credit
        )
        and (minima_met or deemed in {Deemed.ALL, Deemed.ORIGIN})
        and (rules.decided or any(flag is Deemed.ORIGIN for flag, _ in flags))
    )
    postponed, deferral_notes = deferral_state(facts, deferrals, rules, complete=complete)  # (9)
    articles = tuple((str(flag), article) for flag, article in flags)
    if postponed:
        deemed, articles = Deemed.DEFERRED, (*articles, (str(Deemed.DEFERRED), rules.article("deferral")))
    notes = (*_deemed_notes(articles), *minima_notes, *deferral_notes, *hints(claims, facts, rules))
    return Decision(
        year=facts.year,
        professional=professional,
        public=public,
        total=total,
        categories=_by_category(claims),
        required=required,
        complete=complete,
        deemed=str(deemed),
        deemed_articles=articles,
        rules=rules.names,
        lines=tuple(claim.line() for claim in claims),
        notes=(*rules.notes, *notes),
        hypothetical=rules.hypothetical,
    )


def _by_turn(claims: Sequence[Claim]) -> tuple[list[Claim], list[Claim]]:
    """Return the claims that share days and those counted whole, each in the order in which equals are filled."""
    pooled: list[Claim] = []
    whole: list[Claim] = []
    for claim in sorted((claim for claim in claims if not claim.refused), key=order):
        (pooled if claim.in_pool else whole).append(claim)
    return pooled, whole


def _needed_of(
    whole: Sequence[Claim], flags: Sequence[tuple[Deemed, str]], rules: Ruleset
) -> Callable[[Decimal], Decimal]:
    """Return how many professional hours the pool should bring before it keeps public ones, given the pool's total.

    None once the professional subject is deemed: then public hours are what the year may still lack.
    """
    professional = standing(whole, "professional")
    total = professional + standing(whole, "public")
    if any(flag is Deemed.PROFESSIONAL for flag, _ in flags):
        return lambda _: ZERO
    return lambda pooled: max(ZERO, required_of(rules, total + pooled).professional - professional)


def _by_category(claims: Sequence[Claim]) -> dict[str, Decimal]:
    sums = dict.fromkeys(CATEGORIES, ZERO)
    for claim in claims:
        sums[claim.category] += claim.left
    return {name: hours for name, hours in sums.items() if hours}


def _minima(claims: Sequence[Claim], rules: Ruleset) -> tuple[bool, tuple[Note, ...]]:
    """第七条: classes of credits of which a sector's year needs some, in the sector's unit."""
    met, notes = True, []
    for minimum in rules.yardstick.minima if rules.yardstick else ():
        have = sum(
            (
                claim.activity.credits
                for claim in claims
                if isinstance(claim.activity, Credits)
                and claim.activity.credit_class == minimum.credit_class
                and not claim.refused
            ),
            ZERO,
        )
        enough = have >= minimum.value
        met = met and enough
        detail = {"item": minimum.credit_class, "have": hours_text(have), "need": hours_text(minimum.value)}
        detail["overlay"] = rules.yardstick.key if rules.yardstick else ""
        notes.append(Note("minimum_met" if enough else "minimum_missing", rules.article("overlay"), detail))
    return met, tuple(notes)


def _deemed_notes(articles: Sequence[tuple[str, str]]) -> tuple[Note, ...]:
    return tuple(
        Note("deemed_display", article, {"flag": flag, "article": article})
        for flag, article in articles
        if flag != Deemed.DEFERRED
    )
