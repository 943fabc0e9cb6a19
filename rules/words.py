"""Every sentence that a decision says, in Chinese and in English. Amounts are hours; nothing is computed here."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from rules.quantity import hours_text

CATEGORIES = {
    "training": ("培训进修", "training and further study"),
    "self_study": ("自学", "self-study"),
    "academic": ("学术交流", "academic exchange"),
    "achievement": ("成果著作", "research outputs and publications"),
    "major_assignment": ("参与重大工作", "major assignment"),
    "expert_service": ("专家服务", "invited expert service"),
    "exam": ("职业资格考试", "professional examination"),
    "contest": ("竞赛及其他学习", "contest or other recognised learning"),
    "public_online": ("公需科目（线上）", "public subject, online"),
    "public_offline": ("公需科目（线下）", "public subject, offline"),
    "transfer_in": ("外地转入", "transfer in"),
    "credits": ("行业学分", "sector credits"),
}

STATES = {
    "draft": ("尚未提交", "not submitted yet"),
    "submitted": ("待用人单位审核", "waiting for the employer"),
    "employer_review": ("用人单位审核中", "under the employer's review"),
    "employer_approved": ("待主管部门核实登记", "waiting for the authority"),
    "returned": ("已退回补正", "returned for correction"),
    "rejected": ("已驳回", "rejected"),
    "withdrawn": ("已撤回", "withdrawn"),
    "reversed": ("登记已冲正", "its registration was reversed"),
    "superseded": ("已由更正后的登记取代", "replaced by a corrected registration"),
}
"""What a record is that is not registered, by its `Status`."""

CUTS = {
    "not_registered": ("{state}，不计入", "{state}; only what is registered counts"),
    "separation_of_duties": (
        "申报、审核、核实须为不同自然人，不计入",
        "declarant, reviewer and verifier must be three different persons; does not count",
    ),
    "duplicate_key": (
        "同一事项（{value}）已计一次，不重复计",
        "the same event ({value}) already counts once",
    ),
    "other_year": ("不属于本年度，减{amount}学时", "belongs to another year: less {amount}"),
    "makes_up_year": (
        "已指定补学{value}年度，一学时只用于一年，减{amount}学时",
        "designated to make up {value}; an hour serves one year only: less {amount}",
    ),
    "before_issue": (
        "在办法印发之前，暂存，减{amount}学时",
        "before the measure was issued; held: less {amount}",
    ),
    "after_expiry": (
        "在办法有效期（至{value}）届满之后，暂存待新规，不失效也不计入，减{amount}学时",
        "after the measure's last day ({value}); held for a later decision, neither lost nor counted: less {amount}",
    ),
    "rounding": (
        "按分钟折算，逐日向下取至{value}学时，减{amount}学时",
        "minutes, floored per day to {value}: less {amount}",
    ),
    "daily_cap": ("每天认定不超过{value}学时，减{amount}学时", "at most {value} hours a day: less {amount}"),
    "person_day_pool": (
        "当天各项活动合计不超过{value}学时，减{amount}学时",
        "all activities of a day together make at most {value} hours: less {amount}",
    ),
    "online_window_cap": (
        "无逐日记录的网络学习按学习期间每天{value}学时封顶，减{amount}学时",
        "online study without a day log: at most {value} hours for each day of its window: less {amount}",
    ),
    "self_study_archive_required": (
        "用人单位未建立学习档案，不予登记",
        "the employer keeps no learning archive: not registered",
    ),
    "self_study_cap": (
        "自学类全年累计不超过{value}学时，减{amount}学时",
        "self-study: at most {value} hours a year: less {amount}",
    ),
    "achievement_cap": (
        "成果著作类全年累计不超过{value}学时，减{amount}学时",
        "outputs and publications: at most {value} hours a year: less {amount}",
    ),
    "combined_cap": (
        "自学与成果著作合计不超过{value}学时，减{amount}学时",
        "self-study and outputs together: at most {value} hours a year: less {amount}",
    ),
    "expert_cap": (
        "专家服务全年累计不超过{value}学时，减{amount}学时",
        "expert service: at most {value} hours a year: less {amount}",
    ),
    "contest_cap": (
        "竞赛及其他学习全年不超过{value}学时，减{amount}学时",
        "contests and other learning: at most {value} hours a year: less {amount}",
    ),
    "contest_cap_event": (
        "竞赛及其他学习每次不超过{value}学时，减{amount}学时",
        "contests and other learning: at most {value} hours an event: less {amount}",
    ),
    "not_invited": ("并非受邀专家，不计入", "not an invited expert; does not count"),
    "not_recognised": (
        "未经行业主管部门或人社部门认可，不计入",
        "not recognised by the sector or HRSS authority; does not count",
    ),
    "course_exam_not_passed": (
        "学完但考试未合格，不是有效学时",
        "the course's examination is not passed: no effective hours",
    ),
    "exam_not_listed": (
        "不在认可的考试目录内，不视同完成",
        "not a listed examination: nothing is deemed complete",
    ),
    "exam_partial": ("未通过全部科目，不视同完成", "not all subjects are passed: nothing is deemed complete"),
    "major_not_certified": (
        "缺本单位证明，不视同完成",
        "no certificate of the employer: nothing is deemed complete",
    ),
    "major_not_filed": (
        "未报省级有关主管部门备案，不视同完成",
        "not filed with the provincial department: nothing is deemed complete",
    ),
    "major_year_not_filed": (
        "备案未列本年度，不视同完成",
        "the filing does not name this year: nothing is deemed complete",
    ),
    "origin_unverified": ("流出地学时未经核实，不计入", "the origin's hours are not verified; do not count"),
    "no_overlay": (
        "无适用的行业细则，学分不能折算",
        "no sector overlay applies: credits cannot be converted",
    ),
    "no_event_key": (
        "行业细则要求唯一标识，缺少则不计入",
        "the sector's rule asks for a unique key; without one it does not count",
    ),
    "overlay_cap": (
        "行业细则规定不超过{value}，减{amount}学时",
        "the sector's rule allows at most {value}: less {amount}",
    ),
    "no_local_rules": (
        "该年度没有可用的本省规则，暂存，减{amount}学时",
        "no local rules cover the year; held: less {amount}",
    ),
}

NOTES = {
    "public_hint": (
        "公需科目不足{hours}学时。办法未设下限，但各地多有此要求，请留意当年通知",
        "fewer than {hours} public hours; the measure sets no floor, but an annual notice may",
    ),
    "online_alert": (
        "{activity}：网络学习平均每天超过{hours}学时，供监督检查参考",
        "{activity}: more than {hours} hours of online study a day; for inspection",
    ),
    "long_visit": (
        "{activity}：超过{days}天，须有接待单位出具的天数证明",
        "{activity}: more than {days} days; needs the host's statement of days",
    ),
    "late_registration": (
        "{activity}：次年3月31日之后登记，标记为补登，须有主管部门理由",
        "{activity}: registered after 31 March of the next year; late, needs the authority's reason",
    ),
    "registered_after_as_of": (
        "{activity}：登记时间晚于本次判定日 {as_of}",
        "{activity}: registered after the day of this judgement, {as_of}",
    ),
    "exception": (
        "适用例外认定 {document}（{day}）：{category} 按 {value} 学时，理由：{reason}",
        "exception {document} ({day}) applies: {category} at {value} hours; reason: {reason}",
    ),
    "exception_not_approved": (
        "例外认定 {document} 未经主管部门批准，不适用",
        "exception {document} is not approved by the authority; does not apply",
    ),
    "interpretation": (
        "依解释 {document}（{day}）：{parameter} = {value}",
        "under interpretation {document} ({day}): {parameter} = {value}",
    ),
    "override": (
        "研究模式：{parameter} = {value}（现行口径：{normal}）",
        "study only: {parameter} = {value} (the pack says: {normal})",
    ),
    "overlay": ("适用行业细则 {overlay}", "the sector overlay {overlay} applies"),
    "overlay_sample": (
        "行业细则 {overlay} 为样例，使用前请核实",
        "the sector overlay {overlay} is a sample: confirm before use",
    ),
    "minimum_met": (
        "{overlay}：{item} 已有 {have}，要求 {need}",
        "{overlay}: {item} has {have} of {need} required",
    ),
    "minimum_missing": (
        "{overlay}：{item} 只有 {have}，要求 {need}，本年度未完成",
        "{overlay}: {item} has only {have} of {need} required; the year is not complete",
    ),
    "cycle_unchecked": (
        "{overlay}：另有{years}年{total}学时的周期要求，不在年度判断之内",
        "{overlay}: also asks for {total} in {years} years; that is not part of the year's test",
    ),
    "no_pack_at_year_end": (
        "规则集缺失：{year}年12月31日无有效规则，{last_day}及以前的学时计入，年度结论待新规",
        "no rules on 31 December {year}: hours up to {last_day} count, the year stays undecided until a successor is loaded",
    ),
    "makeup_void": (
        "{activity}：指定补学{year}年度，但没有有效的顺延或已过期限，学时留在实际年度",
        "{activity}: designated to make up {year}, but no postponement is in effect on its day; hours stay in their own year",
    ),
    "deferral_pending": ("顺延中，最迟{due}完成", "postponed; to be finished by {due}"),
    "deferral_met": ("顺延完成", "completed within the postponement"),
    "deferral_overdue": (
        "顺延期限{due}已过，仍未完成",
        "the postponement ended on {due} and the year is not complete",
    ),
    "deferral_invalid": (
        "顺延未获批准或缺单位证明，补学指定无效，学时留在实际年度",
        "the postponement lacks approval or the employer's certificate: designations are void, hours stay in their own year",
    ),
    "deemed_display": (
        "{flag}视同完成，依据{article}；学时如实显示",
        "{flag} deemed complete under {article}; hours are shown as they are",
    ),
}

FLAGS = {
    "professional": ("专业科目", "professional subject"),
    "all": ("全年", "whole year"),
    "origin": ("流出地结论：全年", "the origin's conclusion: whole year"),
}


class LineLike(Protocol):
    """What a sentence needs of a line."""

    @property
    def category(self) -> str: ...
    @property
    def claimed(self) -> Decimal: ...
    @property
    def recognised(self) -> Decimal: ...
    @property
    def article(self) -> str: ...
    @property
    def cuts(self) -> Sequence["CutLike"]: ...


class CutLike(Protocol):
    """What a line's sentence needs of its cuts."""

    @property
    def zh(self) -> str: ...
    @property
    def en(self) -> str: ...


