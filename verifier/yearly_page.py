"""The page of one year: a completion certificate, or a statement of hours with its lines (docs/format.md, section 7)."""

from collections.abc import Iterable, Iterator, Sequence

from verifier import wording
from verifier.credential import CompletionCertificate, Subject, YearlyCredential
from verifier.lines import StatementLine
from verifier.sheet import (
    FIELD_EMS,
    REMARK_EMS,
    TEMPLATE,
    Labelled,
    Page,
    Sheet,
    Table,
    Word,
    basis_of,
    caption_of,
    heads,
    issued_of,
    labelled,
    number_of,
    person_fields,
    scope_of,
    serial_of,
    share,
    word,
)

FIRST_SHEET = 36
"""Room for a statement's lines on its first sheet, in quarters of a row of text."""
LINE_EMS = (2, 6, 3, 3, 11, 16)
"""Widths, in ems, of that table's columns."""


def yearly_page(credential: YearlyCredential, lines: Sequence[StatementLine] | None) -> Page:
    """Return the printed words of a completion certificate, or of a statement with its `lines`."""
    if isinstance(credential, CompletionCertificate):
        return Page("certificate", (_first_sheet(credential, None, ()),))
    parts = _split(credential.credential_subject, _line_rows(lines or ()))
    sheets = []
    for i, part in enumerate(parts, 1):
        make = _first_sheet if i == 1 else _next_sheet
        sheets.append(make(credential, Table(LINE_HEADS, part) if part else None, number_of(i, len(parts))))
    return Page("statement", tuple(sheets))


def _first_sheet(credential: YearlyCredential, lines: Table | None, number: tuple[Word, ...]) -> Sheet:
    subject, certificate = credential.credential_subject, isinstance(credential, CompletionCertificate)
    foot = wording.foot(subject, certificate=certificate)
    return Sheet(
        serial=serial_of(subject),
        heading=(scope_of(subject), *map(word, wording.TITLES[certificate])),
        year=_year(subject),
        fields=person_fields(subject),
        body=_body(subject, certificate=certificate),
        english=(Word("conclusion", wording.english(subject, certificate=certificate)),),
        hours=_hours(subject),
        lines=lines,
        remarks=_remarks(subject),
        caption=caption_of(credential),
        issued=issued_of(credential),
        foot=tuple(map(word, (foot, wording.FOOT_ALWAYS, wording.FOOT_ENGLISH))),
        number=number,
    )


def _next_sheet(credential: YearlyCredential, lines: Table | None, number: tuple[Word, ...]) -> Sheet:
    subject = credential.credential_subject
    return Sheet(
        serial=serial_of(subject),
        heading=(word("继续教育学时登记明细（续）"), word("Statement of Hours, continued")),
        year=(*_year(subject), Word("name", subject.name)),
        lines=lines,
        foot=(word("本明细不是完成证明。"), word("This is not a certificate of completion.")),
        number=number,
    )


def _year(subject: Subject) -> tuple[Word, ...]:
    return (Word("year", wording.chinese_year(subject.year)), Word("year", str(subject.year)))


def _body(subject: Subject, *, certificate: bool) -> tuple[Word, ...]:
    hours = subject.hours
    return (
        word("上述人员" if certificate else "截至签发之日，上述人员"),
        Word("year", str(subject.year)),
        word("年度参加专业技术人员继续教育，经登记审核，累计认定"),
        Word("hours.total", hours.total, strong=True),
        word("学时，其中专业科目"),
        Word("hours.professional", hours.professional),
        word("学时、公需科目"),
        Word("hours.public", hours.public),
        word("学时，"),
        Word("deemed" if subject.deemed else "conclusion", wording.finding(subject)),
        word("，特此证明。" if certificate else "。"),
        *(() if certificate else (Word(TEMPLATE, "本明细不是完成证明。", strong=True),)),
    )


def _hours(subject: Subject) -> Table:
    head = heads(
        ("科目", "Subject"), ("认定学时", "Recognised"), ("要求学时", "Required"), ("结论", "Conclusion")
    )
    rows = (
        (
            word(name),
            Word(f"hours.{kind}", getattr(subject.hours, kind)),
            Word(f"required.{kind}", getattr(subject.required, kind)),
            Word("conclusion", wording.conclusion(subject, kind)),
        )
        for kind, name in wording.SUBJECTS.items()
    )
    return Table(head, tuple(rows))


def _remarks(subject: Subject) -> tuple[Labelled, ...]:
    return (
        labelled("分类学时", "By category", Word("categories", wording.by_category(subject))),
        basis_of(subject),
        labelled("规则版本", "Rules", Word("rules", wording.rules(subject))),
    )


def _line_rows(lines: Sequence[StatementLine]) -> Iterator[tuple[Word, ...]]:
    for number, line in enumerate(lines, 1):
        what = (str(number), wording.CATEGORIES[line.category], line.claimed, line.recognised)
        yield tuple(Word(f"lines.{number}", text) for text in (*what, line.article, line.reason))


def _split(subject: Subject, rows: Iterable[tuple[Word, ...]]) -> list[tuple[tuple[Word, ...], ...]]:
    above = ((field, FIELD_EMS) for field in person_fields(subject))
    below = ((remark, REMARK_EMS) for remark in _remarks(subject))
    return share(rows, LINE_EMS, FIRST_SHEET, (*above, *below))


LINE_HEADS = heads(
    ("序号", "No."),
    ("类别", "Category"),
    ("申报", "Claimed"),
    ("认定", "Recognised"),
    ("条款", "Article"),
    ("说明", "Note"),
)
