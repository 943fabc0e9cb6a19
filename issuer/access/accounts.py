"""Accounts and grants: made by an administrator or at the terminal, each change an act. The caller opens the transaction."""

from dataclasses import dataclass
from datetime import timedelta

import pyotp
import sqlalchemy as sa
from argon2 import PasswordHasher

from issuer.access.errors import AccountRefused, NotAllowed
from issuer.access.roles import Actor, Grant, Role
from issuer.access.tables import account, role_grant, signed_in
from issuer.acts import Act, note_act
from issuer.instance import Transaction
from issuer.people.affiliation import Place

HASHER = PasswordHasher()
"""argon2id with the library's parameters (RFC 9106, low memory)."""
PASSWORD_MIN, PASSWORD_MAX = 10, 200
ISSUER_NAME = "学时 Xueshi"


@dataclass(frozen=True)
class SecondFactor:
    """A fresh TOTP secret (RFC 6238), told once: `uri` for the authenticator app, `secret` to type."""

    secret: str
    uri: str


def add_account(
    work: Transaction, login: str, person_key: bytes, password: str | None, by: bytes | None = None
) -> int:
    """Make an account for a natural person; answers its id. Without a password only OpenID Connect opens it.

    Raises:
        AccountRefused: the login is taken or no login, or the password is too short.
    """
    if not login.isascii() or not login.replace(".", "").replace("-", "").isalnum() or len(login) > 60:
        raise AccountRefused("登录名用字母、数字、点和短横 a login has letters, digits, dots and dashes")
    if work.connection.scalar(sa.select(account.c.id).where(account.c.login == login.lower())) is not None:
        raise AccountRefused("这个登录名已有人使用 this login is taken")
    row = {
        "login": login.lower(),
        "person_key": person_key,
        "password_hash": None if password is None else hash_password(password),
    }
    made = work.connection.execute(sa.insert(account).values(row).returning(account.c.id)).scalar_one()
    note_act(work, Act("account-made", f"account:{made}", {"person": person_key.hex()}, by))
    return int(made)


def hash_password(password: str) -> str:
    """Hash a password with argon2id.

    Raises:
        AccountRefused: shorter than 10 characters, or longer than 200.
    """
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        raise AccountRefused(
            f"口令须有 {PASSWORD_MIN} 至 {PASSWORD_MAX} 个字符 a password has {PASSWORD_MIN} to {PASSWORD_MAX} characters"
        )
    return HASHER.hash(password)


def enrol_second_factor(work: Transaction, account_id: int) -> SecondFactor:
    """Give an account a new TOTP secret; codes of an earlier one no longer count."""
    row = work.connection.execute(sa.select(account).where(account.c.id == account_id)).one()
    secret = pyotp.random_base32()
    sealed = work.instance.vault.seal(secret, row.person_key)
    values = {"totp_sealed": sealed.data, "totp_sealed_by": sealed.by, "totp_last": 0}
    work.connection.execute(sa.update(account).where(account.c.id == account_id).values(values))
    note_act(work, Act("second-factor-enrolled", f"account:{account_id}", {}))
    return SecondFactor(secret, pyotp.TOTP(secret).provisioning_uri(name=row.login, issuer_name=ISSUER_NAME))


def grant(
    work: Transaction, account_id: int, given: Grant, by: bytes | None = None, second: bytes | None = None
) -> None:
    """Grant a role at a place, from today on.

    Raises:
        AccountRefused: the role does not fit the place, or is nobody's to grant.
    """
    at_unit = given.place.unit_id is not None
    if given.role in {Role.PROFESSIONAL, Role.SENDER} or (
        at_unit and given.role not in {Role.REVIEWER, Role.VERIFIER}
    ):
        raise AccountRefused("这个角色不能在这里授予 this role cannot be granted at this place")
    row = {
        "account_id": account_id,
        "role": given.role,
        "unit_id": given.place.unit_id,
        "authority_id": given.place.authority_id,
        "from_day": work.instance.today(),
    }
    work.connection.execute(sa.insert(role_grant).values(row))
    body: dict[str, object] = {key: str(value) for key, value in row.items() if value is not None}
    note_act(work, Act("role-granted", f"account:{account_id}", body, by, second))


def withdraw_grant(work: Transaction, account_id: int, given: Grant, by: bytes | None = None) -> None:
    """End a role at a place at once, and every session of the account with it.

    Raises:
        AccountRefused: the account does not hold it.
    """
    done = work.connection.execute(
        sa.update(role_grant)
        .where(role_grant.c.account_id == account_id, role_grant.c.role == given.role)
        .where(_at(given.place), role_grant.c.until_day.is_(None))
        .values(until_day=work.instance.today() - timedelta(days=1))
    )
    if not done.rowcount:
        raise AccountRefused("这个账号没有这个角色 the account does not hold this role")
    work.connection.execute(sa.delete(signed_in).where(signed_in.c.account_id == account_id))
    note_act(work, Act("role-withdrawn", f"account:{account_id}", {"role": given.role.value}, by))


def actor_of(work: Transaction, account_id: int) -> Actor:
    """The actor behind an account, with the grants in force now: asked anew in every transaction that changes something.

    Raises:
        NotAllowed: the account is disabled.
    """
    key = work.connection.scalar(
        sa.select(account.c.person_key).where(account.c.id == account_id, ~account.c.disabled)
    )
    if key is None:
        raise NotAllowed
    return Actor(account_id, key, grants_of(work, account_id))


def grants_of(work: Transaction, account_id: int) -> frozenset[Grant]:
    """The grants in force today."""
    today = work.instance.today()
    rows = work.connection.execute(
        sa.select(role_grant)
        .where(role_grant.c.account_id == account_id, role_grant.c.from_day <= today)
        .where(role_grant.c.until_day.is_(None) | (role_grant.c.until_day >= today))
    )
    return frozenset(Grant(Role(row.role), Place(row.unit_id, row.authority_id)) for row in rows)


def _at(place: Place) -> sa.ColumnElement[bool]:
    return role_grant.c.unit_id.is_not_distinct_from(place.unit_id) & (
        role_grant.c.authority_id.is_not_distinct_from(place.authority_id)
    )
