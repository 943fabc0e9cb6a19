"""Transfers whose place a new version is to take."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Add by which transfer one is replaced."""
    op.add_column("transfer_in", sa.Column("replaced_by", sa.Uuid(), nullable=True))
    op.create_index("ix_transfer_in_replaced_by", "transfer_in", ["replaced_by"])
