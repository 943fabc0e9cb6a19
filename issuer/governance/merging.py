"""Merging a duplicate unit into the one that stays, with all that points to it. The caller opens the transaction.

People, roles, archives, declarations and changes under way go along, so that nothing waits where nobody looks. Who
reviewed for the duplicate reviews for the unit that stays, from the same day. Histories keep their days.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from issuer.access.accounts import grant, grants_of, withdraw_grant
from issuer.access.roles import Grant, Role
from issuer.access.tables import role_grant
from issuer.instance import Transaction
from issuer.people.affiliation import Place
from issuer.people.tables import affiliation, professional, unit
from issuer.people.units import merge_units, unit_id
from issuer.personnel.tables import personnel_change
from issuer.registration.tables import declaration, finding, learning_archive
from rules.activity import Status

_POINTING = (
    declaration.c.review_unit_id,
    declaration.c.verify_unit_id,
    learning_archive.c.unit_id,
    personnel_change.c.unit_id,
    personnel_change.c.review_unit_id,
    personnel_change.c.verify_unit_id,
    finding.c.unit_id,
    finding.c.answer_unit_id,
)
"""Columns that name a unit, beside affiliations and roles."""


@dataclass(frozen=True)
class Weight:
    """What a merge would move: people who belong there now, declarations under way, roles in force."""

    people: int = 0
    waiting: int = 0
    roles: int = 0


def merge(work: Transaction, gone: str, into: str, by: bytes, second: bytes | None) -> None:
    """Merge the unit of one code into that of another.

    Raises:
        UnitRefused: as `units.unit_id` and `units.merge_units`.
    """
    old, new = unit_id(work.connection, gone), unit_id(work.connection, into)
    now_there = sa.select(affiliation.c.person_id).where(
        affiliation.c.unit_id == old, affiliation.c.until_day.is_(None)
    )
    name = sa.select(unit.c.name).where(unit.c.id == new).scalar_subquery()
    work.connection.execute(
        sa.update(professional).where(professional.c.id.in_(now_there)).values(employer=name)
    )
    merge_units(work, old, new, by)
    for column in _POINTING:
        work.connection.execute(sa.update(column.table).where(column == old).values({column.name: new}))
    _move_roles(work, old, new, by, second)


def weigh(connection: sa.Connection, codes: Sequence[str]) -> dict[str, Weight]:
    """What merging away each of several units would move; three queries for all."""
    mine = unit.c.code.in_(codes)
    open_states = (Status.SUBMITTED, Status.EMPLOYER_APPROVED)
    people = _count(connection, affiliation.c.unit_id, mine & affiliation.c.until_day.is_(None))
    waiting = _count(connection, declaration.c.review_unit_id, mine & declaration.c.state.in_(open_states))
    roles = _count(connection, role_grant.c.unit_id, mine & role_grant.c.until_day.is_(None))
    return {code: Weight(people.get(code, 0), waiting.get(code, 0), roles.get(code, 0)) for code in codes}


def _count(
    connection: sa.Connection, column: sa.Column[int], where: sa.ColumnElement[bool]
) -> Mapping[str, int]:
    rows = connection.execute(
        sa.select(unit.c.code, sa.func.count())
        .join(column.table, column == unit.c.id)
        .where(where)
        .group_by(unit.c.code)
    )
    return {row[0]: int(row[1]) for row in rows}


def _move_roles(work: Transaction, old: int, new: int, by: bytes, second: bytes | None) -> None:
    """Roles at the duplicate end, and are granted where it went, unless they are held there already."""
    held = work.connection.execute(
        sa.select(role_grant.c.account_id, role_grant.c.role)
        .where(role_grant.c.unit_id == old, role_grant.c.until_day.is_(None))
        .order_by(role_grant.c.id)
    ).all()
    for row in held:
        role = Role(row.role)
        withdraw_grant(work, row.account_id, Grant(role, Place(unit_id=old)), by)
        moved = Grant(role, Place(unit_id=new))
        if moved not in grants_of(work, row.account_id):
            grant(work, row.account_id, moved, by, second)
