"""What stands out, said exactly (Art. 14): each rule with its figures. Pure. A rule flags; a person decides.

Days and hours are those that were claimed: a full day is 8 hours, half a day 4, minutes a sixtieth; a period of which only
the total is known is spread evenly.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Any

DAY_HOURS, TWO_EVENTS = Decimal(24), Decimal(6)
DECISIONS, ACTS, ONE_ACT, SWIFT = 20, 10, timedelta(seconds=1), timedelta(seconds=5)
BULK = 20
_BY_DAY = frozenset({"training", "academic", "expert_service"})
_A_DAY = {"full_day": Decimal(8), "half_day": Decimal(4)}


class Rule(StrEnum):
    """What may stand out."""

    SHARED_PROOF = "shared-proof"
    OVER_A_DAY = "over-24-hours"
    TWO_EVENTS = "two-events-a-day"
    SWIFT = "swift-decisions"
    LATE_BULK = "late-in-bulk"


OF_A_PERSON = frozenset({Rule.OVER_A_DAY, Rule.TWO_EVENTS})
"""Those about one person's days."""
SAYS: Mapping[Rule, tuple[str, str, str, str]] = {
    Rule.SHARED_PROOF: (
        "同一份证明多人使用", "One proof, several people",
        "同一个文件（SHA-256 相同）被两人以上用于名称不同的申报。同一培训多人用同一份通知或名单不算。",
        "One file (the same SHA-256) was used by two people or more for declarations of different names. Many people of one training with one list do not count.",
    ),
    Rule.OVER_A_DAY: (
        "一天超过 24 小时", "More than 24 hours a day",
        f"同一人同一天各项申报、登记、导入的学时相加超过 {DAY_HOURS} 小时。",
        f"What one person declared, and what was registered or imported of them, comes to more than {DAY_HOURS} hours on one day.",
    ),
    Rule.TWO_EVENTS: (
        "同一天两处", "Two events on one day",
        f"同一人同一天有两项名称不同的线下培训、学术交流或专家活动，每项当天 {TWO_EVENTS} 小时以上。",
        f"One person has two offline trainings, exchanges or expert services of different names on one day, each of {TWO_EVENTS} hours or more that day.",
    ),
    Rule.SWIFT: (
        "几秒一条，全部通过", "Seconds each, all approved",
        f"同一账号一年办理 {DECISIONS} 条以上，没有退回或驳回一条；分 {ACTS} 次以上办理，过半数距上一次不到 {SWIFT.seconds} 秒。相隔不到 {ONE_ACT.seconds} 秒的（成批办理）算一次。",
        f"One account decided {DECISIONS} or more in the year and returned or rejected none, in {ACTS} acts or more, over half of them within {SWIFT.seconds} seconds of the one before. Those less than {ONE_ACT.seconds} second apart (a batch) are one act.",
    ),
    Rule.LATE_BULK: (
        "年后集中补登", "Registered in bulk after the year",
        f"活动在这一年，登记在这一年以后，同一单位同一天登记 {BULK} 条以上。",
        f"Activities of the year that were registered after it, {BULK} or more of one unit on one day.",
    ),
}  # fmt: skip
"""Each rule by its name and its words, Chinese and English."""


@dataclass(frozen=True)
class Claim:
    """What somebody claims: a declaration by its id, or an import (None)."""

    person: int
    declaration: str | None
    title: str
    raw: Mapping[str, Any]


@dataclass(frozen=True)
class Standout:
    """Something that stands out: what, how many, and the declarations to look at."""

    what: str
    count: int
    declarations: tuple[str, ...] = ()


def hours_by_day(raw: Mapping[str, Any]) -> Iterator[tuple[date, Decimal]]:
    """The hours of each day that an activity claims, where it counts by the day."""
    for span in raw.get("schedule") or ():
        value = Decimal(str(span.get("value") or 0))
        hours = _A_DAY.get(str(span["unit"]), value / 60 if span["unit"] == "minutes" else value)
        for day in _days(span):
            yield day, hours
    window, total = raw.get("window"), raw.get("total_hours")
    if window and total is not None:
        days = [date.fromisoformat(str(day)) for day in window.get("attended") or ()] or _days(window)
        for day in days:
            yield day, Decimal(str(total)) / len(days)


def too_long(claims: Sequence[Claim], year: int) -> Iterator[Standout]:
    """Days of one person with more than 24 hours."""
    days: dict[date, list[tuple[Decimal, Claim]]] = {}
    for claim in claims:
        for day, hours in hours_by_day(claim.raw):
            if day.year == year:
                days.setdefault(day, []).append((hours, claim))
    for day, found in sorted(days.items()):
        whole = sum((hours for hours, _ in found), Decimal(0))
        if whole > DAY_HOURS:
            yield Standout(
                f"{day}：{whole.normalize():f} h", len(found), _declared(claim for _, claim in found)
            )


def at_two_events(claims: Sequence[Claim], year: int) -> Iterator[Standout]:
    """Days of one person with two events, each of most of the day."""
    days: dict[date, list[Claim]] = {}
    for claim in claims:
        offline = claim.raw["category"] in _BY_DAY and claim.raw.get("mode") != "online"
        for day, hours in hours_by_day(claim.raw) if offline else ():
            if day.year == year and hours >= TWO_EVENTS:
                days.setdefault(day, []).append(claim)
    for day, found in sorted(days.items()):
        if len({claim.title for claim in found}) > 1:
            yield Standout(f"{day}", len(found), _declared(found))


@dataclass(frozen=True)
class Decided:
    """A decision of a reviewer or verifier, forward or not."""

    at: datetime
    forward: bool


def is_swift(decided: Sequence[Decided]) -> bool:
    """Whether somebody let everything through within seconds; `decided` in the order of their moments."""
    if len(decided) < DECISIONS or not all(one.forward for one in decided):
        return False
    acts, gaps = 1, []
    for before, after in pairwise(one.at for one in decided):
        if after - before >= ONE_ACT:
            acts += 1
            gaps.append(after - before)
    return acts >= ACTS and sum(gap < SWIFT for gap in gaps) * 2 > len(gaps)


def _days(span: Mapping[str, Any]) -> list[date]:
    first, last = date.fromisoformat(str(span["from"])), date.fromisoformat(str(span["to"]))
    return [first + timedelta(days=turn) for turn in range(min((last - first).days, 400) + 1)]


def _declared(claims: Iterator[Claim] | Sequence[Claim]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(claim.declaration for claim in claims if claim.declaration is not None))