def cut_zh(rule: str, amount: Decimal, value: str | None) -> str:
    return _cut(rule, amount, value, 0)


def cut_en(rule: str, amount: Decimal, value: str | None) -> str:
    return _cut(rule, amount, value, 1)


def _cut(rule: str, amount: Decimal, value: str | None, language: int) -> str:
    state = STATES[value][language] if rule == "not_registered" and value else ""
    return CUTS[rule][language].format(amount=hours_text(amount), value=value, state=state)


def note_zh(code: str, detail: Mapping[str, str]) -> str:
    return NOTES[code][0].format_map(_localised(detail, 0))


def note_en(code: str, detail: Mapping[str, str]) -> str:
    return NOTES[code][1].format_map(_localised(detail, 1))


def line_zh(line: LineLike) -> str:
    head = f"{CATEGORIES[line.category][0]}：申报{hours_text(line.claimed)}，认定{hours_text(line.recognised)}（{line.article}）"
    return "；".join([head, *(cut.zh for cut in line.cuts)])


def line_en(line: LineLike) -> str:
    head = f"{CATEGORIES[line.category][1]}: claimed {hours_text(line.claimed)}, recognised {hours_text(line.recognised)}"
    return "; ".join([f"{head} ({line.article})", *(cut.en for cut in line.cuts)])


def _localised(detail: Mapping[str, str], language: int) -> dict[str, str]:
    """Turn the code words among the details into the words of one language."""
    said = dict(detail)
    if "flag" in said:
        said["flag"] = FLAGS[said["flag"]][language]
    if "category" in said:
        said["category"] = CATEGORIES.get(said["category"], ("专业科目下限", "professional minimum"))[
            language
        ]
    return said
