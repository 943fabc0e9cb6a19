"""第十条: what may count at all — registered, by three different persons, once; and each category's own gate."""

from collections.abc import Sequence

from rules.activity import Activity
from rules.formulas.claim import Claim, order
from rules.ruleset import Ruleset


def admit(claims: Sequence[Claim], keys_used: Sequence[str], rules: Ruleset) -> None:
    """Refuse what is not registered, breaks separation of duties, fails its category's gate, or repeats a key."""
    for claim in claims:
        _procedure(claim, rules)
        if not claim.refused:
            _gate(claim, rules)
    _once(claims, set(keys_used), rules)


def _procedure(claim: Claim, rules: Ruleset) -> None:
    """第十条: 个人申报—用人单位审核—核实登记."""
    activity, flow = claim.activity, claim.activity.workflow
    if activity.status != "registered":
        claim.drop("not_registered", rules.article("registration"), value=activity.status)
        return
    people = {flow.declared_by, flow.reviewed_by, flow.verified_by} if flow else set()
    if flow and len(people) < 3 and rules.settings.separation_of_duties:
        claim.drop("separation_of_duties", rules.article("registration"), "separation_of_duties", "true")


def _gate(claim: Claim, rules: Ruleset) -> None:
    if (
        claim.row is not None
        and rules.yardstick
        and rules.yardstick.once
        and claim.activity.event_key is None
    ):
        claim.drop("no_event_key", rules.article("overlay"))
        return
    refusal = None if claim.row is not None else refusal_of(claim.activity, rules)
    if refusal is not None:
        rule, provision = refusal
        parameter = provision if provision in rules.pack.parameters else None
        claim.drop(rule, rules.article(provision), parameter)


def refusal_of(activity: Activity, rules: Ruleset) -> tuple[str, str] | None:  # noqa: C901, PLR0911  one gate a case
    """Return the rule and the provision by which an activity's own facts keep it out, or None."""
    settings = rules.settings
    match activity.category:
        case "self_study" if settings.self_study_archive_required and not activity.archive:
            return "self_study_archive_required", "self_study_archive_required"
        case "public_online" | "training" if activity.exam_passed is False:
            return "course_exam_not_passed", "effective_hours"
        case "expert_service" if not activity.invited:
            return "not_invited", "expert_service"
        case "contest" if not activity.recognised_by_authority:
            return "not_recognised", "contest"
        case "exam" if not activity.listed:
            return "exam_not_listed", "exam"
        case "exam" if not activity.all_subjects_passed:
            return "exam_partial", "exam"
        case "major_assignment" if not activity.employer_certificate:
            return "major_not_certified", "major_assignment"
        case "major_assignment" if settings.major_requires_filing and not activity.provincial_filing:
            return "major_not_filed", "major_requires_filing"
        case "major_assignment" if rules.year not in activity.filed_years:
            return "major_year_not_filed", "major_assignment"
        case "transfer_in" if not activity.origin_verified:
            return "origin_unverified", "transfer_in"
        case "credits" if rules.yardstick is None or rules.yardstick.hours_per_credit(activity) is None:
            return "no_overlay", "overlay"
        case _:
            return None


def _once(claims: Sequence[Claim], used: set[str], rules: Ruleset) -> None:
    """One key, one credit: the record that claims most keeps it, then the one registered first (so order never matters)."""
    keyed = [claim for claim in claims if claim.activity.event_key is not None and not claim.refused]
    holder: dict[str, str] = {}
    for claim in sorted(keyed, key=lambda claim: (-claim.left, order(claim))):
        key = claim.activity.event_key or ""
        if key in used or holder.setdefault(key, claim.activity.id) != claim.activity.id:
            claim.drop("duplicate_key", rules.article("registration"), value=key)
