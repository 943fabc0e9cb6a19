"""Sheets of paper in words: what the pages of every kind of document are made of, and how much room words take."""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Literal
from unicodedata import east_asian_width

from verifier import wording
from verifier.credential import Credential, Subject, TransferSubject
from verifier.zone import SHANGHAI

TEMPLATE = "template"
"""The field of words that are the same on every certificate."""
FIELD_EMS, REMARK_EMS = 26, 43
"""Widths, in ems, of the values above a table and below it; each further row of them takes room from the table."""
NEXT_SHEET = 180
"""Room for rows of a table on each sheet after the first, in quarters of a row of text."""


@dataclass(frozen=True)
class Word:
    """One run of printed text; `field` is its place in the credential's subject ("hours.total"), or `TEMPLATE`."""

    field: str
    text: str
    strong: bool = False


@dataclass(frozen=True)
class Labelled:
    """A label in Chinese and English, and what stands beside it."""

    label: Word
    english: Word
    value: tuple[Word, ...]


@dataclass(frozen=True)
class Table:
    """Column heads as (Chinese, English), then the rows."""

    head: tuple[tuple[Word, Word], ...]
    rows: tuple[tuple[Word, ...], ...]


@dataclass(frozen=True)
class Sheet:
    """One sheet of paper. Attributes stand in the order of printing; what a sheet lacks is empty or None."""

    serial: tuple[Word, ...]
    heading: tuple[Word, ...]
    year: tuple[Word, ...]
    fields: tuple[Labelled, ...] = ()
    body: tuple[Word, ...] = ()
    english: tuple[Word, ...] = ()
    hours: Table | None = None
    lines: Table | None = None
    years: Table | None = None
    remarks: tuple[Labelled, ...] = ()
    caption: tuple[Word, ...] = ()
    issued: tuple[Word, ...] = ()
    foot: tuple[Word, ...] = ()
    number: tuple[Word, ...] = ()


def words_in(part: object) -> Iterator[Word]:
    """Yield the words of a sheet or of any part of it, in printed order."""
    if isinstance(part, Word):
        yield part
    elif isinstance(part, tuple):
        for item in part:
            yield from words_in(item)
    elif dataclasses.is_dataclass(part):
        for field in dataclasses.fields(part):
            yield from words_in(getattr(part, field.name))


@dataclass(frozen=True)
class Page:
    """A whole document. A completion certificate has one sheet; the other kinds have one or more."""

    kind: Literal["certificate", "statement", "transfer"]
    sheets: tuple[Sheet, ...]

    def words(self) -> Iterator[Word]:
        """Yield every printed word, in printed order."""
        return words_in(self.sheets)


def word(text: str) -> Word:
    """Make a word that is the same on every certificate."""
    return Word(TEMPLATE, text)


def labelled(label: str, english: str, *value: Word) -> Labelled:
    """Put a label before words."""
    return Labelled(word(label), word(english), value)


def heads(*names: tuple[str, str]) -> tuple[tuple[Word, Word], ...]:
    """Make the heads of a table's columns from their names in Chinese and English."""
    return tuple((word(chinese), word(english)) for chinese, english in names)


def serial_of(subject: Subject | TransferSubject) -> tuple[Word, ...]:
    """Make the line that every sheet begins with."""
    version = Word("version", f"第{subject.version}版")
    return (word("证明编号"), word("No."), Word("serial", subject.serial), version)


def person_fields(subject: Subject | TransferSubject) -> tuple[Labelled, ...]:
    """Make the rows that say whose document it is, and who registered the hours."""
    own = (
        (Word("selfVerified", "（单位自核）"), Word("selfVerified", "self-verified"))
        if subject.self_verified
        else ()
    )
    return (
        labelled("姓名", "Name", Word("name", subject.name)),
        labelled("身份证件号码", "ID number", Word("identifier", subject.identifier)),
        labelled("工作单位", "Employer", Word("employer", subject.employer)),
        labelled("登记机关", "Registrar", Word("registrar", subject.registrar), *own),
    )


def scope_of(subject: Subject | TransferSubject) -> Word:
    """Make the first line of the heading: whose professionals the document is about."""
    return Word("region", f"{subject.region}专业技术人员")


def basis_of(subject: Subject | TransferSubject) -> Labelled:
    """Make the remark that names the measure."""
    return labelled("认定依据", "Basis", Word("measure", f"《{subject.measure}》"))


def caption_of(credential: Credential) -> tuple[Word, ...]:
    """Make the words under the QR."""
    return (word("扫码核验真伪"), word("Scan to verify"), Word("issuer", wording.host(credential.iss)))


def issued_of(credential: Credential) -> tuple[Word, ...]:
    """Make the day of issue, in Asia/Shanghai, as it stands beside the seal."""
    day = credential.issued_at.astimezone(SHANGHAI)
    return (
        Word("validFrom", f"{day.year}年{day.month}月{day.day}日"),
        word("签发日期"),
        word("Issued on"),
        Word("validFrom", f"{day:%Y-%m-%d}"),
    )


def number_of(sheet: int, sheets: int) -> tuple[Word, ...]:
    """Make the number of a sheet, of a document that may have several."""
    return (word(f"第{sheet}页，共{sheets}页 Page {sheet} of {sheets}"),)


def share(
    rows: Iterable[tuple[Word, ...]], ems: Sequence[int], first: int, around: Iterable[tuple[Labelled, int]]
) -> list[tuple[tuple[Word, ...], ...]]:
    """Share a table's rows among sheets, by widths of text alone, so that every reader breaks them at the same places.

    Args:
        rows: the table's rows.
        ems: widths of its columns.
        first: room on the first sheet, in quarters of a row of text.
        around: what else stands on that sheet, each with the width of its value; further rows of it take from `first`.
    """
    sheets: list[list[tuple[Word, ...]]] = [[]]
    room = first - 5 * sum(_rows(item.value, width) - 1 for item, width in around)
    for row in rows:
        needed = 1 + 4 * max(_rows((cell,), width) for cell, width in zip(row, ems, strict=True))
        if needed > room:
            sheets.append([])
            room = NEXT_SHEET
        sheets[-1].append(row)
        room -= needed
    return [tuple(sheet) for sheet in sheets]


def _rows(words: tuple[Word, ...], ems: int) -> int:
    """Count the rows that words fill in a column, a Latin letter being six tenths of an em."""
    width = sum(10 if east_asian_width(c) in "WFA" else 6 for word in words for c in word.text)
    return max(1, ceil(width / (10 * ems)))
