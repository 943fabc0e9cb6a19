"""A roster: registered activities of several professionals in one JSON file, read and checked as a whole.

The file is a list of `{person: {name, identifier, id_type, employer}, affiliation: {registrar, kind}, facts}`,
`facts` as `rules.facts.parse_facts` takes them. Reading records nothing; it answers entries and problems.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property, partial
from typing import Annotated, Any, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from issuer.errors import InputRefused, Problem
from issuer.people.affiliation import AffiliationKind
from issuer.people.errors import IdentifierError
from issuer.people.identifier import Identifier, IdType, read_identifier
from issuer.people.wording import read_employer, read_name
from rules.errors import FactsError
from rules.facts import Facts, parse_facts
from rules.reading import load_json
from rules.refusals import facts_error

T = TypeVar("T")


class Affiliation(BaseModel):
    """Who verified and registered the hours, and under which kind of affiliation."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    registrar: Annotated[str, Field(min_length=1, max_length=60)]
    kind: AffiliationKind

    @property
    def self_verified(self) -> bool:
        """A central unit in Gansu verifies its own people (Art. 10, item 3); certificates say so."""
        return self.kind is AffiliationKind.CENTRAL_UNIT


class _Person(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    identifier: str
    id_type: IdType
    employer: str


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    person: _Person
    affiliation: Affiliation
    facts: Any


class Judged(Protocol):
    """A professional's year as it is decided and certified: from a roster, or gathered from what was registered."""

    @property
    def name(self) -> str: ...
    @property
    def masked(self) -> str: ...
    @property
    def employer(self) -> str: ...
    @property
    def affiliation(self) -> Affiliation: ...
    @property
    def facts(self) -> Facts: ...
    @property
    def facts_text(self) -> str: ...


@dataclass(frozen=True)
class Entry:
    """One professional's year, checked. `position` is its place in the file's list, from 0."""

    position: int
    name: str
    identifier: Identifier
    employer: str
    affiliation: Affiliation
    facts: Facts

    @property
    def masked(self) -> str:
        return self.identifier.masked

    @cached_property
    def activity_texts(self) -> tuple[str, ...]:
        """Each activity of the facts, written once for registration and decision."""
        return tuple(map(facts_text, self.facts.activities))

    @cached_property
    def facts_text(self) -> str:
        return year_text(self.facts, self.activity_texts)


@dataclass(frozen=True)
class Roster:
    """What a file holds: the entries that are in order, and what is wrong with the others."""

    source: str
    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]


def facts_text(part: BaseModel) -> str:
    """Write one activity as the JSON that `parse_facts` reads again, keys sorted, figures as numbers."""
    return _WRITE(part.model_dump(mode="python", by_alias=True, exclude_unset=True))


def whole_text(facts: Facts) -> str:
    """Write a year's facts in the same way."""
    return year_text(facts, [facts_text(one) for one in facts.activities])


def year_text(facts: Facts, activities: Sequence[str]) -> str:
    """Write a year's facts in the same way; `activities` are theirs, written before."""
    rest = facts.model_dump(mode="python", by_alias=True, exclude_unset=True, exclude={"activities"})
    written = _WRITE({"activities": None, **rest})  # sorted, it stands first
    return written.replace("null", f"[{','.join(activities)}]", 1)


def _plain(value: object) -> object:
    """Days and moments as text; hours as numbers. They have two decimals at most, so a float's digits are theirs."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in facts")


_WRITE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=_plain).encode


def read_roster(data: bytes, source: str, tick: Callable[[int, int], None] | None = None) -> Roster:
    """Read a roster file's bytes. `tick(done, all)` is told of progress.

    Raises:
        rules.errors.InputError: not JSON (file, line, column).
        InputRefused: JSON, but no list.
    """
    raw = load_json(data, source)
    if not isinstance(raw, list):
        problem = Problem("", "a list of {person, affiliation, facts}", "文件应是一个列表")
        raise InputRefused(source, (problem,))
    entries: list[Entry] = []
    problems: list[Problem] = []
    seen: dict[tuple[Identifier, int], int] = {}
    for position, item in enumerate(raw):
        try:
            entry = _read_entry(position, item)
        except _Refusal as refusal:
            problems.extend(refusal.problems)
        else:
            first = seen.setdefault((entry.identifier, entry.facts.year), position)
            if first == position:
                entries.append(entry)
            else:
                message = f"同一人同一年度在 /{first} 已经出现"
                problems.append(Problem(f"/{position}", "one entry for a person and year", message))
        if tick is not None:
            tick(position + 1, len(raw))
    return Roster(source, tuple(entries), tuple(problems))


class _Refusal(Exception):
    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__()


def _read_entry(position: int, item: object) -> Entry:
    at = f"/{position}"
    try:
        shape = _Entry.model_validate(item)
    except ValidationError as error:
        found = facts_error(error)
        raise _Refusal([Problem(f"{at}{found.pointer}", found.expected, found.message)]) from None
    person, wrong = shape.person, list[Problem]()
    name = _word(wrong, f"{at}/person/name", read_name, person.name)
    employer = _word(wrong, f"{at}/person/employer", read_employer, person.employer)
    identifier = _word(
        wrong, f"{at}/person/identifier", partial(read_identifier, person.id_type), person.identifier
    )
    try:
        facts = parse_facts(shape.facts)
    except FactsError as error:
        wrong.append(Problem(f"{at}/facts{error.pointer}", error.expected, error.message))
        raise _Refusal(wrong) from None
    if name is None or employer is None or identifier is None:
        raise _Refusal(wrong)
    return Entry(position, name, identifier, employer, shape.affiliation, facts)


def _word(wrong: list[Problem], pointer: str, read: Callable[[str], T], text: str) -> T | None:
    """Read one field; what is wrong with it goes to the list, so that all of an entry's faults are told at once."""
    try:
        return read(text)
    except IdentifierError as error:
        wrong.append(Problem(pointer, error.expected, error.message))
        return None
