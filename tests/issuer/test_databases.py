"""The issuer's tables: migrations make what the models say, on both databases; and PostgreSQL issues as SQLite does."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from issuer import migrations
from issuer.creation import NewInstance, create
from issuer.credentials.tables import credential, withdrawal
from issuer.database import VERSION_TABLE, migrate
from issuer.instance import open_instance
from issuer.service import issue_roster
from issuer.tables import metadata
from ledger import migrate as ledger_migrate
from ledger.errors import OutdatedDatabaseError
from ledger.fsck import fsck
from ledger.guard import Duty, acting_as
from ledger.store import open_engine
from tests.issuer.conftest import quiet, roster_of
from tests.postgres import make


@pytest.fixture
def empty(url: str) -> str:
    return url if url.startswith("sqlite") else make(url)


def test_migrations_make_what_the_models_say(empty: str) -> None:
    engine = open_engine(empty)
    migrate(engine)
    migrate(engine)  # a second time changes nothing
    with engine.connect() as connection:
        ours = {table.name for table in metadata.sorted_tables}
        context = MigrationContext.configure(
            connection,
            opts={
                "version_table": VERSION_TABLE,
                "include_name": lambda name, kind, _parents: kind != "table" or name in ours,
            },
        )
        assert compare_metadata(context, metadata) == []
    engine.dispose()


@pytest.mark.parametrize("table", [ledger_migrate.VERSION_TABLE, VERSION_TABLE])
def test_a_database_of_a_later_program_is_left_alone(empty: str, table: str) -> None:
    """An operator who goes back to the older version is told, and nothing is changed."""
    engine = open_engine(empty)
    migrate(engine)
    with engine.begin() as connection, acting_as(connection, Duty.MIGRATION):
        connection.execute(sa.text(f"UPDATE {table} SET version_num = '9999'"))  # noqa: S608 ours
    with pytest.raises(OutdatedDatabaseError, match=rf"of version 9999 \({table}\), later than this"):
        migrate(engine)
    engine.dispose()


def test_withdrawals_outlive_the_migration_to_transfer_certificates(empty: str) -> None:
    """SQLite makes the table of credentials anew while withdrawals point into it."""
    engine = open_engine(empty)
    ledger_migrate.migrate(engine)
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__path__[0])))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
        for statement in OLD_ROWS:
            connection.execute(
                sa.text(statement), {"b": b"x", "id": "0" * 32, "now": "2026-01-01 00:00:00+00"}
            )
    kept = sa.select(credential.c.serial, credential.c.jws, withdrawal.c.serial, withdrawal.c.reason)
    for _ in range(2):
        with engine.connect() as connection:
            row = connection.execute(kept.where(withdrawal.c.serial == credential.c.serial)).one()
        assert tuple(row) == ("GS2025-0000001-1", "j", "GS2025-0000001-1", "other")
        migrate(engine)
    engine.dispose()


OLD_ROWS = (
    "INSERT INTO professional VALUES (1, :b, 't', 'm', 'n', 'e')",
    "INSERT INTO year_record VALUES (1, 1, 2025, 1, :b, 'r', 'a', 'f', 'd', :id)",
    "INSERT INTO credential VALUES ('GS2025-0000001-1', 1, 'd', 'j', NULL, :b, 1, 1, :now, :id)",
    "INSERT INTO withdrawal VALUES ('GS2025-0000001-1', 'refresh', 'other', '2026-01-01', NULL, :id)",
)


def test_issuing_on_either(empty: str, tmp_path: Path, people: list[dict[str, Any]]) -> None:
    new = NewInstance(
        host="jxjy.example.gov.cn",
        name_zh="示例签发机关",
        name_en="Specimen issuer",
        database=empty,
        demo=True,
    )
    create(tmp_path / "instance", new)
    with open_instance(tmp_path / "instance") as instance:
        first, _ = issue_roster(instance, roster_of(people), quiet)
        second, _ = issue_roster(instance, roster_of(people), quiet)
        assert [one.issued.jws for one in second] == [one.issued.jws for one in first]
        assert fsck(instance.engine, instance.log_signer.verifier()).clean
