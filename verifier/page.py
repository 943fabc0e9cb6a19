"""The certificate's page, in words: everything that is printed, as a pure function of the credential (and its lines).

The issuer's template prints `page_of(credential, lines)` and nothing else; check 10 extracts the text of a PDF and asks
`differences`. Both use this one module, so a word that is not made here cannot stand on a genuine page. What is the
issuer's configuration (the seal, the issuer's name beside it, a specimen's mark) is drawn as outlines and proves nothing.
"""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from unicodedata import east_asian_width
from zoneinfo import ZoneInfo

from verifier import wording
from verifier.credential import CompletionCertificate, ExceptionNote, Subject, YearlyCredential
from verifier.fields import CATEGORIES
from verifier.lines import StatementLine
from verifier.text_difference import locate, plain

TEMPLATE = "template"
"""The field of words that are the same on every certificate."""
FIRST_SHEET, NEXT_SHEET = 36, 180
"""Room for a statement's lines on its first sheet and on each further one, in quarters of a row of text."""
LINE_EMS = (2, 6, 3, 3, 11, 16)
"""Widths, in ems, of that table's columns."""
FIELD_EMS, REMARK_EMS = 26, 43
"""Widths, in ems, of the values above and below it; each further row of them takes room from the table."""


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
    remarks: tuple[Labelled, ...] = ()
    caption: tuple[Word, ...] = ()
    issued: tuple[Word, ...] = ()
    foot: tuple[Word, ...] = ()
    number: tuple[Word, ...] = ()


@dataclass(frozen=True)
class Page:
    """A whole document: a completion certificate (one sheet) or a statement of hours (one or more)."""

    certificate: bool
    sheets: tuple[Sheet, ...]

    def words(self) -> Iterator[Word]:
        """Yield every printed word, in printed order."""
        return _words(self.sheets)


@dataclass(frozen=True)
class Difference:
    """One place where a page does not say what its credential says.

    `field` is as in Word, or "" for added text that belongs to no field. `expected` and `found` are without white space;
    `found` is empty for missing text.
    """

    field: str
    expected: str
    found: str


def page_of(credential: YearlyCredential, lines: Sequence[StatementLine] | None = None) -> Page:
    """Return the printed words of a completion certificate, or of a statement with its `lines`."""
    if isinstance(credential, CompletionCertificate):
        return Page(certificate=True, sheets=(_first_sheet(credential, None, ()),))
    parts = _split(credential.credential_subject, _line_rows(lines or ()))
    sheets = []
    for i, part in enumerate(parts, 1):
        number = _word(f"第{i}页，共{len(parts)}页 Page {i} of {len(parts)}")
        make = _first_sheet if i == 1 else _next_sheet
        sheets.append(make(credential, Table(LINE_HEADS, part) if part else None, (number,)))
    return Page(certificate=False, sheets=tuple(sheets))


def differences(
    credential: YearlyCredential, lines: Sequence[StatementLine] | None, extracted_text: str
) -> list[Difference]:
    """Compare the text extracted from a whole PDF with what must be printed; an empty list means: exactly that.

    `extracted_text` is the text of all sheets, in order, as PDFium gives it. White space is set aside, since an extractor
    invents it, and so are two of PDFium's habits (see `plain`); of the rest every character and its place counts.
    """
    words = [w for w in page_of(credential, lines).words() if plain(w.text)]
    result = []
    for touched, expected, found in locate([plain(w.text) for w in words], plain(extracted_text)):
        fields = [words[i].field for i in touched]
        named = [field for field in fields if field != TEMPLATE]
        result.append(Difference((named or fields or [""])[0], expected, found))
    return result


def _first_sheet(credential: YearlyCredential, lines: Table | None, number: tuple[Word, ...]) -> Sheet:
    subject, certificate = credential.credential_subject, isinstance(credential, CompletionCertificate)
    host = Word("issuer", wording.host(credential.iss))
    day = credential.issued_at.astimezone(ZoneInfo("Asia/Shanghai"))
    return Sheet(
        serial=_serial(subject),
        heading=(_word("甘肃省专业技术人员"), *map(_word, wording.TITLES[certificate])),
        year=_year(subject),
        fields=_fields(subject),
        body=_body(subject, certificate=certificate),
        english=(Word("conclusion", wording.english(subject, certificate=certificate)),),
        hours=_hours(subject),
        lines=lines,
        remarks=_remarks(subject),
        caption=(_word("扫码核验真伪"), _word("Scan to verify"), host),
        issued=(
            Word("validFrom", f"{day.year}年{day.month}月{day.day}日"),
            _word("签发日期"),
            _word("Issued on"),
            Word("validFrom", f"{day:%Y-%m-%d}"),
        ),
        foot=tuple(map(_word, (wording.FOOT[certificate], wording.FOOT_ALWAYS, wording.FOOT_ENGLISH))),
        number=number,
    )


