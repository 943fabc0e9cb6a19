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
    Column("record_id", ForeignKey("year_record.id"), nullable=True, unique=True),
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
"""`record_id`: the version of a year that it certifies; None for a transfer certificate, which has a row of its own."""

transfer = Table(
    "transfer",
    metadata,
    Column("serial", ForeignKey("credential.serial"), primary_key=True),
    Column("person_id", ForeignKey("professional.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("content_digest", LargeBinary(32), nullable=False),
    UniqueConstraint("person_id", "version"),
)
"""Transfer certificates. A person has one that stands, at most: the next version supersedes the one before."""

transfer_year = Table(
    "transfer_year",
    metadata,
    Column("serial", ForeignKey("transfer.serial"), primary_key=True),
    Column("certificate", ForeignKey("credential.serial"), primary_key=True, index=True),
)
"""The yearly documents that a transfer certificate names: when one of them is withdrawn, so is the transfer certificate."""

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
