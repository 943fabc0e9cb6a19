"""Invitations, by which new accounts are opened."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0008"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "account_invitation",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="fk_account_invitation_account_id_account"
        ),
        sa.PrimaryKeyConstraint("account_id", name="pk_account_invitation"),
        sa.UniqueConstraint("digest", name="uq_account_invitation_digest"),
    )
