"""Declarations with their steps and proofs, and registered activities. What has a ledger entry names its event."""

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
)

from issuer.database import Moment, metadata

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

declaration = Table(
    "declaration",
    metadata,
    Column("id", Uuid(), primary_key=True),
    Column("person_id", ForeignKey("professional.id"), nullable=False, index=True),
    Column("category", String(40), nullable=False),
    Column("title", String(120), nullable=False),
    Column("event_key", String(120), nullable=True, index=True),
    Column("facts", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("turn", Integer, nullable=False),
    Column("corrects", ForeignKey("declaration.id"), nullable=True),
    Column("review_unit_id", ForeignKey("unit.id"), nullable=True),
    Column("review_authority_id", ForeignKey("authority.id"), nullable=True),
    Column("verify_unit_id", ForeignKey("unit.id"), nullable=True),
    Column("verify_authority_id", ForeignKey("authority.id"), nullable=True),
    Column("affiliation_kind", String(30), nullable=True),
    Column("self_verified", Boolean, nullable=False, default=False),
    Column("changed_at", Moment(), nullable=False),
    Index("ix_declaration_inbox", "review_unit_id", "state"),
    Index("ix_declaration_queue", "verify_authority_id", "state"),
)
"""`turn` counts the steps: who acts on an older turn is told so. The route is fixed at submission (A27)."""

procedure_step = Table(
    "procedure_step",
    metadata,
    Column("event_id", Uuid(), primary_key=True),
    Column("declaration_id", ForeignKey("declaration.id"), nullable=False, index=True),
    Column("turn", Integer, nullable=False),
    Column("step", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("duty", String(20), nullable=False),
    Column("actor_key", LargeBinary(32), nullable=False),
    Column("reason", String(3), nullable=True),
    Column("words", String(400), nullable=False),
    Column("at", Moment(), nullable=False),
    UniqueConstraint("declaration_id", "turn"),
)

learning_archive = Table(
    "learning_archive",
    metadata,
    Column("id", Uuid(), primary_key=True),
    Column("person_id", ForeignKey("professional.id"), nullable=False),
    Column("year", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("content", String(400), nullable=False),
    Column("outcome", String(400), nullable=False),
    Column("hours", String(10), nullable=False),
    Column("unit_id", ForeignKey("unit.id"), nullable=True, index=True),
    Column("authority_id", ForeignKey("authority.id"), nullable=True, index=True),
    Column("actor_key", LargeBinary(32), nullable=False),
    Column("built_at", Moment(), nullable=False),
    Index("ix_learning_archive_person_id_year", "person_id", "year"),
)
"""What an employer keeps of somebody's self-study (第六条第（二）项): without it nothing is registered. `hours`: a
decimal, as the employer determined them. When it was built is part of it (A15)."""

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
"""What only an authority can enter (`governance.entries`). `subject`: an examination's name, a contest's event key, a serial.
Where two people must act, the first leaves it `proposed`; it has no effect until another person confirms it."""

finding = Table(
    "finding",
    metadata,
    Column("id", Uuid(), primary_key=True),
    Column("about", String(12), nullable=False),
    Column("declaration_id", ForeignKey("declaration.id"), nullable=True, index=True),
    Column("transfer_id", ForeignKey("transfer_in.id"), nullable=True, index=True),
    Column("unit_id", ForeignKey("unit.id"), nullable=True),
    Column("person_id", ForeignKey("professional.id"), nullable=True),
    Column("year", Integer, nullable=True),
    Column("kind", String(12), nullable=False),
    Column("due", Date, nullable=False),
    Column("state", String(12), nullable=False),
    Column("turn", Integer, nullable=False),
    Column("answer_unit_id", ForeignKey("unit.id"), nullable=True),
    Column("answer_authority_id", ForeignKey("authority.id"), nullable=True),
    Column("changed_at", Moment(), nullable=False),
    Index("ix_finding_desk", "answer_authority_id", "state"),
)
"""What an inspector found (`findings`): about a declaration, a transfer, a unit, or a person's year. `answer_…`: whose it is to answer."""

finding_step = Table(
    "finding_step",
    metadata,
    Column("event_id", Uuid(), primary_key=True),
    Column("finding_id", ForeignKey("finding.id"), nullable=False),
    Column("turn", Integer, nullable=False),
    Column("step", String(12), nullable=False),
    Column("state", String(12), nullable=False),
    Column("duty", String(12), nullable=False),
    Column("actor_key", LargeBinary(32), nullable=False),
    Column("words", Text, nullable=False),
    Column("due", Date, nullable=True),
    Column("at", Moment(), nullable=False),
    UniqueConstraint("finding_id", "turn"),
)
