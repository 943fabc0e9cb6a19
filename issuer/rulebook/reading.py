"""The rules as people may look at them: what is in force for everybody who is signed in, proposals for the province's administrators. Only reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from issuer.access.errors import NotAllowed
from issuer.access.reach import top
from issuer.access.roles import Actor, Role
from issuer.access.tables import account
from issuer.database import Paging
from issuer.errors import NotFound
from issuer.instance import Instance
from issuer.people.affiliation import Place
from issuer.rulebook.documents import Kind, read_document, with_more
from issuer.rulebook.effect import Effect, measure
from issuer.rulebook.proposing import State
from issuer.rulebook.tables import rule_document
from ledger.store import reading

_OVERSEES = (Role.ADMINISTRATOR, Role.INSPECTOR)


@dataclass(frozen=True)
class Document:
    """A document of the authority's rules. `author` and `decider`: logins, for those who oversee the rules; nobody else is told."""

    id: UUID
    kind: Kind
    key: str
    name: str
    first: date
    state: State
    number: int | None
    sha256: str
    document_no: str
    reason: str
    made_at: datetime
    decided_at: datetime | None
    words: str | None
    author: str | None
    decider: str | None
    mine: bool


@dataclass(frozen=True)
class Whole:
    """A document with its text."""

    document: Document
    text: str


@dataclass(frozen=True)
class Wanted:
    """Which documents: those in one state, a page of them."""

    paging: Paging
    state: State | None = None


def oversees(connection: sa.Connection, actor: Actor) -> bool:
    """Whether somebody sees proposals too, and by whom: an administrator or inspector of the province."""
    root = connection.scalar(sa.select(top()))
    return root is not None and any(
        actor.holds(connection, role, Place(authority_id=root)) for role in _OVERSEES
    )


def proposes(connection: sa.Connection, actor: Actor) -> bool:
    """Whether somebody may propose and decide: an administrator of the province."""
    root = connection.scalar(sa.select(top()))
    return root is not None and actor.holds(connection, Role.ADMINISTRATOR, Place(authority_id=root))


def list_documents(instance: Instance, actor: Actor, wanted: Wanted) -> list[Document]:
    """Documents that the actor may see, the newest first."""
    order = rule_document.c.made_at.desc(), rule_document.c.id.desc()
    with reading(instance.engine).connect() as connection:
        query = _visible(connection, actor).where(
            wanted.paging.earlier(rule_document.c.made_at, rule_document.c.id)
        )
        if wanted.state is not None:
            query = query.where(rule_document.c.state == wanted.state)
        rows = connection.execute(query.order_by(*order).limit(wanted.paging.limit)).all()
        return _told(connection, actor, rows)


def read_one(instance: Instance, actor: Actor, one: UUID) -> Whole:
    """One document with its text.

    Raises:
        NotFound: there is none that the actor may see.
    """
    with reading(instance.engine).connect() as connection:
        row = connection.execute(_visible(connection, actor).where(rule_document.c.id == one)).one_or_none()
        if row is None:
            raise NotFound("没有这份文件 there is no such document")
        (document,) = _told(connection, actor, [row])
    return Whole(document, row.text.decode())


def read_effect(instance: Instance, actor: Actor, one: UUID) -> Effect:
    """What a document changes; of one in force, what it changed when it came to be.

    Raises:
        NotFound: there is none that the actor may see.
        NotAllowed: not an administrator or inspector of the province.
        RuleRefused: it does not go with the rules in force.
    """
    whole = read_one(instance, actor, one)
    its, book = whole.document, instance.rulebook
    with reading(instance.engine).connect() as connection:
        if not oversees(connection, actor):
            raise NotAllowed
        if its.number is None:
            before = book.now(connection).library
            after = with_more(book.documents(connection), (its.name, whole.text.encode()), book.law)
        else:
            before, after = (book.as_of(connection, number) for number in (its.number - 1, its.number))
    return measure(instance, before, after, read_document(whole.text.encode()).first)


def _visible(connection: sa.Connection, actor: Actor) -> sa.Select[Any]:
    own_draft = (rule_document.c.state == State.DRAFT) & (rule_document.c.author_key == actor.person_key)
    seen = [State.IN_FORCE]
    if oversees(connection, actor):
        seen += [State.PROPOSED, State.REJECTED, State.WITHDRAWN]
    return sa.select(rule_document).where(rule_document.c.state.in_(seen) | own_draft)


def _told(connection: sa.Connection, actor: Actor, rows: Sequence[sa.Row[Any]]) -> list[Document]:
    logins: dict[bytes, str] = {}
    if oversees(connection, actor):
        keys = {key for row in rows for key in (row.author_key, row.decider_key) if key is not None}
        whose = sa.select(account.c.person_key, account.c.login).where(account.c.person_key.in_(keys))
        logins = {
            row.person_key: row.login for row in connection.execute(whose.order_by(account.c.id.desc()))
        }
    return [
        Document(
            row.id, Kind(row.kind), row.key, row.name, row.first, State(row.state), row.number, row.digest.hex(),
            row.document_no, row.reason, row.made_at, row.decided_at, row.words,
            logins.get(row.author_key), logins.get(row.decider_key), row.author_key == actor.person_key,
        )
        for row in rows
    ]  # fmt: skip
