"""Bringing a database's ledger tables up to date. Its own version table, so that nobody else's migrations touch them."""

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
    """
    # A crash before the commit leaves the database as it was; both databases roll back DDL.
    with engine.begin() as connection, acting_as(connection, Duty.MIGRATION):
        command.upgrade(configuration(connection), "head")


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
    scripts = {one.revision: Path(one.path).stem for one in ScriptDirectory(str(SCRIPTS)).walk_revisions()}
    with reading(engine).connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        current = context.get_current_revision() or ""
    if current and current not in scripts:
        raise OutdatedDatabaseError(
            f"账本的表是第 {current} 版，比本程序新，请用较新的程序 "
            f"the ledger's tables are of version {current}, later than this program; use a newer one"
        )
    missing = [name for revision, name in sorted(scripts.items()) if revision > current]
    if missing:
        state = f"第 {current} 版 of version {current}" if current else "还没有 not there"
        raise OutdatedDatabaseError(
            f"账本的表 the ledger's tables: {state}; 缺少迁移 missing migrations: {', '.join(missing)}. "
            "请在数据库或其副本上运行 run on the database, or on a copy if it is evidence: xueshi ledger migrate DATABASE"
        )
