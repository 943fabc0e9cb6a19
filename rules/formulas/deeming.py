"""What stands in for hours: 第六条第（五）项, 第（六）项第2目, 第十一条第二款, and the postponement of 第（六）项第4目."""

from collections.abc import Mapping, Sequence
from datetime import date

from rules.completion import Deemed
from rules.decision import Note
from rules.errors import FactsError
from rules.facts import Deferral, Facts
from rules.formulas.claim import Claim
from rules.ruleset import Ruleset, concluded_at_origin

STRONGEST_FIRST = (Deemed.ALL, Deemed.ORIGIN, Deemed.PROFESSIONAL)


def deemed_by(claims: Sequence[Claim], rules: Ruleset) -> tuple[tuple[Deemed, str], ...]:
    """Return each flag that the standing claims raise for the year with its article, the strongest first (A19, A22b, A36)."""
    raised: dict[Deemed, str] = {}
    honour = rules.settings.transfer_completion == "honour_origin"
    for claim in claims:
        if claim.refused or claim.row is not None:
            continue
        match claim.category:
            case "exam":
                raised[Deemed.PROFESSIONAL] = claim.article
            case "major_assignment":
                raised[Deemed.ALL] = claim.article
            case "transfer_in" if honour and concluded_at_origin(claim.activity, rules.year):
                raised[Deemed.ORIGIN] = claim.article
    return tuple((flag, raised[flag]) for flag in STRONGEST_FIRST if flag in raised)


def deferrals_in_effect(facts: Facts, rules: Ruleset) -> Mapping[int, Deferral]:
    """Return the postponements that are approved and certified, by year (A25).

    Raises:
        FactsError: one runs longer than the rules allow.
    """
    effective = {}
    for number, deferral in enumerate(facts.deferrals):
        limit = date(deferral.year + rules.settings.deferral_years, 12, 31)
        if deferral.due > limit:
            raise FactsError(
                f"/deferrals/{number}/due",
                f"至迟 {limit} / {limit} at the latest",
                f"顺延过长：{deferral.due} / postponed too long",
            )
        if deferral.approved and deferral.employer_certificate:
            effective[deferral.year] = deferral
    return effective


def deferral_state(
    facts: Facts, effective: Mapping[int, Deferral], rules: Ruleset, *, complete: bool
) -> tuple[bool, tuple[Note, ...]]:
    """Return whether the year is still postponed, and what to say of its postponement."""
    asked = any(deferral.year == facts.year for deferral in facts.deferrals)
    deferral = effective.get(facts.year)
    article = rules.article("deferral")
    if not asked:
        return False, ()
    if deferral is None:
        return False, (Note("deferral_invalid", article),)
    if complete:
        return False, (Note("deferral_met", article),)
    if facts.as_of <= deferral.due:
        return True, (Note("deferral_pending", article, {"due": str(deferral.due)}),)
    return False, (Note("deferral_overdue", article, {"due": str(deferral.due)}),)
