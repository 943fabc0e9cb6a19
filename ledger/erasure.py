"""Deleting private payloads, so that nobody can open the commitments any more; the log records that it was done.

Proofs go on working: a leaf holds a commitment, never the payload. Copies elsewhere (backups, PostgreSQL's archived
WAL) end when their own retention does; docs/recovery.md says how.
"""

import json
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from ledger import tables
from ledger.entry import Kind, canonical
from ledger.errors import EntryFormatError, UnknownEventError
from ledger.event import Event
from ledger.guard import Duty, acting_as
from ledger.receipts import Receipt
from ledger.store import stage

_CHUNK = 500


def erasure_event(event_id: UUID, day: date, erased: Collection[UUID], reason: str, salt: bytes) -> Event:
    """Return the event that records the erasure of the payloads of `erased`.

    `reason` is a code of the caller's, such as "retention-ended"; never words about a person.
    """
    payload = canonical({"erased": sorted(str(item) for item in erased), "reason": reason})
    return Event(event_id, Kind.ERASURE, day, payload, salt)


def erase(connection: sa.Connection, record: Event) -> Receipt:
    """Delete the payloads and salts that `record` (from `erasure_event`) lists, and stage it, in the caller's transaction.

    Erasing again what is gone changes nothing.

    Raises:
        EntryFormatError: `record` is not of the kind erasure.
        UnknownEventError: an id was never staged; nothing is deleted.
        EventConflictError: the id of `record` is taken by another event.
    """
    if record.kind is not Kind.ERASURE or record.payload is None:
        raise EntryFormatError(f"an erasure is recorded by an event of that kind, not {record.kind}")
    ids = sorted(erased_ids(record.payload))
    unknown = set(ids) - set(_existing(connection, ids))
    if unknown:
        raise UnknownEventError(f"no event {min(unknown)}; nothing was erased")
    # A crash before the caller's commit leaves both payloads and queue as they were.
    receipt = stage(connection, record)
    with acting_as(connection, Duty.ERASURE):
        for at in range(0, len(ids), _CHUNK):
            gone = tables.private.c.event_id.in_(ids[at : at + _CHUNK])
            connection.execute(tables.private.delete().where(gone))
    return receipt


def scrub(engine: sa.Engine) -> None:
    """Remove what a committed erasure left lying about: SQLite's WAL file, PostgreSQL's dead rows.

    On PostgreSQL the login must own the table, and the table is locked while it is rewritten.
    """
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            raw: Any = (
                connection.connection.driver_connection
            )  # outside SQLAlchemy, which would begin a transaction
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        else:
            outside = connection.execution_options(isolation_level="AUTOCOMMIT")
            outside.exec_driver_sql("VACUUM FULL ledger_private")


def erased_ids(payload: bytes) -> Iterable[UUID]:
    """Return the ids that the payload of an erasure's entry lists."""
    return [UUID(item) for item in json.loads(payload)["erased"]]


def _existing(connection: sa.Connection, ids: list[UUID]) -> Iterable[UUID]:
    for at in range(0, len(ids), _CHUNK):
        query = sa.select(tables.event.c.event_id).where(tables.event.c.event_id.in_(ids[at : at + _CHUNK]))
        yield from connection.execute(query).scalars()
