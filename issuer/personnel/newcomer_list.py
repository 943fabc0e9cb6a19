"""Professionals of the actor's own places who have no account yet, the latest entered first. Only reads."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from issuer.access.reach import VERIFIES
from issuer.access.roles import Actor, Role
from issuer.access.tables import account, invitation
from issuer.instance import Instance
from issuer.people.tables import affiliation, professional, unit
from issuer.people.units import subordinate
from ledger.store import reading

SHOWN = 50


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
        sa.select(professional, affiliation.c.from_day, account.c.login, invitation.c.until)
        .join(affiliation, affiliation.c.person_id == professional.c.id)
        .outerjoin(unit, unit.c.id == affiliation.c.unit_id)
        .outerjoin(
            account, (account.c.person_key == professional.c.person_key) & account.c.disabled.is_(sa.false())
        )
        .outerjoin(invitation, invitation.c.account_id == account.c.id)
        .where(affiliation.c.until_day.is_(None), _own(actor), ~opened.exists())
        .order_by(professional.c.id.desc())
        .limit(limit + 1)
    )
    if before:
        query = query.where(professional.c.id < before)
    with reading(instance.engine).connect() as connection:
        return [
            Waiting(row.id, row.name, row.masked_identifier, row.employer, row.from_day, row.login, row.until)
            for row in connection.execute(query)
        ]


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
