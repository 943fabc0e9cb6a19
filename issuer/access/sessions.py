"""Signing in and staying signed in. The caller opens the transaction, and commits it also when signing in is refused:
a failure counts.

A crash between a failure and its commit forgets one failure; nothing else.
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pyotp
import sqlalchemy as sa
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from issuer.access.accounts import HASHER, actor_of, grants_of
from issuer.access.errors import SignInRefused, SignInThrottled
from issuer.access.roles import STRONG, Actor
from issuer.access.tables import account, api_token, signed_in
from issuer.instance import Transaction
from issuer.keys.vault import Sealed

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
"""A session ends after half an hour without a request, and after twelve hours in any case."""
FREE_FAILURES = 4
WAIT_BASE = timedelta(seconds=15)
WAIT_MOST = timedelta(hours=1)
_NOBODY = HASHER.hash("nobody has this password")
"""Compared with where there is no such login, so that an unknown login takes as long as a wrong password."""


@dataclass(frozen=True)
class Session:
    """Somebody signed in. `token` goes into the cookie and is given only once; `form_key` into each form."""

    actor: Actor
    form_key: str
    token: str | None = None
    by_provider: bool = False
    """The OpenID provider vouched; there the session may go on."""
    stale: bool = False
    """True when it is time to note again that the session is in use."""


@dataclass(frozen=True)
class Attempt:
    """A try to sign in: what was found, and whether the password fits it. Judged outside any transaction: argon2 is slow."""

    row: sa.Row[Any] | None
    code: str
    fits: bool


def attempt(connection: sa.Connection, login: str, password: str, code: str = "") -> Attempt:
    """Compare a password; an unknown login takes as long as a wrong password."""
    row = connection.execute(
        sa.select(account).where(account.c.login == login.strip().lower(), ~account.c.disabled)
    ).one_or_none()
    connection.rollback()
    return Attempt(row, code, _password_fits(None if row is None else row.password_hash, password))


def sign_in(work: Transaction, tried: Attempt) -> Session | SignInRefused | SignInThrottled:
    """Sign in with login, password and, for those with duties over others, a TOTP code.

    Answers the refusal instead of raising it, so that the caller's transaction commits the count of failures. The count
    is read anew: of many tries at once, those past the limit do not count even when they are right.
    """
    now = work.instance.now()
    refusal = judge(work, tried)
    if refusal is not None or tried.row is None:
        return refusal or SignInRefused()
    row = work.connection.execute(sa.select(account).where(account.c.id == tried.row.id)).one()
    actor = actor_of(work, row.id)
    step = _step_of(work, row, tried.code, now)
    needs_code = row.totp_sealed is not None or any(grant.role in STRONG for grant in actor.grants)
    if needs_code and step is None:
        return _refused(work, row, now)
    values = {"failures": 0, "wait_until": None, "totp_last": step or row.totp_last}
    work.connection.execute(sa.update(account).where(account.c.id == row.id).values(values))
    return begin(work, actor)


def judge(work: Transaction, tried: Attempt) -> SignInRefused | SignInThrottled | None:
    """Refuse a password that does not fit, and count it; None when it fits. The count is read anew, as `sign_in` says."""
    now = work.instance.now()
    if tried.row is None:
        return SignInRefused()
    row = work.connection.execute(sa.select(account).where(account.c.id == tried.row.id)).one()
    if row.wait_until is not None and row.wait_until > now:
        return SignInThrottled(int((row.wait_until - now).total_seconds()) + 1)
    if not tried.fits or row.disabled or row.password_hash != tried.row.password_hash:
        return _refused(work, row, now)
    return None


def begin(work: Transaction, actor: Actor, *, by_provider: bool = False) -> Session:
    """Begin a session for an actor who has proved to be one (password, or OpenID Connect)."""
    token, form_key = (
        base64.urlsafe_b64encode(work.instance.random_bytes(32)).decode().rstrip("=") for _ in range(2)
    )
    now = work.instance.now()
    row = {
        "token_digest": _digest(token),
        "account_id": actor.account_id,
        "form_key": form_key,
        "began_at": now,
        "seen_at": now,
        "by_provider": by_provider,
    }
    work.connection.execute(sa.delete(signed_in).where(signed_in.c.began_at < now - LONGEST))
    work.connection.execute(sa.insert(signed_in).values(row))
    return Session(actor, form_key, token, by_provider)


def resume(work: Transaction, token: str) -> Session | None:
    """Find the session of a cookie, with the grants as they are now; None when it ended or never was. Only reads."""
    now = work.instance.now()
    row = work.connection.execute(
        sa.select(signed_in, account.c.person_key)
        .join(account, account.c.id == signed_in.c.account_id)
        .where(signed_in.c.token_digest == _digest(token), ~account.c.disabled)
    ).one_or_none()
    if row is None or row.seen_at < now - IDLE or row.began_at < now - LONGEST:
        return None
    actor = Actor(row.account_id, row.person_key, grants_of(work, row.account_id))
    stale = now - row.seen_at > SEEN_EVERY
    return Session(actor, row.form_key, by_provider=row.by_provider, stale=stale)


def touch(work: Transaction, token: str) -> None:
    """Note that a session is in use; a write a minute is enough to know when somebody left."""
    same = signed_in.c.token_digest == _digest(token)
    work.connection.execute(sa.update(signed_in).where(same).values(seen_at=work.instance.now()))


def end_others(work: Transaction, account_id: int, token: str) -> None:
    """End every other session of an account, and its programs' tokens: its password has changed."""
    others = (signed_in.c.account_id == account_id) & (signed_in.c.token_digest != _digest(token))
    work.connection.execute(sa.delete(signed_in).where(others))
    work.connection.execute(sa.delete(api_token).where(api_token.c.account_id == account_id))


def sign_out(work: Transaction, token: str) -> None:
    """End a session."""
    work.connection.execute(sa.delete(signed_in).where(signed_in.c.token_digest == _digest(token)))


def _password_fits(stored: str | None, given: str) -> bool:
    try:
        HASHER.verify(stored or _NOBODY, given)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return stored is not None


def _step_of(work: Transaction, row: sa.Row[Any], code: str, now: datetime) -> int | None:
    """The time step whose code was given, if it is within one step of now and later than the last one used."""
    if row.totp_sealed is None:
        return None
    secret = work.instance.vault.reveal(Sealed(row.totp_sealed, row.totp_sealed_by), row.person_key)
    totp = pyotp.TOTP(secret)
    current = int(now.timestamp()) // totp.interval
    for step in (current - 1, current, current + 1):
        if step > row.totp_last and pyotp.utils.strings_equal(totp.generate_otp(step), code.strip()):
            return step
    return None


def _refused(work: Transaction, row: sa.Row[Any] | None, now: datetime) -> SignInRefused:
    if row is not None:
        failures = row.failures + 1
        wait = min(WAIT_BASE * 2 ** max(0, min(failures - FREE_FAILURES - 1, 20)), WAIT_MOST)
        values = {"failures": failures, "wait_until": now + wait if failures > FREE_FAILURES else None}
        work.connection.execute(sa.update(account).where(account.c.id == row.id).values(values))
    return SignInRefused()


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
