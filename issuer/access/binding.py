"""Whose account a subject of the OpenID provider is. The caller opens the transaction.

An administrator binds at the terminal. A professional without duties is bound at the first sign-in by number and kind of the
document that the provider has verified, where the settings name such claims; nobody with duties ever is, so that an error of the provider
gives no power over others.
"""

import sqlalchemy as sa

from issuer.access.accounts import actor_of, add_account
from issuer.access.errors import AccountRefused, ProviderRefused, SecondFactorNeeded
from issuer.access.oidc import Vouched
from issuer.access.roles import STRONG, Actor
from issuer.access.tables import account
from issuer.acts import Act, note_act
from issuer.instance import Transaction
from issuer.people.errors import IdentifierError
from issuer.people.identifier import read_identifier
from issuer.people.registry import find


def bind(work: Transaction, login: str, subject: str) -> None:
    """Bind an account to a subject, in place of one that it was bound to before.

    Raises:
        AccountRefused: there is no such login, or the subject is another account's.
    """
    row = work.connection.execute(sa.select(account).where(account.c.login == login.lower())).one_or_none()
    if row is None:
        raise AccountRefused("没有这个登录名 there is no such login")
    taken = sa.select(account.c.id).where(account.c.oidc_subject == subject, account.c.id != row.id)
    if work.connection.scalar(taken) is not None:
        raise AccountRefused("这个统一认证用户已绑定另一个账号 this subject is another account's")
    _write(work, row.id, subject)


def vouched_for(work: Transaction, vouched: Vouched) -> Actor:
    """Find who is vouched for, binding a professional who comes for the first time.

    Raises:
        ProviderRefused: nobody known here, or one whom an administrator must bind.
        SecondFactorNeeded: the account has duties, and the provider saw no second factor.
    """
    found = work.connection.execute(
        sa.select(account).where(account.c.oidc_subject == vouched.subject)
    ).one_or_none()
    if found is not None and found.disabled:
        raise ProviderRefused(
            "这个账号已停用，请联系管理员", "this account is disabled; ask an administrator"
        )
    account_id = _first_time(work, vouched) if found is None else int(found.id)
    actor = actor_of(work, account_id)
    if not vouched.second_factor and any(grant.role in STRONG for grant in actor.grants):
        raise SecondFactorNeeded
    return actor


def _first_time(work: Transaction, vouched: Vouched) -> int:
    unknown = ProviderRefused(
        "这个统一认证用户还没有绑定本系统的账号，请联系管理员",
        "this user of the sign-in service is bound to no account here; ask an administrator",
    )
    if vouched.number is None:
        raise unknown
    if vouched.kind is None:
        raise ProviderRefused(
            "统一认证没有给出可识别的证件类型，请联系管理员绑定账号",
            "the sign-in service gives no kind of document that is known here; ask an administrator to bind the account",
        )
    try:
        key = read_identifier(vouched.kind, vouched.number).person_key(work.instance.person_secret)
    except IdentifierError as error:
        raise ProviderRefused(
            f"统一认证给出的证件号码不能用：{error.message}。请在认证服务处更正，或联系管理员",
            f"the document number that the sign-in service gives cannot be one: expected {error.expected}; have it corrected there, or ask an administrator",
        ) from None
    if find(work.connection, key) is None:
        raise unknown
    rows = work.connection.execute(sa.select(account).where(account.c.person_key == key)).all()
    if len(rows) > 1 or any(
        row.disabled or row.oidc_subject is not None or actor_of(work, row.id).grants for row in rows
    ):
        raise unknown
    login = f"oidc-{vouched.subject[:40]}"
    account_id = int(rows[0].id) if rows else add_account(work, login, key, None)
    _write(work, account_id, vouched.subject)
    return account_id


def _write(work: Transaction, account_id: int, subject: str) -> None:
    work.connection.execute(sa.update(account).where(account.c.id == account_id).values(oidc_subject=subject))
    note_act(work, Act("account-bound", f"account:{account_id}", {"subject": subject}))
