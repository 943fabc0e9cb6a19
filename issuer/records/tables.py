"""A person's year as decided, one row a version, each with its ledger event."""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table, Text, UniqueConstraint, Uuid

from issuer.database import metadata

year_record = Table(
    "year_record",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person_id", ForeignKey("professional.id"), nullable=False),
    Column("year", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("input_digest", LargeBinary(32), nullable=False),
    Column("registrar", String(80), nullable=False),
    Column("affiliation", String(30), nullable=False),
    Column("facts", Text, nullable=False),
    Column("decision", Text, nullable=False),
    Column("event_id", Uuid(), nullable=False, unique=True),
    Column("ruled_by", Integer, nullable=False, server_default="0"),
    UniqueConstraint("person_id", "year", "version"),
)
"""`ruled_by`: the number of the rules by which it was decided (`rulebook`)."""
