"""Professionals: found again by the keyed fingerprint of their document. The caller opens the transaction."""

from dataclasses import dataclass

from sqlalchemy import insert, select, update

from issuer.instance import Transaction
from issuer.people.tables import professional
from issuer.registration.roster import Entry


@dataclass(frozen=True)
class Person:
    """A professional's row: its id, and the keyed fingerprint of the document."""

    id: int
    key: bytes


def keep(work: Transaction, entry: Entry) -> Person:
    """Find or make the person of an entry, with the name and employer as last declared."""
    person_key = entry.identifier.person_key(work.instance.person_secret)
    found = work.connection.execute(
        select(professional.c.id).where(professional.c.person_key == person_key)
    ).scalar_one_or_none()
    if found is None:
        row = {
            "person_key": person_key,
            "id_type": entry.identifier.id_type,
            "masked_identifier": entry.identifier.masked,
        }
        made = work.connection.execute(
            insert(professional)
            .values(**row, name=entry.name, employer=entry.employer)
            .returning(professional.c.id)
        )
        return Person(int(made.scalar_one()), person_key)
    work.connection.execute(
        update(professional)
        .where(professional.c.id == found)
        .where((professional.c.name != entry.name) | (professional.c.employer != entry.employer))
        .values(name=entry.name, employer=entry.employer)
    )
    return Person(int(found), person_key)
