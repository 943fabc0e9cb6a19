"""Invitations: how a new account gets its password without anybody else knowing it. The caller opens the transaction.

Two administrators make an account. The one who proposed it typed the person's document number, the one who confirmed it
is told the invitation's code: neither can open the account alone, because opening it takes both, once, within two weeks.
"""

import base64
import hashlib
import hmac
from datetime import timedelta

import sqlalchemy as sa

from issuer.access.accounts import SecondFactor, enrol_second_factor, grants_of, hash_password
from issuer.access.errors import AccountRefused, InvitationRefused
from issuer.access.roles import STRONG
from issuer.access.tables import account, invitation, signed_in
from issuer.acts import Act, note_act
from issuer.instance import Transaction
from issuer.people.identifier import readings
from issuer.people.registry import find

STANDS = timedelta(days=14)
TRIES_MOST = 10
"""Wrong document numbers, after which an invitation is void."""


def invite(work: Transaction, account_id: int, by: bytes, second: bytes | None) -> str:
    """Write an invitation, in place of any before; answers its code, which is told once. The password before no longer counts."""
    code = base64.b32encode(work.instance.random_bytes(15)).decode()
    work.connection.execute(sa.delete(invitation).where(invitation.c.account_id == account_id))
    until = work.instance.now() + STANDS
    row = {"account_id": account_id, "digest": _digest(code), "until": until, "tries": 0}
    work.connection.execute(sa.insert(invitation).values(row))
    work.connection.execute(
        sa.update(account).where(account.c.id == account_id).values(password_hash=None, totp_sealed=None)
    )
    work.connection.execute(sa.delete(signed_in).where(signed_in.c.account_id == account_id))
    note_act(work, Act("account-invited", f"account:{account_id}", {}, by, second))
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def accept(
    work: Transaction, code: str, number: str, password: str
) -> SecondFactor | InvitationRefused | None:
    """Open an account: its password is set, and a second factor where it has duties, told once.

    Answers a refusal instead of raising it, because a wrong number must be counted: the caller commits, then raises.

    Raises:
        AccountRefused: the password is too short or too long; nothing is counted.
    """
    hashed = hash_password(password)
    row = work.connection.execute(
        sa.select(invitation, account.c.person_key, account.c.disabled)
        .join(account, account.c.id == invitation.c.account_id)
        .where(invitation.c.digest == _digest(code))
    ).one_or_none()
    if row is None or row.disabled or row.until < work.instance.now() or row.tries >= TRIES_MOST:
        return InvitationRefused()
    if not _fits(work, number, row.person_key):
        same = invitation.c.account_id == row.account_id
        work.connection.execute(sa.update(invitation).where(same).values(tries=invitation.c.tries + 1))
        return InvitationRefused()
    gone = sa.delete(invitation).where(invitation.c.account_id == row.account_id)
    if work.connection.execute(gone).rowcount != 1:  # opened at the same moment by somebody else
        return InvitationRefused()
    work.connection.execute(
        sa.update(account)
        .where(account.c.id == row.account_id)
        .values(password_hash=hashed, failures=0, wait_until=None)
    )
    note_act(work, Act("account-opened", f"account:{row.account_id}", {}, bytes(row.person_key)))
    # Who is no professional has the account for duties, granted now or soon.
    duties = any(grant.role in STRONG for grant in grants_of(work, row.account_id))
    needed = duties or find(work.connection, bytes(row.person_key)) is None
    return enrol_second_factor(work, row.account_id) if needed else None


def disable(work: Transaction, account_id: int, by: bytes, second: bytes | None) -> None:
    """Close an account for good: its sessions end at once, its tokens and roles count no longer.

    Raises:
        AccountRefused: it is closed already.
    """
    same = (account.c.id == account_id) & ~account.c.disabled
    if work.connection.execute(sa.update(account).where(same).values(disabled=True)).rowcount != 1:
        raise AccountRefused("这个账号已停用 this account is closed already")
    work.connection.execute(sa.delete(signed_in).where(signed_in.c.account_id == account_id))
    work.connection.execute(sa.delete(invitation).where(invitation.c.account_id == account_id))
    note_act(work, Act("account-disabled", f"account:{account_id}", {}, by, second))


def _fits(work: Transaction, number: str, person_key: bytes) -> bool:
    """Whether it is the person's number, of whatever kind their document is."""
    said = [one.person_key(work.instance.person_secret) for one in readings(number)]
    return any(hmac.compare_digest(one, bytes(person_key)) for one in said)


def _digest(code: str) -> bytes:
    plain = "".join(one for one in code.upper() if one.isalnum())
    return hashlib.sha256(plain.encode()).digest()
