"""The list of candidates: name, ID number, years wanted; from XLSX or CSV, read strictly, every error with its row."""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from verifier.errors import InputError

EXPECTED = (
    "XLSX 或 CSV，表头为：姓名、证件号、年度 / XLSX or CSV with a row of headings: name, ID number, years"
)
MAX_LIST = 5_000_000
MAX_CANDIDATES = 10_000
FIRST_YEAR, LAST_YEAR, MOST_YEARS = 2000, 2999, 30
_HEADS = {
    "name": {"姓名", "申报人", "申报人姓名", "name"},
    "identifier": {
        "证件号",
        "证件号码",
        "身份证",
        "身份证号",
        "身份证号码",
        "身份证件号码",
        "id",
        "idnumber",
    },
    "years": {
        "年度",
        "年份",
        "申报年度",
        "学时年度",
        "继续教育年度",
        "所需年度",
        "years",
        "year",
        "yearswanted",
    },
}
_ABOVE = 10
"""Rows in which the headings are looked for: a title and a note often stand above them."""
_YEARS = re.compile(r"([0-9]{4})(?:[-–—~～至到]([0-9]{4}))?")
_ID = re.compile(r"[0-9A-Z]{8,39}")
MIDDOTS = dict.fromkeys(map(ord, "•‧∙⋅・･●．"), "·")
"""Look-alikes of the middle dot in names."""


@dataclass(frozen=True)
class Candidate:
    """One person of the list."""

    name: str
    identifier: str
    """The full ID number, normalised; empty when the committee does not have it."""
    years: tuple[int, ...]


def same_name(text: str) -> str:
    """Return a name as names are compared: one form of each character, one middle dot, no spaces."""
    plain = unicodedata.normalize("NFKC", text).translate(MIDDOTS)
    return "".join(plain.split()).casefold()


def read_years(text: str) -> tuple[int, ...]:
    """Read "2021-2025", "2023、2025" or "2024".

    Raises:
        ValueError: anything else.
    """
    years: set[int] = set()
    parts = [part for part in re.split(r"[,，、;；\s]+", unicodedata.normalize("NFKC", text).strip()) if part]
    for part in parts:
        match = _YEARS.fullmatch(part.removesuffix("年"))
        if not match:
            raise ValueError(f"年度 {part[:20]!r}：应如 2021-2025 或 2023、2025 / years such as 2021-2025")
        first, last = int(match[1]), int(match[2] or match[1])
        if not FIRST_YEAR <= first <= last <= LAST_YEAR or last - first >= MOST_YEARS:
            raise ValueError(
                f"年度 {part[:20]!r}：{FIRST_YEAR} 至 {LAST_YEAR}，至多 {MOST_YEARS} 年 / out of range"
            )
        years.update(range(first, last + 1))
    if not years:
        raise ValueError("年度是空的 / no year")
    return tuple(sorted(years))


def read_candidates(path: Path, years: tuple[int, ...] = ()) -> tuple[Candidate, ...]:
    """Read the list; `years` are those wanted where a row names none.

    Raises:
        InputError: not such a list; the message names every row that is wrong, and how.
        OSError: it cannot be read.
    """
    if path.stat().st_size > MAX_LIST:
        raise InputError(path.name, EXPECTED, f"超过 {MAX_LIST // 1_000_000} MB / too large")
    data = path.read_bytes()
    table = list(_xlsx(data, path.name) if data.startswith(b"PK") else _csv(data, path.name))
    if not table:
        raise InputError(path.name, EXPECTED, "是空的 / empty")
    first, columns = _headings(table, path.name)
    found: list[Candidate] = []
    rows: dict[str, list[int]] = {}
    for number, row in enumerate(table[first:], first + 1):
        if not any(cell.strip() for cell in row):
            continue
        try:
            found.append(_candidate(row, columns, years))
        except ValueError as error:
            rows.setdefault(str(error), []).append(number)
    wrong = [
        f"第 {_told(numbers)} 行 row{'s' * (len(numbers) > 1)} {_told(numbers)}: {what}"
        for what, numbers in rows.items()
    ]
    if len(found) > MAX_CANDIDATES:
        wrong.append(f"超过 {MAX_CANDIDATES} 人 / too many")
    keys = [(same_name(each.name), each.identifier) for each in found]
    wrong += [
        f"{found[i].name}：名单上有两次 / listed twice" for i, key in enumerate(keys) if key in keys[:i]
    ]
    if wrong:
        raise InputError(path.name, EXPECTED, "；".join(wrong[:20]))
    return tuple(found)


