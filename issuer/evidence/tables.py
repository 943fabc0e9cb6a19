"""Proofs by the digest of their bytes, and which declaration, transfer or change has which."""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table

from issuer.database import metadata

evidence = Table(
    "evidence",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("media_type", String(40), nullable=False),
    Column("size", Integer, nullable=False),
    Column("pages", Integer, nullable=False),
)
"""Proofs, kept by the SHA-256 of their bytes in a folder or bucket. A file's own name is not kept: it may be personal."""

declaration_evidence = Table(
    "declaration_evidence",
    metadata,
    Column("declaration_id", ForeignKey("declaration.id"), primary_key=True),
    Column("digest", ForeignKey("evidence.digest"), primary_key=True),
    Column("position", Integer, nullable=False),
)

transfer_evidence = Table(
    "transfer_evidence",
    metadata,
    Column("transfer_id", ForeignKey("transfer_in.id"), primary_key=True),
    Column("digest", ForeignKey("evidence.digest"), primary_key=True),
    Column("position", Integer, nullable=False),
)

change_evidence = Table(
    "change_evidence",
    metadata,
    Column("change_id", ForeignKey("personnel_change.id"), primary_key=True),
    Column("digest", ForeignKey("evidence.digest"), primary_key=True),
    Column("position", Integer, nullable=False),
)
