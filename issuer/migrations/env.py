"""Alembic's entry point; `issuer.database.migrate` gives it a connection with a transaction already open."""

from alembic import context

from issuer.database import VERSION_TABLE
from issuer.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, version_table=VERSION_TABLE)
context.run_migrations()
