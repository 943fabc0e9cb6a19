"""Transfers in: what was brought, its years, its steps, its proofs."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0010"


def upgrade() -> None:
    """Make the four tables."""
    op.create_table(
        "transfer_in",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("door", sa.String(20), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("origin", sa.String(100), nullable=False),
        sa.Column("document_no", sa.String(60), nullable=False),
        sa.Column("moved_on", sa.Date(), nullable=False),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("checks", sa.Text(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("review_unit_id", sa.Integer(), nullable=True),
        sa.Column("review_authority_id", sa.Integer(), nullable=True),
        sa.Column("verify_unit_id", sa.Integer(), nullable=True),
        sa.Column("verify_authority_id", sa.Integer(), nullable=True),
        sa.Column("affiliation_kind", sa.String(30), nullable=True),
        sa.Column("self_verified", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["professional.id"], name="fk_transfer_in_person_id_professional"
        ),
        sa.ForeignKeyConstraint(["review_unit_id"], ["unit.id"], name="fk_transfer_in_review_unit_id_unit"),
        sa.ForeignKeyConstraint(
            ["review_authority_id"], ["authority.id"], name="fk_transfer_in_review_authority_id_authority"
        ),
        sa.ForeignKeyConstraint(["verify_unit_id"], ["unit.id"], name="fk_transfer_in_verify_unit_id_unit"),
        sa.ForeignKeyConstraint(
            ["verify_authority_id"], ["authority.id"], name="fk_transfer_in_verify_authority_id_authority"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_transfer_in"),
    )
    op.create_index("ix_transfer_in_person_id", "transfer_in", ["person_id"])
    op.create_index("ix_transfer_in_inbox", "transfer_in", ["review_unit_id", "state"])
    op.create_index("ix_transfer_in_queue", "transfer_in", ["verify_authority_id", "state"])
    op.create_table(
        "transfer_in_year",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("transfer_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("carried", sa.String(10), nullable=False),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["transfer_id"], ["transfer_in.id"], name="fk_transfer_in_year_transfer_id_transfer_in"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["professional.id"], name="fk_transfer_in_year_person_id_professional"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_transfer_in_year"),
    )
    op.create_index("ix_transfer_in_year_transfer_id", "transfer_in_year", ["transfer_id"])
    op.create_index(
        "uq_transfer_in_year_once",
        "transfer_in_year",
        ["person_id", "year", "region"],
        unique=True,
        sqlite_where=sa.text("stands"),
        postgresql_where=sa.text("stands"),
    )
    op.create_table(
        "transfer_in_step",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("transfer_id", sa.Uuid(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("duty", sa.String(20), nullable=False),
        sa.Column("actor_key", sa.LargeBinary(32), nullable=False),
        sa.Column("how", sa.String(20), nullable=True),
        sa.Column("reason", sa.String(3), nullable=True),
        sa.Column("words", sa.String(400), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["transfer_id"], ["transfer_in.id"], name="fk_transfer_in_step_transfer_id_transfer_in"
        ),
        sa.PrimaryKeyConstraint("event_id", name="pk_transfer_in_step"),
        sa.UniqueConstraint("transfer_id", "turn", name="uq_transfer_in_step_transfer_id_turn"),
    )
    op.create_index("ix_transfer_in_step_transfer_id", "transfer_in_step", ["transfer_id"])
    op.create_table(
        "transfer_evidence",
        sa.Column("transfer_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["transfer_id"], ["transfer_in.id"], name="fk_transfer_evidence_transfer_id_transfer_in"
        ),
        sa.ForeignKeyConstraint(["digest"], ["evidence.digest"], name="fk_transfer_evidence_digest_evidence"),
        sa.PrimaryKeyConstraint("transfer_id", "digest", name="pk_transfer_evidence"),
    )
