"""What the rules would make of a declaration were it registered now. Only reads.

They are told all that they are told when the year is issued (`records.known`): what was registered, the lists of
examinations and contests, filings, deferrals, exceptions, and the sector rule. So a preview and a certificate agree.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from issuer.instance import Instance, Transaction
from issuer.registration.days import as_if_registered, year_of
from issuer.registration.errors import StepRefused
from issuer.registration.known import Lists, Registered, read_lists, read_years, told
from rules.decision import Decision
from rules.engine import decide
from rules.errors import FactsError
from rules.facts import parse_facts
from rules.library import Library


@dataclass(frozen=True)
class Background:
    """What the rules know without a declaration: by year and person, and what is on the lists."""

    known: Mapping[int, Mapping[int, Registered]]
    lists: Lists
    rules_of: Callable[[int, int], Library]
    """The rules by person and year."""


def read_background(
    connection: sa.Connection, instance: Instance, people: Sequence[int], raws: Sequence[Mapping[str, Any]]
) -> Background:
    """Read it for the years in which several declarations lie; as many queries as for one of them."""
    years = {year_of(raw) for raw in raws}
    rules = instance.rulebook.held(connection, people, years)
    return Background(read_years(connection, rules.of, people, years), read_lists(connection), rules.of)


def hold_to_rules(work: Transaction, person: int, years: Collection[int]) -> None:
    """Insist that some years, and this one, can still be decided with what was just entered about a person.

    Raises:
        StepRefused: the rules refuse it, such as a postponement beyond what they allow.
    """
    lists, today = read_lists(work.connection), work.instance.today()
    asked = {*years, today.year}
    rules = work.instance.rulebook.held(work.connection, [person], asked)
    loaded = {year for year in asked if rules.of(person, year).on(date(year, 12, 31))}
    for year, known in read_years(work.connection, rules.of, [person], loaded).items():
        try:
            decide(parse_facts(told(known[person], lists, year, today)), rules.of(person, year))
        except FactsError as error:
            (zh, _, en), expected = error.message.partition(" / "), error.expected.partition(" / ")[0]
            raise StepRefused(
                f"按规则不能这样录入：{zh}（应为：{expected}） the rules refuse it: {en}"
            ) from None


def try_out(
    instance: Instance, background: Background, person: int, raw: Mapping[str, Any]
) -> tuple[Decision, Decision]:
    """Decide the declaration's year without and with it, as if it were registered now.

    Raises:
        FactsError: it contradicts what is registered.
        NoPackInForce: no rules are loaded for its year.
    """
    year = year_of(raw)
    known = background.known[year][person]
    others = [one for one in known.activities if one["id"] != str(raw["id"])]
    whole = [*others, as_if_registered(raw, instance.now())]
    before, after = (
        decide(
            parse_facts(told(replace(known, activities=acts), background.lists, year, instance.today())),
            background.rules_of(person, year),
        )
        for acts in (others, whole)
    )
    return before, after
