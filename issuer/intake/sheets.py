"""Files as streams of rows: CSV in UTF-8 or GB18030, XLSX, JSON lines. Nothing is held but the row in hand.

What a file is, its first bytes say, never its name. A file that cannot be read as a table is refused as a whole.
"""

import codecs
import csv
import hashlib
import io
import itertools
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

import openpyxl

from issuer.intake.cells import Value
from issuer.intake.errors import CellRefused, FileRefused
from issuer.intake.headings import TOP, Heading, find_heading
from issuer.intake.profiles import Profile
from rules.errors import InputError
from rules.reading import load_json

MAX_UNPACKED = 4_000_000_000
"""Bytes of a workbook when unpacked: a million rows need one."""
MAX_PARTS = 10_000
LONGEST_LINE = 1_000_000
"""Bytes of one line of JSON."""
BLOCK = 1 << 20
Row = tuple[int, Mapping[str, Value] | CellRefused]
"""Its number in the file, as a spreadsheet shows it, from 1; and its cells by the profile's fields, or why it has none."""


@dataclass(frozen=True)
class Source:
    """A file whose bytes were read through once. `size` in bytes; `encoding` of text, "" for a workbook."""

    path: Path
    digest: bytes
    size: int
    encoding: str
    is_json: bool


@dataclass(frozen=True)
class Table:
    """A file opened at its first row of data. `epoch`: where a workbook's serial days begin."""

    rows: Iterator[Row]
    heading: Heading
    epoch: date | None
    done: Callable[[], float]
    """The share of the file that was read, 0 to 1, for showing progress."""


