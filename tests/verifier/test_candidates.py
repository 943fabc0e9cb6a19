"""Lists of candidates as offices have them, and lists that are wrong, each with its place."""

import zipfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from verifier.committee.candidates import Candidate, read_candidates, read_years, same_name
from verifier.errors import InputError

WHO = ("620102199001011234",)


def write_xlsx(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    book.save(path)
    return path


HEAD = ("姓名", "证件号", "年度")


def test_lists_as_offices_have_them(tmp_path: Path) -> None:
    expected = (
        Candidate("张伟", WHO[0], (2024, 2025)),
        Candidate("阿丽玛·巴特", "62010219900101123X", (2025,)),
    )
    rows = [HEAD, ("张伟", WHO[0], "2024-2025"), (), ("阿丽玛·巴特", "62010219900101123ｘ ", 2025)]
    assert read_candidates(write_xlsx(tmp_path / "a.xlsx", rows)) == expected
    above = [("某某系列职称申报人员名单",), ("单位盖章：", "", "2026 年 5 月")]
    offices = [
        ("序号", "申报人姓名", "身份证号码", "申报年度"),
        *((n, *row) for n, row in enumerate(rows[1:]) if row),
    ]
    assert read_candidates(write_xlsx(tmp_path / "b.xlsx", [*above, *offices])) == expected
    body = "姓名,证件号码,年份\r\n张伟,620102199001011234,2024、2025\r\n阿丽玛·巴特,62010219900101123x,2025年\r\n"
    for encoding in ("utf-8-sig", "gb18030"):
        (tmp_path / "a.csv").write_bytes(body.encode(encoding))
        assert read_candidates(tmp_path / "a.csv") == expected
    assert same_name("阿丽玛•巴特") == same_name("阿丽玛· 巴特")
    assert read_years("2021—2023") == (2021, 2022, 2023)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        pytest.param([HEAD, ("", WHO[0], "2025")], "row 2: 没有姓名", id="no name"),
        pytest.param(
            [HEAD, ("张伟", 620102199001011234, "2025")], "改成了数字", id="an ID that became a number"
        ),
        pytest.param([HEAD, ("张伟", "12", "2025")], "8 位以上", id="a short ID"),
        pytest.param([HEAD, ("张伟", WHO[0], "25")], "2021-2025", id="a year that is none"),
        pytest.param([HEAD, ("张伟", WHO[0], "9999")], "range", id="the year 9999"),
        pytest.param([HEAD, ("张伟", WHO[0], "")], "--years", id="no year"),
        pytest.param([HEAD, *[("张伟", WHO[0], "2025")] * 2], "twice", id="listed twice"),
        pytest.param([("编号",), ("1",)], "姓名", id="no column for names"),
        pytest.param(
            [("姓名", "何时"), ("张伟", "2025"), ("李娜", "2025"), ("王芳", "")],
            "rows 2–4: 年度这一列没有找到",
            id="no column for years",
        ),
    ],
)
def test_a_list_that_is_wrong_says_where(tmp_path: Path, rows: list[tuple[object, ...]], words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_candidates(write_xlsx(tmp_path / "a.xlsx", rows))


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        pytest.param("xl/worksheets/sheet1.xml", b"</row>", b"</rwo>", id="a row that does not end"),
        pytest.param("xl/styles.xml", b"count=", b"conut=", id="styles with another attribute"),
        pytest.param("[Content_Types].xml", b"PartName", b"PartNmae", id="parts without names"),
    ],
)
def test_a_damaged_workbook_is_refused_in_words(tmp_path: Path, part: str, old: bytes, new: bytes) -> None:
    whole = write_xlsx(tmp_path / "a.xlsx", [HEAD, ("张伟", WHO[0], "2025")])
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as damaged:
        for name in source.namelist():
            data = source.read(name)
            assert name != part or old in data
            damaged.writestr(name, data.replace(old, new, 1) if name == part else data)
    with pytest.raises(InputError, match="打不开的 XLSX"):
        read_candidates(tmp_path / "b.xlsx")


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"\xff\xff\xff", b'a,"b\n'])
def test_a_list_that_is_none(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "list.csv").write_bytes(data)
    with pytest.raises(InputError):
        read_candidates(tmp_path / "list.csv")
