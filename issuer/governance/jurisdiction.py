"""Which authorities a change of tree, units, accounts and roles touches: an administrator changes only what is theirs, or below. Only reads."""

import sqlalchemy as sa

from issuer.access.errors import NotAllowed
from issuer.access.roles import Actor, Role
from issuer.access.tables import account, client, role_grant
from issuer.governance.offices import (
    AccountEnd,
    AccountRenewal,
    Change,
    NewAccount,
    NewEmployer,
    NewOffice,
    NewSystem,
    OfficeEnd,
    RoleEnd,
    RoleGrant,
    SystemEnd,
    UnitMerge,
)
from issuer.instance import Transaction
from issuer.people.affiliation import Place
from issuer.people.tables import authority, unit
from issuer.people.units import authority_id, unit_id


def place_to_change(work: Transaction, actor: Actor, change: Change, top: int) -> Place:
    """The place at which the actor administers all that a change touches.

    Raises:
        NotAllowed: it reaches beyond the actor's places.
        UnitRefused: it names an authority or a unit that is none.
    """
    touched = set(_touched(work, change, top))
    for place in actor.places(Role.ADMINISTRATOR):
        here = Actor(
            actor.account_id, actor.person_key, frozenset(g for g in actor.grants if g.place == place)
        )
        if all(here.holds(work.connection, Role.ADMINISTRATOR, Place(authority_id=one)) for one in touched):
            return place
    raise NotAllowed


def _touched(work: Transaction, change: Change, top: int) -> list[int]:
    """An account is changed by those above all its roles; one without a role, where it is not new, by the province."""
    match change:
        case NewAccount():
            return []
        case AccountRenewal() | AccountEnd():
            return _of_account(work, change.login, top)
        case UnitMerge():
            return [_of_unit(work, code, top) for code in (change.gone, change.into)]
        case RoleGrant() | RoleEnd():
            sort, _, code = change.at.partition(":")
            return [authority_id(work.connection, code) if sort == "authority" else _of_unit(work, code, top)]
    return [_of_one(work, change, top)]


def _of_one(
    work: Transaction, change: NewOffice | OfficeEnd | NewEmployer | NewSystem | SystemEnd, top: int
) -> int:
    """An authority is changed by those above it."""
    match change:
        case NewOffice():
            return authority_id(work.connection, change.parent)
        case OfficeEnd():
            found = authority_id(work.connection, change.code)
            its = sa.select(authority.c.parent_id).where(authority.c.id == found)
        case NewEmployer() | NewSystem():
            return top if change.authority is None else authority_id(work.connection, change.authority)
        case SystemEnd():
            its = sa.select(client.c.authority_id).where(client.c.name == change.client)
    return work.connection.scalar(its) or top


def _of_unit(work: Transaction, code: str, top: int) -> int:
    its = sa.select(unit.c.authority_id).where(unit.c.id == unit_id(work.connection, code))
    return work.connection.scalar(its) or top


def _of_account(work: Transaction, login: str, top: int) -> list[int]:
    rows = work.connection.execute(
        sa.select(sa.func.coalesce(role_grant.c.authority_id, unit.c.authority_id, top))
        .join(account, account.c.id == role_grant.c.account_id)
        .outerjoin(unit, unit.c.id == role_grant.c.unit_id)
        .where(account.c.login == login.strip().lower())
        .where(role_grant.c.until_day.is_(None) | (role_grant.c.until_day >= work.instance.today()))
    )
    return [int(row[0]) for row in rows] or [top]
