"""Changes of people's files, with their steps. Each step names its event in the ledger."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    Uuid,
)

from issuer.database import Moment, metadata
from issuer.personnel.way import OPEN

personnel_change = Table(
    "personnel_change",
    metadata,
    Column("id", Uuid(), primary_key=True),
    Column("person_id", ForeignKey("professional.id"), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("slot", String(20), nullable=False),
    Column("unit_id", ForeignKey("unit.id"), nullable=True),
    Column("agency_id", ForeignKey("authority.id"), nullable=True),
    Column("from_day", Date, nullable=True),
    Column("year", Integer, nullable=True),
    Column("series", String(40), nullable=True),
    Column("asked_by", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("turn", Integer, nullable=False),
    Column("review_unit_id", ForeignKey("unit.id"), nullable=True),
    Column("review_authority_id", ForeignKey("authority.id"), nullable=True),
    Column("verify_unit_id", ForeignKey("unit.id"), nullable=True),
    Column("verify_authority_id", ForeignKey("authority.id"), nullable=True),
    Column("self_verified", Boolean, nullable=False),
    Column("changed_at", Moment(), nullable=False),
    Index("ix_personnel_change_review_unit_id", "review_unit_id", "state"),
    Index("ix_personnel_change_verify_authority_id", "verify_authority_id", "state"),
)
"""`kind` employer has `unit_id`, `agency_id` or both, and `from_day`; kind series has `year` and `series`. `slot`: what
one person can ask for once at a time, the employer or the series of a year. `turn` counts the steps. The route is that
of the affiliation asked for, fixed when it was asked."""

_OPEN = personnel_change.c.state.in_(OPEN)
Index(
    "uq_personnel_change_person_id",
    personnel_change.c.person_id,
    personnel_change.c.slot,
    unique=True,
    sqlite_where=_OPEN,
    postgresql_where=_OPEN,
)
"""One at a time: of two asked at the same moment, one is refused."""

personnel_step = Table(
    "personnel_step",
    metadata,
    Column("event_id", Uuid(), primary_key=True),
    Column("change_id", ForeignKey("personnel_change.id"), nullable=False, index=True),
    Column("turn", Integer, nullable=False),
    Column("step", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("duty", String(20), nullable=False),
    Column("actor_key", LargeBinary(32), nullable=False),
    Column("reason", String(3), nullable=True),
    Column("words", String(400), nullable=False),
    Column("at", Moment(), nullable=False),
    UniqueConstraint("change_id", "turn"),
)
