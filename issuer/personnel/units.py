"""Units and agencies to choose from: by name or code, and one's own. Only reads."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from issuer.access.roles import Actor, Role
from issuer.instance import Instance
from issuer.people.affiliation import AuthorityKind
from issuer.people.tables import authority, unit
from ledger.store import reading

SHOWN = 20


def find_units(instance: Instance, words: str) -> Sequence[sa.Row[Any]]:
    """Units in use whose code is `words`, or whose name has them; at most `SHOWN`, in the order of their names."""
    plain = " ".join(words.split())
    if not 2 <= len(plain) <= 80:
        return []
    escaped = "".join(f"\\{one}" if one in "%_\\" else one for one in plain)
    query = (
        _units()
        .where((unit.c.code == plain.upper()) | unit.c.name.like(f"%{escaped}%", escape="\\"))
        .order_by(unit.c.name, unit.c.id)
        .limit(SHOWN)
    )
    with reading(instance.engine).connect() as connection:
        return connection.execute(query).all()


def list_agencies(instance: Instance) -> Sequence[sa.Row[Any]]:
    """Personnel agencies in office."""
    still = authority.c.valid_until.is_(None) | (authority.c.valid_until >= instance.today())
    query: sa.Select[Any] = sa.select(authority.c.code, authority.c.name).where(
        authority.c.kind == AuthorityKind.PERSONNEL_AGENCY, still
    )
    with reading(instance.engine).connect() as connection:
        return connection.execute(query.order_by(authority.c.name)).all()


def own_units(instance: Instance, actor: Actor) -> Sequence[sa.Row[Any]]:
    """The units in which the actor reviews."""
    mine = [place.unit_id for place in actor.places(Role.REVIEWER) if place.unit_id is not None]
    with reading(instance.engine).connect() as connection:
        return connection.execute(_units().where(unit.c.id.in_(mine)).order_by(unit.c.name)).all()


def _units() -> sa.Select[Any]:
    return (
        sa.select(unit.c.code, unit.c.name, unit.c.kind, authority.c.name.label("authority"))
        .outerjoin(authority, authority.c.id == unit.c.authority_id)
        .where(unit.c.merged_into.is_(None))
    )
