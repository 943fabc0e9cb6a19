"""What a declaration becomes when it is registered, and when it counts no more. The caller opens the transaction."""

import json
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from issuer.instance import SHANGHAI, Transaction
from issuer.registration.procedure import Duty
from issuer.registration.reading import read_activity
from issuer.registration.roster import facts_text
from issuer.registration.tables import activity, procedure_step
from rules.activity import Status


def register(work: Transaction, row: sa.Row[Any], event_id: UUID) -> str:
    """Add the activity to the registered ones, with who did what as opaque ids; answers it as recorded."""
    taken = work.connection.execute(
        sa.select(procedure_step.c.duty, procedure_step.c.actor_key)
        .where(procedure_step.c.declaration_id == row.id)
        .order_by(procedure_step.c.turn)
    )
    keys = {one.duty: one.actor_key for one in taken}
    raw = json.loads(row.facts, parse_float=Decimal) | {
        "registered_at": work.instance.now().astimezone(SHANGHAI).isoformat(timespec="seconds"),
        "workflow": {
            "declared_by": keys[Duty.DECLARANT].hex()[:32],
            "reviewed_by": keys[Duty.REVIEWER].hex()[:32],
            "verified_by": keys[Duty.VERIFIER].hex()[:32],
            "affiliation": row.affiliation_kind,
        },
    }
    text = facts_text(read_activity(raw, row.id, Status.REGISTERED, work.instance.today()))
    new = {
        "event_id": event_id,
        "person_id": row.person_id,
        "source_id": str(row.id),
        "category": row.category,
        "status": Status.REGISTERED,
        "facts": text,
    }
    work.connection.execute(sa.insert(activity).values(new))
    return text


def unregister(work: Transaction, declaration_id: UUID, to: Status) -> None:
    """Mark the registered activity: it stays, and counts no more."""
    its = activity.c.source_id == str(declaration_id)
    facts = json.loads(
        work.connection.execute(sa.select(activity.c.facts).where(its)).scalar_one(), parse_float=Decimal
    )
    text = facts_text(read_activity(facts, declaration_id, to, work.instance.today()))
    work.connection.execute(sa.update(activity).where(its).values(status=to, facts=text))
