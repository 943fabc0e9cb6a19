"""Professionals as the business database knows them. The full document number is not stored."""

from sqlalchemy import Column, Integer, LargeBinary, String, Table

from issuer.database import metadata

professional = Table(
    "professional",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person_key", LargeBinary(32), nullable=False, unique=True),
    Column("id_type", String(20), nullable=False),
    Column("masked_identifier", String(20), nullable=False),
    Column("name", String(60), nullable=False),
    Column("employer", String(100), nullable=False),
)
