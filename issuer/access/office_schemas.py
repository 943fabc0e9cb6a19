"""Authorities, units and roles, as programs see them. Codes are what entries name."""

from collections.abc import Iterator, Sequence
from datetime import date

from issuer.access.offices import Held, Node, Unit
from issuer.access.roles import Role
from issuer.people.affiliation import AffiliationKind
from issuer.portal.schemas import Part


class AuthorityAnswer(Part):
    """An authority; `parent` is the code of the one above it. `units`: those that it verifies for."""

    code: str
    name: str
    parent: str | None
    since: date
    until: date | None
    units: int


class UnitAnswer(Part):
    """A unit in use; `authority` verifies for it. `alike`: how many units in use have this very name."""

    code: str
    name: str
    kind: AffiliationKind
    authority: str | None
    people: int
    alike: int


class RoleAnswer(Part):
    """A role that an account holds, `at` `unit:CODE` or `authority:CODE`."""

    login: str
    role: Role
    at: str
    place: str
    since: date


def tree(nodes: Sequence[Node], parent: str | None = None) -> Iterator[AuthorityAnswer]:
    """Tell of a tree, each after the one above it."""
    for node in nodes:
        yield AuthorityAnswer(
            code=node.code,
            name=node.name,
            parent=parent,
            since=node.since,
            until=node.until,
            units=node.units,
        )
        yield from tree(node.below, node.code)


def unit_answer(one: Unit) -> UnitAnswer:
    """Tell of a unit."""
    return UnitAnswer(
        code=one.code, name=one.name, kind=AffiliationKind(one.kind), authority=one.authority, people=one.people, alike=one.alike
    )  # fmt: skip


def role_answer(one: Held) -> RoleAnswer:
    """Tell of a role."""
    return RoleAnswer(login=one.login, role=Role(one.role), at=one.at, place=one.place, since=one.since)
