"""What inspectors find, and the steps by which it is answered and closed."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

_POINTS = (
    ("declaration_id", "declaration"),
    ("transfer_id", "transfer_in"),
    ("unit_id", "unit"),
    ("person_id", "professional"),
    ("answer_unit_id", "unit"),
    ("answer_authority_id", "authority"),
)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "finding",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("about", sa.String(12), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=True),
        sa.Column("transfer_id", sa.Uuid(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("answer_unit_id", sa.Integer(), nullable=True),
        sa.Column("answer_authority_id", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=f"fk_finding_{name}_{table}")
            for name, table in _POINTS
        ),
        sa.PrimaryKeyConstraint("id", name="pk_finding"),
    )
    op.create_index("ix_finding_declaration_id", "finding", ["declaration_id"])
    op.create_index("ix_finding_transfer_id", "finding", ["transfer_id"])
    op.create_index("ix_finding_desk", "finding", ["answer_authority_id", "state"])
    op.create_table(
        "finding_step",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(12), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("duty", sa.String(12), nullable=False),
        sa.Column("actor_key", sa.LargeBinary(32), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name="fk_finding_step_finding_id_finding"),
        sa.PrimaryKeyConstraint("event_id", name="pk_finding_step"),
        sa.UniqueConstraint("finding_id", "turn", name="uq_finding_step_finding_id_turn"),
    )
