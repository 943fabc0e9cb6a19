"""Sessions that the OpenID provider vouched for."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the column; sessions that stand were begun by password."""
    with op.batch_alter_table("signed_in") as table:
        table.add_column(sa.Column("by_provider", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("signed_in") as table:
        table.alter_column("by_provider", server_default=None)
