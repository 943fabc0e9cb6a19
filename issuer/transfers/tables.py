"""Transfers in: what was brought, its years, and the steps by which it was checked and registered."""

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
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from issuer.database import Moment, metadata

transfer_in = Table(
    "transfer_in",
    metadata,
    Column("id", Uuid(), primary_key=True),
    Column("person_id", ForeignKey("professional.id"), nullable=False, index=True),
    Column("door", String(20), nullable=False),
    Column("region", String(6), nullable=False),
    Column("origin", String(100), nullable=False),
    Column("document_no", String(60), nullable=False),
    Column("moved_on", Date, nullable=False),
    Column("token", Text, nullable=True),
    Column("checks", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("turn", Integer, nullable=False),
    Column("edition", Integer, nullable=False),
    Column("review_unit_id", ForeignKey("unit.id"), nullable=True),
    Column("review_authority_id", ForeignKey("authority.id"), nullable=True),
    Column("verify_unit_id", ForeignKey("unit.id"), nullable=True),
    Column("verify_authority_id", ForeignKey("authority.id"), nullable=True),
    Column("affiliation_kind", String(30), nullable=True),
    Column("self_verified", Boolean, nullable=False),
    Column("changed_at", Moment(), nullable=False),
    Column("asked_at", Moment(), nullable=True),
    Column("answered_at", Moment(), nullable=True),
    Column("standing_there", String(12), nullable=True),
    Column("replaced_by", Uuid(), nullable=True, index=True),
    Index("ix_transfer_in_inbox", "review_unit_id", "state"),
    Index("ix_transfer_in_queue", "verify_authority_id", "state"),
)
"""`door`: credential or paper. `token`: the credential as it was signed, where there is one. `checks`: what the machine
found, and what it could not check. `edition`: how often its years were filled in. The route is fixed when it is brought (A27).
`asked_at`: when its origin was asked again, `answered_at`: when there was an answer, `standing_there`: the last one.
`replaced_by`: of a registered one, the transfer by which a new version was brought that says other hours, and waits or took its place."""

transfer_in_year = Table(
    "transfer_in_year",
    metadata,
    Column("id", Uuid(), primary_key=True),
    Column("transfer_id", ForeignKey("transfer_in.id"), nullable=False, index=True),
    Column("person_id", ForeignKey("professional.id"), nullable=False),
    Column("edition", Integer, nullable=False),
    Column("region", String(6), nullable=False),
    Column("year", Integer, nullable=False),
    Column("facts", Text, nullable=False),
    Column("carried", String(10), nullable=False),
    Column("stands", Boolean, nullable=False),
    Index(
        "uq_transfer_in_year_once",
        "person_id",
        "year",
        "region",
        unique=True,
        sqlite_where=text("stands"),
        postgresql_where=text("stands"),
    ),
)
"""One year of it, as the activity that the rules will know. `stands`: on its way or registered; of one person, year and
origin only one does. `carried`: hours in it that the origin had from elsewhere."""

transfer_in_step = Table(
    "transfer_in_step",
    metadata,
    Column("event_id", Uuid(), primary_key=True),
    Column("transfer_id", ForeignKey("transfer_in.id"), nullable=False, index=True),
    Column("turn", Integer, nullable=False),
    Column("step", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("duty", String(20), nullable=False),
    Column("actor_key", LargeBinary(32), nullable=False),
    Column("how", String(20), nullable=True),
    Column("reason", String(3), nullable=True),
    Column("words", String(400), nullable=False),
    Column("at", Moment(), nullable=False),
    UniqueConstraint("transfer_id", "turn"),
)
"""`how`: in which way whoever took the step had checked the origin's word."""

transfer_in_finding = Table(
    "transfer_in_finding",
    metadata,
    Column("event_id", Uuid(), primary_key=True),
    Column("transfer_id", ForeignKey("transfer_in.id"), nullable=False, index=True),
    Column("standing", String(12), nullable=False),
    Column("document_no", String(60), nullable=False),
    Column("successor", String(60), nullable=True),
    Column("zh", String(400), nullable=False),
    Column("en", String(400), nullable=False),
    Column("at", Moment(), nullable=False),
)
"""That a registered certificate stands otherwise at its origin than it did."""
