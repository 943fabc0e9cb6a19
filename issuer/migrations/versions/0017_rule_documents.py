"""The authority's own rules as documents that two administrators decide on, and by which of them a year was decided."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Make the table; years that were issued before know no such documents."""
    op.create_table(
        "rule_document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("taken", sa.String(100), nullable=True),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("document_no", sa.String(60), nullable=False),
        sa.Column("reason", sa.String(400), nullable=False),
        sa.Column("author_key", sa.LargeBinary(32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decider_key", sa.LargeBinary(32), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("words", sa.String(400), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_rule_document"),
        sa.UniqueConstraint("taken", name="uq_rule_document_taken"),
        sa.UniqueConstraint("number", name="uq_rule_document_number"),
    )
    op.create_index("ix_rule_document_state", "rule_document", ["state"])
    op.add_column("year_record", sa.Column("ruled_by", sa.Integer(), nullable=False, server_default="0"))
