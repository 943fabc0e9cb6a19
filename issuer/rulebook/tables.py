"""The authority's own rules as two administrators decided on them: one row a document, its text as it was proposed."""

from sqlalchemy import Column, Date, Integer, LargeBinary, String, Table, Uuid

from issuer.database import Moment, metadata

rule_document = Table(
    "rule_document",
    metadata,
    Column("id", Uuid(), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("key", String(80), nullable=False),
    Column("name", String(100), nullable=False),
    Column("taken", String(100), nullable=True, unique=True),
    Column("text", LargeBinary, nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("first", Date, nullable=False),
    Column("state", String(20), nullable=False, index=True),
    Column("number", Integer, nullable=True, unique=True),
    Column("document_no", String(60), nullable=False),
    Column("reason", String(400), nullable=False),
    Column("author_key", LargeBinary(32), nullable=False),
    Column("made_at", Moment(), nullable=False),
    Column("decider_key", LargeBinary(32), nullable=True),
    Column("decided_at", Moment(), nullable=True),
    Column("words", String(400), nullable=True),
)
"""`key`: `id@version`; of an activation or ending, what it names. `taken`: the name while it is proposed or in force, so that no
other has it. `number`: in which order they came into force. `decider_key`, `decided_at`, `words`: who decided on the
proposal, when, and why it was refused or taken back. Once it is proposed the database keeps its text (triggers).
"""
