"""Bringing a database's ledger tables up to date. Its own version table, so that nobody else's migrations touch them."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from ledger.guard import Duty, acting_as

VERSION_TABLE = "ledger_version"


def migrate(engine: sa.Engine) -> None:
    """Make or upgrade the ledger's tables, triggers and (PostgreSQL) roles, in one transaction.

    On PostgreSQL the login needs CREATE on the schema, and CREATEROLE as long as the roles do not exist.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    # A crash before the commit leaves the database as it was; both databases roll back DDL.
    with engine.begin() as connection, acting_as(connection, Duty.MIGRATION):
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
