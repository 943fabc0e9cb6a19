"""The table as XLSX and CSV, in the columns of the title portals; no cell is ever a formula."""

import csv
import io
from collections.abc import Iterator

from verifier.committee.answers import Answer
from verifier.committee.rows import Issue, Row, Table
from verifier.report import Verdict
from verifier.sentences import VERDICTS

Cells = list[str | int | float]
COLUMNS = (
    "序号", "姓名", "证件号", "来源", "年度", "公需必修", "公需选修", "行业共享学分", "行业共享学时", "专业科目", "合计",
    "完成情况", "视同依据", "核验结论", "需要注意", "证书编号", "版本", "新版编号", "文件", "说明",
)  # fmt: skip
"""The portal's columns (source, year, compulsory and elective public, shared credits and hours, professional, total), and why."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
UNUSABLE = "不能核验"


def cells(table: Table) -> Iterator[Cells]:
    """Yield each row's cells, then those of documents that could not be used, then the total line."""
    number = 0
    for row in table.rows:
        number += 1
        yield [number, *_row(row)]
    for answer in table.unusable:
        number += 1
        yield [number, *_document(answer)]
    said = "，".join(f"{name} {count}" for name, count in table.total.items())
    total: Cells = ["合计", "", "", "", "", "", "", "", "", "", _number(str(table.hours)), said] + [""] * (
        len(COLUMNS) - 12
    )
    yield total


def _row(row: Row) -> Cells:
    issues = noted(row)
    hours, answer = row.hours, row.answer
    if hours is None or answer is None:
        missing: Cells = [row.name, row.identifier, "", row.year]
        missing += [""] * 6
        missing += [done(row), "", "", issues]
        missing += [""] * 5
        return missing
    return [
        row.name, row.identifier, answer.issuer, row.year,
        _number(hours.public), "", "", _number(hours.credits) if hours.credits != "0" else "",
        _number(hours.professional), _number(hours.total),
        done(row), hours.deemed, word(answer), issues,
        hours.serial, answer.version, answer.successor, answer.file, _explained(row, answer),
    ]  # fmt: skip


def done(row: Row) -> str:
    """Say whether the document says that the year is complete; not whether the document holds."""
    if row.hours is None:
        return "没有文件"
    return "完成" if row.hours.complete else "未完成"


def noted(row: Row) -> str:
    """Say what must be looked at; of a name or ID that differs, what the list has."""
    name, identifier = row.person
    listed = {Issue.NAME: name, Issue.IDENTIFIER: identifier}
    return "；".join(
        f"{issue.value}（名单：{listed[issue]}）" if issue in listed else issue.value for issue in row.issues
    )


def _explained(row: Row, answer: Answer) -> str:
    """Say why, and name the other documents of the same person and year."""
    others = [f"{each.file}（{word(each)}{'：' if each.why else ''}{each.why}）" for each in row.others]
    also = f"另有 {len(others)} 份：{'；'.join(others)}" if others else ""
    return "。".join(part for part in (answer.why, also) if part)


def _document(answer: Answer) -> Cells:
    return [*[""] * 12, word(answer), "", "", "", "", answer.file, answer.why]


def word(answer: Answer) -> str:
    """Return the verdict in Chinese."""
    return UNUSABLE if answer.verdict == "unusable" else VERDICTS[Verdict(answer.verdict)].zh


def _number(text: str) -> int | float:
    return float(text) if "." in text else int(text)


def to_csv(table: Table) -> bytes:
    """Write CSV: UTF-8 with a mark, so that spreadsheets read the Chinese; texts that would be formulas get an apostrophe."""
    file = io.StringIO(newline="")
    out = csv.writer(file)
    out.writerow(COLUMNS)
    for row in cells(table):
        out.writerow([plain_cell(cell) if isinstance(cell, str) else cell for cell in row])
    return file.getvalue().encode("utf-8-sig")


def plain_cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def to_xlsx(table: Table, about: list[tuple[str, str]]) -> bytes:
    """Write a workbook: the table, and on a second sheet what it rests on."""
    from openpyxl import Workbook  # noqa: PLC0415 - only exports need it
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415
    from openpyxl.styles import Alignment, Font, PatternFill  # noqa: PLC0415
    from openpyxl.worksheet.properties import PageSetupProperties  # noqa: PLC0415

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "核验结果"
    fills = {"真实，现在有效": "E2F0D9", "真实，但已有新版": "FFF2CC", "现在还不能判断": "FFF2CC"}
    lines: list[Cells] = [[*COLUMNS], *cells(table)]
    for number, row in enumerate(lines, 1):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(number, column)
            if isinstance(value, str):
                cell.value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", value)
                cell.data_type = "s"  # a text, whatever it begins with
            else:
                cell.value = value
            cell.alignment = Alignment(vertical="top", wrap_text=column in {2, 4} or column >= 12)
            if number == 1:
                cell.font = Font(bold=True)
        verdict = str(row[13])
        if number > 1 and verdict:
            sheet.cell(number, 14).fill = PatternFill("solid", fgColor=fills.get(verdict, "F8CBAD"))
    for letter, width in zip(
        "ABCDEFGHIJKLMNOPQRST",
        (6, 12, 22, 24, 8, 9, 9, 9, 9, 9, 8, 10, 20, 18, 18, 20, 6, 20, 36, 60),
        strict=True,
    ):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes, sheet.print_title_rows = "C2", "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr, sheet.page_setup.fitToHeight = PageSetupProperties(fitToPage=True), 0
    sheet.auto_filter.ref = f"A1:T{max(1, sheet.max_row - 1)}"
    notes = book.create_sheet("核验依据")
    notes.column_dimensions["A"].width, notes.column_dimensions["B"].width = 24, 80
    for number, pair in enumerate(about, 1):
        for column, value in enumerate(pair, 1):
            cell = notes.cell(number, column)
            cell.value = value
            cell.data_type = "s"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
