"""Bringing a database's ledger tables up to date. Its own version table, so that nobody else's migrations touch them."""

from collections.abc import Container
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from ledger.errors import OutdatedDatabaseError
from ledger.guard import Duty, acting_as
from ledger.store import reading

VERSION_TABLE = "ledger_version"
SCRIPTS = Path(__file__).parent / "migrations"


def migrate(engine: sa.Engine) -> None:
    """Make or upgrade the ledger's tables, triggers and (PostgreSQL) roles, in one transaction.

    On PostgreSQL the login needs CREATE on the schema, and CREATEROLE as long as the roles do not exist.

    Raises:
        OutdatedDatabaseError: a later program made them; nothing is changed.
    """
    # A crash before the commit leaves the database as it was; both databases roll back DDL.
    with engine.begin() as connection, acting_as(connection, Duty.MIGRATION):
        upgrade(connection, configuration(connection), VERSION_TABLE)


def upgrade(connection: sa.Connection, config: Config, version_table: str) -> None:
    """Run the migrations of `config` that are missing, in the caller's transaction.

    Raises:
        OutdatedDatabaseError: `version_table` names a version that only a later program knows.
    """
    current_version(connection, _scripts(config), version_table)
    command.upgrade(config, "head")


def current_version(connection: sa.Connection, known: Container[str], version_table: str) -> str:
    """Return the version that the tables are of, empty where there are none.

    Raises:
        OutdatedDatabaseError: it is not among those that are `known`.
    """
    context = MigrationContext.configure(connection, opts={"version_table": version_table})
    current = context.get_current_revision() or ""
    if current and current not in known:
        raise OutdatedDatabaseError(
            f"数据库的表是第 {current} 版（{version_table}），比本程序新，请用较新的程序 "
            f"the database's tables are of version {current} ({version_table}), later than this program; use a newer one"
        )
    return current


def _scripts(config: Config) -> dict[str, str]:
    """Return the name of each migration's file by its version."""
    found = ScriptDirectory.from_config(config).walk_revisions()
    return {one.revision: Path(one.path).stem for one in found}


def configuration(connection: sa.Connection) -> Config:
    """Return what Alembic needs to migrate inside the caller's transaction."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(SCRIPTS))
    return config


def hold_current(engine: sa.Engine) -> None:
    """Hold that the ledger's tables are those of this program; nothing is written.

    Raises:
        OutdatedDatabaseError: migrations are missing, which it names; there are no tables; or a later program made them.
    """
    with reading(engine).connect() as connection:
        scripts = _scripts(configuration(connection))
        current = current_version(connection, scripts, VERSION_TABLE)
    missing = [name for revision, name in sorted(scripts.items()) if revision > current]
    if missing:
        state = f"第 {current} 版 of version {current}" if current else "还没有 not there"
        raise OutdatedDatabaseError(
            f"账本的表 the ledger's tables: {state}; 缺少迁移 missing migrations: {', '.join(missing)}. "
            "请在数据库或其副本上运行 run on the database, or on a copy if it is evidence: xueshi ledger migrate DATABASE"
        )
