"""A person's year: the decision, snapshot by snapshot. The caller opens the transaction."""

import hashlib
import json
from dataclasses import dataclass

from sqlalchemy import insert, select

from issuer.instance import Transaction
from issuer.people.service import Person
from issuer.people.tables import professional
from issuer.records.tables import year_record
from issuer.registration.roster import Entry, facts_text
from ledger.entry import Kind, canonical
from rules.decision import Decision


@dataclass(frozen=True)
class YearRecord:
    """One version of a person's year. `fresh` when this call made it."""

    id: int
    version: int
    fresh: bool


def snapshot_digest(entry: Entry, decision: Decision) -> bytes:
    """SHA-256 over all that a certificate of this year would say: equal means that nothing has changed."""
    return hashlib.sha256(
        canonical(
            {
                "name": entry.name,
                "employer": entry.employer,
                "affiliation": entry.affiliation.model_dump(mode="json"),
                "facts": facts_text(entry.facts),
                "decision": decision.to_json(),
            }
        )
    ).digest()


def conclude(work: Transaction, person: Person, entry: Entry, decision: Decision) -> YearRecord:
    """Save the decision of a year as a new version, with its ledger event, unless the newest one says the same."""
    digest = snapshot_digest(entry, decision)
    newest = work.connection.execute(
        select(year_record.c.id, year_record.c.version, year_record.c.input_digest)
        .where(year_record.c.person_id == person.id, year_record.c.year == decision.year)
        .order_by(year_record.c.version.desc())
        .limit(1)
    ).one_or_none()
    if newest is not None and newest.input_digest == digest:
        return YearRecord(newest.id, newest.version, fresh=False)
    version = 1 if newest is None else newest.version + 1
    facts = facts_text(entry.facts)
    told = {"person": person.key.hex(), "version": version, "facts": facts, "decision": decision.to_json()}
    snapshot = canonical(told)
    event_id = work.instance.keyed_id("decision", person.key, snapshot)
    row = {
        "person_id": person.id,
        "year": decision.year,
        "version": version,
        "input_digest": digest,
        "registrar": entry.affiliation.registrar,
        "affiliation": entry.affiliation.kind,
        "facts": facts,
        "decision": canonical(decision.to_json()).decode(),
        "event_id": event_id,
    }
    made = work.connection.execute(insert(year_record).values(row).returning(year_record.c.id)).scalar_one()
    work.record(event_id, Kind.DECISION, snapshot)
    return YearRecord(int(made), version, fresh=True)


def repeat(work: Transaction, record_id: int) -> YearRecord:
    """Save the same decision as a further version, for a certificate that is issued again without a change of facts."""
    row = work.connection.execute(
        select(year_record, professional.c.person_key)
        .join(professional, professional.c.id == year_record.c.person_id)
        .where(year_record.c.id == record_id)
    ).one()
    version = row.version + 1
    told = {
        "person": row.person_key.hex(),
        "version": version,
        "facts": row.facts,
        "decision": json.loads(row.decision),
    }
    snapshot = canonical(told)
    event_id = work.instance.keyed_id("decision", row.person_key, snapshot)
    same = {
        name: getattr(row, name)
        for name in ("person_id", "year", "input_digest", "registrar", "affiliation", "facts", "decision")
    }
    made = work.connection.execute(
        insert(year_record).values(**same, version=version, event_id=event_id).returning(year_record.c.id)
    ).scalar_one()
    work.record(event_id, Kind.DECISION, snapshot)
    return YearRecord(int(made), version, fresh=True)
