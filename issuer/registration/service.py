"""Registered activities go into the business tables and, in the same transaction, into the ledger's queue."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from issuer.instance import Transaction
from issuer.people.service import Person
from issuer.registration.roster import Entry
from issuer.registration.tables import activity
from ledger.bulk import among, insert_rows
from ledger.entry import Kind, canonical
from rules.activity import EVER_REGISTERED, Activity

COLUMNS = ("event_id", "person_id", "source_id", "category", "status", "facts")


def register_all(work: Transaction, people: Sequence[Person], entries: Sequence[Entry]) -> int:
    """Record those activities of the entries that are not recorded yet; answers how many were new.

    Only what was registered, now or once (reversed), belongs in the ledger; a draft is nobody's business.
    An activity whose content changed is another event: both stay.
    """
    fresh = _unlike_any(work, people, entries)
    # One that was reversed since says so now, and is still the same event.
    its = among(work.connection, activity.c.event_id, fresh)
    known = set(work.connection.execute(select(activity.c.event_id).where(its)).scalars()) if fresh else ()
    rows = []
    for event_id, (person, one, facts) in fresh.items():
        if event_id in known:
            continue
        kind = Kind.TRANSFER if one.category == "transfer_in" else Kind.REGISTRATION
        work.record(event_id, kind, canonical({"person": person.key.hex(), "activity": facts}))
        rows.append((event_id, person.id, one.id, one.category, one.status.value, facts))
    insert_rows(work.connection, activity, COLUMNS, rows)
    return len(rows)


def _unlike_any(
    work: Transaction, people: Sequence[Person], entries: Sequence[Entry]
) -> dict[UUID, tuple[Person, Activity, str]]:
    """Activities of which none of their person's says the same, by the event that each would be."""
    its = among(work.connection, activity.c.person_id, {person.id for person in people})
    found = work.connection.execute(select(activity.c.person_id, activity.c.facts).where(its)).all()
    known = set(map(tuple, found))
    return {
        work.instance.keyed_id("registration", person.key, facts.encode()): (person, one, facts)
        for person, entry in zip(people, entries, strict=True)
        for one, facts in zip(entry.facts.activities, entry.activity_texts, strict=True)
        if one.status in EVER_REGISTERED and (person.id, facts) not in known
    }
