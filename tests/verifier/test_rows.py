"""A committee's table: from documents and candidates to rows, and from rows to cells. Pure."""

import csv
import io
from collections.abc import Sequence
from dataclasses import replace

import openpyxl
import pytest

from verifier.committee.answers import Answer, YearHours
from verifier.committee.candidates import Candidate
from verifier.committee.export import COLUMNS, to_csv, to_xlsx
from verifier.committee.rows import Issue, tabulate

WHO = "620102199001011234", "620***********1234"


def year(number: int, *, complete: bool = True) -> YearHours:
    return YearHours(number, "64", "30", "94", "0", complete, "", f"GS{number}-0000001-1")


def document(number: int = 2025, *, complete: bool = True, **changes: object) -> Answer:
    made = Answer(
        f"{number}.pdf", "0" * 64, "genuine", "", "完成证明", "机关", f"GS{number}-0000001-1", 1, "张伟", WHO[1], "",
        (year(number, complete=complete),),
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]  # fields by name


LISTED = (Candidate("张伟", WHO[0], (2024, 2025)),)
CASES: dict[str, tuple[Sequence[Answer], Sequence[Candidate], list[tuple[int, set[Issue]]]]] = {
    "whole": ([document(2024), document(2025)], LISTED, [(2024, set()), (2025, set())]),
    "a year is missing": ([document(2025)], LISTED, [(2024, {Issue.MISSING}), (2025, set())]),
    "nothing at all": ([], LISTED, [(2024, {Issue.MISSING}), (2025, {Issue.MISSING})]),
    "another name": (
        [document(2024, name="张玮"), document(2025)], LISTED, [(2024, {Issue.NAME}), (2025, set())],
    ),
    "a name of letters that look alike": (
        [document(2024, name="M\u0430rie Example"), document(2025, name="Marie Example")],
        (Candidate("Marie Example", WHO[0], (2024, 2025)),),
        [(2024, {Issue.NAME}), (2025, set())],
    ),
    "another ID": (
        [document(2024, identifier="620***********9999"), document(2025)],
        LISTED,
        [(2024, {Issue.IDENTIFIER}), (2025, set())],
    ),
    "somebody else": (
        [document(2024), document(2025), document(2025, name="李娜", identifier="620***********2048")],
        LISTED,
        [(2024, set()), (2025, set()), (2025, {Issue.UNLISTED})],
    ),
    "somebody else, twice": (
        [document(2025, name="李娜", identifier="620***********2048")] * 2,
        (),
        [(2025, {Issue.DUPLICATE})],
    ),
    "twice": (
        [document(2024), document(2024), document(2025)],
        LISTED,
        [(2024, {Issue.DUPLICATE}), (2025, set())],
    ),
    "a false one beside the true one": (
        [document(2024), document(2024, verdict="forged"), document(2025)],
        LISTED,
        [(2024, {Issue.DUPLICATE, Issue.FORGED_TOO}), (2025, set())],
    ),
    "the superseded version beside the new one": (
        [document(2024), document(2025, verdict="superseded"), document(2025, version=2)],
        LISTED,
        [(2024, set()), (2025, {Issue.DUPLICATE})],
    ),
    "revoked": (
        [document(2024, verdict="revoked"), document(2025)], LISTED, [(2024, {Issue.REVOKED}), (2025, set())],
    ),
    "a statement": (
        [document(2024, complete=False, document="学时登记明细"), document(2025)],
        LISTED,
        [(2024, {Issue.INCOMPLETE, Issue.STATEMENT}), (2025, set())],
    ),
    "a year nobody asked for": (
        [document(2023), document(2024), document(2025)],
        LISTED,
        [(2023, {Issue.UNLISTED}), (2024, set()), (2025, set())],
    ),
    "namesakes": (
        [document(2025), document(2025, identifier="620***********9999")],
        (Candidate("张伟", WHO[0], (2025,)), Candidate("张伟", "62010219910101999" + "9", (2025,))),
        [(2025, set()), (2025, set())],
    ),
    "no list": ([document(2025), document(2025, name="李娜")], (), [(2025, set()), (2025, set())]),
    "several years in one document": (
        [document(2024, years=(year(2024), year(2025)))], LISTED, [(2024, set()), (2025, set())],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_rows(name: str) -> None:
    answers, candidates, expected = CASES[name]
    rows = tabulate(answers, candidates).rows
    assert [(row.year, set(row.issues)) for row in rows] == expected
    assert [row.counts for row in rows] == [not issues - {Issue.DUPLICATE} for _, issues in expected]


def test_the_total_line_adds_up() -> None:
    table = tabulate([document(2025), Answer("x.pdf", "", "unusable", "坏的")], LISTED)
    assert table.total == {"人数": 1, "行数": 2, "完成": 1, "缺这一年": 1, "未能核验的文件": 1}
    assert table.hours == 94
    misspelt = tabulate([document(2024, name="张玮"), document(2025)], LISTED)
    assert misspelt.total["人数"] == 1, "one candidate, whatever the documents call them"


def test_what_the_list_has_stands_beside_what_differs() -> None:
    found = [document(2024, name="张玮"), document(2025, identifier="620***********9999")]
    _, *rows = csv.reader(io.StringIO(to_csv(tabulate(found, LISTED)).decode("utf-8-sig")))
    at = COLUMNS.index("需要注意")
    assert [row[at] for row in rows[:2]] == [
        "姓名不符（名单：张伟）",
        "证件号不符（名单：620***********1234）",
    ]


def test_no_cell_is_a_formula() -> None:
    bad = '=HYPERLINK("http://evil.example")'
    table = tabulate([document(2025, file=bad, name="+1")], ())
    (head, row, *_) = list(csv.reader(io.StringIO(to_csv(table).decode("utf-8-sig"))))
    assert tuple(head) == COLUMNS
    assert row[COLUMNS.index("文件")] == "'" + bad
    assert row[COLUMNS.index("姓名")] == "'+1"
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx(table, [("=1", "b")])))
    for each in sheet.worksheets:
        assert not [cell.value for cells in each.iter_rows() for cell in cells if cell.data_type == "f"]
    assert sheet.worksheets[0].cell(2, COLUMNS.index("文件") + 1).value == bad
