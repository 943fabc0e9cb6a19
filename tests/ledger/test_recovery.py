"""A restored backup, a rewritten history, a damaged database: the log stops and says why."""

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from ledger import checkpoint, tables
from ledger.checkpoint import Checkpoint
from ledger.errors import LedgerHaltedError, UnsafeDatabaseError
from ledger.guard import Duty, acting_as
from ledger.merkle import EMPTY_ROOT
from ledger.store import SAFE_SQLITE, open_engine
from tests.ledger.logs import ORIGIN, OTHER_SIGNER, SIGNER, Log, noise, private_event


def backup(log: Log, folder: Path) -> Path:
    """Copy the database as a careless operator does: the file, while nobody writes."""
    with log.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
    log.engine.dispose()
    return Path(shutil.copy(folder / "ledger.db", folder / "backup.db"))


def restore(log: Log, folder: Path) -> None:
    log.engine.dispose()
    for name in ("ledger.db-wal", "ledger.db-shm"):
        (folder / name).unlink(missing_ok=True)
    shutil.copy(folder / "backup.db", folder / "ledger.db")


def test_a_restored_backup_halts(sqlite_log: Log, tmp_path: Path) -> None:
    sqlite_log.grow(10)
    backup(sqlite_log, tmp_path)
    sqlite_log.grow(5)
    sqlite_log.publish()
    restore(sqlite_log, tmp_path)
    sqlite_log.stage(private_event(77))
    for attempt in (sqlite_log.sequencer().check, sqlite_log.sequencer().tick, sqlite_log.publish):
        with pytest.raises(LedgerHaltedError, match="a backup was restored"):
            attempt()
    with sqlite_log.engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.max(tables.checkpoint.c.size))).scalar_one() == 10


def test_a_backup_restored_under_a_running_sequencer_halts(sqlite_log: Log, tmp_path: Path) -> None:
    sqlite_log.grow(10)
    backup(sqlite_log, tmp_path)
    running = sqlite_log.sequencer()
    sqlite_log.stage_next(5)
    running.drain()
    restore(sqlite_log, tmp_path)
    sqlite_log.stage(private_event(77))
    with pytest.raises(LedgerHaltedError, match="went back to 10 entries"):
        running.tick()


def test_a_restored_backup_that_grew_differently_halts(sqlite_log: Log, tmp_path: Path) -> None:
    """The worst case: the high-water file was lost too, new events came, and only what was published tells."""
    sqlite_log.grow(10)
    backup(sqlite_log, tmp_path)
    kept = sqlite_log.high_water.read_bytes()
    sqlite_log.grow(5)
    sqlite_log.publish()
    restore(sqlite_log, tmp_path)
    sqlite_log.high_water.write_bytes(kept)
    sqlite_log.stage(*(private_event(n) for n in range(500, 510)))
    sqlite_log.sequencer().drain()
    with pytest.raises(LedgerHaltedError, match="history was rewritten"):
        sqlite_log.publish()


def test_the_high_water_file_may_be_behind(log: Log) -> None:
    """A crash between commit and the file's replacement leaves this; it is no reason to stop."""
    log.grow(10)
    kept = log.high_water.read_bytes()
    log.grow(300)
    log.high_water.write_bytes(kept)
    assert log.grow(1).size == 311


def test_a_lost_high_water_file_halts(log: Log) -> None:
    log.grow(3)
    log.high_water.unlink()
    log.stage_next(1)
    with pytest.raises(LedgerHaltedError, match="is missing though the log has 3 entries"):
        log.sequencer().tick()


def test_it_is_there_before_the_first_entry(log: Log) -> None:
    log.sequencer().check()
    opened = checkpoint.open_checkpoint(log.high_water.read_bytes(), ORIGIN, [SIGNER.verifier()])
    assert opened == Checkpoint(ORIGIN, 0, EMPTY_ROOT)


@pytest.mark.parametrize(
    "outside",
    [
        pytest.param(checkpoint.sign(Checkpoint(ORIGIN, 5, noise(1)), SIGNER), id="another root"),
        pytest.param(checkpoint.sign(Checkpoint(ORIGIN, 7, noise(1)), SIGNER), id="larger"),
        pytest.param(checkpoint.sign(Checkpoint(ORIGIN, 5, noise(1)), OTHER_SIGNER), id="another key"),
        pytest.param(checkpoint.sign(Checkpoint("other.example", 5, noise(1)), SIGNER), id="another log"),
        pytest.param(b"", id="empty file"),
        pytest.param(b"nonsense", id="nonsense"),
    ],
)
def test_a_high_water_file_that_contradicts_halts(log: Log, outside: bytes) -> None:
    log.grow(5)
    log.high_water.write_bytes(outside)
    log.stage_next(1)
    with pytest.raises(LedgerHaltedError):
        log.sequencer().tick()


