"""Registration systems that send batches by API: clients of OAuth 2 (RFC 6749, section 4.4). The caller opens the transaction.

Two administrators make a client, or the server's terminal does; its secret is told once and kept as its digest. What it
may do is send files by the mapping profiles named, for the people of its authority; an access token lasts a quarter of an hour.
"""

import base64
import hashlib
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from issuer.access.errors import AccountRefused
from issuer.access.tables import client, client_token
from issuer.acts import Act, note_act
from issuer.instance import Transaction
from issuer.people.affiliation import AuthorityKind
from issuer.people.tables import authority
from issuer.people.units import authority_id

TOKEN = "xueshi-import-"  # noqa: S105 - how one begins, so that people and scanners of leaked secrets know what it is
SECRET = "xueshi-secret-"  # noqa: S105 - the same
LASTS = timedelta(minutes=15)
_OWN_PEOPLE = frozenset({AuthorityKind.LOCAL_HRSS, AuthorityKind.PERSONNEL_AGENCY})
"""Authorities whose systems register their own people; a department's or the province's register anybody's (第九条)."""


@dataclass(frozen=True)
class NewClient:
    """A client to be made: `name` is its client_id, `profiles` the ids of mapping profiles, `authority` the code of who answers for it."""

    name: str
    profiles: tuple[str, ...]
    authority: str


@dataclass(frozen=True)
class Client:
    """A client as it asks. `within`: the authority whose people alone it may register hours of; None: anybody's."""

    id: int
    name: str
    profiles: frozenset[str]
    within: int | None


def make_client(
    work: Transaction, new: NewClient, by: bytes | None = None, second: bytes | None = None
) -> str:
    """Make a client; answers its secret, which is told once.

    Raises:
        AccountRefused: the name is taken or none, or there is no such profile.
        UnitRefused: there is no such authority.
    """
    if not new.name.isascii() or not new.name.replace("-", "").isalnum() or len(new.name) > 40:
        raise AccountRefused("客户端名称用字母、数字和短横 a client's name has letters, digits and dashes")
    if work.connection.scalar(sa.select(client.c.id).where(client.c.name == new.name)) is not None:
        raise AccountRefused("这个客户端名称已用过 this client's name is taken")
    known = work.instance.settings.known_profiles(work.instance.settings.home)
    if not new.profiles or not set(new.profiles) <= known.keys():
        listed = "、".join(known)
        raise AccountRefused(f"对照表应为 {listed} 之一或几个 the profiles must be some of these")
    secret = _fresh(work, SECRET)
    row = {
        "name": new.name,
        "profiles": " ".join(sorted(set(new.profiles))),
        "authority_id": authority_id(work.connection, new.authority),
        "digest": digest(secret),
        "made_at": work.instance.now(),
    }
    work.connection.execute(sa.insert(client).values(row))
    body: dict[str, object] = {"profiles": row["profiles"], "authority": new.authority}
    note_act(work, Act("import-client-made", f"client:{new.name}", body, by, second))
    return secret


def end_client(work: Transaction, name: str, by: bytes | None = None, second: bytes | None = None) -> None:
    """Withdraw a client for good; its access tokens end at once.

    Raises:
        AccountRefused: there is none by that name, or it was withdrawn.
    """
    mine = sa.select(client.c.id).where(client.c.name == name, client.c.ended_at.is_(None))
    found = work.connection.scalar(mine)
    if found is None:
        raise AccountRefused("没有这个客户端，或已停用 there is no such client, or it was withdrawn")
    work.connection.execute(
        sa.update(client).where(client.c.id == found).values(ended_at=work.instance.now())
    )
    work.connection.execute(sa.delete(client_token).where(client_token.c.client_id == found))
    note_act(work, Act("import-client-ended", f"client:{name}", {}, by, second))


def give_token(work: Transaction, client_id: int, profiles: AbstractSet[str]) -> str:
    """Give a client a token for some of its profiles; answers it, told once. Those that ended are taken away."""
    token, now = _fresh(work, TOKEN), work.instance.now()
    work.connection.execute(sa.delete(client_token).where(client_token.c.until < now))
    row = {
        "digest": digest(token),
        "client_id": client_id,
        "profiles": " ".join(sorted(profiles)),
        "until": now + LASTS,
    }
    work.connection.execute(sa.insert(client_token).values(row))
    return token


def resume_client(work: Transaction, token: str) -> Client | None:
    """Find whose access token it is; None when it ended or never was, or its client was withdrawn. Only reads."""
    row = work.connection.execute(
        sa.select(
            client_token.c.profiles, client.c.id, client.c.name, authority.c.kind, client.c.authority_id
        )
        .join(client, client.c.id == client_token.c.client_id)
        .join(authority, authority.c.id == client.c.authority_id)
        .where(client_token.c.digest == digest(token), client.c.ended_at.is_(None))
        .where(client_token.c.until >= work.instance.now())
    ).one_or_none()
    if row is None:
        return None
    within = row.authority_id if AuthorityKind(row.kind) in _OWN_PEOPLE else None
    return Client(row.id, row.name, frozenset(row.profiles.split()), within)


def digest(secret: str) -> bytes:
    """What is kept of a secret or token: each has 256 random bits, so that a plain hash gives nothing away."""
    return hashlib.sha256(secret.encode()).digest()


def _fresh(work: Transaction, begins: str) -> str:
    return begins + base64.urlsafe_b64encode(work.instance.random_bytes(32)).decode().rstrip("=")
