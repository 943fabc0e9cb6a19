"""第十条: what may count at all — registered, by three different persons, once; and each category's own gate."""

from collections.abc import Sequence

from rules.activity import (
    Activity,
    Contest,
    Credits,
    Exam,
    ExpertService,
    MajorAssignment,
    PublicOnline,
    SelfStudy,
    Status,
    Training,
    TransferIn,
)
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
    if activity.status is not Status.REGISTERED:
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
    match activity:
        case SelfStudy(archive=False) if settings.self_study_archive_required:
            return "self_study_archive_required", "self_study_archive_required"
        case PublicOnline(exam_passed=False) | Training(exam_passed=False):
            return "course_exam_not_passed", "effective_hours"
        case ExpertService(invited=False):
            return "not_invited", "expert_service"
        case Contest(recognised_by_authority=False):
            return "not_recognised", "contest"
        case Exam(listed=False):
            return "exam_not_listed", "exam"
        case Exam(all_subjects_passed=False):
            return "exam_partial", "exam"
        case MajorAssignment(employer_certificate=False):
            return "major_not_certified", "major_assignment"
        case MajorAssignment(provincial_filing=False) if settings.major_requires_filing:
            return "major_not_filed", "major_requires_filing"
        case MajorAssignment(filed_years=years) if rules.year not in years:
            return "major_year_not_filed", "major_assignment"
        case TransferIn(origin_verified=False):
            return "origin_unverified", "transfer_in"
        case Credits() if rules.yardstick is None or rules.yardstick.hours_per_credit(activity) is None:
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
