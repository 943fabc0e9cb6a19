"""Facts that are well-formed one by one but cannot all be true. Nothing is guessed: the first one found is refused."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, NoReturn

from rules.activity import (
    EVER_REGISTERED,
    Activity,
    Daily,
    Exam,
    MajorAssignment,
    Span,
    Stretch,
    Training,
    TransferIn,
    Unit,
    Window,
)
from rules.errors import FactsError

if TYPE_CHECKING:  # facts.py needs this module first
    from rules.facts import Deferral, ExceptionDecision, Facts

LONGEST = timedelta(days=3660)
"""Ten years: nothing registered as one activity runs longer."""
_DAY_HOURS = 24
_MINUTES = 60


def refuse_contradictions(facts: "Facts") -> None:
    """Raise FactsError for the first contradiction, in document order."""
    seen: set[str] = set()
    for number, activity in enumerate(facts.activities):
        at = f"/activities/{number}"
        if activity.id in seen:
            _refuse(
                f"{at}/id",
                "每条记录一个编号 / one id a record",
                f"编号重复：{activity.id} / id used twice: {activity.id}",
            )
        seen.add(activity.id)
        _registration(at, activity)
        _activity(at, activity, facts.born)
    for number, deferral in enumerate(facts.deferrals):
        _deferral(f"/deferrals/{number}", deferral, [d.year for d in facts.deferrals[:number]])
    for number, exception in enumerate(facts.exceptions):
        _exception(f"/exceptions/{number}", exception, [e.category for e in facts.exceptions[:number]])


def _refuse(pointer: str, expected: str, message: str) -> NoReturn:
    raise FactsError(pointer, expected, message)


def _registration(at: str, activity: Activity) -> None:
    if (activity.registered_at is None) == (activity.status in EVER_REGISTERED):
        _refuse(
            f"{at}/registered_at",
            "已登记的记录有登记时间，其余没有 / a moment for registered records, and for no others",
            f"与状态 {activity.status} 不符 / does not go with the status {activity.status}",
        )


def _activity(at: str, activity: Activity, born: date | None) -> None:
    match activity:
        case Daily():
            _daily(at, activity)
        case Exam() if activity.issued_on < activity.approved_on:
            _order(f"{at}/issued_on", "approved_on")
        case MajorAssignment():
            _major(at, activity)
        case TransferIn():
            _transfer(at, activity)
        case _:
            pass
    if isinstance(activity, Exam | MajorAssignment | TransferIn) and activity.makes_up_year is not None:
        _refuse(
            f"{at}/makes_up_year",
            "不填 / absent",
            f"{activity.category} 归其自身年度，不能用于补学 / {activity.category} belongs to its own year and makes up none",
        )
    if born is not None and (first := first_day(activity)) is not None and first[1] <= born:
        _refuse(
            f"{at}/{first[0]}",
            f"晚于出生日期 {born} / after the day of birth, {born}",
            "早于出生 / before the person was born",
        )


def first_day(activity: Activity) -> tuple[str, date] | None:
    """Return the field and the day of the earliest thing an activity tells, or None when it tells only a year."""
    if isinstance(activity, Daily):
        return _first_daily(activity)
    for name in ("completed_on", "achieved_on", "held_on", "approved_on", "start", "moved_on"):
        day = getattr(activity, name, None)
        if isinstance(day, date):
            return name, day
    return None


def _first_daily(activity: Daily) -> tuple[str, date] | None:
    if activity.window is not None:
        return "window/from", activity.window.start
    starts = [(stretch.start, number) for number, stretch in enumerate(activity.schedule or ())]
    day, number = min(starts)
    return f"schedule/{number}/from", day


def _order(pointer: str, earlier: str) -> NoReturn:
    _refuse(pointer, f"不早于 {earlier} / not before {earlier}", "先后颠倒 / ends before it starts")


def _span(at: str, span: Span, listed: timedelta) -> None:
    if span.end < span.start:
        _order(f"{at}/to", "from")
    if listed > LONGEST:
        _refuse(f"{at}/to", "十年之内 / within ten years of from", "期间过长 / the period is too long")


def _daily(at: str, activity: Daily) -> None:
    match activity.schedule, activity.window, activity.total_hours:
        case tuple() as schedule, None, None:
            _schedule(at, schedule)
        case None, Window() as window, Decimal() as total:
            _window(at, window, total)
        case (tuple(), None, _) | (None, Window(), _):
            _refuse(
                f"{at}/total_hours",
                "与 window 同有同无 / together with window, and only then",
                "total_hours 与 window 不相配 / total_hours and window do not go together",
            )
        case _:
            _refuse(
                f"{at}/schedule",
                "schedule 或 window 其一 / either schedule or window",
                "两者须且只能有其一 / exactly one of the two is needed",
            )
    if isinstance(activity, Training):
        _online(at, activity)


def _schedule(at: str, schedule: tuple[Stretch, ...]) -> None:
    minutes: Counter[date] = Counter()
    listed = timedelta(0)
    for number, stretch in enumerate(schedule):
        place = f"{at}/schedule/{number}"
        listed += stretch.end - stretch.start
        _span(place, stretch, listed)
        by_value = stretch.unit in {Unit.HOURS, Unit.MINUTES}
        if by_value != (stretch.value is not None):
            _refuse(
                f"{place}/value",
                "hours 和 minutes 有数值，full_day 和 half_day 没有 / a figure for hours and minutes, none for days",
                f"与单位 {stretch.unit} 不符 / does not go with the unit {stretch.unit}",
            )
        length = _length(stretch)
        for offset in range((stretch.end - stretch.start).days + 1) if length else ():
            day = stretch.start + timedelta(days=offset)
            minutes[day] += length
            if minutes[day] > _DAY_HOURS * _MINUTES * 100:
                _refuse(
                    f"{place}/value",
                    "一天至多24小时 / at most 24 hours a day",
                    f"{day} 超过24小时 / more than 24 hours on {day}",
                )


def _length(stretch: Stretch) -> int:
    """Return a day's length in hundredths of a minute; a full or half day is not measured by the clock."""
    if stretch.value is None:
        return 0
    return int(stretch.value * 100) * (_MINUTES if stretch.unit is Unit.HOURS else 1)


