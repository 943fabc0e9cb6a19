"""The database behind the log: opening it, and staging events inside the caller's transaction."""

import functools
import json
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pysqlite3 import dbapi2 as sqlite

from ledger import tables
from ledger.bulk import Row, among, insert_rows
from ledger.entry import commit
from ledger.errors import EventConflictError, UnsafeDatabaseError
from ledger.event import Event
from ledger.guard import Duty, set_duty
from ledger.receipts import Receipt, places

SAFE_SQLITE = (3, 51, 3)
"""Before it, two connections to a WAL database could corrupt it (sqlite.org/wal.html, WAL-reset bug)."""
BUSY_SECONDS = 30
_READ_ONLY = "ledger_read_only"
_SQLITE_SETTINGS = (
    "PRAGMA synchronous = FULL",  # a published checkpoint lost in a power cut would be a fork at the next tick
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",  # else INSERT OR REPLACE deletes without firing the DELETE trigger
    "PRAGMA secure_delete = ON",  # what is erased, or moved between pages, is overwritten with zeros
    "PRAGMA mmap_size = 0",
    "PRAGMA trusted_schema = OFF",
    f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}",
)
_POSTGRESQL_SETTINGS = {
    "synchronous_commit": "on",
    "lock_timeout": "10s",
    "statement_timeout": "120s",
    "idle_in_transaction_session_timeout": "120s",
    "timezone": "UTC",
}
_EVENT_COLUMNS = ("event_id", "kind", "day", "commitment", "digest")
_TAKEN = "SELECT event_id FROM ledger_event WHERE event_id IN (SELECT value FROM json_each(?))"
MANY = 100
"""Events from which PostgreSQL is first given them as if every id were free: it copies faster than it compares."""
_INSERT_FREE = (
    f"INSERT INTO ledger_event ({', '.join(_EVENT_COLUMNS)}) "  # noqa: S608 our own names
    "SELECT * FROM unnest(%s::uuid[], %s::text[], %s::date[], %s::bytea[], %s::bytea[]) "
    "ON CONFLICT DO NOTHING RETURNING event_id"
)


def open_engine(url: str, cache: int = 2) -> sa.Engine:
    """Open the database at `url` (sqlite:///path or postgresql://…) as the log needs it.

    Every transaction on SQLite starts with BEGIN IMMEDIATE, so that none fails half-way for want of the
    lock; `reading` gives an engine for transactions that only read. Business tables share this engine. Its errors do not
    repeat the values of a statement: they may name people. `cache`: megabytes of pages that each connection to SQLite
    keeps, and that it writes before its log is worked into the database; bulk work wants more than the usual two.

    Raises:
        UnsafeDatabaseError: another kind of database, a SQLite in memory, or one with the WAL-reset bug.
    """
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(parsed, cache)
    if parsed.get_backend_name() == "postgresql":
        options = " ".join(f"-c {name}={value}" for name, value in _POSTGRESQL_SETTINGS.items())
        return sa.create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            connect_args={"options": options},
            pool_pre_ping=True,
            hide_parameters=True,
        )
    raise UnsafeDatabaseError(f"the log runs on SQLite and PostgreSQL, not on {parsed.get_backend_name()}")


def reading(engine: sa.Engine) -> sa.Engine:
    """Return the same database for transactions that see one snapshot, write nothing and wait for nobody."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**{_READ_ONLY: True})
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _open_sqlite(url: sa.URL, cache: int) -> sa.Engine:
    if sqlite.sqlite_version_info < SAFE_SQLITE:
        wanted = ".".join(map(str, SAFE_SQLITE))
        raise UnsafeDatabaseError(
            f"SQLite {sqlite.sqlite_version} can corrupt a WAL database; {wanted} or newer is needed"
        )
    if not url.database or url.database.startswith((":", "file:")) or url.query:
        raise UnsafeDatabaseError(
            "the log is kept in a file named plainly, as in sqlite:////var/lib/xueshi.db"
        )
    engine = sa.create_engine(url.set(drivername="sqlite+pysqlite"), module=sqlite, hide_parameters=True)
    sa.event.listen(engine, "connect", functools.partial(_prepare_sqlite, cache))
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(cache: int, connection: sqlite.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself; _begin_sqlite does
    for setting in _SQLITE_SETTINGS:
        connection.execute(setting)
    connection.execute(f"PRAGMA cache_size = {-1000 * cache}")
    connection.execute(f"PRAGMA wal_autocheckpoint = {max(1000, 250 * cache)}")
    if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        connection.execute("PRAGMA journal_mode = WAL")
    set_duty(connection, Duty.BUSINESS)


def _begin_sqlite(connection: sa.Connection) -> None:
    read_only = bool(connection.get_execution_options().get(_READ_ONLY))
    connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if read_only else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def stage(connection: sa.Connection, event: Event) -> Receipt:
    """Queue one event inside the caller's transaction; see `stage_all`."""
    return stage_all(connection, [event])[0]