def _next_sheet(credential: YearlyCredential, lines: Table | None, number: tuple[Word, ...]) -> Sheet:
    subject = credential.credential_subject
    return Sheet(
        serial=_serial(subject),
        heading=(_word("继续教育学时登记明细（续）"), _word("Statement of Hours, continued")),
        year=(*_year(subject), Word("name", subject.name)),
        lines=lines,
        foot=(_word("本明细不是完成证明。"), _word("This is not a certificate of completion.")),
        number=number,
    )


def _serial(subject: Subject) -> tuple[Word, ...]:
    version = Word("version", f"第{subject.version}版")
    return (_word("证明编号"), _word("No."), Word("serial", subject.serial), version)


def _year(subject: Subject) -> tuple[Word, ...]:
    return (Word("year", wording.chinese_year(subject.year)), Word("year", str(subject.year)))


def _fields(subject: Subject) -> tuple[Labelled, ...]:
    own = (
        (Word("selfVerified", "（单位自核）"), Word("selfVerified", "self-verified"))
        if subject.self_verified
        else ()
    )
    return (
        _labelled("姓名", "Name", Word("name", subject.name)),
        _labelled("身份证件号码", "ID number", Word("identifier", subject.identifier)),
        _labelled("工作单位", "Employer", Word("employer", subject.employer)),
        _labelled("登记机关", "Registrar", Word("registrar", subject.registrar), *own),
    )


def _body(subject: Subject, *, certificate: bool) -> tuple[Word, ...]:
    hours = subject.hours
    return (
        _word("上述人员" if certificate else "截至签发之日，上述人员"),
        Word("year", str(subject.year)),
        _word("年度参加专业技术人员继续教育，经登记审核，累计认定"),
        Word("hours.total", hours.total, strong=True),
        _word("学时，其中专业科目"),
        Word("hours.professional", hours.professional),
        _word("学时、公需科目"),
        Word("hours.public", hours.public),
        _word("学时，"),
        Word("deemed" if subject.deemed else "conclusion", wording.finding(subject)),
        _word("，特此证明。" if certificate else "。"),
        *(() if certificate else (Word(TEMPLATE, "本明细不是完成证明。", strong=True),)),
    )


def _hours(subject: Subject) -> Table:
    head = _heads(
        ("科目", "Subject"), ("认定学时", "Recognised"), ("要求学时", "Required"), ("结论", "Conclusion")
    )
    rows = (
        (
            _word(name),
            Word(f"hours.{kind}", getattr(subject.hours, kind)),
            Word(f"required.{kind}", getattr(subject.required, kind)),
            Word("conclusion", wording.conclusion(subject, kind)),
        )
        for kind, name in wording.SUBJECTS.items()
    )
    return Table(head, tuple(rows))


def _remarks(subject: Subject) -> tuple[Labelled, ...]:
    ordered = sorted(subject.categories.items(), key=lambda item: CATEGORIES.index(item[0]))
    parts = [f"{wording.CATEGORIES[code]}{hours}" for code, hours in ordered]
    noted = [f"例外认定：{r.exception}" if isinstance(r, ExceptionNote) else r for r in subject.rules]
    return (
        _labelled("分类学时", "By category", Word("categories", "、".join(parts) or "无")),
        _labelled("认定依据", "Basis", _word(wording.MEASURE)),
        _labelled("规则版本", "Rules", Word("rules", "；".join(noted))),
    )


def _line_rows(lines: Sequence[StatementLine]) -> Iterator[tuple[Word, ...]]:
    for number, line in enumerate(lines, 1):
        what = (str(number), wording.CATEGORIES[line.category], line.claimed, line.recognised)
        yield tuple(Word(f"lines.{number}", text) for text in (*what, line.article, line.reason))


def _split(subject: Subject, rows: Iterable[tuple[Word, ...]]) -> list[tuple[tuple[Word, ...], ...]]:
    """Share the lines among sheets, by widths of text alone, so that every reader breaks them at the same places."""
    taken = sum(_rows(f.value, FIELD_EMS) - 1 for f in _fields(subject))
    taken += sum(_rows(r.value, REMARK_EMS) - 1 for r in _remarks(subject))
    sheets: list[list[tuple[Word, ...]]] = [[]]
    room = FIRST_SHEET - 5 * taken
    for row in rows:
        needed = 1 + 4 * max(_rows((word,), ems) for word, ems in zip(row, LINE_EMS, strict=True))
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


def _word(text: str) -> Word:
    return Word(TEMPLATE, text)


def _labelled(label: str, english: str, *value: Word) -> Labelled:
    return Labelled(_word(label), _word(english), value)


def _heads(*names: tuple[str, str]) -> tuple[tuple[Word, Word], ...]:
    return tuple((_word(chinese), _word(english)) for chinese, english in names)


LINE_HEADS = _heads(
    ("序号", "No."),
    ("类别", "Category"),
    ("申报", "Claimed"),
    ("认定", "Recognised"),
    ("条款", "Article"),
    ("说明", "Note"),
)


def _words(part: object) -> Iterator[Word]:
    if isinstance(part, Word):
        yield part
    elif isinstance(part, tuple):
        for item in part:
            yield from _words(item)
    elif dataclasses.is_dataclass(part):
        for field in dataclasses.fields(part):
            yield from _words(getattr(part, field.name))
