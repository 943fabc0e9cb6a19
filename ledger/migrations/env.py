"""Alembic's entry point; `ledger.migrate` gives it a connection with a transaction already open."""

from alembic import context

from ledger.migrate import VERSION_TABLE
from ledger.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, version_table=VERSION_TABLE)
context.run_migrations()
