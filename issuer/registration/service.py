"""Registered activities go into the business tables and, in the same transaction, into the ledger's queue."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import insert, select

from issuer.database import among
from issuer.instance import Transaction
from issuer.people.service import Person
from issuer.registration.roster import Entry
from issuer.registration.tables import activity
from ledger.entry import Kind, canonical
from rules.activity import EVER_REGISTERED


def register_all(work: Transaction, people: Sequence[Person], entries: Sequence[Entry]) -> int:
    """Record those activities of the entries that are not recorded yet; answers how many were new.

    Only what was registered, now or once (reversed), belongs in the ledger; a draft is nobody's business.
    An activity whose content changed is another event: both stay.
    """
    its = among(work.connection, activity.c.person_id, {person.id for person in people})
    known = set(work.connection.execute(select(activity.c.event_id).where(its)).scalars())
    rows = [
        row
        for person, entry in zip(people, entries, strict=True)
        for row in _new_rows(work, person, entry, known)
    ]
    if rows:
        work.connection.execute(insert(activity), rows)
    return len(rows)


def _new_rows(
    work: Transaction, person: Person, entry: Entry, known: set[UUID]
) -> Iterator[dict[str, object]]:
    for one, facts in zip(entry.facts.activities, entry.activity_texts, strict=True):
        if one.status not in EVER_REGISTERED:
            continue
        event_id = work.instance.keyed_id("registration", person.key, facts.encode())
        if event_id in known:
            continue
        known.add(event_id)
        kind = Kind.TRANSFER if one.category == "transfer_in" else Kind.REGISTRATION
        work.record(event_id, kind, canonical({"person": person.key.hex(), "activity": facts}))
        yield {
            "event_id": event_id,
            "person_id": person.id,
            "source_id": one.id,
            "category": one.category,
            "status": one.status,
            "facts": facts,
        }
