"""A form's fields into an activity as `reading.read_declared` takes it. Pure; what is missing is told field by field."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

DAYS_MOST = 62
_SAID: Mapping[str, Mapping[str, Any]] = {
    "training": {"mode": "offline"},
    "expert_service": {"invited": True},
}
"""What choosing the category says already."""


@dataclass(frozen=True)
class Kind:
    """One way of learning in plain words, and the fields that its form asks for."""

    category: str
    zh: str
    en: str
    hint_zh: str
    hint_en: str
    fields: tuple[str, ...]


_DAILY = ("from", "to", "per_day")
KINDS = {
    kind.category: kind
    for kind in (
        Kind("training", "上课、培训、进修", "Courses, training", "脱产或半脱产培训、研修、专题讲座", "Training, seminars, lectures", _DAILY),
        Kind("academic", "开会、学术交流、访学", "Conferences, exchange", "学术会议、交流、访问学者", "Conferences, visiting scholars", _DAILY),
        Kind("achievement", "成果、论文、著作", "Outputs, papers, books", "课题、获奖、专利、论文、专著、译著", "Projects, prizes, patents, papers, books", ("kind", "on", "hours")),
        Kind("self_study", "自学、自学考试、在职学历", "Self-study, degrees", "单位要先建立学习档案", "Your employer keeps a learning archive first", ("kind", "year", "hours")),
        Kind("expert_service", "当专家", "Invited expert", "服务基层、职称评审、考试阅卷、技能评价", "Local service, title evaluation, marking", _DAILY),
        Kind("exam", "考取职业资格", "Professional examination", "全国职业资格考试、国际注册类考试", "National or international qualification", ("exam_name", "approved_on", "issued_on")),
        Kind("contest", "竞赛、比武，或其他认可的学习", "Contests, other recognised learning", "须有行业主管部门或人社部门认可", "Recognised by the sector or HRSS authority", ("on", "hours")),
        Kind("major_assignment", "挂职、外派等重大工作", "Major assignments", "单位出证明，报省级部门备案", "Certified by the employer, filed with the province", ("from", "to")),
        Kind("public_offline", "公需科目，线下学习", "Public subject, offline", "线上课不用在这里报", "Online courses register themselves", _DAILY),
    )
}  # fmt: skip
WORKS = {
    "achievement": {"paper": ("论文", "paper"), "book": ("著作、译著", "book"), "project": ("课题", "project"), "prize": ("获奖成果", "prize"), "patent": ("专利", "patent")},
    "self_study": {"self_study": ("自学", "self-study"), "self_exam": ("自学考试", "self-taught examination"), "degree": ("在职学历", "degree beside work")},
}  # fmt: skip
"""Kinds of works and of self-study that the form offers."""


@dataclass(frozen=True)
class Filled:
    """What a form makes: the activity, or what is to be corrected by field (Chinese, English)."""

    activity: Mapping[str, Any]
    problems: Mapping[str, tuple[str, str]]


def fill(category: str, values: Mapping[str, str], today: date) -> Filled:
    """Read the fields of a category's form."""
    reader = _Reader(values, today)
    made: dict[str, Any] = {"category": category}
    if not values.get("title", "").strip():
        reader.problems["title"] = ("请填写活动名称", "Write the name of the activity")
    fields = KINDS[category].fields
    if fields == _DAILY:
        made["schedule"] = reader.schedule()
        made |= _SAID.get(category, {})
    elif category == "exam":
        made |= {"exam_name": reader.text("exam_name"), "all_subjects_passed": True}
        made |= {name: reader.day(name) for name in ("approved_on", "issued_on")}
    elif category == "major_assignment":
        made |= {"start": reader.day("from"), "end": reader.day("to")}
    else:
        made["determined_hours"] = reader.hours("hours")
        if category == "self_study":
            made |= {"year": reader.year("year"), "kind": reader.kind(category)}
        else:
            made["achieved_on" if category == "achievement" else "held_on"] = reader.day("on")
        if category == "achievement":
            made["kind"] = reader.kind(category)
    return Filled(made, reader.problems)


