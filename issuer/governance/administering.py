"""Carrying out what two administrators decided. The caller opens the transaction.

`try_out` does it and takes it back, so that what cannot be done is refused when it is proposed, not when it is confirmed.
"""

import sqlalchemy as sa

from issuer.access.accounts import add_account, grant, grants_of, withdraw_grant
from issuer.access.clients import NewClient, end_client, make_client
from issuer.access.errors import AccountRefused
from issuer.access.invitations import disable, invite
from issuer.access.roles import Grant, Role
from issuer.access.tables import account
from issuer.governance.merging import merge
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
from issuer.people.affiliation import AffiliationKind, AuthorityKind, Place
from issuer.people.tables import unit
from issuer.people.units import (
    NewAuthority,
    NewUnit,
    add_authority,
    add_unit,
    authority_id,
    end_authority,
    unit_id,
)


def carry_out(work: Transaction, change: Change, by: bytes, second: bytes | None) -> str | None:
    """Do what was decided; `by` proposed it, `second` confirmed it. Answers what is told once: an invitation's code, or a client's secret.

    Raises:
        UnitRefused, IdentifierError, AccountRefused: it cannot be done, or no longer.
    """
    match change:
        case NewOffice():
            sort = AuthorityKind(change.sort)
            add_authority(
                work, NewAuthority(change.code, sort, change.name, change.parent, change.region_code), by
            )
        case OfficeEnd():
            end_authority(work, change.code, change.last, by)
        case NewEmployer():
            add_unit(
                work, NewUnit(AffiliationKind(change.sort), change.name, change.uscc, change.authority), by
            )
        case UnitMerge():
            merge(work, change.gone, change.into, by, second)
        case NewAccount() | AccountRenewal() | AccountEnd():
            return _change_account(work, change, by, second)
        case RoleGrant():
            _no_second_time(work, change)
            grant(work, _account(work, change.login), _grant(work, change), by, second)
        case NewSystem():
            return make_client(work, NewClient(change.client, change.profiles, change.authority), by, second)
        case SystemEnd():
            end_client(work, change.client, by, second)
        case RoleEnd():
            withdraw_grant(work, _account(work, change.login), _grant(work, change), by)
    return None


def _change_account(
    work: Transaction, change: NewAccount | AccountRenewal | AccountEnd, by: bytes, second: bytes | None
) -> str | None:
    match change:
        case NewAccount():
            if change.holder is None:
                raise AccountRefused("请写明本人的证件号码 the holder's document number is needed")
            made = add_account(work, change.login, bytes.fromhex(change.holder), None, by)
            return invite(work, made, by, second)
        case AccountRenewal():
            return invite(work, _account(work, change.login), by, second)
        case AccountEnd():
            disable(work, _account(work, change.login), by, second)
    return None


def try_out(work: Transaction, change: Change, by: bytes) -> None:
    """Find out whether it can be done, and leave nothing behind.

    Raises:
        UnitRefused, IdentifierError, AccountRefused: it cannot.
    """
    noted = len(work.events)
    trial = work.connection.begin_nested()
    try:
        carry_out(work, change, by, None)
    finally:
        trial.rollback()
        del work.events[noted:]


def _account(work: Transaction, login: str) -> int:
    found = work.connection.scalar(
        sa.select(account.c.id).where(account.c.login == login.strip().lower(), ~account.c.disabled)
    )
    if found is None:
        raise AccountRefused("没有这个账号 there is no such account")
    return int(found)


def _grant(work: Transaction, change: RoleGrant | RoleEnd) -> Grant:
    sort, _, code = change.at.partition(":")
    if sort == "authority":
        place = Place(authority_id=authority_id(work.connection, code))
    else:
        place = Place(unit_id=unit_id(work.connection, code))
        kind = work.connection.scalar(sa.select(unit.c.kind).where(unit.c.id == place.unit_id))
        if change.role == Role.VERIFIER and kind != AffiliationKind.CENTRAL_UNIT:
            raise AccountRefused("只有中央在甘单位自行核实 only a central unit verifies its own people")
    return Grant(Role(change.role), place)


def _no_second_time(work: Transaction, change: RoleGrant) -> None:
    if _grant(work, change) in grants_of(work, _account(work, change.login)):
        raise AccountRefused("这个账号已有这个角色 the account holds this role already")
