"""Who may do what where. Anything that is not listed is refused.

A role is granted for a place: a unit, or an authority with everything below it. Declarant, reviewer and verifier of
one record are three natural persons; they are told apart by `person_key`, not by account.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from issuer.access.errors import NotAllowed
from issuer.people.affiliation import Place
from issuer.people.units import subordinate


class Role(StrEnum):
    """What people do here (Art. 10, 12, 14)."""

    PROFESSIONAL = "professional"
    """Declares for themselves. Nobody grants it: whoever is entered as a professional has it."""
    REVIEWER = "reviewer"
    """Employer's review, in a unit; in an agency for those without an employer."""
    VERIFIER = "verifier"
    """Verifies and registers, at an authority; in a central unit for its own people."""
    DEPARTMENT = "department"
    """A provincial department: filings, recognition of contests."""
    ADMINISTRATOR = "administrator"
    """The tree, units and roles at a place and below; of the province, the lists too."""
    INSPECTOR = "inspector"
    """Reads what happened in a jurisdiction (Art. 14), and writes what is wrong. Changes no record."""
    SENDER = "sender"
    """A registration system that sends batches (Art. 9). Of clients alone (`clients`), never of a person's account."""


STRONG = frozenset({Role.REVIEWER, Role.VERIFIER, Role.DEPARTMENT, Role.ADMINISTRATOR, Role.INSPECTOR})
"""Roles that sign in with a second factor."""


@dataclass(frozen=True)
class Grant:
    """One role at one place."""

    role: Role
    place: Place


@dataclass(frozen=True)
class Actor:
    """Who is acting: the account, the natural person behind it, and the grants in force at this moment."""

    account_id: int
    person_key: bytes
    grants: frozenset[Grant] = frozenset()

    def holds(self, connection: sa.Connection, role: Role, place: Place) -> bool:
        """Whether a grant of `role` covers `place`: the place itself, or an authority above it."""
        for grant in self.grants:
            if grant.role is not role:
                continue
            if grant.place == place:
                return True
            above, below = grant.place.authority_id, place.authority_id
            if above is not None and below is not None:
                tree = subordinate(above).subquery()
                if connection.scalar(sa.select(tree.c.id).where(tree.c.id == below)) is not None:
                    return True
        return False

    def require(self, connection: sa.Connection, role: Role, place: Place) -> None:
        """Insist on a role at a place.

        Raises:
            NotAllowed: no grant covers it.
        """
        if not self.holds(connection, role, place):
            raise NotAllowed

    def on_duty(self, connection: sa.Connection, row: sa.Row[Any]) -> bool:
        """Whether a record's way leads to the actor: to review it, or to verify it (its columns `review_…` and `verify_…`)."""
        duties = (
            (Role.REVIEWER, row.review_unit_id, row.review_authority_id),
            (Role.VERIFIER, row.verify_unit_id, row.verify_authority_id),
        )
        return any(
            self.holds(connection, role, Place(unit, authority))
            for role, unit, authority in duties
            if unit is not None or authority is not None
        )

    def require_part(self, connection: sa.Connection, declarant_key: bytes, row: sa.Row[Any]) -> None:
        """Insist that a record is the actor's own, or on the way to them: whoever it is nothing to learns nothing of it.

        Raises:
            NotAllowed: neither.
        """
        if self.person_key != declarant_key and not self.on_duty(connection, row):
            raise NotAllowed

    def places(self, role: Role) -> list[Place]:
        """Where a role was granted, in a stable order."""
        found = [grant.place for grant in self.grants if grant.role is role]
        return sorted(found, key=lambda place: (place.unit_id or 0, place.authority_id or 0))
