"""Tokens for programs: of one account, with its roles as they are at each call. The caller opens the transaction.

A token is told once and kept only as its digest. It ends on its day, by hand, with a new password, and with the account.
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from issuer.access.accounts import grants_of
from issuer.access.errors import AccountRefused
from issuer.access.roles import Actor
from issuer.access.tables import account, api_token
from issuer.acts import Act, note_act
from issuer.errors import NotFound
from issuer.instance import Transaction

PREFIX = "xueshi_"
"""So that people and scanners of leaked secrets know what it is."""
LONGEST = timedelta(days=366)
MOST = 10


@dataclass(frozen=True)
class Token:
    """A token as its owner sees it. `secret` is told only when it is made."""

    id: int
    label: str
    until_day: date
    made_at: datetime
    secret: str | None = None


def make_token(work: Transaction, actor: Actor, label: str, until_day: date) -> Token:
    """Make a token that counts up to and including `until_day`.

    Raises:
        AccountRefused: no day from today to a year ahead, no label, or too many tokens.
    """
    today = work.instance.today()
    if not today <= until_day <= today + LONGEST:
        raise AccountRefused("令牌有效期从今天起最多一年 a token is good for a year from today at most")
    if not 0 < len(label) <= 60 or not label.isprintable():
        raise AccountRefused("请写明令牌用途，最多 60 字 say what the token is for, in at most 60 characters")
    if len(tokens_of(work.connection, actor.account_id)) >= MOST:
        raise AccountRefused(f"最多 {MOST} 个令牌，请先终止不用的 at most {MOST} tokens; end one first")
    secret = PREFIX + base64.urlsafe_b64encode(work.instance.random_bytes(32)).decode().rstrip("=")
    now = work.instance.now()
    row = {
        "account_id": actor.account_id,
        "digest": _digest(secret),
        "label": label,
        "until_day": until_day,
        "made_at": now,
    }
    made = work.connection.execute(sa.insert(api_token).values(row).returning(api_token.c.id)).scalar_one()
    _note(work, "token-made", actor, {"token": str(made), "until_day": until_day.isoformat()})
    return Token(int(made), label, until_day, now, secret)


def end_token(work: Transaction, actor: Actor, token_id: int) -> None:
    """End one of the actor's own tokens.

    Raises:
        NotFound: there is none by that number.
    """
    its = (api_token.c.id == token_id) & (api_token.c.account_id == actor.account_id)
    if not work.connection.execute(sa.delete(api_token).where(its)).rowcount:
        raise NotFound("没有这个令牌 there is no such token")
    _note(work, "token-ended", actor, {"token": str(token_id)})


def tokens_of(connection: sa.Connection, account_id: int) -> list[Token]:
    """The tokens of an account, the oldest first."""
    rows = connection.execute(
        sa.select(api_token).where(api_token.c.account_id == account_id).order_by(api_token.c.id)
    )
    return [Token(row.id, row.label, row.until_day, row.made_at) for row in rows]


def resume_token(work: Transaction, secret: str) -> Actor | None:
    """Find whose token it is, with the grants as they are now; None when it ended or never was. Only reads."""
    row = work.connection.execute(
        sa.select(api_token.c.account_id, account.c.person_key)
        .join(account, account.c.id == api_token.c.account_id)
        .where(api_token.c.digest == _digest(secret), ~account.c.disabled)
        .where(api_token.c.until_day >= work.instance.today())
    ).one_or_none()
    return None if row is None else Actor(row.account_id, row.person_key, grants_of(work, row.account_id))


def _note(work: Transaction, what: str, actor: Actor, body: dict[str, object]) -> None:
    note_act(work, Act(what, f"account:{actor.account_id}", body, actor.person_key))


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