def _headings(table: Sequence[Sequence[str]], name: str) -> tuple[int, dict[str, int]]:
    """Find the row of headings; return how many rows end with it, and where its columns are, -1 where there is none."""
    for number, row in enumerate(table[:_ABOVE], 1):
        plain = ["".join(unicodedata.normalize("NFKC", cell).split()).casefold() for cell in row]
        places = {
            field: next((i for i, cell in enumerate(plain) if cell in words), -1)
            for field, words in _HEADS.items()
        }
        if places["name"] >= 0:
            return number, places
    raise InputError(
        name, EXPECTED, f"前 {_ABOVE} 行里没有“姓名”这一列 / no column for names in the first {_ABOVE} rows"
    )


def _told(numbers: Sequence[int]) -> str:
    """Write row numbers, those that follow each other as a span."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(f"{first}" if first == last else f"{first}–{last}" for first, last in spans)


def _candidate(row: Sequence[str], columns: dict[str, int], years: tuple[int, ...]) -> Candidate:
    def cell(field: str) -> str:
        place = columns[field]
        return row[place].strip() if 0 <= place < len(row) else ""

    if not cell("name"):
        raise ValueError("没有姓名 / no name")
    identifier = "".join(unicodedata.normalize("NFKC", cell("identifier")).split()).upper()
    if re.fullmatch(r"[0-9.]+E\+?[0-9]+", identifier):
        raise ValueError(
            "证件号被表格软件改成了数字，后几位已丢失；请把该列设为文本 / the ID was turned into a number"
        )
    if identifier and not _ID.fullmatch(identifier):
        raise ValueError("证件号应为 8 位以上的数字和字母 / an ID of 8 or more digits and letters")
    wanted = read_years(cell("years")) if cell("years") else years
    if not wanted:
        column = "是空的" if columns["years"] >= 0 else "这一列没有找到"
        raise ValueError(
            f"年度{column}：请填写，或用 --years 给出 / no years: give them here or with --years"
        )
    return Candidate(cell("name"), identifier, wanted)


def _csv(data: bytes, name: str) -> Iterable[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return list(csv.reader(io.StringIO(data.decode(encoding), newline=""), strict=True))
        except UnicodeDecodeError:
            continue
        except csv.Error as error:
            raise InputError(name, EXPECTED, f"CSV: {error}") from None
    raise InputError(name, EXPECTED, "编码不是 UTF-8 或 GB18030 / neither UTF-8 nor GB18030")


def _xlsx(data: bytes, name: str) -> list[list[str]]:
    import openpyxl  # noqa: PLC0415 - only lists need it

    rows = None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
        if unpacked <= 20 * MAX_LIST:
            sheet = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True).worksheets[0]
            cells = sheet.iter_rows(values_only=True, max_col=50, max_row=MAX_CANDIDATES + 2)
            rows = [["" if cell is None else _text(cell) for cell in row] for row in cells]
    except Exception:  # noqa: BLE001 - of a damaged file openpyxl raises whatever the XML, ZIP and style readers below it do
        raise InputError(name, EXPECTED, "打不开的 XLSX / an XLSX that does not open") from None
    if rows is None:
        raise InputError(name, EXPECTED, "解开后太大 / too large when unpacked")
    return rows


def _text(cell: object) -> str:
    """Write a number as people do; one of more digits than a float holds has lost some already."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else f"{cell:E}"
    if isinstance(cell, int) and not isinstance(cell, bool) and abs(cell) >= 10**15:
        return f"{cell:.10E}"
    return str(cell)
