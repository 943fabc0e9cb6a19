"""The parameters in words: what each is called, its unit, and what its code words mean."""

from dataclasses import dataclass

Words = tuple[str, str]
"""Chinese, English."""


@dataclass(frozen=True, slots=True)
class Named:
    """A parameter as people call it."""

    name: Words
    unit: Words = ("", "")
    values: tuple[tuple[str, Words], ...] = ()
    """The code words that it may have, and what they mean."""


_YEAR, _DAY, _HOURS = ("学时/年", "hours a year"), ("学时/天", "hours a day"), ("学时", "hours")
_YES = (("true", ("是", "yes")), ("false", ("否", "no")))
PARAMETERS: dict[str, Named] = {
    "required_total": Named(("全年应达到的总学时", "Hours required in a year"), _YEAR),
    "professional_ratio": Named(("专业科目所占的份额", "Share of the professional subject")),
    "ratio_basis": Named(("份额按什么算", "What the share is of"), values=(
        ("required_total", ("要求的总学时", "the hours required")), ("actual_total", ("本人实际的总学时", "the person's own total")),
    )),
    "public_min": Named(("公需科目最低", "Least hours of the public subject"), _YEAR),
    "public_hint": Named(("公需科目少于多少时提示", "Hint below so many public hours"), _YEAR),
    "daily_cap": Named(("每人每天最多", "Most hours a person and day"), _DAY),
    "full_day": Named(("一整天折合", "A full day counts"), _HOURS),
    "half_day": Named(("半天折合", "Half a day counts"), _HOURS),
    "class_hour_minutes": Named(("一学时的分钟数", "Minutes of a class hour"), ("分钟", "minutes")),
    "rounding": Named(("向下取整到", "Rounded down to"), _HOURS),
    "self_study_cap": Named(("自学全年最多", "Most hours of self-study"), _YEAR),
    "self_study_archive_required": Named(("自学须有学习档案", "Self-study needs an archive"), values=_YES),
    "achievement_cap": Named(("成果、著作全年最多", "Most hours of outputs"), _YEAR),
    "combined_cap": Named(("自学和成果合计最多", "Most hours of self-study and outputs together"), _YEAR),
    "expert_cap": Named(("专家服务全年最多", "Most hours of expert service"), _YEAR),
    "contest_cap": Named(("竞赛等其他学习最多", "Most hours of contests and other learning"), _HOURS),
    "contest_cap_scope": Named(("竞赛的上限按什么算", "What the cap of contests is for"), values=(
        ("year", ("全年", "the year")), ("event", ("每一次", "each event")),
    )),
    "exam_year_basis": Named(("考试归入哪一年", "The year of an examination"), values=(
        ("approved_on", ("批准日期", "day of approval")), ("issued_on", ("发证日期", "day of issue")),
    )),
    "exam_deemed_credit": Named(("通过考试怎样视同", "What a passed examination makes"), values=(
        ("max_with_required_professional", ("专业科目视同完成", "the professional subject complete")),
        ("additive", ("另加学时", "hours on top")), ("waive_total", ("全年视同完成", "the whole year complete")),
    )),
    "major_requires_filing": Named(("重大工作须备案", "Major assignments need a filing"), values=_YES),
    "transfer_completion": Named(("转入的完成结论", "A conclusion from elsewhere"), values=(
        ("honour_origin", ("予以承认", "is honoured")), ("recompute", ("重新计算", "is computed again")),
    )),
    "transfer_kind_map": Named(("转入的科目怎样对应", "How subjects from elsewhere are read")),
    "before_issue": Named(("办法印发之前的学习", "Learning before the measure"), values=(
        ("count_if_same_year", ("当年的计入", "counts in the same year")), ("hold", ("暂不认定", "is held")),
    )),
    "after_expiry": Named(("办法到期之后", "After the measure ends"), values=(
        ("hold", ("暂不认定", "decisions are held")), ("continue", ("照旧认定", "it goes on")),
    )),
    "carry_forward": Named(("结转到下一年", "Carried into the next year"), values=_YES),
    "separation_of_duties": Named(("申报、审核、核实须三人", "Three people declare, review, verify"), values=_YES),
    "long_visit_days": Named(("长期访学须逐日写明的天数", "Days from which a long visit is told by day"), ("天", "days")),
    "deferral_years": Named(("顺延的年数", "Years of a deferral"), ("年", "years")),
    "late_after": Named(("次年逾期登记的起算日（月-日）", "Registered late after, in the next year (month-day)")),
}  # fmt: skip
STRENGTH: dict[str, Words] = {
    "must": ("应", "must"),
    "normally": ("一般", "normally"),
    "in_principle": ("原则上", "in principle"),
    "may": ("可", "may"),
}


def words_for(name: str, text: str | None) -> Words:
    """Say a parameter's value, as `changes.figure_text` writes it, in words."""
    if text is None:
        return "—", "—"
    its = PARAMETERS.get(name)
    if text == "无 none":
        return "不限", "no limit"
    if its is None:
        return text, text
    if name == "transfer_kind_map":
        return _mapping(text)
    known = dict(its.values).get(text)
    if known is not None:
        return known
    zh, en = its.unit
    return f"{text} {zh}".strip(), f"{text} {en}".strip()


_SUBJECTS: dict[str, Words] = {
    "professional": ("专业", "professional"),
    "public": ("公需", "public"),
    "elective": ("选修", "elective"),
    "sector_public": ("行业公需", "sector's public"),
}


def _mapping(text: str) -> Words:
    pairs = [[_SUBJECTS.get(word, (word, word)) for word in pair.split(": ")] for pair in text.split(", ")]
    return "、".join("→".join(word[0] for word in pair) for pair in pairs), ", ".join(
        " → ".join(word[1] for word in pair) for pair in pairs
    )


def name_of(name: str) -> Words:
    """What a parameter is called; of `pack` and `overlay SERIES` too (`changes`)."""
    if name == "pack":
        return "适用的规则集", "The pack that judges"
    kind, _, series = name.partition(" ")
    if kind == "overlay":
        return f"“{series}”系列的行业细则", f"Sector rule of the series {series}"
    its = PARAMETERS.get(name)
    return its.name if its else (name, name)
