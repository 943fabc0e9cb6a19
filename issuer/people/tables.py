"""Professionals, units, authorities, and who belonged where when. Numbers of documents lie here only sealed."""

from sqlalchemy import Column, Date, ForeignKey, Integer, LargeBinary, String, Table

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

identity_document = Table(
    "identity_document",
    metadata,
    Column("person_id", ForeignKey("professional.id"), primary_key=True),
    Column("sealed", LargeBinary(80), nullable=False),
    Column("sealed_by", String(40), nullable=False, server_default="", index=True),
)
"""The number, sealed (`keys.vault`) under the key that `sealed_by` names. Apart from the person, so that ordinary queries never carry it."""

authority = Table(
    "authority",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code", String(40), nullable=False, unique=True),
    Column("parent_id", ForeignKey("authority.id"), nullable=True, index=True),
    Column("kind", String(30), nullable=False),
    Column("name", String(60), nullable=False),
    Column("region_code", String(6), nullable=True),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date, nullable=True),
)
"""The tree of those who verify. It is not the region table: 兰州新区 has no code of its own, 甘肃矿区 is an enclave."""

unit = Table(
    "unit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code", String(40), nullable=False, unique=True),
    Column("kind", String(30), nullable=False),
    Column("name", String(100), nullable=False, index=True),
    Column("authority_id", ForeignKey("authority.id"), nullable=True),
    Column("merged_into", ForeignKey("unit.id"), nullable=True),
)
"""Employers. `code` is the unified social credit code, or T and a number for a unit without one."""

affiliation = Table(
    "affiliation",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person_id", ForeignKey("professional.id"), nullable=False, index=True),
    Column("kind", String(30), nullable=False),
    Column("unit_id", ForeignKey("unit.id"), nullable=True, index=True),
    Column("agency_id", ForeignKey("authority.id"), nullable=True),
    Column("from_day", Date, nullable=False),
    Column("until_day", Date, nullable=True),
)
"""Who belonged where (Art. 2, 8). `until_day` is the last day, None while it lasts; spans of one person do not overlap."""

title_series = Table(
    "title_series",
    metadata,
    Column("person_id", ForeignKey("professional.id"), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("series", String(40), nullable=False),
)
"""The series of the appointed post (A29): one a year, and with it one overlay."""
