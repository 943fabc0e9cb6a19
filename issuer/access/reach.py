"""Whose records an officer may look into: those whose declarations come to them, or, for an administrator, everybody's at and below their place."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from issuer.access.errors import NotAllowed
from issuer.access.roles import Actor, Role
from issuer.errors import NotFound
from issuer.instance import Transaction
from issuer.people.affiliation import AuthorityKind, Place, route
from issuer.people.registry import affiliation_on
from issuer.people.service import Person
from issuer.people.tables import affiliation, authority, unit
from issuer.people.units import provincial_hrss, subordinate


def within(
    places: Iterable[Place], unit: sa.Column[Any], authority: sa.Column[Any]
) -> sa.ColumnElement[bool]:
    """What lies at one of the places by its columns: at the unit, or at the authority or one below it. Nothing lies nowhere."""
    here = (
        unit == place.unit_id
        if place.authority_id is None
        else authority.in_(subordinate(place.authority_id))
        for place in places
    )
    return sa.or_(sa.false(), *here)


def top() -> sa.ScalarSelect[int]:
    """The id of the province's bureau, for a query."""
    root = authority.alias()
    return sa.select(root.c.id).where(root.c.kind == AuthorityKind.PROVINCIAL_HRSS).scalar_subquery()


VERIFIES: sa.ColumnElement[int] = sa.func.coalesce(affiliation.c.agency_id, unit.c.authority_id, top())
"""Of an affiliation joined with its unit: the authority that verifies, or that watches over a central unit."""


def reaches(work: Transaction, actor: Actor, person: Person) -> bool:
    """Whether a person is the actor's business today: a verifier of their affiliation, or an administrator above that."""
    top = provincial_hrss(work.connection)
    if top is None:
        return False
    if actor.holds(work.connection, Role.ADMINISTRATOR, Place(authority_id=top)):
        return True
    try:
        its = route(affiliation_on(work.connection, person.id, work.instance.today()), top)
    except NotFound:
        return False
    above = its.verify if its.verify.authority_id is not None else Place(authority_id=top)
    return actor.holds(work.connection, Role.VERIFIER, its.verify) or actor.holds(
        work.connection, Role.ADMINISTRATOR, above
    )


def require_reach(work: Transaction, actor: Actor, person: Person) -> None:
    """Insist on it.

    Raises:
        NotAllowed: the person is another office's business.
    """
    if not reaches(work, actor, person):
        raise NotAllowed
