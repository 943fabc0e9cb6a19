"""What authorities enter, and what administrators change."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, Uuid

from issuer.database import Moment, metadata

authority_entry = Table(
    "authority_entry",
    metadata,
    Column("id", Uuid(), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("person_id", ForeignKey("professional.id"), nullable=True),
    Column("year", Integer, nullable=True),
    Column("subject", String(120), nullable=True),
    Column("body", Text, nullable=False),
    Column("authority_id", ForeignKey("authority.id"), nullable=True),
    Column("unit_id", ForeignKey("unit.id"), nullable=True),
    Column("actor_key", LargeBinary(32), nullable=False),
    Column("second_key", LargeBinary(32), nullable=True),
    Column("document_no", String(60), nullable=False),
    Column("reason", String(400), nullable=False),
    Column("entered_at", Moment(), nullable=False),
    Index("ix_authority_entry_person_id_state", "person_id", "state"),
    Index("ix_authority_entry_kind_state_subject", "kind", "state", "subject"),
)
"""What only an authority can enter (`entries`). `subject`: an examination's name, a contest's event key, a serial.
Where two people must act, the first leaves it `proposed`; it has no effect until another person confirms it."""
