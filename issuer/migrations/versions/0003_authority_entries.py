"""What only an authority can enter: filings, lists, deferrals, exceptions, notes, revocations."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "authority_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(120), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("actor_key", sa.LargeBinary(32), nullable=False),
        sa.Column("second_key", sa.LargeBinary(32), nullable=True),
        sa.Column("document_no", sa.String(60), nullable=False),
        sa.Column("reason", sa.String(400), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["professional.id"], name="fk_authority_entry_person_id_professional"
        ),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name="fk_authority_entry_authority_id_authority"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_authority_entry_unit_id_unit"),
        sa.PrimaryKeyConstraint("id", name="pk_authority_entry"),
    )
    op.create_index("ix_authority_entry_person_id_state", "authority_entry", ["person_id", "state"])
    op.create_index("ix_authority_entry_kind_state_subject", "authority_entry", ["kind", "state", "subject"])