def _edit(table: str, values: str) -> Callable[[sa.Connection], None]:
    def edit(connection: sa.Connection) -> None:
        for trigger in ("no_update", "no_delete", "no_replace"):
            connection.execute(sa.text(f"DROP TRIGGER IF EXISTS ledger_{table}_{trigger}"))
        connection.execute(sa.text(values))

    return edit


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(_edit("entry", "UPDATE ledger_entry SET body = x'00' WHERE idx = 299"), id="last entry"),
        pytest.param(_edit("entry", "DELETE FROM ledger_entry WHERE idx = 299"), id="last entry gone"),
        pytest.param(_edit("entry", "INSERT INTO ledger_entry VALUES (300, x'00', x'00')"), id="one entry more"),
        pytest.param(_edit("edge", "UPDATE ledger_edge SET data = zeroblob(length(data))"), id="edge"),
        pytest.param(_edit("edge", "DELETE FROM ledger_edge WHERE level = 1"), id="edge gone"),
        pytest.param(_edit("edge", "UPDATE ledger_edge SET n = n + 1"), id="edge of another place"),
        pytest.param(_edit("edge", "INSERT INTO ledger_edge VALUES (2, 0, zeroblob(32))"), id="edge too many"),
        pytest.param(_edit("checkpoint", "UPDATE ledger_checkpoint SET root = zeroblob(32)"), id="root"),
        pytest.param(_edit("checkpoint", "UPDATE ledger_checkpoint SET note = x'00'"), id="note"),
        pytest.param(_edit("checkpoint", "DELETE FROM ledger_checkpoint"), id="no checkpoint"),
    ],
)  # fmt: skip
def test_a_damaged_end_halts(sqlite_log: Log, edit: Callable[[sa.Connection], None]) -> None:
    sqlite_log.grow(300)
    running = sqlite_log.sequencer()
    running.check()
    with sqlite_log.engine.begin() as connection, acting_as(connection, Duty.MIGRATION):
        edit(connection)
    sqlite_log.stage_next(1)
    with pytest.raises(LedgerHaltedError):
        running.tick()
    with pytest.raises(LedgerHaltedError):
        sqlite_log.sequencer().check()


@pytest.mark.parametrize("version", [0, 2])
def test_a_ledger_of_another_version_is_neither_read_nor_grown(sqlite_log: Log, version: int) -> None:
    sqlite_log.grow(300)
    rewrite = sa.text("UPDATE ledger_entry SET body = CAST(replace(body, :ours, :other) AS BLOB)")
    with sqlite_log.engine.begin() as connection, acting_as(connection, Duty.MIGRATION):
        _edit("entry", "SELECT 1")(connection)
        connection.execute(rewrite, {"ours": '"v":1}', "other": f'"v":{version}}}'})
    sqlite_log.stage_next(1)
    with pytest.raises(LedgerHaltedError, match=f"version {version}; this program reads version 1 alone"):
        sqlite_log.sequencer().tick()


@pytest.mark.parametrize(
    "url",
    ["sqlite://", "sqlite:///:memory:", "sqlite:///file:x?mode=memory&uri=true&:memory:", "mysql://h/x"],
)
def test_databases_that_cannot_keep_a_log(url: str) -> None:
    with pytest.raises(UnsafeDatabaseError):
        open_engine(url)


OLD_DRIVER = """
import sqlite3, sys, types
driver = types.ModuleType("pysqlite3")
driver.dbapi2 = sys.modules["pysqlite3.dbapi2"] = sqlite3
sys.modules["pysqlite3"] = driver
from ledger.store import SAFE_SQLITE, open_engine
open_engine("sqlite:////tmp/never-made.db")
"""


@pytest.mark.skipif(
    sqlite3.sqlite_version_info >= SAFE_SQLITE, reason="Python's own SQLite is no old one here"
)
def test_an_old_sqlite_is_refused() -> None:
    """The system's own SQLite stands in for the pinned one: two connections to a log could corrupt it."""
    done = subprocess.run([sys.executable, "-c", OLD_DRIVER], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"UnsafeDatabaseError: SQLite {sqlite3.sqlite_version} can corrupt" in done.stderr


def test_settings_of_sqlite(sqlite_log: Log) -> None:
    expected = {
        "synchronous": 2,
        "recursive_triggers": 1,
        "foreign_keys": 1,
        "journal_mode": "wal",
        "mmap_size": 0,
        "trusted_schema": 0,
    }
    with sqlite_log.engine.connect() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in expected}
    assert found == expected


def test_settings_of_postgres(postgres_log: Log) -> None:
    expected = {"synchronous_commit": "on", "lock_timeout": "10s", "TimeZone": "UTC"}
    with postgres_log.engine.connect() as connection:
        found = {name: connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in expected}
    assert found == expected
