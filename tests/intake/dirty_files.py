"""Files whose dirt lies in the whole: encoding, headings, order, duplicates, what came before. The rest of the table."""

from tests.intake.dirt import (
    DAYS,
    FIGURES,
    HEADINGS,
    IDENTIFIERS,
    NAMES_AND_WORDS,
    SECTOR,
    Dirty,
    row,
    sector,
)

EMPTY = [""] * len(HEADINGS)
TITLE = ["2025年度学时汇总表", *EMPTY[1:]]
TOTAL = ["", "合计", *EMPTY[2:10], "60", "", "", ""]
GOOD = [HEADINGS, row(0, 1), row(1, 2)]
TWO = {"registered": 2}
SIXTY = {"registered": "60"}
GROUPS = ["学员信息", "", "学习记录", *EMPTY[3:]]
LOWER = ["", "", *HEADINGS[2:]]
UPPER = ["身份证号", "姓名", "学习记录", *EMPTY[3:]]


def good(name: str, table: object = None, **more: object) -> Dirty:
    """A file whose two rows are taken."""
    return Dirty(name, table or GOOD, more.pop("rows", TWO), hours=SIXTY, **more)  # type: ignore[arg-type]


WHOLE = (
    good("text-with-byte-order-mark", encoding="utf-8-sig"),
    good("text-in-gb18030", encoding="gb18030"),
    good("text-with-tabs", mark="\t"),
    good("text-with-semicolons", mark=";"),
    good("headings-below-a-title", [TITLE, EMPTY, *GOOD], rows={"registered": 2}),
    good("headings-merged-across", [GROUPS, *GOOD], form="xlsx", merged=("A1:B1", "C1:N1")),
    good("headings-merged-down", [UPPER, LOWER, *GOOD[1:]], form="xlsx", merged=("A1:A2", "B1:B2", "C1:N1")),
    good("headings-with-stars-and-colons", [[f"{one}*：" for one in HEADINGS], *GOOD[1:]]),
    good("headings-repeated-in-the-middle", [*GOOD[:2], HEADINGS, GOOD[2]], rows={"registered": 2, "skipped": 1}),
    good("empty-rows-between", [*GOOD[:2], EMPTY, EMPTY, GOOD[2]], rows={"registered": 2, "skipped": 2}),
    good("total-row-at-the-end", [*GOOD, TOTAL], rows={"registered": 2, "skipped": 1}),
    good("column-that-nobody-knows", [[*HEADINGS, "备注"], [*row(0, 1), "张三代录"], [*row(1, 2), ""]]),
    good("row-ends-early", [HEADINGS, row(0, 1), row(1, 2, N="")[:13]]),
    good("days-since-1904", [HEADINGS, row(0, 1, J=44366), row(1, 2)], form="xlsx-1904"),
    good("several-sheets-one-fits", form="xlsx", more_sheets={"说明": [["本表由系统导出"]]}),
    Dirty("several-sheets-fit", GOOD, refused="several_sheets", form="xlsx", more_sheets={"二月": GOOD}),
    Dirty("headings-missing", GOOD[1:], refused="no_heading"),
    Dirty("heading-of-hours-missing", [[one for one in HEADINGS if one != "课程学时"]], refused="no_heading"),
    Dirty("heading-twice", [[*HEADINGS, "学时"], [*row(), "30"]], refused="column_twice"),
    Dirty("quote-never-closed", raw=",".join(HEADINGS).encode() + b'\n"62990', refused="csv"),
    Dirty("file-empty", raw=b"", refused="empty"),
    Dirty("file-of-zeros", raw=bytes(64), refused="empty"),
    Dirty("old-workbook", raw=bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504), refused="old_or_encrypted", form="xls"),
    Dirty("web-page-named-xls", raw=b"<html><table><tr><td>1</td></tr></table></html>", refused="web_page", form="xls"),
    Dirty("workbook-cut-off", refused="workbook", form="xlsx-cut", table=GOOD),
    Dirty("workbook-with-broken-rows", refused="workbook", form="xlsx-rows", table=GOOD),
    Dirty("workbook-with-broken-styles", refused="workbook", form="xlsx-styles", table=GOOD),
    Dirty("text-in-utf-16", GOOD, refused="utf16", encoding="utf-16"),
    Dirty("text-in-neither-encoding", raw=",".join(HEADINGS).encode("gb18030") + b"\n\xff\xff\xff\n", refused="encoding"),
    Dirty("json-as-one-array", raw=b'[{"a": 1}]', refused="json_array", form="jsonl"),
)  # fmt: skip
RECORDS = (
    Dirty("row-twice", [HEADINGS, row(), row()], {"registered": 1, "again": 1}, hours={"registered": "30", "again": "30"}),
    Dirty(
        "row-again-under-another-number", [HEADINGS, row(), row(C="R0002")], {"registered": 1, "resent": 1},
        hours={"registered": "30", "resent": "30"},
    ),
    Dirty(
        "record-corrected-later", [HEADINGS, row(), row(K="20", M="2025-08-01")], {"registered": 1, "corrected": 1},
        hours={"registered": "30", "corrected": "20"},
    ),
    Dirty(
        "record-corrected-then-old-row", [HEADINGS, row(K="20", M="2025-08-01"), row()], {"registered": 1, "stale": 1},
        hours={"registered": "20", "stale": "30"},
    ),
    Dirty(
        "record-contradicts-itself", [HEADINGS, row(), row(K="20")], {"registered": 1, "contradicted": 1},
        hours={"registered": "30", "contradicted": "20"},
    ),
    Dirty("record-withdrawn-later", [HEADINGS, row(), row(N="作废", M="2025-09-01")], {"registered": 1, "withdrawn": 1}, hours={"registered": "30"}),
    Dirty(
        "record-withdrawn-before-it-came", [HEADINGS, row(N="作废"), row()], {"withdrawn": 1, "stale": 1}, hours={"stale": "30"}
    ),
    Dirty(
        "withdrawn-without-a-number", [SECTOR, sector(), sector(J="取消")], {"registered": 1, "withdrawn": 1},
        hours={"registered": "16", "withdrawn": "16"}, profile="sector-training",
    ),
)  # fmt: skip
LINES = (
    Dirty("json-hours-as-figure", [HEADINGS, row(K=30)], {"registered": 1}, hours={"registered": "30"}, form="jsonl"),
    Dirty("json-result-as-true", [HEADINGS, row(L=True)], {"registered": 1}, hours={"registered": "30"}, form="jsonl"),
    Dirty("json-id-as-number", [HEADINGS, row(A=629901199001010009)], {"refused": 1}, [(2, "身份证号", "lost_digits")], form="jsonl"),
    Dirty("json-value-nested", [HEADINGS, row(K=[30])], {"refused": 1}, [(2, "课程学时", "nested")], form="jsonl"),
    Dirty("json-key-twice", raw='{"姓名": "示例甲", "姓名": "示例乙"}\n'.encode(), refused="json", form="jsonl"),
    Dirty("json-line-broken", raw='{"姓名": "示例甲"\n'.encode(), refused="json", form="jsonl"),
)  # fmt: skip
FILES = (*IDENTIFIERS, *NAMES_AND_WORDS, *FIGURES, *DAYS, *WHOLE, *RECORDS, *LINES)
