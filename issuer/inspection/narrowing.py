"""One place of an inspector's jurisdiction, with everything below it: what a report or a rule looks at. Only reads."""

from dataclasses import dataclass

import sqlalchemy as sa

from issuer.access.reach import VERIFIES
from issuer.access.roles import Actor, Grant, Role
from issuer.errors import NotFound
from issuer.inspection.scope import below
from issuer.people.affiliation import Place
from issuer.people.tables import affiliation, authority, unit
from issuer.people.units import subordinate


@dataclass(frozen=True)
class Node:
    """An authority that may be chosen."""

    id: int
    code: str
    name: str


def places_of(connection: sa.Connection, actor: Actor) -> list[Node]:
    """The places that an inspector may choose, the actor's own first."""
    own = [place.authority_id for place in actor.places(Role.INSPECTOR) if place.authority_id is not None]
    within = sa.or_(sa.false(), *(authority.c.id.in_(subordinate(one)) for one in own))
    query = sa.select(authority.c.id, authority.c.code, authority.c.name).where(within)
    query = query.order_by(sa.case((authority.c.id.in_(own), 0), else_=1), authority.c.id)
    return [Node(*row) for row in connection.execute(query)]


def narrow(connection: sa.Connection, actor: Actor, code: str) -> tuple[Node, Actor]:
    """A place by its code, the first of the actor's own without one; and the actor as if that were all they inspect.

    Raises:
        NotFound: it is not of the actor's jurisdiction.
    """
    nodes = places_of(connection, actor)
    found = next((node for node in nodes if node.code == code), None) if code else next(iter(nodes), None)
    if found is None:
        raise NotFound("辖区内没有这个部门 there is no such authority in your jurisdiction")
    only = frozenset({Grant(Role.INSPECTOR, Place(authority_id=found.id))})
    return found, Actor(actor.account_id, actor.person_key, only)


def people_of(actor: Actor) -> sa.Select[tuple[int]]:
    """A query for the ids of those who belong to the jurisdiction now."""
    return (
        sa.select(affiliation.c.person_id)
        .outerjoin(unit, unit.c.id == affiliation.c.unit_id)
        .where(affiliation.c.until_day.is_(None), below(actor, VERIFIES))
    )