def _window(at: str, window: Window, total: Decimal) -> None:
    _span(f"{at}/window", window, window.end - window.start)
    days = (window.end - window.start).days + 1
    if window.attended is not None:
        days = len(window.attended)
        for number, day in enumerate(window.attended):
            if not window.start <= day <= window.end or day in window.attended[:number]:
                _refuse(
                    f"{at}/window/attended/{number}",
                    "期间之内，不重复 / within the window, each day once",
                    f"{day} 不在期间内或重复 / {day} is outside the window or listed twice",
                )
    if total > days * _DAY_HOURS:
        _refuse(
            f"{at}/total_hours",
            "一天至多24小时 / at most 24 hours a day",
            "平均每天超过24小时 / more than 24 hours a day",
        )


def _online(at: str, activity: Training) -> None:
    by_window = activity.mode == "online" and activity.window is not None
    for name, value in (("completed_on", activity.completed_on), ("exam_passed", activity.exam_passed)):
        if (value is not None) != by_window:
            _refuse(
                f"{at}/{name}",
                "只有带 window 的网络课程须有 / for online courses with a window, and only for those",
                f"{name} 与学习方式不符 / {name} does not go with the mode",
            )
    if (
        activity.window is not None
        and activity.completed_on is not None
        and activity.completed_on < activity.window.start
    ):
        _order(f"{at}/completed_on", "window/from")


def _major(at: str, activity: MajorAssignment) -> None:
    match activity.start, activity.end:
        case None, None:
            return
        case date() as start, date() as end:
            if end < start:
                _order(f"{at}/end", "start")
            for number, year in enumerate(activity.filed_years):
                if not start.year <= year <= end.year:
                    _refuse(
                        f"{at}/filed_years/{number}",
                        f"{start.year} 至 {end.year} / {start.year} to {end.year}",
                        "备案年度在任务期间之外 / a filing year outside the assignment",
                    )
        case _:
            missing = "end" if activity.start else "start"
            _refuse(
                f"{at}/{missing}",
                "起止同有同无 / both or neither",
                "起止只有其一 / only one of start and end",
            )


def _transfer(at: str, activity: TransferIn) -> None:
    if activity.year > activity.moved_on.year:
        _refuse(
            f"{at}/year",
            f"至迟 {activity.moved_on.year} / {activity.moved_on.year} at the latest",
            "流出地学时的年度晚于调入之日 / hours earned at the origin after the move",
        )
    for number, block in enumerate(activity.blocks):
        if block.category is not None and block.kind != "professional":
            _refuse(
                f"{at}/blocks/{number}/category",
                "只用于 professional / for professional hours only",
                f"{block.category} 属专业科目 / {block.category} is of the professional subject",
            )


def _deferral(at: str, deferral: "Deferral", earlier: list[int]) -> None:
    if deferral.due.year <= deferral.year:
        _refuse(
            f"{at}/due",
            f"晚于 {deferral.year} 年 / after {deferral.year}",
            "顺延期限不晚于该年度 / due within the year itself",
        )
    if deferral.year in earlier:
        _refuse(f"{at}/year", "每年度一次 / one a year", "同一年度顺延两次 / two deferrals of one year")


def _exception(at: str, exception: "ExceptionDecision", earlier: list[str]) -> None:
    if exception.category in earlier:
        _refuse(
            f"{at}/category",
            "每类一项 / one for each category",
            "同一类别两项例外 / two exceptions for one category",
        )
    given = [name for name in ("cap", "daily_cap", "minimum") if getattr(exception, name) is not None]
    wanted = {"professional": "minimum", "training": "daily_cap", "academic": "daily_cap"}.get(
        exception.category, "cap"
    )
    if given != [wanted]:
        _refuse(
            f"{at}/{wanted}",
            f"{wanted}，且只有它 / {wanted}, and nothing else",
            f"{exception.category} 类的例外只能是 {wanted} / an exception for {exception.category} is a {wanted}",
        )
