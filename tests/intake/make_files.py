"""Write `files/` from the table: `python -m tests.intake.make_files`. Each file lies beside what must come of it.

They are kept, so that they can be opened and looked at, and so that a change of the table shows in them.
"""

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.intake.dirt import Dirty
from tests.intake.dirty_files import FILES

FOLDER = Path(__file__).parent / "files"


def text_of(dirty: Dirty) -> bytes:
    made = io.StringIO(newline="")
    csv.writer(made, delimiter=dirty.mark, lineterminator="\r\n").writerows(dirty.table)
    return made.getvalue().encode(dirty.encoding)


def lines_of(dirty: Dirty) -> bytes:
    headings, *rows = dirty.table
    named = [{str(name): cell for name, cell in zip(headings, cells, strict=True)} for cells in rows]
    return "\n".join(["", *(json.dumps(one, ensure_ascii=False) for one in named), ""]).encode()


def workbook_of(dirty: Dirty) -> bytes:
    book = openpyxl.Workbook()
    if dirty.form == "xlsx-1904":
        book.epoch = CALENDAR_MAC_1904
    fill(book.active, dirty.table)
    for place in dirty.merged:
        book.active.merge_cells(place)
    for title, table in dirty.more_sheets.items():
        fill(book.create_sheet(title), table)
    made = io.BytesIO()
    book.save(made)
    whole = made.getvalue()
    if dirty.form == "xlsx-cut":
        return whole[: len(whole) // 2]
    return spoilt(whole, *SPOILT[dirty.form]) if dirty.form in SPOILT else whole


SPOILT = {
    "xlsx-rows": ("xl/worksheets/sheet1.xml", b"</row>", b"</wor>"),
    "xlsx-styles": ("xl/styles.xml", b"count=", b"conut="),
}


def spoilt(whole: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """A workbook of which one part is no longer what it was."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, data.replace(old, new, 1) if name == part else data)
    return made.getvalue()


def fill(sheet: Any, table: Any) -> None:
    for cells in table:
        sheet.append([cell if cell != "" else None for cell in cells])


def path_of(dirty: Dirty) -> Path:
    return FOLDER / f"{dirty.name}.{dirty.form.partition('-')[0]}"


def bytes_of(dirty: Dirty) -> bytes:
    if dirty.raw is not None:
        return dirty.raw
    makers = {"csv": text_of, "jsonl": lines_of}
    return makers.get(dirty.form, workbook_of)(dirty)


def expected_of(dirty: Dirty) -> dict[str, Any]:
    """The report that must come of a file."""
    if dirty.refused is not None:
        return {"profile": dirty.profile, "refused": dirty.refused}
    faults = [{"row": at, "column": column, "code": code} for at, column, code in dirty.faults]
    return {"profile": dirty.profile, "rows": dirty.rows, "hours": dirty.hours, "faults": faults}


def main() -> None:
    for old in FOLDER.iterdir():
        if not old.name.endswith((".xlsx", ".md")):
            old.unlink()
    for dirty in FILES:
        path = path_of(dirty)
        if not (path.suffix == ".xlsx" and path.exists()):  # a workbook says when it was saved: kept as it is
            path.write_bytes(bytes_of(dirty))
        text = json.dumps(expected_of(dirty), ensure_ascii=False, indent=1)
        (FOLDER / f"{dirty.name}.expected.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
