"""The first step of issuing a roster: decide every entry, and look for what could not be printed. Only reads."""

from collections.abc import Callable
from dataclasses import dataclass

from issuer.certificates import fonts
from issuer.errors import Problem
from issuer.instance import Instance
from issuer.records.service import ruled_by
from issuer.registration.roster import Entry, Roster
from issuer.rulebook.loading import Rules
from ledger.store import reading
from rules.decision import Decision
from rules.engine import decide
from rules.errors import NoPackInForce

Tick = Callable[[str, int, int], None]
"""Told of progress: step, done, all."""


@dataclass(frozen=True)
class Checked:
    """An entry that can be issued, with its decision. `ruled_by`: the number of the rules that decided."""

    entry: Entry
    decision: Decision
    ruled_by: int


def check(instance: Instance, roster: Roster, tick: Tick) -> tuple[list[Checked], list[Problem]]:
    """Decide every entry of a roster. Answers what can be issued, and every problem, the roster's own first.

    A year that was issued is decided by the rules of that time, as `records.issuing` does.
    """
    good: list[Checked] = []
    problems = list(roster.problems)
    rules_of = _rules(instance, roster)
    for done, entry in enumerate(roster.entries, 1):
        at = f"/{entry.position}"
        words = entry.name + entry.employer + entry.affiliation.registrar
        if absent := fonts.missing(words):
            message = f"没有字体能印出 no font has {', '.join(absent)}"
            problems.append(Problem(f"{at}/person", "characters of GB 18030-2022", message))
        rules = rules_of(entry)
        try:
            decision = decide(entry.facts, rules.library)
        except NoPackInForce as error:
            problems.append(Problem(f"{at}/facts/year", "a year with a rule pack", str(error)))
            continue
        if not absent:
            good.append(Checked(entry, decision, rules.number))
        tick("check", done, len(roster.entries))
    return good, problems


def _rules(instance: Instance, roster: Roster) -> Callable[[Entry], Rules]:
    """The rules of each entry's year, read at once."""
    book, secret = instance.rulebook, instance.person_secret
    with reading(instance.engine).connect() as connection:
        newest = book.now(connection)
        if not newest.number:
            return lambda _entry: newest
        held = ruled_by(connection, [one.identifier.person_key(secret) for one in roster.entries])
        known = {number: Rules(number, book.as_of(connection, number)) for number in set(held.values())}

    def rules_of(entry: Entry) -> Rules:
        number = held.get((entry.identifier.person_key(secret), entry.facts.year))
        return newest if number is None else known[number]

    return rules_of
