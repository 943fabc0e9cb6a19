"""Proofs of a change of employer or title series."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "change_evidence",
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_id"], ["personnel_change.id"], name="fk_change_evidence_change_id_personnel_change"
        ),
        sa.ForeignKeyConstraint(["digest"], ["evidence.digest"], name="fk_change_evidence_digest_evidence"),
        sa.PrimaryKeyConstraint("change_id", "digest", name="pk_change_evidence"),
    )
