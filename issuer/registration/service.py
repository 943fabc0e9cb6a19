"""Registered activities go into the business tables and, in the same transaction, into the ledger's queue."""

from sqlalchemy import insert, select

from issuer.instance import Transaction
from issuer.people.service import Person
from issuer.registration.roster import Entry, facts_text
from issuer.registration.tables import activity
from ledger.entry import Kind, canonical
from rules.activity import EVER_REGISTERED


def register(work: Transaction, person: Person, entry: Entry) -> int:
    """Record those activities of an entry that are not recorded yet; answers how many were new.

    Only what was registered, now or once (reversed), belongs in the ledger; a draft is nobody's business.
    An activity whose content changed is another event: both stay.
    """
    query = select(activity.c.event_id).where(activity.c.person_id == person.id)
    known = set(work.connection.execute(query).scalars())
    rows = []
    for one in entry.facts.activities:
        if one.status not in EVER_REGISTERED:
            continue
        facts = facts_text(one)
        event_id = work.instance.keyed_id("registration", person.key, facts.encode())
        if event_id in known:
            continue
        rows.append(
            {
                "event_id": event_id,
                "person_id": person.id,
                "source_id": one.id,
                "category": one.category,
                "status": one.status,
                "facts": facts,
            }
        )
        kind = Kind.TRANSFER if one.category == "transfer_in" else Kind.REGISTRATION
        work.record(event_id, kind, canonical({"person": person.key.hex(), "activity": facts}))
    if rows:
        work.connection.execute(insert(activity), rows)
    return len(rows)
