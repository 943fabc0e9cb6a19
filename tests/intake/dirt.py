"""What is wrong with each file of `files/`, and what must come of it: the table from which they are made.

`rows`: outcomes as the report counts them. `faults`: row and column as a spreadsheet shows them, and the code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.issuer.town import number

HEADINGS = (
    "身份证号", "姓名", "记录编号", "科目类别", "课程名称", "班次编号", "主办单位", "报名日期", "结束日期", "考试通过日期",
    "课程学时", "考试结果", "更新时间", "记录状态",
)  # fmt: skip
"""Of the base platform's sample; A to N."""
SECTOR = (
    "身份证号",
    "姓名",
    "形式",
    "培训名称",
    "证书编号",
    "主办单位",
    "开始日期",
    "结束日期",
    "学时",
    "状态",
)
CREDITS = ("身份证号", "姓名", "登记编号", "科目类型", "项目名称", "年度", "学分", "登记时间")
NAMES = "甲乙丙丁戊己"
ID, NAME, RECORD, KIND, HOURS, DONE, RESULT = 0, 1, 2, 3, 10, 9, 11


def row(person: int = 0, record: int = 1, **changes: Any) -> list[Any]:
    """A row in order: a public course of 30 hours. `changes`: cells by their letter."""
    cells: list[Any] = [
        number(person), f"示例{NAMES[person]}", f"R{record:04d}", "公需科目", "示例公需课", f"K{record:04d}", "示例基地",
        "", "", "2025-06-20", "30", "合格", "2025-07-01 08:00:00", "有效",
    ]  # fmt: skip
    for letter, value in changes.items():
        cells[ord(letter) - ord("A")] = value
    return cells


def sector(person: int = 0, **changes: Any) -> list[Any]:
    """A row of the sector's sample: a training of two days, 16 hours."""
    cells: list[Any] = [
        number(person), f"示例{NAMES[person]}", "面授", "示例培训", "Z0001", "示例协会", "2025-05-12", "2025-05-13", "16", "有效",
    ]  # fmt: skip
    for letter, value in changes.items():
        cells[ord(letter) - ord("A")] = value
    return cells


def credits_(person: int = 0, **changes: Any) -> list[Any]:
    """A row of accounting's sample: 30 credits."""
    cells: list[Any] = [
        number(person), f"示例{NAMES[person]}", "C0001", "专业科目", "示例会计课", "2025", "30", "2025-12-01",
    ]  # fmt: skip
    for letter, value in changes.items():
        cells[ord(letter) - ord("A")] = value
    return cells


@dataclass(frozen=True)
class Dirty:
    """One file. `form`: csv, xlsx or jsonl; `encoding` and `mark` are a CSV's. `raw`: the bytes, where no table makes them."""

    name: str
    table: Sequence[Sequence[Any]] = ()
    rows: Mapping[str, int] = field(default_factory=dict)
    faults: Sequence[tuple[int, str, str]] = ()
    hours: Mapping[str, str] = field(default_factory=dict)
    refused: str | None = None
    form: str = "csv"
    profile: str = "base-platform"
    encoding: str = "utf-8"
    mark: str = ","
    raw: bytes | None = None
    merged: Sequence[str] = ()
    more_sheets: Mapping[str, Sequence[Sequence[Any]]] = field(default_factory=dict)


def one(name: str, cells: list[Any], **more: Any) -> Dirty:
    """A file whose one row is taken."""
    return Dirty(name, [HEADINGS, cells], {"registered": 1}, hours={"registered": "30"}, **more)


def wrong(name: str, cells: list[Any], column: str, code: str, **more: Any) -> Dirty:
    """A file with a good row and a bad one under it."""
    table = [HEADINGS, row(1, 900), cells]
    return Dirty(
        name, table, {"registered": 1, "refused": 1}, [(3, column, code)], {"registered": "30"}, **more
    )


A, B, C, D = "A（身份证号）", "B（姓名）", "C（记录编号）", "D（科目类别）"
J, K, L, M, N = "J（考试通过日期）", "K（课程学时）", "L（考试结果）", "M（更新时间）", "N（记录状态）"
OLD = number(0)[:6] + number(0)[8:17]
WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")

