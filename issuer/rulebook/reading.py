"""The rules as people may look at them: what is in force for everybody who is signed in, proposals for the province's administrators. Only reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
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
from issuer.people.tables import authority
from issuer.rulebook.documents import Kind, read_document, with_more
from issuer.rulebook.effect import Effect, measure
from issuer.rulebook.proposing import State
from issuer.rulebook.tables import rule_document
from ledger.store import reading
from rules.inventory import differences
from rules.library import Library
from rules.pack import Ending
from rules.reading import load_yaml

_SHOWN = [column for column in rule_document.c if column is not rule_document.c.text]


@dataclass(frozen=True)
class May:
    """`oversee`: see proposals, and by whom. `decide`: propose, confirm and refuse."""

    oversee: bool
    decide: bool


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
    """A document with its text; `may` says what the reader may see and do."""

    document: Document
    text: str
    may: May

    @property
    def fields(self) -> dict[str, str]:
        """A note's own fields, as the form for a note has them."""
        raw = load_yaml(self.text.encode(), self.document.name)
        if self.document.kind is not Kind.NOTE or not isinstance(raw, dict):
            return {}
        words = {name: raw["text"][name] for name in ("zh", "en")}
        return {name: str(raw[name]) for name in ("id", "version", "pack", "parameter", "authority")} | words


@dataclass(frozen=True)
class Own:
    """A document of the authority's own that is in force: of the database (`document`), or of the instance's folder."""

    kind: Kind
    key: str
    name: str
    first: date
    sha256: str
    document: Document | None
    ending: Ending | None

    @property
    def can_end(self) -> bool:
        """Whether an ending may name it."""
        return self.kind not in {Kind.ENDING, Kind.LAW} and self.ending is None


@dataclass(frozen=True)
class Overview:
    """The rules in force, and what is on its way: `waiting` for a second person, `drafts` of the reader's own."""

    library: Library
    own: tuple[Own, ...]
    waiting: tuple[Document, ...]
    drafts: tuple[Document, ...]
    may: May
    authority: str
    """The province's bureau, by name."""


@dataclass(frozen=True)
class Wanted:
    """Which documents: those in one state, a page of them."""

    paging: Paging
    state: State | None = None


def may(connection: sa.Connection, actor: Actor) -> May:
    """What somebody may: an administrator of the province everything, an inspector of the province look."""
    root = connection.scalar(sa.select(top()))
    if root is None:
        return May(oversee=False, decide=False)
    place = Place(authority_id=root)
    decide = actor.holds(connection, Role.ADMINISTRATOR, place)
    return May(decide or actor.holds(connection, Role.INSPECTOR, place), decide)


def overview(instance: Instance, actor: Actor) -> Overview:
    """What is in force, with what waits for the actor."""
    with reading(instance.engine).connect() as connection:
        book = instance.rulebook
        library = book.now(connection).library
        query = _visible(connection, actor).order_by(rule_document.c.made_at.desc(), rule_document.c.id)
        shown = query.where(rule_document.c.state.not_in([State.REJECTED, State.WITHDRAWN]))
        documents = _told(connection, actor, connection.execute(shown).all())
        allowed = may(connection, actor)
        name = connection.scalar(sa.select(authority.c.name).where(authority.c.id == top()))
    endings = {one.ends: one for one in library.endings}
    own = [
        Own(one.kind, one.key, one.name, one.first, one.sha256, one, _ended(endings, one.kind, one.key))
        for one in documents
        if one.state is State.IN_FORCE
    ]
    for file, text in book.folder:
        its = read_document(text, len(text))
        ending = _ended(endings, its.kind, its.key)
        own.append(Own(its.kind, its.key, file, its.first, its.digest.hex(), None, ending))
    waiting = tuple(one for one in documents if one.state is State.PROPOSED)
    drafts = tuple(one for one in documents if one.state is State.DRAFT)
    return Overview(library, tuple(own), waiting, drafts, allowed, name or "")


def _ended(endings: Mapping[str, Ending], kind: Kind, key: str) -> Ending | None:
    return None if kind in {Kind.ENDING, Kind.LAW} else endings.get(key)


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
        found = _visible(connection, actor).add_columns(rule_document.c.text)
        row = connection.execute(found.where(rule_document.c.id == one)).one_or_none()
        if row is None:
            raise NotFound("没有这份文件 there is no such document")
        (document,) = _told(connection, actor, [row])
        return Whole(document, row.text.decode(), may(connection, actor))


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
        if not may(connection, actor).oversee:
            raise NotAllowed
        if its.number is None:
            before = book.now(connection).library
            after = with_more(book.documents(connection), (its.name, whole.text.encode()), book.law)
        else:
            before, after = (book.as_of(connection, number) for number in (its.number - 1, its.number))
    first = read_document(whole.text.encode()).first
    return replace(measure(instance, before, after, first), places=_places(its, before, after))


def _places(its: Document, before: Library, after: Library) -> tuple[str, ...]:
    """What a pack cites otherwise than the one that judged its first day."""
    new, old = after.find(its.key) if its.kind is Kind.PACK else None, before.on(its.first)
    if new is None or old is None:
        return ()
    return tuple(one.parameter for one in differences(old, new) if not one.figure)


def _visible(connection: sa.Connection, actor: Actor) -> sa.Select[Any]:
    own_draft = (rule_document.c.state == State.DRAFT) & (rule_document.c.author_key == actor.person_key)
    seen = [State.IN_FORCE]
    if may(connection, actor).oversee:
        seen += [State.PROPOSED, State.REJECTED, State.WITHDRAWN]
    return sa.select(*_SHOWN).where(rule_document.c.state.in_(seen) | own_draft)


def _told(connection: sa.Connection, actor: Actor, rows: Sequence[sa.Row[Any]]) -> list[Document]:
    logins: dict[bytes, str] = {}
    if may(connection, actor).oversee:
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
