"""Tables as CSV, streamed as they come, and as XLSX, written row by row; no cell is ever a formula."""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from verifier.committee.export import plain_cell

Row = Sequence[str | int]
PORTION = 500
ROWS_MOST = 1_000_000
"""What a sheet of a workbook holds, and a little less."""
PIECE = 65_536
A4 = 9
"""The number by which workbooks name the paper."""


def to_csv(heading: Row, rows: Iterable[Row]) -> Iterator[bytes]:
    """CSV in UTF-8 with a mark, so that spreadsheets read the Chinese; a text that would be a formula gets an apostrophe."""
    yield b"\xef\xbb\xbf" + _lines([heading])
    left = iter(rows)
    while some := list(islice(left, PORTION)):
        yield _lines(some)


def to_xlsx(title: str, heading: Row, rows: Iterable[Row]) -> Iterator[bytes]:
    """A workbook of one sheet, which prints on landscape A4 with the heading on every page. What a sheet does not hold is
    left out, and its last row says so.
    """
    from openpyxl import Workbook  # noqa: PLC0415 - only exports need it
    from openpyxl.worksheet.properties import PageSetupProperties  # noqa: PLC0415

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes, sheet.print_title_rows = "A2", "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4
    sheet.sheet_properties.pageSetUpPr, sheet.page_setup.fitToHeight = PageSetupProperties(fitToPage=True), 0
    left = iter(rows)
    sheet.append(_cells(sheet, heading))
    for row in islice(left, ROWS_MOST):
        sheet.append(_cells(sheet, row))
    if next(left, None) is not None:
        sheet.append(
            _cells(sheet, (f"只列前 {ROWS_MOST} 行，全部见 CSV the first {ROWS_MOST} rows; the CSV has all",))
        )
    with tempfile.TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _lines(rows: Iterable[Row]) -> bytes:
    file = io.StringIO(newline="")
    csv.writer(file).writerows(
        [plain_cell(cell) if isinstance(cell, str) else cell for cell in row] for row in rows
    )
    return file.getvalue().encode()


def _cells(sheet: Any, row: Row) -> list[object]:
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415

    made: list[object] = []
    for value in row:
        if isinstance(value, str):
            cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("\ufffd", value))
            cell.data_type = "s"  # a text, whatever it begins with
            made.append(cell)
        else:
            made.append(value)
    return made
