"""What authorities and administrators do: each act a row and a governance entry of the ledger, in one transaction.

An act names what was done, to what, by whom, on which document and for what reason. Reversing one is another act.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from issuer.database import Moment, metadata
from issuer.instance import Transaction
from ledger.entry import Kind, canonical

governance_act = sa.Table(
    "governance_act",
    metadata,
    sa.Column("event_id", sa.Uuid, primary_key=True),
    sa.Column("what", sa.String(40), nullable=False, index=True),
    sa.Column("subject", sa.String(80), nullable=False, index=True),
    sa.Column("at", Moment(), nullable=False),
    sa.Column("actor_key", sa.LargeBinary(32), nullable=True),
    sa.Column("second_key", sa.LargeBinary(32), nullable=True),
    sa.Column("document_no", sa.String(60), nullable=True),
    sa.Column("document_day", sa.Date, nullable=True),
    sa.Column("reason", sa.String(400), nullable=True),
    sa.Column("body", sa.Text, nullable=False),
)
"""`actor_key`: the natural person who acted, None for the operator at the server's terminal; `second_key`: who
confirmed, where two must."""


@dataclass(frozen=True)
class Act:
    """One act. `what` is its kind (`unit-entered`), `subject` what it is about (`unit:91620000…`), never a person's name."""

    what: str
    subject: str
    body: dict[str, object]
    actor_key: bytes | None = None
    second_key: bytes | None = None
    document_no: str | None = None
    document_day: date | None = None
    reason: str | None = None


def note_act(work: Transaction, act: Act) -> UUID:
    """Record an act and queue its entry; answers the event's id."""
    event_id = work.instance.fresh_id()
    row: dict[str, object] = {
        "event_id": event_id,
        "what": act.what,
        "subject": act.subject,
        "at": work.instance.now(),
        "actor_key": act.actor_key,
        "second_key": act.second_key,
        "document_no": act.document_no,
        "document_day": act.document_day,
        "reason": act.reason,
        "body": canonical(act.body).decode(),
    }
    work.connection.execute(sa.insert(governance_act).values(row))
    told = {key: _plain(value) for key, value in row.items() if value is not None}
    work.record(event_id, Kind.GOVERNANCE, canonical(told))
    return event_id


def _plain(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
