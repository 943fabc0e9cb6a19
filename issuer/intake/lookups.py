"""What the database knows of a portion of rows: people, records, activities; a few queries for all of it. Only reads."""

import json
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa

from issuer.instance import Instance
from issuer.intake.contents import Content
from issuer.intake.planning import Hold, Known, Plan, Record, Standing, State, Wanted
from issuer.intake.rows import Fault, Said
from issuer.intake.tables import held_import, imported_record
from issuer.people.affiliation import AffiliationKind
from issuer.people.tables import affiliation, professional, unit
from issuer.people.units import subordinate
from issuer.registration.days import days_of
from issuer.registration.likeness import alike
from issuer.registration.tables import activity, declaration
from ledger.bulk import among
from rules.activity import Status

_STANDING = {Status.REGISTERED: Standing.REGISTERED, Status.REVERSED: Standing.REVERSED}

_HELD = {Hold.HELD: Standing.HELD, Hold.KEPT: Standing.HELD, Hold.GONE: Standing.GONE}
"""One that was released has its row among the activities, which says how it stands."""


@dataclass(frozen=True)
class Twin:
    """What was declared by hand and registered. `why`: `key`, the same event key, or `days`, the same days and organiser."""

    declaration_id: UUID
    why: str


def find_people(
    connection: sa.Connection, instance: Instance, rows: Sequence[Said], within: int | None = None
) -> tuple[list[Wanted], list[Fault]]:
    """Find the person of each row by the keyed fingerprint; who is not known, or has another name, is a fault.

    A record that its system withdrew is known by its number, and needs nobody.
    """
    mine = among(connection, professional.c.person_key, {row.person_key for row in rows})
    query = sa.select(professional.c.person_key, professional.c.id, professional.c.name).where(mine)
    people = {bytes(key): (one, name) for key, one, name in connection.execute(query).all()}
    outside = _outside(connection, instance, [one for one, _ in people.values()], within)
    wanted: list[Wanted] = []
    faults: list[Fault] = []
    for row in rows:
        number, person_key, name, key, revision, said, content, organiser = row
        found = people.get(person_key)
        if found is None and (content is not None or within is not None):
            message = "没有登记过这个人；登记后重发本批即可 nobody is entered under this number; send again once they are"
            faults.append(Fault(number, "identifier", "unknown_person", message))
        elif content is not None and found is not None and not _same_name(found[1], name):
            message = "姓名与此证件号码登记的不同 another name is entered under this number"
            faults.append(Fault(number, "name", "another_name", message))
        elif found is not None and found[0] in outside:
            message = (
                "这个人不由报送系统的主管部门核实 this person is not verified by the authority of the sender"
            )
            faults.append(Fault(number, "identifier", "another_authority", message))
        else:
            one = found[0] if found else 0
            record = (
                Record(revision, State.DELETED, None)
                if said is None
                else Record(revision, State.LIVE, UUID(bytes=said))
            )
            wanted.append(Wanted(number, key, record, one, person_key, content, organiser))
    return wanted, faults


def _outside(
    connection: sa.Connection, instance: Instance, people: Sequence[int], within: int | None
) -> set[int]:
    """Who of these is not verified by an authority, nor by one below it; nobody where there is no such limit."""
    if within is None:
        return set()
    today, belongs = instance.today(), affiliation.c
    verifies = sa.case(
        (belongs.kind == AffiliationKind.PERSONNEL_AGENCY, belongs.agency_id), else_=unit.c.authority_id
    )
    query = (
        sa.select(belongs.person_id)
        .outerjoin(unit, unit.c.id == belongs.unit_id)
        .where(among(connection, belongs.person_id, people), belongs.from_day <= today)
        .where(belongs.until_day.is_(None) | (belongs.until_day >= today))
        .where(verifies.in_(subordinate(within)))
    )
    return set(people) - set(connection.execute(query).scalars())


def _same_name(one: str, other: str) -> bool:
    """Spaces and the interpunct's many forms do not make another person."""
    return one == other or _letters(one) == _letters(other)


def _letters(name: str) -> str:
    return "".join(one for one in name.casefold() if one.isalnum())


def look_up(connection: sa.Connection, rows: Sequence[Wanted]) -> Known:
    """Read the records of a portion, and how the activities stand that they and the rows speak of."""
    known = Known()
    record = imported_record.c
    query = sa.select(record.key, record.revision, record.state, record.activity_id)
    mine = among(connection, record.key, {row.key for row in rows})
    for key, revision, state, one in connection.execute(query.where(mine)):
        known.records[bytes(key)] = Record(revision, State(state), one)
    said = {row.record.activity for row in rows} | {one.activity for one in known.records.values()}
    said.discard(None)
    held = sa.select(held_import.c.activity_id, held_import.c.state)
    for one, state in connection.execute(held.where(among(connection, held_import.c.activity_id, said))):
        if state in _HELD:
            known.standing[one] = _HELD[state]
    registered = sa.select(activity.c.event_id, activity.c.status)
    for one, status in connection.execute(registered.where(among(connection, activity.c.event_id, said))):
        known.standing[one] = _STANDING[status]
    known.live = _live(connection, known.standing)
    return known


def _live(connection: sa.Connection, activities: Collection[UUID]) -> Counter[UUID]:
    if not activities:
        return Counter()
    query = (
        sa.select(imported_record.c.activity_id, sa.func.count())
        .where(
            among(connection, imported_record.c.activity_id, activities),
            imported_record.c.state == State.LIVE,
        )
        .group_by(imported_record.c.activity_id)
    )
    return Counter({row[0]: row[1] for row in connection.execute(query)})


def find_twins(connection: sa.Connection, plan: Plan) -> dict[UUID, Twin]:
    """Which fresh activities were declared by hand and registered before: by event key, or by person, day and organiser.

    A declaration has no field for the organiser; it is looked for in its title.
    """
    by_person: dict[int, list[tuple[UUID, Wanted, Content]]] = {}
    for one, row in plan.fresh.items():
        if row.content is not None:
            by_person.setdefault(row.person_id, []).append((one, row, row.content))
    found: dict[UUID, Twin] = {}
    mine = among(connection, declaration.c.person_id, by_person)
    query = sa.select(declaration).where(mine, declaration.c.state == Status.REGISTERED)
    for other in connection.execute(query):
        facts = json.loads(other.facts, parse_float=Decimal)
        for one, row, content in by_person[other.person_id]:
            if why := _why(content, row.organiser, other, days_of(facts)):
                found.setdefault(one, Twin(other.id, why))
    return found


def _why(content: Content, organiser: str, other: sa.Row[tuple[object, ...]], days: tuple[str, str]) -> str:
    if content.event_key is not None and content.event_key == other.event_key:
        return "key"
    if content.first is None or content.last is None:
        return ""
    if days[0] > content.last.isoformat() or days[1] < content.first.isoformat():
        return ""
    same = (bool(organiser) and organiser in other.title) or alike(content.title, other.title)
    return "days" if same else ""
