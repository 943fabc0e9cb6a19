"""Files that are taken once more under the same key."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Count the attempts under a key; those there are were the first."""
    with op.batch_alter_table("import_sending") as table:
        table.add_column(sa.Column("attempt", sa.Integer(), nullable=False, server_default="1"))
        table.drop_constraint("uq_import_sending_key", type_="unique")
        table.create_unique_constraint("uq_import_sending_key", ["client_id", "key", "attempt"])
    with op.batch_alter_table("import_sending") as table:
        table.alter_column("attempt", server_default=None)
