"""What the rules may know of a person's year, gathered from what was registered and what authorities entered.

The number of queries depends on neither the people nor their records. Only what touches the year goes into its facts,
so that a record of another year never makes a new version of this one.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from issuer.errors import Problem
from issuer.people.tables import professional
from issuer.records.belonging import belonging_on
from issuer.registration.known import Lists, Registered, read_lists, read_registered, told
from issuer.registration.roster import Affiliation, whole_text
from rules.contradictions import first_day
from rules.decision import Decision
from rules.engine import decide
from rules.errors import FactsError
from rules.facts import Facts, parse_facts
from rules.library import Library


@dataclass(frozen=True)
class Gathered:
    """One person's year, ready to be certified (`Judged`), with its decision."""

    person_id: int
    person_key: bytes
    name: str
    masked: str
    employer: str
    affiliation: Affiliation
    facts: Facts
    decision: Decision

    @property
    def facts_text(self) -> str:
        return whole_text(self.facts)


def gather(
    connection: sa.Connection, library: Library, people: Sequence[int], year: int, today: date
) -> tuple[list[Gathered], list[Problem]]:
    """Gather and decide the year of several people; answers them in the order of their ids, and what cannot be decided.

    Raises:
        NoPackInForce: no rules are loaded for the year.
    """
    lists = read_lists(connection)
    registered = read_registered(connection, library, people, year)
    where_on_day = belonging_on(connection, people, min(date(year, 12, 31), today))
    rows = connection.execute(
        sa.select(professional).where(professional.c.id.in_(people)).order_by(professional.c.id)
    )
    found: list[Gathered] = []
    problems: list[Problem] = []
    for row in rows:
        where = where_on_day.get(row.id)
        if where is None:
            words = "没有人事隶属记录，先登记单位 no affiliation is recorded; enter the employer first"
            problems.append(Problem(f"/person/{row.id}", "an affiliation", words))
            continue
        employer, belongs = where
        try:
            facts, decision = judge(registered[row.id], lists, year, today, library)
        except FactsError as error:
            problems.append(Problem(f"/person/{row.id}{error.pointer}", error.expected, error.message))
            continue
        found.append(
            Gathered(
                row.id, row.person_key, row.name, row.masked_identifier, employer, belongs, facts, decision
            )
        )
    return found, problems


def judge(
    known: Registered, lists: Lists, year: int, today: date, library: Library
) -> tuple[Facts, Decision]:
    """Decide one person's year from everything registered, then keep in the facts only what touches the year.

    Raises:
        FactsError: what was registered contradicts itself.
        NoPackInForce: no rules for the year.
    """
    raw = told(known, lists, year, today)
    whole = parse_facts(raw)
    decision = decide(whole, library)
    elsewhere = _elsewhere(whole, decision)
    if not elsewhere:
        return whole, decision
    kept = [one for one in raw["activities"] if one["id"] not in elsewhere]
    keys = {one.get("event_key") for one in kept} - {None}
    used = sorted(
        {
            one["event_key"]
            for one in raw["activities"]
            if one["id"] in elsewhere and one.get("event_key") in keys
        }
    )
    reduced = parse_facts({**raw, "activities": kept} | ({"keys_used_in_other_years": used} if used else {}))
    again = decide(reduced, library)
    same = (again.professional, again.public, again.complete) == (
        decision.professional,
        decision.public,
        decision.complete,
    )
    return (reduced, again) if same else (whole, decision)


def _elsewhere(facts: Facts, decision: Decision) -> set[str]:
    """Activities of which nothing belongs to the year: every line of theirs went to another."""
    lines = defaultdict(list)
    for line in decision.lines:
        lines[line.activity].append(line)
    gone = set()
    for one in facts.activities:
        its = lines[one.id]
        first = first_day(one)
        if its and all(line.recognised == 0 for line in its):
            rules = {cut.rule for line in its for cut in line.cuts}
            strange = rules == {"other_year"}
            duplicate = "duplicate_key" in rules and first is not None and first[1].year != facts.year
            if strange or duplicate:
                gone.add(one.id)
    return gone
