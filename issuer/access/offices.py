"""The tree of authorities and who holds which role, as an administrator looks at them. Only reads; three queries."""

from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa

from issuer.access.reach import top
from issuer.access.roles import Actor, Role
from issuer.access.tables import account, role_grant
from issuer.instance import Instance
from issuer.people.tables import affiliation, authority, unit
from issuer.people.units import subordinate
from ledger.store import reading

SHOWN = 50
LOOKS = (Role.ADMINISTRATOR, Role.INSPECTOR)
"""Who looks at the roles of a place."""


@dataclass(frozen=True)
class Node:
    """An authority with those below it. `units`: those that it verifies for."""

    code: str
    name: str
    since: date
    until: date | None
    units: int
    below: list["Node"] = field(default_factory=list)


@dataclass(frozen=True)
class Held:
    """A role that an account holds at a place, since a day."""

    id: int
    login: str
    role: str
    place: str
    at: str
    since: date


def read_tree(instance: Instance) -> list[Node]:
    """The whole tree, from its root."""
    with reading(instance.engine).connect() as connection:
        rows = connection.execute(sa.select(authority).order_by(authority.c.id)).all()
        counted = connection.execute(
            sa.select(unit.c.authority_id, sa.func.count())
            .where(unit.c.merged_into.is_(None))
            .group_by(unit.c.authority_id)
        )
        units = {row[0]: int(row[1]) for row in counted}
    nodes = {
        row.id: Node(row.code, row.name, row.valid_from, row.valid_until, units.get(row.id, 0))
        for row in rows
    }
    for row in rows:
        if row.parent_id is not None:
            nodes[row.parent_id].below.append(nodes[row.id])
    return [nodes[row.id] for row in rows if row.parent_id is None]


@dataclass(frozen=True)
class Unit:
    """A unit in use. `people`: who belong there now; `alike`: how many units in use have this very name."""

    id: int
    code: str
    name: str
    kind: str
    authority: str | None
    people: int
    alike: int


def read_units(instance: Instance, words: str, after: int = 0, limit: int = SHOWN) -> list[Unit]:
    """Units in use whose name has `words` or whose code they are, else all; a page of them and one more, after the unit `after`."""
    twin, belongs = unit.alias("twin"), affiliation.alias("belongs")
    alike = sa.select(sa.func.count()).where(twin.c.name == unit.c.name, twin.c.merged_into.is_(None))
    people = sa.select(sa.func.count()).where(belongs.c.unit_id == unit.c.id, belongs.c.until_day.is_(None))
    plain = "".join(f"\\{one}" if one in "%_\\" else one for one in " ".join(words.split())[:80])
    query = (
        sa.select(unit, authority.c.name.label("above"), people.scalar_subquery().label("people"),
                  alike.scalar_subquery().label("alike"))
        .outerjoin(authority, authority.c.id == unit.c.authority_id)
        .where(unit.c.merged_into.is_(None), unit.c.id > after)
        .where(unit.c.name.like(f"%{plain}%", escape="\\") | (unit.c.code == plain.upper()))
        .order_by(unit.c.id).limit(limit + 1)
    )  # fmt: skip
    with reading(instance.engine).connect() as connection:
        return [
            Unit(row.id, row.code, row.name, row.kind, row.above, row.people, row.alike)
            for row in connection.execute(query)
        ]


def read_roles(instance: Instance, actor: Actor, after: int = 0, limit: int = SHOWN) -> list[Held]:
    """Roles in force at the actor's places and below, in the order in which they were granted; a page of them and one more,
    after the grant `after`.
    """
    at = sa.func.coalesce(role_grant.c.authority_id, unit.c.authority_id, top())
    places = [place.authority_id for role in LOOKS for place in actor.places(role)]
    mine = sa.or_(sa.false(), *(at.in_(subordinate(one)) for one in places if one is not None))
    today = instance.today()
    with reading(instance.engine).connect() as connection:
        rows = connection.execute(
            sa.select(role_grant, account.c.login, unit.c.name.label("unit"), unit.c.code.label("unit_code"),
                      authority.c.name.label("authority"), authority.c.code.label("authority_code"))
            .join(account, account.c.id == role_grant.c.account_id)
            .outerjoin(unit, unit.c.id == role_grant.c.unit_id)
            .outerjoin(authority, authority.c.id == role_grant.c.authority_id)
            .where(role_grant.c.id > after, mine)
            .where(role_grant.c.until_day.is_(None) | (role_grant.c.until_day >= today))
            .order_by(role_grant.c.id).limit(limit + 1)
        )  # fmt: skip
        return [
            Held(
                row.id, row.login, row.role, row.unit or row.authority,
                f"unit:{row.unit_code}" if row.unit else f"authority:{row.authority_code}", row.from_day,
            )
            for row in rows
        ]  # fmt: skip
