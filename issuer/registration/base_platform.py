"""Hours learned on an accredited base's platform: learned and passed, they register themselves (Art. 10, item 1).

The caller opens the transaction. What is sent again is known by its content and recorded once.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from issuer.instance import SHANGHAI, Transaction
from issuer.people.service import Person
from issuer.registration.errors import StepRefused
from issuer.registration.reading import read_activity, refuse_unlearned
from issuer.registration.roster import facts_text
from issuer.registration.tables import activity
from ledger.entry import Kind, canonical
from rules.activity import Channel, Status

CATEGORIES = frozenset({"public_online", "public_offline", "training"})
"""What a base teaches: 第五条, 第六条第（一）项."""


def learn(work: Transaction, person: Person, raw: Mapping[str, Any], source: str) -> UUID | None:
    """Register what a base reports of one person; answers the event's id, None when it was registered before.

    `raw` is the activity without id, channel and status; `source` names the base.

    Raises:
        FactsError: what is reported cannot be; pointer into `raw`.
        StepRefused: not a base's category, no event key, or the examination was not passed: then it does not register itself.
    """
    if raw.get("category") not in CATEGORIES or not raw.get("event_key"):
        raise StepRefused(
            "基地学时须写明课程班次，且为公需或培训 a base reports courses, each with its event key"
        )
    work_id = work.instance.keyed_id("learned", person.key, source.encode(), str(raw["event_key"]).encode())
    known = sa.select(activity.c.event_id).where(activity.c.event_id == work_id)
    if work.connection.execute(known).first() is not None:
        return None
    whole = {**raw, "channel": Channel.BASE_PLATFORM.value}
    now = work.instance.now().astimezone(SHANGHAI).isoformat(timespec="seconds")
    read = read_activity(whole | {"registered_at": now}, work_id, Status.REGISTERED, work.instance.today())
    refuse_unlearned(read)
    text = facts_text(read)
    row = {
        "event_id": work_id,
        "person_id": person.id,
        "source_id": str(work_id),
        "category": read.category,
        "status": Status.REGISTERED,
        "facts": text,
    }
    work.connection.execute(sa.insert(activity).values(row))
    told = canonical({"person": person.key.hex(), "source": source, "activity": text})
    work.record(work_id, Kind.REGISTRATION, told)
    return work_id
