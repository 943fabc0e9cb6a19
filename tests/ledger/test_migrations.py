"""The migrations make what `ledger.tables` describes, on both databases, and can be run again."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from typer.testing import CliRunner

from ledger.cli import app
from ledger.errors import OutdatedDatabaseError
from ledger.guard import Duty, acting_as
from ledger.migrate import VERSION_TABLE, configuration, hold_current, migrate
from ledger.store import open_engine
from ledger.tables import PARTITION_SPAN, metadata, pending, place, private
from tests.ledger.logs import SIGNER, Log

NAMING = (private, pending, place)


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Leave out the partitions, which are part of ledger_entry."""
    return kind != "table" or not str(name).startswith("ledger_entry_")


def _is_wanted(thing: sa.schema.SchemaItem, _name: str | None, kind: str, *_: object) -> bool:
    """Leave out the foreign keys in whose place PostgreSQL has a trigger (0005)."""
    return kind != "foreign_key_constraint" or thing.table not in NAMING


def test_tables_and_migrations_agree(log: Log) -> None:
    with log.engine.connect() as connection:
        options = {"version_table": VERSION_TABLE, "compare_type": True, "include_name": _is_ours}
        if log.engine.dialect.name == "postgresql":
            options["include_object"] = _is_wanted
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def test_migrating_again_changes_nothing(log: Log) -> None:
    log.grow(3)
    migrate(log.engine)
    assert log.fsck().findings == ()


def test_partitions(postgres_log: Log) -> None:
    query = sa.text(
        "SELECT c.relname, pg_get_expr(c.relpartbound, c.oid) FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid "
        "WHERE inhparent = 'ledger_entry'::regclass ORDER BY 1"
    )
    with postgres_log.engine.connect() as connection:
        rows = connection.execute(query).all()
    assert len(rows) == 64
    for k, (_, bound) in enumerate(rows):
        assert bound == f"FOR VALUES FROM ('{k * PARTITION_SPAN}') TO ('{(k + 1) * PARTITION_SPAN}')"


def test_a_database_of_another_version(tmp_path: Path) -> None:
    """It says which migrations are missing and what to run, and does nothing by itself; after that it is checked."""
    url = f"sqlite:///{tmp_path}/old.db"

    def fsck() -> tuple[int, str]:
        done = CliRunner().invoke(app, ["fsck", url, "--vkey", SIGNER.verifier().vkey()])
        return done.exit_code, done.output

    code, says = fsck()
    assert (code, f"no such file: {tmp_path}/old.db" in says) == (2, True)
    assert not (tmp_path / "old.db").exists()
    engine = open_engine(url)
    with pytest.raises(OutdatedDatabaseError, match="missing migrations: 0001_ledger, 0002_closed, "):
        hold_current(engine)
    with engine.begin() as connection, acting_as(connection, Duty.MIGRATION):
        command.upgrade(configuration(connection), "0001")
    code, says = fsck()
    assert (code, "of version 0001; 缺少迁移 missing migrations: 0002_closed, 0003_no_gap" in says) == (
        2,
        True,
    )
    assert "xueshi ledger migrate DATABASE" in says
    assert CliRunner().invoke(app, ["migrate", url]).exit_code == 0
    assert fsck()[0] == 0
    with engine.begin() as connection, acting_as(connection, Duty.MIGRATION):
        connection.execute(sa.text("UPDATE ledger_version SET version_num = '9999'"))
    code, says = fsck()
    assert (code, "of version 9999 (ledger_version), later than this program" in says) == (2, True)
    engine.dispose()