def stage_all(connection: sa.Connection, events: Sequence[Event]) -> list[Receipt]:
    """Queue events for the log inside the caller's transaction: they are recorded if and only if it commits.

    An id that was staged before with the same content gives its receipt again and queues nothing.

    Raises:
        EventConflictError: an id is taken by other content, or its payload was erased and cannot be compared.
    """
    # A crash before the caller's commit leaves nothing, after it a pending row that the next tick takes.
    wanted = {event.event_id.hex: event for event in events}
    if len(wanted) != len(events):
        raise EventConflictError("同一事件编号出现两次 the same event id stands twice in one call")
    # In the order of the index, in each of the tables: each of its pages is then visited once.
    ordered = sorted(wanted.items())
    fresh = _insert_free(connection, ordered)
    found = _staged(connection, wanted.keys() - fresh) if len(fresh) < len(wanted) else {}
    for key, row in found.items():
        _check_same(connection, wanted[key], row)
    # An id is written in three tables: SQLite gets its text, made once; PostgreSQL the id itself.
    as_text = connection.dialect.name == "sqlite"
    payloads = (
        (key if as_text else event.event_id, event.salt, event.payload)
        for key, event in ordered
        if key in fresh and event.payload is not None
    )
    insert_rows(connection, tables.private, ("event_id", "salt", "payload"), payloads)
    queue = ((key if as_text else event.event_id,) for key, event in wanted.items() if key in fresh)
    insert_rows(connection, tables.pending, ("event_id",), queue)
    known = places(connection, [row.event_id for row in found.values()])
    return [Receipt(event.event_id, known.get(event.event_id) if known else None) for event in events]


def _insert_free(connection: sa.Connection, ordered: Sequence[tuple[str, Event]]) -> set[str]:
    """Insert into the register of ids; returns those that were free."""
    if not ordered:
        return set()
    wanted = {key for key, _ in ordered}
    if connection.dialect.name == "sqlite":
        # There is one writer, and its guards refuse a second row: look first, nobody can come in between.
        taken = set(connection.exec_driver_sql(_TAKEN, (json.dumps([*wanted]),)).scalars())
        free = [(key, event) for key, event in ordered if key not in taken]
        # `_value_` is the enum's own documented name for it, without the call that `value` is.
        rows = [(key, e.kind._value_, e.day, e.commitment, e.digest) for key, e in free]
        insert_rows(connection, tables.event, _EVENT_COLUMNS, rows)
        return wanted - taken
    every = [(e.event_id, e.kind._value_, e.day, e.commitment, e.digest) for _, e in ordered]
    if len(every) >= MANY and _insert_all(connection, every):
        return wanted
    # PostgreSQL says itself which ids are taken, also by a transaction that commits in between.
    columns = tuple([*column] for column in zip(*every, strict=True))
    return {key.hex for key in connection.exec_driver_sql(_INSERT_FREE, columns).scalars()}


def _insert_all(connection: sa.Connection, rows: Sequence[Row]) -> bool:
    """Copy them all into the register of ids; False, and nothing is in it, where one is taken."""
    try:
        with connection.begin_nested():
            insert_rows(connection, tables.event, _EVENT_COLUMNS, rows)
    except sa.exc.IntegrityError:
        return False
    return True


def _staged(connection: sa.Connection, keys: Iterable[str]) -> dict[str, sa.Row[Any]]:
    its = among(connection, tables.event.c.event_id, [UUID(key) for key in keys])
    return {row.event_id.hex: row for row in connection.execute(sa.select(tables.event).where(its))}


def _check_same(connection: sa.Connection, event: Event, row: sa.Row[Any]) -> None:
    """Hold that a repeated id means the same event.

    The stored salt makes the comparison: a bare hash kept beside it would let the payload be guessed after
    it was erased.
    """
    same = (row.kind, row.day, row.digest) == (event.kind.value, event.day, event.digest)
    if same and event.payload is not None:
        query = sa.select(tables.private.c.salt).where(tables.private.c.event_id == event.event_id)
        salt = connection.execute(query).scalar_one_or_none()
        same = salt is not None and commit(salt, event.payload) == row.commitment
    if not same:
        raise EventConflictError(
            f"事件 {event.event_id} 此前已登记，内容不同。It was staged before with another content"
        )