def look_at(path: Path) -> Source:
    """Read a file through: its digest, and in which encoding all of it can be read.

    Raises:
        FileRefused: empty, an old or encrypted workbook, a web page, or text of neither encoding.
    """
    digest, size = hashlib.sha256(), 0
    decoders = {name: codecs.getincrementaldecoder(name)() for name in ("utf-8", "gb18030")}
    failed: dict[str, int] = {}
    with path.open("rb") as file:
        first = file.read(4096)
        _refuse_by_first_bytes(first)
        is_workbook = first.startswith(b"PK\x03\x04")
        for block in itertools.chain([first], iter(lambda: file.read(BLOCK), b"")):
            digest.update(block)
            for name in () if is_workbook else decoders.keys() - failed.keys():
                try:
                    decoders[name].decode(block)
                except UnicodeDecodeError as error:
                    failed[name] = size + error.start + 1
            size += len(block)
    encoding = "" if is_workbook else _encoding(decoders, failed, size)
    is_json = first.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{")
    return Source(path, digest.digest(), size, encoding, is_json)


def _refuse_by_first_bytes(first: bytes) -> None:
    bare = first.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if not bare.strip(b"\0"):
        raise FileRefused("empty", "文件是空的 the file is empty")
    if first.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileRefused(
            "old_or_encrypted",
            "是旧版 .xls 或加密的工作簿，请去掉密码、另存为 .xlsx an old or encrypted workbook; save it as .xlsx without a password",
        )
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise FileRefused("utf16", "是 UTF-16 文本，请另存为 UTF-8 CSV in UTF-16; save it as CSV in UTF-8")
    if bare.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta")):
        raise FileRefused(
            "web_page", "是网页而不是表格，请另存为 .xlsx a web page, no table; save it as .xlsx"
        )
    if bare.startswith(b"["):
        raise FileRefused(
            "json_array",
            "JSON 应每行一个对象，而不是一个数组 JSON comes as one object a line, not as one array",
        )


def _encoding(decoders: Mapping[str, Any], failed: dict[str, int], size: int) -> str:
    for name, decoder in decoders.items():
        if name not in failed:
            try:
                decoder.decode(b"", True)
            except UnicodeDecodeError:
                failed[name] = size
    for name in decoders:
        if name not in failed:
            return "utf-8-sig" if name == "utf-8" else name
    raise FileRefused(
        "encoding",
        f"既不是 UTF-8（第 {failed['utf-8']} 字节）也不是 GB18030（第 {failed['gb18030']} 字节） "
        "neither UTF-8 nor GB18030; the bytes say where",
    )


def open_table(stack: ExitStack, source: Source, profile: Profile) -> Table:
    """Open a file at its first row of data; `stack` closes it.

    Raises:
        FileRefused: no row of headings, one that is not clear, or a file that breaks off. Also while rows are read.
    """
    if not source.encoding:
        return _workbook(stack, source, profile)
    file = stack.enter_context(source.path.open("rb"))

    def done() -> float:
        return file.tell() / source.size

    if source.is_json:
        heading = Heading.of_json(profile)
        return Table(_json_rows(file, source, heading), heading, None, done)
    return _separated(stack, file, source, profile, done)


def _separated(
    stack: ExitStack, file: BinaryIO, source: Source, profile: Profile, done: Callable[[], float]
) -> Table:
    with source.path.open(encoding=source.encoding, newline="") as trial:
        top = list(itertools.islice(trial, TOP))
    refusals: list[FileRefused] = []
    for mark in (",", "\t", ";"):
        try:
            rows = list(csv.reader(top, delimiter=mark))
            heading = find_heading(rows, profile)
        except csv.Error:
            continue
        except FileRefused as refused:
            refusals.append(refused)
            continue
        # Lines end where a CSV's do, and nowhere else: U+2028 and the like stand inside cells.
        text = stack.enter_context(io.TextIOWrapper(file, source.encoding, newline=""))
        return Table(_csv_rows(text, mark, heading), heading, None, done)
    raise next((one for one in refusals if one.code != "no_heading"), refusals[0])


def _csv_rows(lines: Iterable[str], mark: str, heading: Heading) -> Iterator[Row]:
    reader = csv.reader(lines, delimiter=mark, strict=True)
    for number in itertools.count(1):
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise FileRefused(
                "csv",
                f"第 {number} 行起不成表格，引号可能没有配对 from row {number} on this is no CSV: {error}",
            ) from None
        if number > heading.row:
            yield number, heading.pick(cells)


def _json_rows(file: BinaryIO, source: Source, heading: Heading) -> Iterator[Row]:
    for number in itertools.count(1):
        line = file.readline(LONGEST_LINE)
        if not line:
            return
        if len(line) == LONGEST_LINE:
            raise FileRefused("line_too_long", f"第 {number} 行过长 line {number} is too long")
        if not line.strip(b"\xef\xbb\xbf \t\r\n"):
            continue
        try:
            one = load_json(line if source.encoding != "gb18030" else line.decode("gb18030").encode(), "")
        except InputError as error:
            raise FileRefused(
                "json", f"第 {number} 行不是 JSON line {number} is not JSON: {error.message}"
            ) from None
        if not isinstance(one, dict):
            raise FileRefused("json", f"第 {number} 行不是对象 line {number} is no object")
        try:
            yield number, heading.pick_named(one)
        except CellRefused as refused:
            yield number, refused


def _workbook(stack: ExitStack, source: Source, profile: Profile) -> Table:
    # An open file: of a path openpyxl would read the name's ending, and a received file has none.
    file = stack.enter_context(source.path.open("rb"))
    with _whole():
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
            raise FileRefused("too_large", "工作簿过大 the workbook is too large")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions that are of no concern here
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    stack.callback(book.close)
    with _whole():
        sheet, heading, told = _sheet(book, profile)
    place = [heading.row, max(told, heading.row + 1)]

    def read() -> Iterator[Sequence[Any]]:
        with _whole():
            yield from sheet.iter_rows(min_row=heading.row + 1, values_only=True)

    def rows() -> Iterator[Row]:
        for number, cells in enumerate(read(), heading.row + 1):
            place[0] = number
            yield number, heading.pick(cells)

    return Table(rows(), heading, book.epoch.date(), lambda: min(place[0] / place[1], 1.0))


@contextmanager
def _whole() -> Iterator[None]:
    """Tell of a damaged workbook in words: openpyxl raises whatever the readers of ZIP, XML and styles below it do.

    Raises:
        FileRefused: it is damaged, or was refused already.
    """
    try:
        yield
    except FileRefused:
        raise
    except Exception:  # noqa: BLE001 - no list of them would be complete
        raise FileRefused("workbook", "工作簿已损坏或不完整 the workbook is damaged or incomplete") from None


def _sheet(book: openpyxl.Workbook, profile: Profile) -> tuple[Any, Heading, int]:
    """The one sheet that has the columns, with how many rows it says it has; several would have to be guessed between."""
    found: list[tuple[Any, Heading, int]] = []
    refusals: list[FileRefused] = []
    for sheet in book.worksheets:
        told = sheet.max_row or 0  # for showing progress only: some programs write too few
        if hasattr(sheet, "reset_dimensions"):
            sheet.reset_dimensions()
        try:
            top: list[Sequence[Any]] = list(sheet.iter_rows(max_row=TOP, values_only=True))
            if any(any(cell is not None for cell in row) for row in top):
                found.append((sheet, find_heading(top, profile), told))
        except FileRefused as refused:
            refusals.append(refused)
    if len(found) > 1:
        names = "、".join(str(sheet.title) for sheet, *_ in found)
        raise FileRefused(
            "several_sheets",
            f"有多张工作表可读（{names}），请每次一张 several sheets fit; send one at a time",
        )
    if not found:
        raise refusals[0] if refusals else FileRefused("empty", "工作簿是空的 the workbook is empty")
    return found[0]
