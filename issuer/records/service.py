"""A person's year: the decision, snapshot by snapshot. The caller opens the transaction."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from issuer.database import portions
from issuer.instance import Transaction
from issuer.people.service import Person
from issuer.people.tables import professional
from issuer.records.tables import year_record
from issuer.registration.roster import Judged
from ledger.bulk import insert_rows
from ledger.entry import Kind, canonical
from rules.decision import Decision


@dataclass(frozen=True)
class YearRecord:
    """One version of a person's year. `fresh` when this call made it."""

    id: int
    version: int
    fresh: bool


@dataclass(frozen=True)
class Year:
    """A person's year as it was decided, before it is saved."""

    person: Person
    entry: Judged
    decision: Decision


def snapshot_digest(entry: Judged, facts: str, decision: str) -> bytes:
    """SHA-256 over all that a certificate of this year would say: equal means that nothing has changed."""
    return hashlib.sha256(
        canonical(
            {
                "name": entry.name,
                "employer": entry.employer,
                "affiliation": entry.affiliation.model_dump(mode="json"),
                "facts": facts,
                "decision": decision,
            }
        )
    ).digest()


def conclude_all(work: Transaction, years: Sequence[Year]) -> list[YearRecord]:
    """Save each decision as a new version of its year, with its ledger event, unless the newest one says the same."""
    newest = _newest(work, years)
    answers: list[YearRecord | UUID] = []
    rows = []
    for year in years:
        facts, decision = year.entry.facts_text, canonical(year.decision.to_json()).decode()
        digest = snapshot_digest(year.entry, facts, decision)
        before = newest.get((year.person.id, year.decision.year))
        if before is not None and before.input_digest == digest:
            answers.append(YearRecord(before.id, before.version, fresh=False))
            continue
        version = 1 if before is None else before.version + 1
        event_id = _tell(work, year.person.key, version, facts, decision)
        rows.append(
            {
                "person_id": year.person.id,
                "year": year.decision.year,
                "version": version,
                "input_digest": digest,
                "registrar": year.entry.affiliation.registrar,
                "affiliation": str(year.entry.affiliation.kind),
                "facts": facts,
                "decision": decision,
                "event_id": event_id,
            }
        )
        answers.append(event_id)
    made = _insert(work, rows)
    return [made[answer] if isinstance(answer, UUID) else answer for answer in answers]


def _newest(work: Transaction, years: Sequence[Year]) -> dict[tuple[int, int], Row[Any]]:
    found: dict[tuple[int, int], Row[Any]] = {}
    columns = (year_record.c[name] for name in ("id", "person_id", "year", "version", "input_digest"))
    every = select(*columns).order_by(year_record.c.version)
    for some in portions([year.person.id for year in years]):
        for row in work.connection.execute(every.where(year_record.c.person_id.in_(some))):
            found[row.person_id, row.year] = row
    return found


def _insert(work: Transaction, rows: list[dict[str, object]]) -> dict[UUID, YearRecord]:
    """Insert past SQLAlchemy's handling of each value, then ask for the ids that the database gave."""
    if not rows:
        return {}
    names = tuple(rows[0])
    insert_rows(work.connection, year_record, names, [tuple(map(row.get, names)) for row in rows])
    made: dict[UUID, YearRecord] = {}
    for some in portions([row["event_id"] for row in rows]):
        query = select(year_record.c.event_id, year_record.c.id, year_record.c.version)
        for row in work.connection.execute(query.where(year_record.c.event_id.in_(some))):
            made[row.event_id] = YearRecord(row.id, row.version, fresh=True)
    return made


def _tell(work: Transaction, person_key: bytes, version: int, facts: str, decision: str) -> UUID:
    """Note the snapshot for the ledger; it is one JSON text, of which the decision, encoded once, is a part."""
    told = canonical({"decision": None, "facts": facts, "person": person_key.hex(), "version": version})
    snapshot = told.replace(b'"decision":null', b'"decision":' + decision.encode(), 1)
    event_id = work.instance.keyed_id("decision", person_key, snapshot)
    work.record(event_id, Kind.DECISION, snapshot)
    return event_id


def repeat(work: Transaction, record_id: int) -> YearRecord:
    """Save the same decision as a further version, for a certificate that is issued again without a change of facts."""
    row = work.connection.execute(
        select(year_record, professional.c.person_key)
        .join(professional, professional.c.id == year_record.c.person_id)
        .where(year_record.c.id == record_id)
    ).one()
    version = row.version + 1
    event_id = _tell(work, row.person_key, version, row.facts, row.decision)
    same = {
        name: getattr(row, name)
        for name in ("person_id", "year", "input_digest", "registrar", "affiliation", "facts", "decision")
    }
    return _insert(work, [{**same, "version": version, "event_id": event_id}])[event_id]
