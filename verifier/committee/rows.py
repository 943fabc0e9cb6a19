"""From documents and candidates to the committee's table: one row a person and year, and what is wrong with it. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from verifier.committee.answers import Answer, YearHours
from verifier.committee.candidates import Candidate, same_name
from verifier.credential import mask


class Issue(StrEnum):
    """What a committee must look at."""

    MISSING = "缺这一年"
    NAME = "姓名不符"
    IDENTIFIER = "证件号不符"
    UNLISTED = "不在名单上"
    FORGED_TOO = "另有不可信的文件"
    """Beside the document that the row is about, the same person and year came with one that does not hold."""
    DUPLICATE = "重复提交"
    """More than one document; nothing is wrong with that."""
    SUPERSEDED = "已有新版"
    REVOKED = "已撤销"
    FORGED = "不可信"
    UNDETERMINED = "不能判断"
    STATEMENT = "只有明细"
    INCOMPLETE = "未完成"


_OF_VERDICT = {
    "superseded": Issue.SUPERSEDED,
    "revoked": Issue.REVOKED,
    "forged": Issue.FORGED,
    "undetermined": Issue.UNDETERMINED,
}
_ORDER = ("genuine", "undetermined", "superseded", "revoked", "forged")


@dataclass(frozen=True)
class Row:
    """One person and year; `answer` is the best document for it, None when there is none."""

    name: str
    identifier: str
    """Masked, as signed; masked here when only the list has it."""
    year: int
    hours: YearHours | None
    answer: Answer | None
    issues: tuple[Issue, ...]
    others: tuple[Answer, ...] = ()
    """Further documents for the same person and year, the best first."""
    person: tuple[str, str] = ("", "")
    """Whose row it is: name and masked ID as listed, which may not be those of the document."""

    @property
    def counts(self) -> bool:
        """Whether the year may be counted as complete."""
        return self.hours is not None and self.hours.complete and not set(self.issues) - {Issue.DUPLICATE}


@dataclass(frozen=True)
class Table:
    """All rows, and the documents that no row can be made of."""

    rows: tuple[Row, ...]
    unusable: tuple[Answer, ...]

    def count(self, issue: Issue) -> int:
        """Say how many rows have an issue; of what came more than once, how many documents are too many."""
        if issue is Issue.DUPLICATE:
            return sum(len(row.others) for row in self.rows)
        return sum(issue in row.issues for row in self.rows)

    @property
    def total(self) -> dict[str, int]:
        """Return the total line: persons, rows, rows that count, and every issue that occurs."""
        persons = {row.person for row in self.rows}
        counted = {"人数": len(persons), "行数": len(self.rows), "完成": sum(row.counts for row in self.rows)}
        counted |= {issue.value: self.count(issue) for issue in Issue if self.count(issue)}
        return counted | {"未能核验的文件": len(self.unusable)}

    @property
    def hours(self) -> Decimal:
        """Return the hours of all rows that count."""
        return sum((Decimal(row.hours.total) for row in self.rows if row.hours and row.counts), Decimal(0))


def tabulate(
    answers: Sequence[Answer], candidates: Sequence[Candidate] = (), years: Sequence[int] = ()
) -> Table:
    """Make the table.

    Args:
        answers: of every document.
        candidates: the list; empty when there is none, and then everybody found is a person.
        years: wanted of everybody, where there is no list.
    """
    usable = [answer for answer in answers if answer.years]
    known = candidates or _found(usable, years)
    exact = {i for i, answer in enumerate(usable) if any(not _mismatch(answer, each) for each in known)}
    rows: list[Row] = []
    taken: set[int] = set()
    for person in known:
        # A document that is one candidate's by name and ID is never held against a namesake.
        own = [
            (i, answer)
            for i, answer in enumerate(usable)
            if _fits(answer, person) and (i not in exact or not _mismatch(answer, person))
        ]
        taken.update(i for i, _ in own)
        rows += _person(person, [answer for _, answer in own], listed=bool(candidates))
    left = [answer for i, answer in enumerate(usable) if i not in taken]
    for person in _found(left, ()):
        rows += _person(person, [answer for answer in left if _fits(answer, person)], listed=True)
    return Table(tuple(rows), tuple(answer for answer in answers if not answer.years))


def _found(answers: Iterable[Answer], years: Sequence[int]) -> list[Candidate]:
    """Make a candidate of everybody that a document names; the masked ID stands in for the whole one."""
    persons: dict[tuple[str, str], Candidate] = {}
    for answer in answers:
        key = (same_name(answer.name), answer.identifier)
        persons.setdefault(key, Candidate(answer.name, answer.identifier, tuple(years)))
    return list(persons.values())


def _masked(identifier: str) -> str:
    return identifier if "*" in identifier or not identifier else mask(identifier)


def _fits(answer: Answer, person: Candidate) -> bool:
    """Say whether a document may be this person's: name and ID agree, or one of them does and the other must be looked at."""
    name = same_name(answer.name) == same_name(person.name)
    if "*" in person.identifier:
        return name and answer.identifier == person.identifier
    return name or (bool(person.identifier) and answer.identifier == _masked(person.identifier))


def _person(person: Candidate, answers: list[Answer], *, listed: bool) -> Iterator[Row]:
    whose = (same_name(person.name), _masked(person.identifier))
    by_year: dict[int, list[tuple[Answer, YearHours]]] = {year: [] for year in person.years}
    for answer in answers:
        for hours in answer.years:
            by_year.setdefault(hours.year, []).append((answer, hours))
    for year, found in sorted(by_year.items()):
        if not found:
            yield Row(person.name, whose[1], year, None, None, (Issue.MISSING,), person=whose)
            continue
        ranked = sorted(found, key=lambda pair: _rank(pair[0], pair[1], person))
        (answer, hours), others = ranked[0], tuple(other for other, _ in ranked[1:])
        issues = [*_mismatch(answer, person), *_own_issues(answer, hours)]
        if answer.verdict != "forged" and any(other.verdict == "forged" for other in others):
            issues.append(Issue.FORGED_TOO)
        if others:
            issues.append(Issue.DUPLICATE)
        if listed and year not in person.years:
            issues.append(Issue.UNLISTED)
        yield Row(answer.name, answer.identifier, year, hours, answer, tuple(issues), others, whose)


def _rank(answer: Answer, hours: YearHours, person: Candidate) -> tuple[int, int, bool, int]:
    return (len(_mismatch(answer, person)), _ORDER.index(answer.verdict), not hours.complete, -answer.version)


def _mismatch(answer: Answer, person: Candidate) -> list[Issue]:
    issues = []
    if same_name(answer.name) != same_name(person.name):
        issues.append(Issue.NAME)
    if person.identifier and answer.identifier != _masked(person.identifier):
        issues.append(Issue.IDENTIFIER)
    return issues


def _own_issues(answer: Answer, hours: YearHours) -> list[Issue]:
    issues = [_OF_VERDICT[answer.verdict]] if answer.verdict in _OF_VERDICT else []
    if not hours.complete:
        issues.append(Issue.INCOMPLETE)
    if answer.document == "学时登记明细":
        issues.append(Issue.STATEMENT)
    return issues
