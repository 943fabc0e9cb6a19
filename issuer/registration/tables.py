"""Registered activities, each with its ledger event."""

from sqlalchemy import Column, ForeignKey, String, Table, Text, Uuid

from issuer.database import metadata

activity = Table(
    "registered_activity",
    metadata,
    Column("event_id", Uuid(), primary_key=True),
    Column("person_id", ForeignKey("professional.id"), nullable=False, index=True),
    Column("source_id", String(80), nullable=False),
    Column("category", String(40), nullable=False),
    Column("status", String(20), nullable=False),
    Column("facts", Text, nullable=False),
)
