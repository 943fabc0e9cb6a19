"""Changes of people's files: employer and title series, asked, agreed, registered."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0007"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "personnel_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("slot", sa.String(20), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("from_day", sa.Date(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("series", sa.String(40), nullable=True),
        sa.Column("asked_by", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("review_unit_id", sa.Integer(), nullable=True),
        sa.Column("review_authority_id", sa.Integer(), nullable=True),
        sa.Column("verify_unit_id", sa.Integer(), nullable=True),
        sa.Column("verify_authority_id", sa.Integer(), nullable=True),
        sa.Column("self_verified", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=f"fk_personnel_change_{name}_{table}")
            for name, table in (
                ("person_id", "professional"),
                ("unit_id", "unit"),
                ("agency_id", "authority"),
                ("review_unit_id", "unit"),
                ("review_authority_id", "authority"),
                ("verify_unit_id", "unit"),
                ("verify_authority_id", "authority"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name="pk_personnel_change"),
    )
    for name, *columns in (
        ("person_id", "person_id"),
        ("review_unit_id", "review_unit_id", "state"),
        ("verify_authority_id", "verify_authority_id", "state"),
    ):
        op.create_index(f"ix_personnel_change_{name}", "personnel_change", columns)
    still_open = sa.text("state IN ('asked', 'agreed')")
    op.create_index(
        "uq_personnel_change_person_id",
        "personnel_change",
        ["person_id", "slot"],
        unique=True,
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
    op.create_table(
        "personnel_step",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("duty", sa.String(20), nullable=False),
        sa.Column("actor_key", sa.LargeBinary(32), nullable=False),
        sa.Column("reason", sa.String(3), nullable=True),
        sa.Column("words", sa.String(400), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_id"], ["personnel_change.id"], name="fk_personnel_step_change_id_personnel_change"
        ),
        sa.PrimaryKeyConstraint("event_id", name="pk_personnel_step"),
        sa.UniqueConstraint("change_id", "turn", name="uq_personnel_step_change_id_turn"),
    )
    op.create_index("ix_personnel_step_change_id", "personnel_step", ["change_id"])
