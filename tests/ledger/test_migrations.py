"""The migrations make what `ledger.tables` describes, on both databases, and can be run again."""

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from ledger.migrate import VERSION_TABLE, migrate
from ledger.tables import PARTITION_SPAN, metadata
from tests.ledger.logs import Log


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Leave out the partitions, which are part of ledger_entry."""
    return kind != "table" or not str(name).startswith("ledger_entry_")


def test_tables_and_migrations_agree(log: Log) -> None:
    with log.engine.connect() as connection:
        options = {"version_table": VERSION_TABLE, "compare_type": True, "include_name": _is_ours}
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
