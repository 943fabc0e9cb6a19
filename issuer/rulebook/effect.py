"""What a document would change: the figures of each year, and the results of people, counted on the instance's own records. Only reads.

Whose year was issued keeps what was issued; who of them would be told something else is listed. Of the others some are
looked at, spread over all, until the time is up: the answer says of how many.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from issuer.credentials.tables import credential, withdrawal
from issuer.instance import Instance, Transaction, drafting
from issuer.people.tables import professional
from issuer.records.gathering import Gathered, gather
from issuer.records.issuing import everyone_of, gather_held
from issuer.records.tables import year_record
from issuer.rulebook.loading import held_to
from ledger.bulk import among
from rules.changes import Change, changes, same_result
from rules.decision import Decision
from rules.engine import decide
from rules.errors import FactsError, NoPackInForce
from rules.facts import parse_facts
from rules.library import Library
from rules.reading import load_json

SECONDS = 4.0
"""For all years together."""
SAMPLE = 2000
"""People of a year who are looked at, at most: of those issued, and of the others."""
PORTION = 100
YEARS_BACK = 6


@dataclass(frozen=True)
class Counted:
    """People of a year: how many there are, how many were looked at and can be decided, and of how many of these the result differs."""

    people: int
    looked_at: int
    completed: int
    """Not complete before, complete with it."""
    no_longer: int
    """Complete before, not complete with it."""
    otherwise: int
    """The same conclusion with other figures."""

    @property
    def differ(self) -> int:
        """All whose result differs."""
        return self.completed + self.no_longer + self.otherwise


@dataclass(frozen=True)
class YearEffect:
    """A year that has begun and that a document judges otherwise. `serials`: what stands of those issued who would differ; it stays."""

    year: int
    waiting: Counted
    issued: Counted
    serials: tuple[str, ...]


@dataclass(frozen=True)
class Effect:
    """What a document changes. `figures`: by year, as each is judged; `years`: what that means for people."""

    figures: tuple[Change, ...]
    years: tuple[YearEffect, ...]
    undecided: tuple[int, ...] = ()
    """Years that have rules only before, or only with it: no results to compare."""
    places: tuple[str, ...] = ()
    """Of a pack: parameters with the same figures, but another day, strength or place in the law."""


def measure(
    instance: Instance, before: Library, after: Library, first: date, seconds: float = SECONDS
) -> Effect:
    """Say what `after` changes in comparison with `before`; `first` is the first day for which it is meant."""
    today = instance.today()
    span = range(min(first.year, today.year - YEARS_BACK), max(first.year, today.year) + 2)
    figures = tuple(changes(before, after, (year for year in span if 2000 <= year <= 2200)))
    deadline = time.monotonic() + seconds
    found: list[YearEffect] = []
    undecided: list[int] = []
    with drafting(instance, (0, 1)) as work:
        for year in sorted({one.year for one in figures if one.year <= today.year}, reverse=True):
            try:
                found.append(_of_year(work, year, before, after, deadline))
            except NoPackInForce:
                undecided.append(year)
    return Effect(figures, tuple(found), tuple(undecided))


_Look = Callable[[Sequence[int]], dict[int, Decision]]
"""The decisions of some people, of those who can be decided."""


def _of_year(work: Transaction, year: int, before: Library, after: Library, deadline: float) -> YearEffect:
    recorded = sa.select(year_record.c.person_id).where(year_record.c.year == year)
    issued = everyone_of(year).where(professional.c.id.in_(recorded))
    waiting = everyone_of(year).where(professional.c.id.not_in(recorded))

    def as_issued(some: Sequence[int]) -> dict[int, Decision]:
        held = {person: number for (person, _), number in held_to(work.connection, some, [year]).items()}
        found = _decisions(gather_held(work, some, year, held)[0])
        rules = {
            number: work.instance.rulebook.as_of(work.connection, number) for number in set(held.values())
        }
        rest = [one for one in some if one not in found]
        return found | _by_record(work, rest, year, lambda person: rules[held[person]])

    def as_issued_then(some: Sequence[int]) -> dict[int, Decision]:
        found = as_then(some)
        return found | _by_record(work, [one for one in some if one not in found], year, lambda _: after)

    def as_now(some: Sequence[int]) -> dict[int, Decision]:
        return _decisions(gather(work.connection, before, some, year, work.day)[0])

    def as_then(some: Sequence[int]) -> dict[int, Decision]:
        return _decisions(gather(work.connection, after, some, year, work.day)[0])

    told, who = _compared(work, issued, (as_issued, as_issued_then), deadline)
    others, _ = _compared(work, waiting, (as_now, as_then), deadline)
    return YearEffect(year, others, told, _serials(work, who, year))


def _decisions(found: Iterable[Gathered]) -> dict[int, Decision]:
    return {one.person_id: one.decision for one in found}


def _by_record(
    work: Transaction, people: Sequence[int], year: int, rules_of: Callable[[int], Library]
) -> dict[int, Decision]:
    """Decide the newest record of those who have no employer on record: of a roster, which told everything itself."""
    its = among(work.connection, year_record.c.person_id, people) & (year_record.c.year == year)
    query = sa.select(year_record.c.person_id, year_record.c.facts).where(its).order_by(year_record.c.version)
    newest = {row.person_id: row.facts for row in work.connection.execute(query)}
    found = {}
    for person, facts in newest.items():
        with suppress(FactsError):
            found[person] = decide(parse_facts(load_json(facts.encode(), "facts")), rules_of(person))
    return found


def _compared(
    work: Transaction, people: sa.Select[tuple[int]], looks: tuple[_Look, _Look], deadline: float
) -> tuple[Counted, list[int]]:
    """Compare people's results; answers the counts, and who differs."""
    every = work.connection.execute(sa.select(sa.func.count()).select_from(people.subquery())).scalar_one()
    looked_at = completed = no_longer = otherwise = 0
    differ: list[int] = []
    for some in _portions(_sample(work, people, every)):
        if time.monotonic() > deadline:
            break
        now, then = (look(some) for look in looks)
        for person in now.keys() & then.keys():
            one, other = now[person], then[person]
            looked_at += 1
            if same_result(one, other):
                continue
            differ.append(person)
            completed += other.complete and not one.complete
            no_longer += one.complete and not other.complete
            otherwise += one.complete == other.complete
    return Counted(every, looked_at, completed, no_longer, otherwise), differ


def _sample(work: Transaction, people: sa.Select[tuple[int]], every: int) -> list[int]:
    step = -(-every // SAMPLE) or 1
    chosen = people.where(professional.c.id % step == 0).order_by(professional.c.id).limit(SAMPLE)
    return list(work.connection.scalars(chosen))


def _portions(people: Sequence[int]) -> Iterator[Sequence[int]]:
    """In portions that are each spread over all, so that those looked at in time are."""
    count = -(-len(people) // PORTION)
    for number in range(count):
        yield people[number::count]


def _serials(work: Transaction, people: Iterable[int], year: int) -> tuple[str, ...]:
    """What stands of these people for the year."""
    gone = sa.select(withdrawal.c.serial).where(withdrawal.c.serial == credential.c.serial)
    query = (
        sa.select(credential.c.serial)
        .join(year_record, year_record.c.id == credential.c.record_id)
        .where(year_record.c.year == year, ~gone.exists())
        .where(among(work.connection, year_record.c.person_id, list(people)))
        .order_by(credential.c.serial)
    )
    return tuple(work.connection.scalars(query))
