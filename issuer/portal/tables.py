"""Answers kept for programs that ask twice."""

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, String, Table

from issuer.database import Moment, metadata

kept_answer = Table(
    "kept_answer",
    metadata,
    Column("account_id", ForeignKey("account.id"), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("asked", LargeBinary(32), nullable=False),
    Column("answer", LargeBinary, nullable=True),
    Column("answer_by", String(40), nullable=False, server_default=""),
    Column("at", Moment(), nullable=False),
    Index("ix_kept_answer_at", "at"),
)
"""One row an Idempotency-Key. `asked` is the keyed digest of the call, `answer` what it got, sealed under the key that
`answer_by` names: it may hold a secret."""
