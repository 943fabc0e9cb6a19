"""Imports: batches, records of other systems, and what became of them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0009"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "import_batch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("system", sa.String(40), nullable=False),
        sa.Column("profile", sa.String(60), nullable=False),
        sa.Column("profile_digest", sa.LargeBinary(32), nullable=False),
        sa.Column("file_digest", sa.LargeBinary(32), nullable=False),
        sa.Column("as_of", sa.String(30), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("last_row", sa.Integer(), nullable=False),
        sa.Column("totals", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_import_batch"),
        sa.UniqueConstraint(
            "system", "profile_digest", "file_digest", "as_of", "attempt", name="uq_import_batch_sent"
        ),
    )
    op.create_index("ix_import_batch_system_finished_at", "import_batch", ["system", "finished_at"])
    batch = ["batch_id"], ["import_batch.id"]
    op.create_table(
        "import_part",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("last_row", sa.Integer(), nullable=False),
        sa.Column("events", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(*batch, name="fk_import_part_batch_id_import_batch"),
        sa.PrimaryKeyConstraint("batch_id", "last_row", name="pk_import_part"),
    )
    op.create_table(
        "import_problem",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(120), nullable=False),
        sa.Column("code", sa.String(30), nullable=False),
        sa.Column("message", sa.String(500), nullable=False),
        sa.ForeignKeyConstraint(*batch, name="fk_import_problem_batch_id_import_batch"),
        sa.PrimaryKeyConstraint("batch_id", "row", name="pk_import_problem"),
    )
    op.create_table(
        "imported_record",
        sa.Column("key", sa.LargeBinary(16), nullable=False),
        sa.Column("revision", sa.String(30), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=True),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(*batch, name="fk_imported_record_batch_id_import_batch"),
        sa.PrimaryKeyConstraint("key", name="pk_imported_record"),
    )
    op.create_index("ix_imported_record_activity_id", "imported_record", ["activity_id"])
    op.create_table(
        "import_change",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"],
            ["registered_activity.event_id"],
            name="fk_import_change_activity_id_registered_activity",
        ),
        sa.ForeignKeyConstraint(*batch, name="fk_import_change_batch_id_import_batch"),
        sa.PrimaryKeyConstraint("event_id", name="pk_import_change"),
    )
    op.create_index("ix_import_change_activity_id", "import_change", ["activity_id"])
    op.create_table(
        "held_import",
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(40), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("why", sa.String(12), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["professional.id"], name="fk_held_import_person_id_professional"
        ),
        sa.ForeignKeyConstraint(
            ["declaration_id"], ["declaration.id"], name="fk_held_import_declaration_id_declaration"
        ),
        sa.ForeignKeyConstraint(*batch, name="fk_held_import_batch_id_import_batch"),
        sa.PrimaryKeyConstraint("activity_id", name="pk_held_import"),
    )
    op.create_index("ix_held_import_person_id", "held_import", ["person_id"])
