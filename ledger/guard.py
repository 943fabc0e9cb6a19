"""What a connection to SQLite may do to the log's tables: an authorizer, asked when a statement is prepared.

On PostgreSQL roles say the same (migrations/). Both are guard rails. They stop a mistake and a careless
script; the owner of the file can still edit its bytes, and against him stand the signed checkpoints.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum

import sqlalchemy as sa
from pysqlite3 import dbapi2 as sqlite

from ledger import tables

PREFIX = "ledger_"
_INSERT, _UPDATE, _DELETE = sqlite.SQLITE_INSERT, sqlite.SQLITE_UPDATE, sqlite.SQLITE_DELETE
_STAGED = (tables.event, tables.private, tables.pending)
_SEQUENCED = (tables.entry, tables.place, tables.issuance, tables.tile, tables.edge, tables.checkpoint)
_SCHEMA_ACTIONS = frozenset(
    getattr(sqlite, f"SQLITE_{verb}_{what}")
    for verb in ("CREATE", "DROP")
    for what in ("TABLE", "TEMP_TABLE", "INDEX", "TEMP_INDEX", "TRIGGER", "TEMP_TRIGGER", "VIEW", "TEMP_VIEW")
) | {sqlite.SQLITE_ALTER_TABLE}
_FIXED_PRAGMAS = frozenset(
    {"recursive_triggers", "writable_schema", "synchronous", "journal_mode", "mmap_size"}
)
"""Settings on which the guards or the durability rest; `store.open_engine` sets them once."""

Grants = frozenset[tuple[int, str]]


def _grants(action: int, *on: sa.Table) -> Grants:
    return frozenset((action, table.name) for table in on)


_STAGING = _grants(_INSERT, *_STAGED)


class Duty(Enum):
    """In what capacity a connection acts; the value lists the writes it may do beside staging."""

    BUSINESS = _STAGING
    SEQUENCER = _STAGING | _grants(_INSERT, *_SEQUENCED) | _grants(_DELETE, tables.pending, tables.edge)
    WITNESSING = _STAGING | _grants(_INSERT, tables.cosignature)
    CONTINUING = _STAGING | _grants(_INSERT, *tables.CLOSED)
    ERASURE = _STAGING | _grants(_DELETE, tables.private)
    MIGRATION = None


def set_duty(driver_connection: sqlite.Connection, duty: Duty) -> None:
    """Bind a SQLite connection to a duty.

    Setting an authorizer also expires the statements that the driver keeps prepared, so none that was
    allowed under an earlier duty can run again unasked.
    """
    grants = duty.value
    driver_connection.set_authorizer(None if grants is None else _authorizer(grants))


@contextmanager
def acting_as(connection: sa.Connection, duty: Duty) -> Iterator[None]:
    """Let a connection act in another duty for a while. On PostgreSQL the login's roles decide; nothing happens here."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver_connection = connection.connection.driver_connection
    set_duty(driver_connection, duty)
    try:
        yield
    finally:
        set_duty(driver_connection, Duty.BUSINESS)


def _authorizer(grants: Grants) -> Callable[[int, str | None, str | None, str | None, str | None], int]:
    def authorize(
        action: int, first: str | None, second: str | None, _database: str | None, _trigger: str | None
    ) -> int:
        # The names are lowered because SQLite's are caseless: "LEDGER_ENTRY" in temp would shadow ours.
        names = [(name or "").lower() for name in (first, second)]
        if action in {_INSERT, _UPDATE, _DELETE} and names[0].startswith(PREFIX):
            allowed = (action, names[0]) in grants
        elif action in _SCHEMA_ACTIONS:
            allowed = not any(name.startswith(PREFIX) for name in names)
        elif action == sqlite.SQLITE_PRAGMA:
            allowed = names[0] not in _FIXED_PRAGMAS or second is None
        else:
            allowed = True
        verdict: int = sqlite.SQLITE_OK if allowed else sqlite.SQLITE_DENY
        return verdict

    return authorize
