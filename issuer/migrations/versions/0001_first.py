"""People, registered activities, year records, credentials and their withdrawals."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "professional",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("person_key", sa.LargeBinary(32), nullable=False, unique=True),
        sa.Column("id_type", sa.String(20), nullable=False),
        sa.Column("masked_identifier", sa.String(20), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("employer", sa.String(100), nullable=False),
    )
    op.create_table(
        "registered_activity",
        sa.Column("event_id", sa.Uuid, primary_key=True),
        sa.Column("person_id", sa.Integer, sa.ForeignKey("professional.id"), nullable=False, index=True),
        sa.Column("source_id", sa.String(80), nullable=False),
        sa.Column("category", sa.String(40), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
    )
    op.create_table(
        "year_record",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("person_id", sa.Integer, sa.ForeignKey("professional.id"), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("input_digest", sa.LargeBinary(32), nullable=False),
        sa.Column("registrar", sa.String(80), nullable=False),
        sa.Column("affiliation", sa.String(30), nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("decision", sa.Text, nullable=False),
        sa.Column("event_id", sa.Uuid, nullable=False, unique=True),
        sa.UniqueConstraint("person_id", "year", "version"),
    )
    op.create_table(
        "credential",
        sa.Column("serial", sa.String(30), primary_key=True),
        sa.Column("record_id", sa.Integer, sa.ForeignKey("year_record.id"), nullable=False, unique=True),
        sa.Column("document", sa.String(30), nullable=False),
        sa.Column("jws", sa.Text, nullable=False),
        sa.Column("lines", sa.Text, nullable=True),
        sa.Column("digest", sa.LargeBinary(32), nullable=False, unique=True),
        sa.Column("status_list", sa.Integer, nullable=False),
        sa.Column("status_index", sa.Integer, nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.Uuid, nullable=False, unique=True),
        sa.UniqueConstraint("status_list", "status_index"),
    )
    op.create_table(
        "withdrawal",
        sa.Column("serial", sa.String(30), sa.ForeignKey("credential.serial"), primary_key=True),
        sa.Column("purpose", sa.String(20), primary_key=True),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("successor", sa.String(30), sa.ForeignKey("credential.serial"), nullable=True),
        sa.Column("event_id", sa.Uuid, nullable=False, unique=True),
    )
