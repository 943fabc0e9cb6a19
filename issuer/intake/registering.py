"""Writing a plan: activities, records and their ledger events, many rows at once. The caller opens the transaction."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter
from uuid import UUID

import sqlalchemy as sa

from issuer.instance import SHANGHAI, Transaction
from issuer.intake.contents import Content, for_person
from issuer.intake.lookups import Twin
from issuer.intake.planning import Outcome, Plan, Standing, Wanted
from issuer.intake.tables import held_import, import_change, imported_record
from issuer.registration.reading import read_activity
from issuer.registration.roster import facts_text
from issuer.registration.tables import activity
from ledger.bulk import Row, insert_rows
from ledger.entry import Kind, canonical
from rules.activity import Status

_ACTIVITY = ("event_id", "person_id", "source_id", "category", "status", "facts")
_RECORD = ("key", "revision", "state", "activity_id", "batch_id", "row")
_HELD = ("activity_id", "person_id", "category", "facts", "state", "why", "declaration_id", "batch_id", "row")


@dataclass(frozen=True)
class Portion:
    """What is decided of some rows of a batch. `known`: keys of records that stood before."""

    system: str
    batch_id: UUID
    plan: Plan
    known: frozenset[bytes]
    twins: Mapping[UUID, Twin]


def write(work: Transaction, portion: Portion) -> None:
    """Write everything that a portion changes."""
    plan, batch_id = portion.plan, portion.batch_id
    _register(work, portion)
    _hold(work, portion)
    _keep_records(work, portion)
    for one, number in plan.reversed.items():
        _change(work, batch_id, one, number, Status.REVERSED)
    for one, number in plan.restored.items():
        _change(work, batch_id, one, number, Status.REGISTERED)
    for ones, state in ((plan.held_gone, Standing.GONE), (plan.held_again, Standing.HELD)):
        if ones:
            its = held_import.c.activity_id.in_(ones)
            work.connection.execute(sa.update(held_import).where(its).values(state=state))


def settle(plan: Plan, twins: Mapping[UUID, Twin]) -> None:
    """Tell of rows whose activity is held that it is."""
    if not twins:
        return
    plan.outcomes = [
        (row, Outcome.HELD if outcome is Outcome.REGISTERED and row.record.activity in twins else outcome)
        for row, outcome in plan.outcomes
    ]


def _content(row: Wanted) -> Content:
    if row.content is None:
        raise ValueError(f"row {row.number} registers an activity without content")
    return row.content


def _register(work: Transaction, portion: Portion) -> None:
    insert_rows(work.connection, activity, _ACTIVITY, _registered(work, portion))


def _registered(work: Transaction, portion: Portion) -> Iterator[Row]:
    """The activities' rows in the order of their index, each with its ledger event, made while they are written."""
    twins = portion.twins
    for one, row in sorted(portion.plan.fresh.items(), key=_number):
        if twins and one in twins:
            continue
        content = _content(row)
        facts, payload = for_person(content, one, row.person_key)
        work.record(one, Kind.REGISTRATION, payload)
        yield one, row.person_id, str(one), content.category, Status.REGISTERED.value, facts


def _number(named: tuple[UUID, object]) -> int:
    return named[0].int


def _hold(work: Transaction, portion: Portion) -> None:
    rows = []
    for one, twin in portion.twins.items():
        row = portion.plan.fresh[one]
        content = _content(row)
        facts, _ = for_person(content, one, row.person_key)
        held = (one, row.person_id, content.category, facts, Standing.HELD.value, twin.why)
        rows.append((*held, twin.declaration_id, portion.batch_id, row.number))
    insert_rows(work.connection, held_import, _HELD, rows)


def _keep_records(work: Transaction, portion: Portion) -> None:
    batch_id, known = portion.batch_id, portion.known
    # In the order of the index, as activities are too: each of its pages is then visited once.
    ordered = sorted(portion.plan.records.items(), key=itemgetter(0))
    fresh = (
        (key, one.revision, one.state.value, one.activity, batch_id, number)
        for key, (one, number) in ordered
        if key not in known
    )
    insert_rows(work.connection, imported_record, _RECORD, fresh)
    changed = [
        {"its": key, "batch_id": batch_id, "row": number}
        | {"revision": one.revision, "state": one.state, "activity_id": one.activity}
        for key, (one, number) in ordered
        if key in known
    ]
    if changed:
        its = imported_record.c.key == sa.bindparam("its")
        work.connection.execute(sa.update(imported_record).where(its), changed)


def _change(work: Transaction, batch_id: UUID, one: UUID, number: int, to: Status) -> None:
    """Reverse an activity, or let it stand again. It stays where it is; the change has its own entry in the ledger."""
    its = activity.c.event_id == one
    facts = json.loads(
        work.connection.execute(sa.select(activity.c.facts).where(its)).scalar_one(), parse_float=Decimal
    )
    now = work.instance.now()
    facts["registered_at"] = (
        now.astimezone(SHANGHAI).isoformat(timespec="seconds")
        if to is Status.REGISTERED
        else facts["registered_at"]
    )
    text = facts_text(read_activity(facts, one, to, work.instance.today()))
    work.connection.execute(sa.update(activity).where(its).values(status=to, facts=text))
    event_id = work.instance.fresh_id()
    row = {
        "event_id": event_id,
        "activity_id": one,
        "status": to,
        "batch_id": batch_id,
        "row": number,
        "at": now,
    }
    work.connection.execute(sa.insert(import_change).values(row))
    told = {"activity": str(one), "status": to.value, "batch": str(batch_id), "row": number}
    work.record(event_id, Kind.REGISTRATION, canonical(told))
