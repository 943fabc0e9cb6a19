"""A person's year as the page shows it: what is registered, what is under way, and what still helps. Only reads.

The rules are told what `gathering` tells them when the year is issued, so that the page and the certificate agree.
Pending hours are the difference that registering them would make: the rules are asked twice, and the first answer alone
is what counts. The number of queries does not depend on the number of records.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from issuer.credentials.tables import credential, withdrawal
from issuer.instance import Instance
from issuer.people.service import Person
from issuer.people.tables import professional
from issuer.records.tables import year_record
from issuer.registration.days import as_if_registered, days_of
from issuer.registration.known import read_lists, read_registered, told
from issuer.registration.own import Step, steps_of
from issuer.registration.tables import activity, declaration
from issuer.year.changed import Changed, Replaced, read_since
from issuer.year.coming import Coming, read_coming, years_that_came
from ledger.store import reading
from rules.activity import Status, TransferIn
from rules.decision import Decision, Line
from rules.engine import decide
from rules.facts import Facts, parse_facts
from rules.library import Library
from rules.ruleset import settle

PENDING = (Status.SUBMITTED, Status.EMPLOYER_APPROVED)
_CAPS = {
    "training": None,
    "academic": None,
    "achievement": "achievement_cap",
    "self_study": "self_study_cap",
    "expert_service": "expert_cap",
    "contest": "contest_cap",
    "exam": None,
}
"""What adds professional hours, with the parameter that caps the year."""
OPEN = (Status.DRAFT, *PENDING, Status.RETURNED)


@dataclass(frozen=True)
class Entry:
    """A declaration or a record: what people call it, and where it stands. `line` is what the rules say of it."""

    id: str
    title: str
    category: str
    state: str
    channel: str
    facts: dict[str, Any]
    changed_at: datetime | None
    line: Line | None
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Room:
    """A category that can still give hours. `left` is None where the year has no cap."""

    category: str
    cap: Decimal | None
    left: Decimal | None


@dataclass(frozen=True)
class Year:
    """Everything the page says. `pending_*` are hours that would be added; they are in no other figure. `earlier_rules`: it was issued, and stays under the rules of that time though others are in force."""

    year: int
    name: str
    masked: str
    employer: str
    decision: Decision
    pending_professional: Decimal
    pending_total: Decimal
    open: tuple[Entry, ...]
    coming: tuple[Coming, ...]
    """Transfers under way: of the pending hours, but in no other figure."""
    changed: tuple[Changed, ...]
    """Transfers that count and that their origin has revoked or superseded since, with who acts next."""
    replaced: tuple[Replaced, ...]
    """Transfers that count by a new version, in an older one's place."""
    counted: tuple[Entry, ...]
    rooms: tuple[Room, ...]
    earlier_rules: bool
    document: str | None
    """Kind of the newest document of the year that stands, None without one."""
    others: tuple[int, ...]


def read_year(instance: Instance, person: Person, year: int) -> Year:
    """Read a person's year.

    Raises:
        NoPackInForce: no rules are loaded for the year.
    """
    with reading(instance.engine).connect() as connection:
        who = connection.execute(sa.select(professional).where(professional.c.id == person.id)).one()
        rules = instance.rulebook.held(connection, [person.id], [year])
        library = rules.of(person.id, year)
        known = read_registered(connection, library, [person.id], year)[person.id]
        lists = read_lists(connection)
        undone = _undone(connection, person)
        declared = _declared(connection, person)
        steps = steps_of(connection, (declaration.c.person_id == person.id) & declaration.c.state.in_(OPEN))
        coming = read_coming(connection, person.id, year)
        since = read_since(connection, person.id, year)
        document, others = _documents(connection, person, year)
        others |= years_that_came(connection, person.id, rules.newest) - {year}
    rows = {str(row.id): row for row in declared}
    raws = [*known.activities, *({**_facts(row), "status": row.status} for row in undone)]
    more = [as_if_registered(raw, instance.now()) for raw in _under_way(declared, coming)]

    def tell(coming: Sequence[dict[str, Any]]) -> Facts:
        # A new version under way takes the older one's place: never both.
        standing = [raw for raw in raws if not coming or str(raw["id"]) not in since.older]
        whole = replace(known, activities=[*standing, *coming])
        return parse_facts(told(whole, lists, year, instance.today()))

    facts, decision, trial = _decide(tell, library, more)
    lines = {line.activity: line for line in (*trial.lines, *decision.lines)}
    entries = [_entry(raw, rows.get(str(raw["id"])), lines.get(str(raw["id"])), ()) for raw in raws]
    return Year(
        year=year,
        name=who.name,
        masked=who.masked_identifier,
        employer=who.employer,
        decision=decision,
        pending_professional=max(trial.professional - decision.professional, Decimal(0)),
        pending_total=max(trial.total - decision.total, Decimal(0)),
        open=tuple(_open(declared, lines, steps, year)),
        coming=coming,
        changed=since.changed,
        replaced=since.replaced,
        counted=tuple(entry for entry in entries if _of_this_year(entry.line)),
        rooms=_rooms(facts, decision, library),
        earlier_rules=library is not rules.newest,
        document=document,
        others=tuple(sorted(others, reverse=True)),
    )


