"""A program's call: one transaction, carried out once however often it is asked (Idempotency-Key).

The answer is kept in the transaction of what it tells of. A crash before the commit leaves neither, and asking again
does it; after the commit asking again gets the same answer. A refusal is not kept: it changed nothing.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import sqlalchemy as sa
from pydantic import BaseModel
from sqlalchemy.dialects import postgresql, sqlite

from issuer.access.accounts import actor_of
from issuer.access.roles import Actor
from issuer.instance import Instance, Transaction, writing
from issuer.keys.vault import Sealed
from issuer.portal.errors import KeyReused
from issuer.portal.tables import kept_answer

KEPT = timedelta(hours=24)


@dataclass(frozen=True)
class Asked:
    """A call that changes something: by whose account, under which key, and all that it says."""

    account_id: int
    key: str
    content: bytes


@dataclass(frozen=True)
class Answer:
    """What a call is answered: a body or none, status and headers."""

    body: BaseModel | None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """An answer as bytes; `again` when it was given before."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    again: bool = False


Act = Callable[[Transaction, Actor], Answer]


def once(instance: Instance, asked: Asked, act: Act) -> Told:
    """Carry out a call, unless its key was used: then answer as before. The actor's roles are read in the transaction.

    Two calls with one key at once: the second waits for the first one's row, and then finds its answer.

    Raises:
        KeyReused: the key was used for another call.
        NotAllowed: the account is disabled by now; or whatever `act` refuses.
    """
    digest = hmac.digest(instance.person_secret, asked.content, hashlib.sha256)
    vault = instance.vault
    bound = digest + asked.key.encode()
    with writing(instance) as work:
        actor = actor_of(work, asked.account_id)
        if not _claim(work, asked, digest):
            row = work.connection.execute(sa.select(kept_answer).where(*_same(asked))).one()
            if row.asked != digest:
                raise KeyReused
            status, headers, text = json.loads(vault.reveal(Sealed(row.answer, row.answer_by), bound))
            return Told(status, headers, text.encode(), again=True)
        told = _told(act(work, actor))
        kept = json.dumps([told.status, dict(told.headers), told.content.decode()])
        sealed = vault.seal(kept, bound)
        values = {"answer": sealed.data, "answer_by": sealed.by}
        work.connection.execute(sa.update(kept_answer).where(*_same(asked)).values(values))
    return told


def carry_out(instance: Instance, account_id: int, act: Act) -> Told:
    """Carry out a call that may be repeated without harm: one that puts or deletes."""
    with writing(instance) as work:
        return _told(act(work, actor_of(work, account_id)))


def _claim(work: Transaction, asked: Asked, digest: bytes) -> bool:
    """Take the key; False when it is taken."""
    now = work.instance.now()
    work.connection.execute(sa.delete(kept_answer).where(kept_answer.c.at < now - KEPT))
    row = {"account_id": asked.account_id, "key": asked.key, "asked": digest, "answer": None, "at": now}
    insert = sqlite.insert if work.connection.dialect.name == "sqlite" else postgresql.insert
    made = insert(kept_answer).values(row).on_conflict_do_nothing().returning(kept_answer.c.key)
    return (
        work.connection.execute(made).first() is not None
    )  # PostgreSQL's driver tells no count of rows here


def _same(asked: Asked) -> tuple[sa.ColumnElement[bool], ...]:
    return kept_answer.c.account_id == asked.account_id, kept_answer.c.key == asked.key


def _told(answer: Answer) -> Told:
    content = b"" if answer.body is None else answer.body.model_dump_json(by_alias=True).encode()
    return Told(answer.status, answer.headers, content)
