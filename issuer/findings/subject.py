"""What a finding is about, as far as an inspector may look at it, and whose it is to answer. Only reads."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from issuer.access.reach import top
from issuer.access.roles import Actor
from issuer.errors import NotFound
from issuer.findings.way import Sort
from issuer.inspection.overview import SHOWN
from issuer.inspection.scope import below, declarations_of, opened, transfers_of
from issuer.instance import Instance
from issuer.people.affiliation import AffiliationKind, Place, route
from issuer.people.registry import affiliation_on
from issuer.people.service import Person
from issuer.people.tables import unit
from issuer.people.units import provincial_hrss
from issuer.registration.errors import StepRefused
from issuer.registration.tables import declaration
from issuer.transfers.tables import transfer_in

YEARS = range(2000, 2101)
_NOT_THERE = "辖区内没有这一项 there is no such thing in your jurisdiction"


@dataclass(frozen=True)
class About:
    """A declaration or transfer by its id, a unit by its code, a person by id with the year."""

    sort: Sort
    id: str
    year: int | None = None


@dataclass(frozen=True)
class Subject:
    """What was found of it: the columns that name it, its title (no name of a person), who answers, and whose it is."""

    columns: dict[str, Any]
    title: str
    answers: Place
    person: Person | None = None


def find_subject(instance: Instance, connection: sa.Connection, actor: Actor, about: About) -> Subject:
    """Find it in the actor's jurisdiction.

    Raises:
        NotFound: nothing there.
        FileClosed: it is a person's, whose file was not opened today.
        StepRefused: a year that is none.
    """
    match about.sort:
        case Sort.DECLARATION:
            its = declaration.c
            shown = its.state.in_(SHOWN) & declarations_of(actor)
            return _recorded(
                instance, connection, actor, sa.select(declaration, its.title).where(shown), about
            )
        case Sort.TRANSFER:
            of = sa.select(transfer_in, transfer_in.c.origin.label("title")).where(transfers_of(actor))
            return _recorded(instance, connection, actor, of, about)
        case Sort.UNIT:
            return _unit(connection, actor, about.id)
        case Sort.YEAR:
            return _year(instance, connection, actor, about)


def _recorded(
    instance: Instance, connection: sa.Connection, actor: Actor, query: sa.Select[Any], about: About
) -> Subject:
    table = declaration if about.sort is Sort.DECLARATION else transfer_in
    try:
        row = connection.execute(query.where(table.c.id == UUID(about.id))).one_or_none()
    except ValueError:
        row = None
    if row is None:
        raise NotFound(_NOT_THERE)
    person = opened(instance, connection, actor, row.person_id)
    columns = {f"{about.sort}_id": row.id, "person_id": row.person_id}
    return Subject(columns, row.title, Place(row.verify_unit_id, row.verify_authority_id), person)


def _unit(connection: sa.Connection, actor: Actor, code: str) -> Subject:
    at = sa.func.coalesce(unit.c.authority_id, top())
    query = sa.select(unit, at.label("at")).where(unit.c.code == code, unit.c.merged_into.is_(None))
    row = connection.execute(query.where(below(actor, at))).one_or_none()
    if row is None:
        raise NotFound(_NOT_THERE)
    central = row.kind == AffiliationKind.CENTRAL_UNIT
    answers = Place(unit_id=row.id) if central else Place(authority_id=row.at)
    return Subject({"unit_id": row.id}, row.name, answers)


def _year(instance: Instance, connection: sa.Connection, actor: Actor, about: About) -> Subject:
    if about.year not in YEARS or not (about.id.isascii() and about.id.isdecimal() and len(about.id) < 10):
        raise StepRefused("请写明人员和年度 name the person and the year")
    person = opened(instance, connection, actor, int(about.id))
    head = provincial_hrss(connection)
    if head is None:
        raise NotFound(_NOT_THERE)
    try:
        answers = route(affiliation_on(connection, person.id, instance.today()), head).verify
    except NotFound:  # has left, or came in by a roster
        answers = Place(authority_id=head)
    return Subject({"person_id": person.id, "year": about.year}, str(about.year), answers, person)