IDENTIFIERS = (
    one("id-lower-case-x", row(3, A=number(3).lower())),
    one("id-full-width-digits", row(A=number(0).translate(WIDE))),
    one("id-fifteen-digits", row(A=OLD)),
    one("id-fifteen-digits-as-number", row(A=int(OLD)), form="xlsx"),
    one("id-with-spaces-inside", row(A=f"{number(0)[:6]} {number(0)[6:14]} {number(0)[14:]} ")),
    one("id-with-apostrophe", row(A=f"'{number(0)}")),
    one("id-as-formula-text", row(A=f'="{number(0)}"')),
    one("id-with-zero-width-space", row(A=f"\u200b{number(0)}\ufeff")),
    wrong("id-as-6.2E17-text", row(A="6.29901E+17"), A, "lost_digits"),
    wrong("id-as-float", row(A=6.29901199001016e17), A, "lost_digits", form="xlsx"),
    wrong("id-as-18-digit-number", row(A=int(number(0))), A, "lost_digits", form="xlsx"),
    wrong("id-masked", row(A="629901********0009"), A, "masked"),
    wrong("id-wrong-check-digit", row(A=number(0)[:17] + ("0" if number(0)[17] != "0" else "1")), A, "identifier"),
    wrong("id-impossible-birthday", row(A="629901199002300009"), A, "identifier"),
    wrong("id-one-digit-short", row(A=number(0)[:17]), A, "identifier"),
    wrong("id-missing", row(A=""), A, "required"),
    wrong("id-of-nobody", row(A=number(20)), A, "unknown_person"),
    wrong("id-below-a-merged-cell", row(A=None), A, "required", form="xlsx", merged=("A2:A3",)),
)  # fmt: skip
NAMES_AND_WORDS = (
    one("name-padded-with-spaces", row(B="示例　甲 ")),
    wrong("name-of-another-person", row(B="示例乙"), B, "another_name"),
    wrong("name-missing", row(B="  "), B, "required"),
    wrong("kind-unknown", row(D="选修科目"), D, "word"),
    wrong("exam-not-passed", row(L="不合格"), L, "exam_not_passed"),
    wrong("exam-result-empty", row(L=""), L, "required"),
    wrong("record-number-missing", row(C=""), C, "required"),
    wrong("cell-with-excel-error", row(K="#N/A"), K, "excel_error", form="xlsx"),
    wrong("cell-with-control-character", row(C="R\x07001"), C, "control_character"),
)
FIGURES = (
    one("hours-with-unit-behind", row(K="30学时")),
    one("hours-full-width", row(K="３０ 学时")),
    one("hours-as-30.0", row(K="30.0")),
    one("hours-as-number", row(K=30.0), form="xlsx"),
    Dirty(
        "hours-as-sum-of-tenths", [HEADINGS, row(K=0.1 + 0.2)], {"registered": 1}, hours={"registered": "0.3"}, form="xlsx"
    ),
    wrong("hours-in-credits", row(K="10学分"), K, "credits"),
    wrong("hours-in-clock-hours", row(K="30小时"), K, "unit"),
    wrong("hours-negative", row(K="-8"), K, "not_positive"),
    wrong("hours-zero", row(K="0"), K, "not_positive"),
    wrong("hours-three-decimals", row(K="8.125"), K, "decimals"),
    wrong("hours-in-words", row(K="三十"), K, "figure"),
    wrong("hours-with-decimal-comma", row(K="8,5"), K, "figure"),
    wrong("hours-formatted-as-day", row(K=datetime(1900, 1, 30)), K, "figure", form="xlsx"),  # noqa: DTZ001
    wrong("hours-empty", row(K=""), K, "required"),
    wrong("hours-more-than-a-year-has", row(K="90000"), K, "too_large"),
    Dirty(
        "credits-in-a-sheet-of-credits", [CREDITS, credits_(), credits_(1, C="C2", G="15学分"), credits_(2, C="C3", G="8学时")],
        {"registered": 2, "refused": 1}, [(4, "G（学分）", "unit")], {"registered": "45"}, profile="accounting",
    ),
)  # fmt: skip
DAYS = (
    one("day-as-excel-day", row(J=datetime(2025, 6, 20)), form="xlsx"),  # noqa: DTZ001
    one("day-as-excel-serial", row(J=45828), form="xlsx"),
    one("day-with-chinese-units", row(J="2025年6月20日")),
    one("day-with-slashes", row(J="2025/6/20")),
    one("day-with-dots", row(J="2025.06.20")),
    one("day-without-separators", row(J="20250620")),
    one("day-with-clock", row(J="2025-06-20 14:30:00")),
    one("day-as-moment-in-utc", row(J="2025-06-19T17:30:00Z")),
    wrong("day-as-serial-in-text", row(J="45828"), J, "excel_serial"),
    wrong("day-month-first", row(J="6/20/2025"), J, "ambiguous_day"),
    wrong("day-two-digit-year", row(J="25-06-20"), J, "ambiguous_day"),
    wrong("day-that-does-not-exist", row(J="2025-02-30"), J, "day"),
    wrong("day-as-range", row(J="2025.6.18-6.20"), J, "day"),
    wrong("day-in-the-future", row(J="2199-06-20"), J, "not_over"),
    wrong("day-empty", row(J=""), J, "required"),
    wrong("last-change-unreadable", row(M="上周"), M, "day"),
    Dirty(
        "days-in-wrong-order", [SECTOR, sector(G="2025-05-13", H="2025-05-12")], {"refused": 1},
        [(2, "H（结束日期）", "rules")], profile="sector-training",
    ),
)  # fmt: skip
