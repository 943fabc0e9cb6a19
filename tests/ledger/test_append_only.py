"""Every way to rewrite the log through SQL on SQLite that we know of, tried against authorizer and triggers."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from pysqlite3 import dbapi2 as sqlite
from sqlalchemy.exc import DBAPIError

from ledger import tables
from ledger.guard import Duty, acting_as
from ledger.store import open_engine
from tests.ledger.logs import Log
from tests.ledger.rewriting import COLUMNS, EVERYTHING, fill, rows


@pytest.fixture(scope="module")
def full_file(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("full")
    shutil.copy(sqlite_template, folder / "ledger.db")
    engine = open_engine(f"sqlite:///{folder}/ledger.db")
    fill(Log(engine, folder))
    engine.dispose()
    return folder / "ledger.db"


@pytest.fixture
def ours(full_file: Path, tmp_path: Path) -> Iterator[sa.Engine]:
    """A filled log opened by us, with the authorizer."""
    shutil.copy(full_file, tmp_path / "ledger.db")
    engine = open_engine(f"sqlite:///{tmp_path}/ledger.db")
    yield engine
    engine.dispose()


@pytest.fixture
def bare(full_file: Path, tmp_path: Path) -> Iterator[sqlite.Connection]:
    """The same opened by somebody else's program: no authorizer, SQLite's own defaults."""
    shutil.copy(full_file, tmp_path / "ledger.db")
    connection = sqlite.connect(tmp_path / "ledger.db", isolation_level=None)
    assert connection.execute("PRAGMA recursive_triggers").fetchone() == (0,)
    yield connection
    connection.close()


def test_every_append_only_table_is_tried() -> None:
    assert {table.name for table in tables.APPEND_ONLY} == set(COLUMNS)


REWRITES = [
    pytest.param("UPDATE {table} SET {column} = {value}", id="update"),
    pytest.param("DELETE FROM {table}", id="delete"),
    pytest.param("DELETE FROM {table} WHERE 1 = 1", id="delete where"),
    pytest.param("DROP TABLE {table}", id="drop table"),
    pytest.param("ALTER TABLE {table} RENAME TO gone", id="rename"),
]


@pytest.mark.parametrize("statement", REWRITES)
@pytest.mark.parametrize("table", COLUMNS)
def test_business_cannot_rewrite_sqlite(ours: sa.Engine, table: str, statement: str) -> None:
    """The authorizer refuses before anything runs."""
    column, value = COLUMNS[table]
    with ours.begin() as connection:
        before = rows(connection, table)
        assert before
        with pytest.raises(DBAPIError, match="not authorized"):
            connection.execute(sa.text(statement.format(table=table, column=column, value=value)))
        assert rows(connection, table) == before


BARE_REWRITES = [
    pytest.param("UPDATE {table} SET {column} = {value}", id="update"),
    pytest.param("UPDATE OR REPLACE {table} SET {column} = {value}", id="update or replace"),
    pytest.param("DELETE FROM {table}", id="delete"),
    pytest.param("INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1", id="insert or replace"),
    pytest.param("REPLACE INTO {table} SELECT * FROM {table} LIMIT 1", id="replace"),
    pytest.param(
        "INSERT INTO {table} SELECT * FROM {table} WHERE true ON CONFLICT DO UPDATE SET {column} = {value}",
        id="upsert",
    ),
]


@pytest.mark.parametrize("recursive", ["OFF", "ON"])
@pytest.mark.parametrize("statement", BARE_REWRITES)
@pytest.mark.parametrize("table", COLUMNS)
def test_triggers_stand_without_the_authorizer(
    bare: sqlite.Connection, table: str, statement: str, recursive: str
) -> None:
    bare.execute(f"PRAGMA recursive_triggers = {recursive}")
    column, value = COLUMNS[table]
    before = bare.execute(EVERYTHING.format(table=table)).fetchall()
    assert before
    with pytest.raises(sqlite.IntegrityError, match="append-only"):
        bare.execute(statement.format(table=table, column=column, value=value))
    assert bare.execute(EVERYTHING.format(table=table)).fetchall() == before


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("INSERT INTO ledger_entry VALUES (262, x'00', x'00')", id="a gap"),
        pytest.param("INSERT INTO ledger_entry VALUES (-1, x'00', x'00')", id="before the first"),
        pytest.param("INSERT OR REPLACE INTO ledger_entry VALUES (7, x'00', x'00')", id="replace one"),
        pytest.param(
            "INSERT INTO ledger_entry(rowid, leaf_hash, body) VALUES (7, x'00', x'00')", id="by rowid"
        ),
        pytest.param("INSERT OR IGNORE INTO ledger_entry VALUES (7, x'00', x'00')", id="or ignore"),
    ],
)
def test_entries_neither_leave_gaps_nor_replace(bare: sqlite.Connection, statement: str) -> None:
    before = bare.execute("SELECT * FROM ledger_entry").fetchall()
    with pytest.raises(sqlite.IntegrityError, match="append-only"):
        bare.execute(statement)
    assert bare.execute("SELECT * FROM ledger_entry").fetchall() == before


def test_no_table_has_a_second_unique(bare: sqlite.Connection) -> None:
    """`INSERT OR REPLACE` deletes through any UNIQUE, a hidden rowid included."""
    for table in COLUMNS:
        indexes = bare.execute(f"PRAGMA index_list({table})").fetchall()
        key = [row for row in bare.execute(f"PRAGMA table_info({table})") if row[5]]
        (without_rowid,) = bare.execute(
            "SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ?", (table,)
        ).fetchone()
        is_its_own_rowid = len(key) == 1 and key[0][2].upper() == "INTEGER"
        assert bool(without_rowid) != is_its_own_rowid, table
        assert sum(1 for row in indexes if row[2]) == (1 if without_rowid else 0), table


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TRIGGER ledger_entry_no_update",
        "DROP INDEX ix_ledger_place_idx",
        "PRAGMA recursive_triggers = OFF",
        "PRAGMA writable_schema = ON",
        "PRAGMA synchronous = OFF",
        "PRAGMA journal_mode = DELETE",
        "CREATE TEMP TABLE LEDGER_ENTRY (idx, leaf_hash, body)",
        "CREATE TEMP VIEW ledger_entry AS SELECT 1",
        "CREATE VIEW temp.ledger_checkpoint AS SELECT 1",
        "CREATE TRIGGER quiet BEFORE INSERT ON ledger_pending BEGIN SELECT RAISE(IGNORE); END",
        "CREATE TEMP TRIGGER quiet BEFORE INSERT ON main.ledger_pending BEGIN SELECT RAISE(IGNORE); END",
        "CREATE UNIQUE INDEX second ON ledger_entry (leaf_hash)",
        "INSERT INTO ledger_entry VALUES (0, x'00', x'00')",
        "INSERT INTO ledger_checkpoint VALUES (1, x'00', x'00', '')",
        "INSERT INTO ledger_cosignature VALUES (1, 'w', 'x')",
        "DELETE FROM ledger_pending",
        "DELETE FROM ledger_private",
        "UPDATE ledger_private SET payload = x'00'",
        "DELETE FROM ledger_edge",
        "UPDATE ledger_version SET version_num = '9'",
    ],
)
def test_business_cannot_take_the_guards_away(ours: sa.Engine, statement: str) -> None:
    with ours.connect() as connection, pytest.raises(DBAPIError, match="not authorized"):
        connection.execute(sa.text(statement))


def test_a_duty_ends_for_prepared_statements_too(ours: sa.Engine) -> None:
    """The driver keeps statements prepared; one allowed under another duty must not run again unasked."""
    with ours.begin() as connection:
        with acting_as(connection, Duty.SEQUENCER):
            connection.execute(tables.pending.delete())
        with pytest.raises(DBAPIError, match="not authorized"):
            connection.execute(tables.pending.delete())


def test_business_tables_are_not_in_the_way(ours: sa.Engine) -> None:
    with ours.begin() as connection:
        for statement in (
            "CREATE TABLE person (id INTEGER PRIMARY KEY, event_id REFERENCES ledger_event)",
            "INSERT INTO person VALUES (1, NULL)",
            "UPDATE person SET id = 2",
            "DELETE FROM person",
            "DROP TABLE person",
            "PRAGMA table_info(ledger_entry)",
        ):
            connection.execute(sa.text(statement))


def test_two_event_ids_cannot_share_a_row(bare: sqlite.Connection) -> None:
    """The old hole: a second UNIQUE lets INSERT OR REPLACE delete an old entry although the new index is right."""
    before = bare.execute("SELECT * FROM ledger_entry").fetchall()
    leaf = before[0][1]
    bare.execute("INSERT OR REPLACE INTO ledger_entry VALUES (260, ?, ?)", (leaf, before[0][2]))
    assert bare.execute("SELECT * FROM ledger_entry").fetchall()[:260] == before
