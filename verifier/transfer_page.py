"""The page of a transfer certificate: a row for each year (Art. 11; docs/format.md, section 7)."""

from itertools import groupby

from verifier import wording
from verifier.credential import TransferCertificate, TransferSubject, YearRow
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

FIRST_SHEET = 64
"""Room for years on the first sheet, in quarters of a row of text."""
YEAR_EMS = (3, 3, 3, 3, 6, 9, 10, 9)
"""Widths, in ems, of the table's columns."""
HEADS = heads(
    ("年度", "Year"),
    ("专业", "Prof."),
    ("公需", "Public"),
    ("合计", "Total"),
    ("要求（专业/公需/合计）", "Required"),
    ("结论", "Conclusion"),
    ("分类学时", "By category"),
    ("该年度证明编号", "Certificate"),
)


def transfer_page(credential: TransferCertificate) -> Page:
    """Return the printed words of a transfer certificate."""
    subject = credential.credential_subject
    above = ((field, FIELD_EMS) for field in person_fields(subject))
    below = ((remark, REMARK_EMS) for remark in _remarks(subject))
    parts = share(map(_row, subject.years), YEAR_EMS, FIRST_SHEET, (*above, *below))
    sheets = []
    for i, part in enumerate(parts, 1):
        make = _first_sheet if i == 1 else _next_sheet
        sheets.append(make(credential, Table(HEADS, part) if part else None, number_of(i, len(parts))))
    return Page("transfer", tuple(sheets))


def _first_sheet(credential: TransferCertificate, years: Table | None, number: tuple[Word, ...]) -> Sheet:
    subject = credential.credential_subject
    return Sheet(
        serial=serial_of(subject),
        heading=(scope_of(subject), *map(word, wording.TRANSFER_TITLES)),
        year=_count(subject),
        fields=person_fields(subject),
        body=(
            word(
                "截至签发之日，上述人员参加专业技术人员继续教育，经登记审核，各年度认定的学时和结论如下，供转入地登记。"
            ),
            Word(TEMPLATE, wording.NO_COMPLETION, strong=True),
        ),
        english=(word(f"Hours as registered, year by year. {wording.NO_COMPLETION_ENGLISH}"),),
        years=years,
        remarks=_remarks(subject),
        caption=caption_of(credential),
        issued=issued_of(credential),
        foot=tuple(map(word, (wording.NO_COMPLETION, wording.FOOT_ALWAYS, wording.FOOT_ENGLISH))),
        number=number,
    )


def _next_sheet(credential: TransferCertificate, years: Table | None, number: tuple[Word, ...]) -> Sheet:
    subject = credential.credential_subject
    return Sheet(
        serial=serial_of(subject),
        heading=(word("继续教育学时转移证明（续）"), word("Transfer Certificate, continued")),
        year=(*_count(subject), Word("name", subject.name)),
        years=years,
        foot=(word(wording.NO_COMPLETION), word(wording.NO_COMPLETION_ENGLISH)),
        number=number,
    )


def _count(subject: TransferSubject) -> tuple[Word, ...]:
    count = len(subject.years)
    return (Word("years", f"共{count}个年度"), Word("years", f"{count} year{'s' if count > 1 else ''}"))


def _row(row: YearRow) -> tuple[Word, ...]:
    hours, required, field = row.hours, row.required, f"years.{row.year}"
    return (
        Word(field, str(row.year)),
        Word(f"{field}.hours", hours.professional),
        Word(f"{field}.hours", hours.public),
        Word(f"{field}.hours", hours.total),
        Word(f"{field}.required", f"{required.professional}/{required.public}/{required.total}"),
        Word(f"{field}.conclusion", wording.finding(row)),
        Word(f"{field}.categories", wording.by_category(row)),
        Word(f"{field}.certificate", row.certificate),
    )


def _remarks(subject: TransferSubject) -> tuple[Labelled, ...]:
    return (
        basis_of(subject),
        labelled("规则版本", "Rules", Word("rules", "；".join(_rules(subject)))),
    )


def _rules(subject: TransferSubject) -> list[str]:
    """Say the rules of each run of years that has the same ones."""
    said = []
    for rules, run in groupby(subject.years, wording.rules):
        years = [str(row.year) for row in run]
        said.append(f"{'、'.join(years)}年：{rules}")
    return said
