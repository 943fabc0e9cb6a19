"""Use cases of sign-in. Each opens its own transaction.

A crash between the judgement of a password and the commit forgets one failure; nothing else.
"""

import logging
import threading
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from issuer.access import sessions
from issuer.access.accounts import (
    SecondFactor,
    add_account,
    enrol_second_factor,
    grant,
    hash_password,
)
from issuer.access.binding import bind, vouched_for
from issuer.access.errors import AccountRefused, InvitationRefused
from issuer.access.invitations import accept
from issuer.access.oidc import Vouched, subject_of
from issuer.access.roles import Grant, Role
from issuer.access.sessions import Session
from issuer.access.tables import account, role_grant
from issuer.errors import SettingsError
from issuer.instance import Instance, writing
from issuer.people.affiliation import AuthorityKind, Place
from issuer.people.identifier import Identifier
from issuer.people.tables import authority
from issuer.people.units import NewAuthority, add_authority, authority_id, provincial_hrss, unit_id
from ledger.store import reading

log = logging.getLogger(__name__)
_HASHES_AT_ONCE = threading.BoundedSemaphore(4)
"""Each takes 64 MiB (RFC 9106): many tries at once must not take the memory."""


def sign_in(instance: Instance, login: str, password: str, code: str) -> Session:
    """Sign in by password, with a TOTP code where the account has duties over others.

    Raises:
        SignInRefused, SignInThrottled: the failure is counted.
    """
    with _HASHES_AT_ONCE, reading(instance.engine).connect() as connection:
        tried = sessions.attempt(connection, login, password[:1000], code)
    with writing(instance) as work:
        result = sessions.sign_in(work, tried)
    if not isinstance(result, Session):
        log.info("sign-in refused account=%s", tried.row.id if tried.row else "-")
        raise result
    log.info("signed in account=%d", result.actor.account_id)
    return result


def sign_in_by_provider(instance: Instance, vouched: Vouched) -> Session:
    """Sign in whom the OpenID provider vouches for.

    Raises:
        ProviderRefused, SecondFactorNeeded: as `binding.vouched_for`; a binding made in it is not kept.
    """
    with writing(instance) as work:
        session = sessions.begin(work, vouched_for(work, vouched), by_provider=True)
    log.info("signed in account=%d by the provider", session.actor.account_id)
    return session


def bind_account(instance: Instance, login: str, subject: str) -> None:
    """Bind an account to a subject of the OpenID provider, at the terminal.

    Raises:
        SettingsError: no provider is set.
        AccountRefused: as `binding.bind`.
    """
    if instance.settings.oidc_issuer is None:
        raise SettingsError("没有设置 oidc_issuer no OpenID provider is set: oidc_issuer")
    with writing(instance) as work:
        bind(work, login, subject_of(instance.settings.oidc_issuer, subject))


def stay(instance: Instance, token: str) -> None:
    """Note that a session is in use."""
    with writing(instance) as work:
        sessions.touch(work, token)


def sign_out(instance: Instance, token: str) -> None:
    """End a session."""
    with writing(instance) as work:
        sessions.sign_out(work, token)


def change_password(instance: Instance, account_id: int, token: str, old: str, new: str) -> None:
    """Change one's own password; every other session of the account ends.

    Raises:
        SignInRefused: the old one is wrong.
        AccountRefused: the new one is too short or too long.
    """
    with _HASHES_AT_ONCE:
        with reading(instance.engine).connect() as connection:
            login = connection.execute(
                sa.select(account.c.login).where(account.c.id == account_id)
            ).scalar_one()
            tried = sessions.attempt(connection, login, old)
        hashed = hash_password(new)
    with writing(instance) as work:
        refusal = sessions.judge(work, tried)
        if refusal is None:
            work.connection.execute(
                sa.update(account).where(account.c.id == account_id).values(password_hash=hashed)
            )
            sessions.end_others(work, account_id, token)
    if refusal is not None:
        raise refusal


def open_account(instance: Instance, code: str, number: str, password: str) -> SecondFactor | None:
    """Open an account by its invitation; answers the TOTP secret of who needs one, once.

    Raises:
        InvitationRefused: it does not fit; a wrong number is counted.
        AccountRefused: the password is too short or too long.
    """
    with _HASHES_AT_ONCE, writing(instance) as work:
        result = accept(work, code[:60], number[:60], password)
    if isinstance(result, InvitationRefused):
        raise result
    return result


def has_administrator(connection: sa.Connection, today: date) -> bool:
    """Whether somebody administers, so that accounts can be made on a page."""
    held = sa.select(role_grant.c.id).where(
        role_grant.c.role == Role.ADMINISTRATOR,
        role_grant.c.until_day.is_(None) | (role_grant.c.until_day >= today),
    )
    return connection.scalar(held.limit(1)) is not None


def first_administrator(
    instance: Instance, login: str, identifier: Identifier, password: str, name: str
) -> SecondFactor:
    """Make the first administrator at the province's root, and the root by that name where there is none yet.

    Its code is the letters of the instance's serials, in small ones: `gs`. Answers the TOTP secret, once.

    Raises:
        AccountRefused: there is an administrator already; or as `add_account`.
    """
    with writing(instance) as work:
        if has_administrator(work.connection, instance.today()):
            raise AccountRefused("已经有管理员 there is an administrator")
        root = provincial_hrss(work.connection)
        if root is None:
            code = instance.settings.letters.lower()
            root = add_authority(work, NewAuthority(code, AuthorityKind.PROVINCIAL_HRSS, name))
        key = identifier.person_key(instance.person_secret)
        made = add_account(work, login, key, password)
        grant(work, made, Grant(Role.ADMINISTRATOR, Place(authority_id=root)))
        return enrol_second_factor(work, made)


def root_code(instance: Instance) -> str:
    """The code of the tree's root, once there is one."""
    with reading(instance.engine).connect() as connection:
        found = sa.select(authority.c.code).where(authority.c.kind == AuthorityKind.PROVINCIAL_HRSS)
        return str(connection.execute(found).scalar_one())


@dataclass(frozen=True)
class NewAccount:
    """An account to be made. `role` and `at` (`unit:CODE`, `authority:CODE`) are both given or both empty."""

    login: str
    identifier: Identifier
    password: str
    role: str = ""
    at: str = ""


def make_account(instance: Instance, new: NewAccount) -> SecondFactor | None:
    """Make an account at the terminal, with a role if one is given; answers the TOTP secret of who needs one, once.

    Raises:
        AccountRefused: the role or place is none, or as `add_account` and `grant`.
        UnitRefused: no unit or authority has that code.
    """
    with writing(instance) as work:
        key = new.identifier.person_key(instance.person_secret)
        made = add_account(work, new.login, key, new.password)
        if not new.role and not new.at:
            return None
        sort, _, code = new.at.partition(":")
        if new.role not in set(Role) or sort not in {"unit", "authority"}:
            raise AccountRefused(
                "角色或地点不对，例如 --role verifier --at authority:gs give a role and a place such as these"
            )
        found = unit_id(work.connection, code) if sort == "unit" else authority_id(work.connection, code)
        place = Place(unit_id=found) if sort == "unit" else Place(authority_id=found)
        grant(work, made, Grant(Role(new.role), place))
        return enrol_second_factor(work, made)
