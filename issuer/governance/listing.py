"""Entries of authorities, as those may read them whose office they belong to. Only reads."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from issuer.access.reach import within
from issuer.access.roles import Actor, Role
from issuer.database import Paging
from issuer.errors import NotFound
from issuer.governance.entries import kind_of
from issuer.governance.offices import ChangeKind
from issuer.instance import Instance
from issuer.people.tables import professional
from issuer.registration.entered import EntryKind, EntryState
from issuer.registration.tables import authority_entry
from ledger.store import reading

READERS = (Role.VERIFIER, Role.DEPARTMENT, Role.ADMINISTRATOR, Role.INSPECTOR)


@dataclass(frozen=True)
class Listed:
    """An entry with the person it is about, if it is about one."""

    id: UUID
    kind: EntryKind | ChangeKind
    state: EntryState
    content: Mapping[str, Any]
    document_no: str
    reason: str
    entered_at: datetime
    person_id: int | None
    name: str | None
    masked: str | None


@dataclass(frozen=True)
class Wanted:
    """Which entries: of one kind, in one state, a page of them."""

    paging: Paging
    kind: EntryKind | ChangeKind | None = None
    state: EntryState | None = None


def list_entries(instance: Instance, actor: Actor, wanted: Wanted) -> list[Listed]:
    """Entries of the actor's own office and of those below it, the newest first."""
    query = _visible(actor).order_by(authority_entry.c.entered_at.desc(), authority_entry.c.id.desc())
    for column, value in ((authority_entry.c.kind, wanted.kind), (authority_entry.c.state, wanted.state)):
        if value is not None:
            query = query.where(column == value)
    query = query.where(wanted.paging.earlier(authority_entry.c.entered_at, authority_entry.c.id))
    with reading(instance.engine).connect() as connection:
        return [_listed(row) for row in connection.execute(query.limit(wanted.paging.limit))]


def read_entry(instance: Instance, actor: Actor, one: UUID) -> Listed:
    """One entry of the actor's own office.

    Raises:
        NotFound: there is none.
    """
    with reading(instance.engine).connect() as connection:
        row = connection.execute(_visible(actor).where(authority_entry.c.id == one)).one_or_none()
    if row is None:
        raise NotFound("没有这一条 there is no such entry")
    return _listed(row)


def _visible(actor: Actor) -> sa.Select[Any]:
    places = {place for role in READERS for place in actor.places(role)}
    return (
        sa.select(authority_entry, professional.c.name, professional.c.masked_identifier)
        .outerjoin(professional, professional.c.id == authority_entry.c.person_id)
        .where(within(places, authority_entry.c.unit_id, authority_entry.c.authority_id))
    )


def _listed(row: sa.Row[Any]) -> Listed:
    return Listed(
        row.id, kind_of(row.kind), EntryState(row.state), json.loads(row.body), row.document_no, row.reason,
        row.entered_at, row.person_id, row.name, row.masked_identifier,
    )  # fmt: skip
