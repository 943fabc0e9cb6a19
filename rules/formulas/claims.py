"""第三至七条、第十一条: what each activity claims, by its category's own yardstick, before any cap."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from rules.activity import (
    Achievement,
    Activity,
    Contest,
    Credits,
    Exam,
    Pooled,
    PublicOnline,
    SelfStudy,
    TransferIn,
)
from rules.formulas.claim import Claim
from rules.formulas.days import hours_by_day
from rules.overlay import Per, Row, Yardstick
from rules.quantity import STEP, ZERO, floor_to
from rules.ruleset import Ruleset

Whole = PublicOnline | SelfStudy | Achievement | Contest | Exam | Credits
"""What is counted whole, on one day or in one year."""
CAPS = {
    "self_study": "self_study_cap",
    "achievement": "achievement_cap",
    "expert_service": "expert_cap",
    "contest": "contest_cap",
}


def claims_of(activity: Activity, rules: Ruleset) -> Iterator[Claim]:
    """Give an activity's claims: one, or one for each block of a transfer."""
    article = rules.article(activity.category)
    match activity.category:
        case "transfer_in":
            yield from _of_transfer(activity, article, rules)
            return
        case "major_assignment":
            yield Claim(activity, activity.category, None, article, ZERO, on=date(rules.year, 12, 31))
            return
    row = rules.yardstick.row_for(activity) if rules.yardstick else None
    if rules.yardstick is not None and row is not None:
        yield _by_table(activity, row, rules.yardstick, rules)
        return
    match activity.category:
        case "training" if activity.completed_on is not None:  # no log of days: whole, in that year (A13)
            hours, day = activity.total_hours or ZERO, activity.completed_on
            yield Claim(activity, activity.category, activity.subject, article, hours, on=day)
        case "training" | "academic" | "expert_service" | "public_offline":
            yield _by_day(activity, article, rules)
        case _:
            hours, day = _hours(activity, rules), day_of(activity, rules)
            cap = CAPS.get(activity.category, "")
            yield Claim(activity, activity.category, activity.subject, article, hours, on=day, cap_name=cap)


def day_of(activity: Whole | TransferIn, rules: Ruleset) -> date:
    """Return the day that tells the year of what is not counted by the day; for a bare year, its last day."""
    match activity.category:
        case "self_study" | "credits" | "transfer_in":
            return date(activity.year, 12, 31)
        case "achievement":
            return activity.achieved_on
        case "contest":
            return activity.held_on
        case "public_online":
            return activity.completed_on
        case _:
            by_approval = rules.settings.exam_year_basis == "approved_on"
            return activity.approved_on if by_approval else activity.issued_on


def _hours(activity: Whole, rules: Ruleset) -> Decimal:
    match activity.category:
        case "self_study" | "achievement" | "contest":
            return activity.determined_hours
        case "public_online":
            return activity.total_hours
        case "credits":
            rate = rules.yardstick.hours_per_credit(activity) if rules.yardstick else None
            return ZERO if rate is None else floor_to(activity.credits * rate, STEP)
        case _:
            return ZERO  # an examination carries no hours: it deems


def _by_day(activity: Pooled, article: str, rules: Ruleset) -> Claim:
    by_day, lost = hours_by_day(activity, rules.settings)
    claimed = sum(by_day.values(), lost)
    cap = CAPS.get(activity.category, "")
    claim = Claim(
        activity, activity.category, activity.subject, article, claimed, by_day=by_day, cap_name=cap
    )
    claim.cut("rounding", lost, article, "rounding", rules.settings.rounding)
    return claim


def _by_table(activity: Pooled | Whole, row: Row, yardstick: Yardstick, rules: Ruleset) -> Claim:
    """第七条: 从其规定. The sector's value in place of the measure's, outside its caps and its day."""
    article = rules.article("overlay")
    worth = row.value * (yardstick.factor or 1)
    if isinstance(activity, Pooled):
        claim = _by_day(activity, article, rules)
        full = rules.settings.full_day
        claim.by_day = {
            day: floor_to(min(hours, full) / full * worth, STEP)
            for day, hours in (claim.by_day or {}).items()
        }
        claim = Claim(
            activity,
            activity.category,
            activity.subject,
            article,
            sum(claim.by_day.values(), ZERO),
            by_day=claim.by_day,
        )
    else:
        times = activity.subjects_passed or 0 if isinstance(activity, Exam) and row.per is Per.SUBJECT else 1
        hours = floor_to(worth * times, STEP)
        claim = Claim(
            activity, activity.category, activity.subject, article, hours, on=day_of(activity, rules)
        )
    claim.row = row
    return claim


def _of_transfer(activity: TransferIn, article: str, rules: Ruleset) -> Iterator[Claim]:
    """第十一条第二款: the origin's kinds mapped to the two of Article 3 (A24)."""
    for block in activity.blocks:
        subject = rules.settings.transfer_kind_map[block.kind]
        cap = CAPS.get(block.category or "", "")
        yield Claim(
            activity, "transfer_in", subject, article, block.hours, on=day_of(activity, rules), cap_name=cap
        )
    if not activity.blocks:
        yield Claim(activity, "transfer_in", None, article, ZERO, on=day_of(activity, rules))