def values_of(title: str, activity: Mapping[str, Any]) -> dict[str, str]:
    """The fields of a form that would make this activity: for filling it in again."""
    values = {"title": title}
    names = {"achieved_on": "on", "held_on": "on", "determined_hours": "hours", "start": "from", "end": "to"}
    for name, value in activity.items():
        values[names.get(name, name)] = str(value)
    stretches = activity.get("schedule") or ()
    if stretches:
        values |= {"from": stretches[0]["from"], "to": stretches[-1]["to"]}
        values["per_day"] = str(stretches[0].get("value", 8))
        for stretch in stretches:
            day, last = date.fromisoformat(stretch["from"]), date.fromisoformat(stretch["to"])
            while day <= last:
                values[f"day-{day}"] = str(stretch.get("value", 8))
                day += timedelta(days=1)
    return values


class _Reader:
    def __init__(self, values: Mapping[str, str], today: date) -> None:
        self._values, self._today = values, today
        self.problems: dict[str, tuple[str, str]] = {}

    def text(self, name: str) -> str:
        found = self._values.get(name, "").strip()
        if not found:
            self.problems[name] = ("请填写这一项", "Fill this in")
        return found

    def day(self, name: str) -> str:
        try:
            found = date.fromisoformat(self._values.get(name, ""))
        except ValueError:
            self.problems[name] = ("请填写日期，例如 2026-05-12", "Write a day such as 2026-05-12")
            return ""
        if found > self._today:
            self.problems[name] = (
                "这一天还没有到，活动结束后再申报",
                "That day is still to come; declare it afterwards",
            )
        return found.isoformat()

    def hours(self, name: str, most: int = 999) -> Decimal:
        words = (
            f"请填写学时，0 到 {most} 之间的数，例如 7.5",
            f"Write hours between 0 and {most}, such as 7.5",
        )
        try:
            found = Decimal(self._values.get(name, ""))
        except InvalidOperation:
            found = Decimal(-1)
        if not found.is_finite() or not 0 <= found <= most or found != found.quantize(Decimal("0.01")):
            self.problems[name] = words
            return Decimal(0)
        return found

    def year(self, name: str) -> int:
        found = self._values.get(name, "")
        if not found.isascii() or not found.isdecimal() or not 1950 <= int(found[:5]) <= self._today.year:
            self.problems[name] = ("请填写年份，例如 2026", "Write a year such as 2026")
            return self._today.year
        return int(found)

    def kind(self, category: str) -> str:
        found = self._values.get("kind", "")
        if found not in WORKS[category]:
            self.problems["kind"] = ("请选一项", "Choose one")
        return found

    def schedule(self) -> list[dict[str, Any]]:
        """Equal neighbouring days as one stretch; days with 0 hours are left out."""
        first, last = self.day("from"), self.day("to")
        if self.problems.keys() & {"from", "to"}:
            return []
        day, end = date.fromisoformat(first), date.fromisoformat(last)
        if end < day or (end - day).days >= DAYS_MOST:
            self.problems["to"] = (f"最后一天不早于第一天，一次最多 {DAYS_MOST} 天", f"The last day is not before the first; at most {DAYS_MOST} days at once")  # fmt: skip
            return []
        stretches: list[dict[str, Any]] = []
        while day <= end:
            name = f"day-{day}"
            value = self.hours(name if self._values.get(name) else "per_day", 24)
            if (
                stretches
                and stretches[-1]["value"] == value
                and stretches[-1]["to"] == str(day - timedelta(days=1))
            ):
                stretches[-1]["to"] = str(day)
            elif value:
                stretches.append({"from": str(day), "to": str(day), "unit": "hours", "value": value})
            day += timedelta(days=1)
        if not stretches and not self.problems:
            self.problems["per_day"] = ("每天学时至少有一天大于 0", "At least one day has hours")
        return stretches
