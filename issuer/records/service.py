"""A person's year: the decision, snapshot by snapshot. The caller opens the transaction."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, func, select

from issuer.instance import Transaction
from issuer.people.tables import professional
from issuer.records.tables import year_record
from issuer.registration.roster import Judged
from ledger.bulk import among, insert_rows, take_numbers
from ledger.entry import Kind, assemble, canonical_text, quote
from rules.decision import Decision

COLUMNS = (
    *("id", "person_id", "year", "version", "input_digest", "registrar", "affiliation", "facts", "decision"),
    *("event_id", "ruled_by"),
)


@dataclass(frozen=True)
class YearRecord:
    """One version of a person's year. `fresh` when this call made it."""

    id: int
    version: int
    fresh: bool


@dataclass(frozen=True)
class Year:
    """A person's year as it was decided, before it is saved; the person by the keyed fingerprint of the document."""

    person_key: bytes
    entry: Judged
    decision: Decision
    ruled_by: int = 0
    """The number of the rules by which it was decided."""


@dataclass(frozen=True)
class Version:
    """A new version of a person's year, which the database does not have yet. `row` lacks the first of the columns, the ids."""

    person_key: bytes
    number: int
    row: tuple[object, ...]


class _Snapshot(NamedTuple):
    """What a version keeps of a year: facts and decision as JSON, each written once; `quoted` are the facts as a JSON string."""

    facts: str
    decision: str
    quoted: str


def conclude_all(work: Transaction, years: Sequence[Year]) -> list[YearRecord | Version]:
    """Make each decision a new version of its year and note it for the ledger, unless the newest one says the same.

    Each step is done for all of them before the next: what the processor holds ready is then used many times.
    """
    newest = _newest(work, years)
    facts = [year.entry.facts_text for year in years]
    decisions = [canonical_text(year.decision.to_json()) for year in years]
    told = [_Snapshot(one, decision, quote(one)) for one, decision in zip(facts, decisions, strict=True)]
    digests = [_digest(year.entry, one) for year, one in zip(years, told, strict=True)]
    before = [newest.get((year.person_key, year.decision.year)) for year in years]
    return [_conclude(work, *each) for each in zip(years, told, digests, before, strict=True)]


def _digest(entry: Judged, told: _Snapshot) -> bytes:
    """SHA-256 over all that a certificate of this year would say: equal means that nothing has changed."""
    where = entry.affiliation
    said = {
        "name": quote(entry.name),
        "employer": quote(entry.employer),
        "affiliation": f'{{"kind":"{where.kind}","registrar":{quote(where.registrar)}}}',
        "facts": told.quoted,
        "decision": quote(told.decision),
    }
    return hashlib.sha256(assemble(said)).digest()


def _conclude(
    work: Transaction, year: Year, told: _Snapshot, digest: bytes, before: Row[Any] | None
) -> YearRecord | Version:
    if before is not None and before.input_digest == digest:
        return YearRecord(before.id, before.version, fresh=False)
    version = 1 if before is None else before.version + 1
    event_id = _tell(work, year.person_key, version, told)
    where = year.entry.affiliation
    said = (year.decision.year, version, digest, where.registrar, where.kind.value, told.facts, told.decision)
    return Version(year.person_key, version, (*said, event_id, year.ruled_by))


def save_all(work: Transaction, versions: Sequence[Version], people: Mapping[bytes, int]) -> Sequence[int]:
    """Save new versions; answers the ids of their records. `people` has each person's id."""
    return _insert(work, [(people[each.person_key], *each.row) for each in versions])


def _newest(work: Transaction, years: Sequence[Year]) -> dict[tuple[bytes, int], Row[Any]]:
    found: dict[tuple[bytes, int], Row[Any]] = {}
    columns = (year_record.c[name] for name in ("id", "year", "version", "input_digest"))
    every = (
        select(professional.c.person_key, *columns)
        .join(professional, professional.c.id == year_record.c.person_id)
        .order_by(year_record.c.version)
    )
    its = among(work.connection, professional.c.person_key, [year.person_key for year in years])
    for row in work.connection.execute(every.where(its)):
        found[row.person_key, row.year] = row
    return found


def _insert(work: Transaction, rows: Sequence[tuple[object, ...]]) -> Sequence[int]:
    """Insert rows of all columns but the id, and answer their ids."""
    ids = take_numbers(work.connection, year_record.c.id, len(rows))
    numbered = [(one, *row) for one, row in zip(ids, rows, strict=True)]
    insert_rows(work.connection, year_record, COLUMNS, numbered)
    return ids


def _tell(work: Transaction, person_key: bytes, version: int, told: _Snapshot) -> UUID:
    """Note the snapshot for the ledger; it is one JSON text, of which the decision, encoded once, is a part."""
    said = {
        "decision": told.decision,
        "facts": told.quoted,
        "person": f'"{person_key.hex()}"',
        "version": str(version),
    }
    snapshot = assemble(said)
    event_id = work.instance.keyed_id("decision", person_key, snapshot)
    work.record(event_id, Kind.DECISION, snapshot)
    return event_id


def ruled_by(connection: Connection, keys: Sequence[bytes]) -> dict[tuple[bytes, int], int]:
    """By person, as keyed fingerprint, and year: the number of the rules by which what was issued was decided."""
    whose = select(
        professional.c.person_key, year_record.c.year, func.max(year_record.c.ruled_by).label("number")
    )
    joined = whose.join(professional, professional.c.id == year_record.c.person_id)
    its = joined.where(among(connection, professional.c.person_key, keys))
    rows = connection.execute(its.group_by(professional.c.person_key, year_record.c.year))
    return {(row.person_key, row.year): row.number for row in rows}


def repeat(work: Transaction, record_id: int) -> YearRecord:
    """Save the same decision as a further version, for a certificate that is issued again without a change of facts."""
    row = (
        work.connection.execute(
            select(year_record, professional.c.person_key)
            .join(professional, professional.c.id == year_record.c.person_id)
            .where(year_record.c.id == record_id)
        )
        .mappings()
        .one()
    )
    version, facts = row["version"] + 1, row["facts"]
    event_id = _tell(work, row["person_key"], version, _Snapshot(facts, row["decision"], quote(facts)))
    again = {**row, "version": version, "event_id": event_id}
    (one,) = _insert(work, [tuple(again[name] for name in COLUMNS[1:])])
    return YearRecord(one, version, fresh=True)