def _open(
    declared: Sequence[sa.Row[Any]],
    lines: Mapping[str, Line],
    steps: Mapping[UUID, tuple[Step, ...]],
    year: int,
) -> Iterator[Entry]:
    for row in declared:
        facts = _facts(row)
        if row.state in OPEN and _touches(facts, year):
            yield _entry(facts, row, lines.get(str(row.id)), steps.get(row.id, ()))


def _declared(connection: sa.Connection, person: Person) -> Sequence[sa.Row[Any]]:
    mine = sa.select(declaration).where(declaration.c.person_id == person.id)
    return connection.execute(mine.order_by(declaration.c.changed_at)).all()


def _under_way(declared: Sequence[sa.Row[Any]], coming: Sequence[Coming]) -> list[dict[str, Any]]:
    """What waits for somebody else, as facts."""
    own = [{**_facts(row), "status": row.state} for row in declared if row.state in PENDING]
    return own + [{**one.facts} for one in coming if one.state in PENDING]


def _undone(connection: sa.Connection, person: Person) -> Sequence[sa.Row[Any]]:
    """What was registered once and counts no more."""
    mine = (activity.c.person_id == person.id) & (activity.c.status != Status.REGISTERED)
    return connection.execute(sa.select(activity).where(mine)).all()


def _decide(
    tell: Callable[[Sequence[dict[str, Any]]], Facts], library: Library, coming: Sequence[dict[str, Any]]
) -> tuple[Facts, Decision, Decision]:
    """The facts and the decision as they stand, and the decision were everything that is coming registered now."""
    facts = tell(())
    decision = decide(facts, library)
    return facts, decision, decide(tell(coming), library) if coming else decision


def _facts(row: sa.Row[Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(row.facts, parse_float=Decimal)
    return found


def _entry(raw: dict[str, Any], row: sa.Row[Any] | None, line: Line | None, steps: tuple[Step, ...]) -> Entry:
    return Entry(
        id=str(raw["id"]),
        title=row.title if row is not None else str(raw.get("title", "")),
        category=str(raw["category"]),
        state=str(row.state if row is not None else raw["status"]),
        channel=str(raw["channel"]),
        facts=raw,
        changed_at=row.changed_at if row is not None else None,
        line=line,
        steps=steps,
    )


def _of_this_year(line: Line | None) -> bool:
    return line is not None and not (
        line.recognised == 0 and any(cut.rule == "other_year" for cut in line.cuts)
    )


def _touches(raw: dict[str, Any], year: int) -> bool:
    first, last = days_of(raw)
    return first[:4] <= str(year) <= last[:4]


def _rooms(facts: Facts, decision: Decision, library: Library) -> tuple[Room, ...]:
    rules = settle(facts, library)
    brought = _brought(facts)
    rooms = []
    for category, parameter in _CAPS.items():
        cap = None if parameter is None else rules.cap(category, getattr(rules.settings, parameter))
        left = (
            None if cap is None else cap - decision.categories.get(category, Decimal(0)) - brought[category]
        )
        if left is None or left > 0:
            rooms.append(Room(category, cap, left))
    return tuple(rooms)


def _brought(facts: Facts) -> dict[str, Decimal]:
    """Transferred hours by the category whose room they use up (A37)."""
    used = dict.fromkeys(_CAPS, Decimal(0))
    for one in facts.activities:
        if isinstance(one, TransferIn) and one.year == facts.year and one.status is Status.REGISTERED:
            for block in one.blocks:
                if block.category is not None:
                    used[block.category] += block.hours
    return used


def _documents(connection: sa.Connection, person: Person, year: int) -> tuple[str | None, set[int]]:
    """The kind of document that stands for the year, and the years that have records."""
    gone = sa.select(withdrawal.c.serial)
    rows = connection.execute(
        sa.select(year_record.c.year, credential.c.document, credential.c.serial.in_(gone).label("gone"))
        .outerjoin(credential, credential.c.record_id == year_record.c.id)
        .where(year_record.c.person_id == person.id)
        .order_by(year_record.c.year, year_record.c.version)
    ).all()
    standing = [row.document for row in rows if row.year == year and row.document and not row.gone]
    return (standing[-1] if standing else None), {row.year for row in rows} - {year}
