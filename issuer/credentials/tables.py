"""Credentials issued, their places in the status lists, and what became of them."""

from sqlalchemy import (
    Column,
    DateTime,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from issuer.database import metadata

credential = Table(
    "credential",
    metadata,
    Column("serial", String(30), primary_key=True),
    Column("record_id", ForeignKey("year_record.id"), nullable=False, unique=True),
    Column("document", String(30), nullable=False),
    Column("jws", Text, nullable=False),
    Column("lines", Text, nullable=True),
    Column("digest", LargeBinary(32), nullable=False, unique=True),
    Column("status_list", Integer, nullable=False),
    Column("status_index", Integer, nullable=False),
    Column("issued_at", DateTime(timezone=True), nullable=False),
    Column("event_id", Uuid(), nullable=False, unique=True),
    UniqueConstraint("status_list", "status_index"),
)

withdrawal = Table(
    "withdrawal",
    metadata,
    Column("serial", ForeignKey("credential.serial"), primary_key=True),
    Column("purpose", String(20), primary_key=True),
    Column("reason", String(20), nullable=False),
    Column("day", String(10), nullable=False),
    Column("successor", ForeignKey("credential.serial"), nullable=True),
    Column("event_id", Uuid(), nullable=False, unique=True),
)
"""Purpose `refresh`: superseded, the hours changed. Purpose `revocation`: false. One row at most a credential and purpose;
a superseded one may later prove false."""
