"""Transfers that were registered, asked about again at their origin."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add when a transfer was asked about, and the table of what was found."""
    op.add_column("transfer_in", sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("transfer_in", sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("transfer_in", sa.Column("standing_there", sa.String(12), nullable=True))
    op.create_table(
        "transfer_in_finding",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("transfer_id", sa.Uuid(), nullable=False),
        sa.Column("standing", sa.String(12), nullable=False),
        sa.Column("document_no", sa.String(60), nullable=False),
        sa.Column("successor", sa.String(60), nullable=True),
        sa.Column("zh", sa.String(400), nullable=False),
        sa.Column("en", sa.String(400), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["transfer_id"], ["transfer_in.id"], name="fk_transfer_in_finding_transfer_id_transfer_in"
        ),
        sa.PrimaryKeyConstraint("event_id", name="pk_transfer_in_finding"),
    )
    op.create_index("ix_transfer_in_finding_transfer_id", "transfer_in_finding", ["transfer_id"])
