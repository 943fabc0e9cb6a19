"""Professionals of the actor's own places who have no account yet, the latest entered first; those too whom a unit there asks
to take on, who belong nowhere here until they have agreed. Only reads.
"""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from issuer.access.reach import VERIFIES, within
from issuer.access.roles import Actor, Role
from issuer.access.tables import account, invitation
from issuer.instance import Instance
from issuer.people.tables import affiliation, professional, unit
from issuer.people.units import subordinate
from issuer.personnel.tables import personnel_change
from issuer.personnel.way import OPEN
from ledger.store import reading

SHOWN = 50
_ASKED = (
    (personnel_change.c.person_id == professional.c.id)
    & (personnel_change.c.kind == "employer")
    & personnel_change.c.state.in_(OPEN)
)
_SINCE = sa.func.coalesce(affiliation.c.from_day, personnel_change.c.from_day).label("since")


@dataclass(frozen=True)
class Waiting:
    """Somebody without an account. `invited_until`: until when an invitation stands, None without one."""

    id: int
    name: str
    masked: str
    employer: str
    since: date
    login: str | None
    invited_until: datetime | None


def list_waiting(instance: Instance, actor: Actor, before: int = 0, limit: int = SHOWN) -> list[Waiting]:
    """A page of them and one more; those entered before the person `before`, if it is given."""
    other = account.alias("other")
    opened = sa.select(other.c.id).where(
        other.c.person_key == professional.c.person_key,
        ~other.c.disabled,
        other.c.password_hash.is_not(None) | other.c.oidc_subject.is_not(None),
    )
    query = (
        sa.select(professional, _SINCE, account.c.login, invitation.c.until)
        .outerjoin(
            affiliation, (affiliation.c.person_id == professional.c.id) & affiliation.c.until_day.is_(None)
        )
        .outerjoin(personnel_change, _ASKED)
        .outerjoin(unit, unit.c.id == affiliation.c.unit_id)
        .outerjoin(
            account, (account.c.person_key == professional.c.person_key) & account.c.disabled.is_(sa.false())
        )
        .outerjoin(invitation, invitation.c.account_id == account.c.id)
        .where(sa.or_(_own(actor), affiliation.c.id.is_(None) & _takes_on(actor)), ~opened.exists())
        .order_by(professional.c.id.desc())
        .limit(limit + 1)
    )
    if before:
        query = query.where(professional.c.id < before)
    with reading(instance.engine).connect() as connection:
        return [
            Waiting(row.id, row.name, row.masked_identifier, row.employer, row.since, row.login, row.until)
            for row in connection.execute(query)
        ]


def _takes_on(actor: Actor) -> sa.ColumnElement[bool]:
    """Those whom a unit asks to take on, as its reviewer or the verifier of that change."""
    change = personnel_change.c
    return sa.or_(
        within(actor.places(Role.REVIEWER), change.review_unit_id, change.review_authority_id),
        within(actor.places(Role.VERIFIER), change.verify_unit_id, change.verify_authority_id),
    )


def _own(actor: Actor) -> sa.ColumnElement[bool]:
    """Those for whom the actor reviews or verifies, or whose authority the actor administers."""
    mine: list[sa.ColumnElement[bool]] = [sa.false()]
    for role in (Role.REVIEWER, Role.VERIFIER, Role.ADMINISTRATOR):
        for place in actor.places(role):
            if place.authority_id is None:
                mine.append(affiliation.c.unit_id == place.unit_id)
            elif role is Role.REVIEWER:
                alone = affiliation.c.unit_id.is_(None)
                mine.append(alone & affiliation.c.agency_id.in_(subordinate(place.authority_id)))
            else:
                mine.append(VERIFIES.in_(subordinate(place.authority_id)))
    return sa.or_(*mine)
