"""Learning archives: what employers keep of self-study."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "learning_archive",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("content", sa.String(400), nullable=False),
        sa.Column("outcome", sa.String(400), nullable=False),
        sa.Column("hours", sa.String(10), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("authority_id", sa.Integer(), nullable=True),
        sa.Column("actor_key", sa.LargeBinary(32), nullable=False),
        sa.Column("built_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["professional.id"], name="fk_learning_archive_person_id_professional"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_learning_archive_unit_id_unit"),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name="fk_learning_archive_authority_id_authority"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_learning_archive"),
    )
    op.create_index("ix_learning_archive_authority_id", "learning_archive", ["authority_id"])
    op.create_index("ix_learning_archive_person_id_year", "learning_archive", ["person_id", "year"])
    op.create_index("ix_learning_archive_unit_id", "learning_archive", ["unit_id"])
