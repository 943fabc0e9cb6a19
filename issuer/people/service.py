"""Professionals: found again by the keyed fingerprint of their document. The caller opens the transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection, insert, select, update

from issuer.errors import NotFound
from issuer.instance import Transaction
from issuer.people.identifier import Identifier
from issuer.people.tables import professional
from ledger.bulk import among


@dataclass(frozen=True)
class Person:
    """A professional's row: its id, and the keyed fingerprint of the document."""

    id: int
    key: bytes


def subject_of(person: Person) -> str:
    """How acts name a person: half of the fingerprint, no number and no name."""
    return f"person:{person.key.hex()[:32]}"


def person_by_id(connection: Connection, person_id: int) -> Person:
    """Find a professional by id.

    Raises:
        NotFound: there is none.
    """
    key = connection.scalar(select(professional.c.person_key).where(professional.c.id == person_id))
    if key is None:
        raise NotFound("没有这个人 there is no such person")
    return Person(person_id, bytes(key))


class Named(Protocol):
    """Somebody as a roster or a file names them."""

    @property
    def identifier(self) -> Identifier: ...
    @property
    def name(self) -> str: ...
    @property
    def employer(self) -> str: ...


def keep_all(work: Transaction, entries: Sequence[Named]) -> list[Person]:
    """Find or make the person of each entry, with name and employer as last declared, in a few statements for all."""
    secret = work.instance.person_secret
    keys = [entry.identifier.person_key(secret) for entry in entries]
    last = dict(zip(keys, entries, strict=True))
    query = select(professional.c.person_key, professional.c.id, professional.c.name, professional.c.employer)
    found = work.connection.execute(
        query.where(among(work.connection, professional.c.person_key, last))
    ).all()
    known = {key: (one, (name, employer)) for key, one, name, employer in found}
    ids = {key: one for key, (one, _) in known.items()}
    fresh = [_row(key, entry) for key, entry in last.items() if key not in known]
    if fresh:
        made = insert(professional).returning(professional.c.id, professional.c.person_key)
        ids |= {row.person_key: int(row.id) for row in work.connection.execute(made, fresh)}
    for key, (one, before) in known.items():
        entry = last[key]
        if before != (entry.name, entry.employer):
            changed = update(professional).where(professional.c.id == one)
            work.connection.execute(changed.values(name=entry.name, employer=entry.employer))
    return [Person(ids[key], key) for key in keys]


def _row(person_key: bytes, entry: Named) -> dict[str, object]:
    return {
        "person_key": person_key,
        "id_type": entry.identifier.id_type,
        "masked_identifier": entry.identifier.masked,
        "name": entry.name,
        "employer": entry.employer,
    }
