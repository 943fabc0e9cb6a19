"""Use cases of sign-in. Each opens its own transaction.

A crash between the judgement of a password and the commit forgets one failure; nothing else.
"""

import logging
import threading

import sqlalchemy as sa

from issuer.access import sessions
from issuer.access.accounts import (
    SecondFactor,
    actor_of,
    add_account,
    enrol_second_factor,
    grant,
    hash_password,
)
from issuer.access.errors import AccountRefused, SignInRefused
from issuer.access.roles import STRONG, Grant, Role
from issuer.access.sessions import Session
from issuer.access.tables import account, role_grant
from issuer.instance import Instance, writing
from issuer.people.affiliation import Place
from issuer.people.identifier import Identifier
from issuer.people.units import provincial_hrss
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


def sign_in_by_subject(instance: Instance, subject: str, *, second_factor: bool) -> Session:
    """Sign in whom the OpenID provider vouches for. Duties over others need the provider's word on a second factor.

    Raises:
        SignInRefused: no account has this subject, or a second factor was needed.
    """
    with writing(instance) as work:
        found = work.connection.scalar(
            sa.select(account.c.id).where(account.c.oidc_subject == subject, ~account.c.disabled)
        )
        if found is None:
            raise SignInRefused
        actor = actor_of(work, found)
        if not second_factor and any(one.role in STRONG for one in actor.grants):
            raise SignInRefused
        return sessions.begin(work, actor)


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


def first_administrator(
    instance: Instance, login: str, identifier: Identifier, password: str
) -> SecondFactor:
    """Make the first administrator, at the province's root, from the server's terminal. Answers the TOTP secret, once.

    Raises:
        AccountRefused: there is an administrator already, or no root of the tree yet; or as `add_account`.
    """
    with writing(instance) as work:
        today = work.instance.today()
        held = sa.select(role_grant.c.id).where(
            role_grant.c.role == Role.ADMINISTRATOR,
            role_grant.c.until_day.is_(None) | (role_grant.c.until_day >= today),
        )
        root = provincial_hrss(work.connection)
        if root is None:
            raise AccountRefused("请先录入省人社厅 enter the provincial HRSS department first")
        if work.connection.scalar(held.limit(1)) is not None:
            raise AccountRefused("已经有管理员，请由管理员授予 there is an administrator; ask for a grant")
        key = identifier.person_key(instance.person_secret)
        made = add_account(work, login, key, password)
        grant(work, made, Grant(Role.ADMINISTRATOR, Place(authority_id=root)))
        return enrol_second_factor(work, made)
