"""What a portion of rows does to what is known: a pure function, the same whatever the portions and their order.

A record stands as its latest revision says it. At one revision a withdrawal has the word; two contents contradict each
other, and neither counts. An activity is registered while at least one record that stands says it was done: what is
sent again, or again under another number, is one activity.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from issuer.intake.contents import Content


class Outcome(StrEnum):
    """What became of a row."""

    REGISTERED = "registered"
    HELD = "held"
    """Declared by hand and registered before: shown, the declared one counts."""
    CORRECTED = "corrected"
    """A later revision: the activity before it is reversed, unless another record still says it."""
    WITHDRAWN = "withdrawn"
    AGAIN = "again"
    RESENT = "resent"
    """The same activity under another number."""
    STALE = "stale"
    """An earlier revision than what stands, or than what was withdrawn."""
    CONTRADICTED = "contradicted"
    """Another content at the same revision of one record: neither counts."""
    REFUSED = "refused"
    SKIPPED = "skipped"


class State(StrEnum):
    """Of a record."""

    LIVE = "live"
    DELETED = "deleted"
    CONTRADICTED = "contradicted"


class Standing(StrEnum):
    """Of an activity that records speak of."""

    REGISTERED = "registered"
    REVERSED = "reversed"
    HELD = "held"
    GONE = "gone"
    """Held, and withdrawn since."""


class Hold(StrEnum):
    """Where a held import stands."""

    HELD = "held"
    """Waits for a decision; the declared one counts."""
    KEPT = "kept"
    """It was decided that the declared one counts."""
    RELEASED = "released"
    """Registered since: the declaration counts no more."""
    GONE = "gone"
    """Withdrawn by its system."""


class Record(NamedTuple):
    """A record as it stands. `activity` is the one it says was done; None once it says none."""

    revision: str
    state: State
    activity: UUID | None


class Wanted(NamedTuple):
    """A row whose person is found. `record` is what it would make of its record; `content` is None where it is withdrawn."""

    number: int
    key: bytes
    record: Record
    person_id: int
    person_key: bytes
    content: Content | None
    organiser: str


@dataclass
class Known:
    """What is known of the records and activities of a portion. `live`: how many records stand for an activity."""

    records: dict[bytes, Record] = field(default_factory=dict)
    standing: dict[UUID, Standing] = field(default_factory=dict)
    live: Counter[UUID] = field(default_factory=Counter)


@dataclass
class Plan:
    """What is to be written. `outcomes` in the order of the rows, with their hours."""

    outcomes: list[tuple[Wanted, Outcome]] = field(default_factory=list)
    records: dict[bytes, tuple[Record, int]] = field(default_factory=dict)
    """By key, with the row that said so."""
    fresh: dict[UUID, Wanted] = field(default_factory=dict)
    """Activities to be registered, or held."""
    reversed: dict[UUID, int] = field(default_factory=dict)
    restored: dict[UUID, int] = field(default_factory=dict)
    held_gone: list[UUID] = field(default_factory=list)
    held_again: list[UUID] = field(default_factory=list)
    live: dict[UUID, int] = field(default_factory=dict)
    """How many records stand for each activity that was touched, afterwards."""


def plan(rows: Sequence[Wanted], known: Known) -> Plan:
    """Decide what a portion of rows does."""
    made = Plan()
    records, live = dict(known.records), Counter(known.live)
    touched: dict[UUID, Wanted] = {}
    for row in rows:
        old = records.get(row.key)
        new, outcome = _step(old, row.record)
        if new is not old:
            was, now = _says(old), _says(new)
            if was is not None:
                live[was] -= 1
                touched.setdefault(was, row)
            if now is not None:
                before = live[now]
                if outcome is Outcome.REGISTERED and before > 0:
                    outcome = Outcome.RESENT
                live[now] = before + 1
                touched[now] = row
            records[row.key] = new
            made.records[row.key] = (new, row.number)
        made.outcomes.append((row, outcome))
    for activity, row in touched.items():
        made.live[activity] = count = live[activity]
        _settle(made, activity, row, known.standing.get(activity), stands=count > 0)
    return made


def hours_of(row: Wanted) -> Decimal:
    """Hours or credits that a row tells of."""
    return Decimal(0) if row.content is None else row.content.hours


def _says(record: Record | None) -> UUID | None:
    return record.activity if record is not None and record.state is State.LIVE else None


def _step(old: Record | None, said: Record) -> tuple[Record, Outcome]:
    """What a record is after a row: the later revision; of one revision, what does not depend on the order."""
    if old is None:
        return said, Outcome.REGISTERED if said.state is State.LIVE else Outcome.WITHDRAWN
    if said.revision < old.revision:
        return old, Outcome.STALE
    if said.revision > old.revision:
        same = old.state is State.LIVE and old.activity == said.activity
        return said, _LATER[said.state] if not same else Outcome.AGAIN
    if said.state is old.state and said.activity == old.activity:
        return old, Outcome.AGAIN
    if State.DELETED in {old.state, said.state}:
        return (said, Outcome.WITHDRAWN) if said.state is State.DELETED else (old, Outcome.STALE)
    return Record(said.revision, State.CONTRADICTED, None), Outcome.CONTRADICTED


_LATER = {State.LIVE: Outcome.CORRECTED, State.DELETED: Outcome.WITHDRAWN}


def _settle(made: Plan, activity: UUID, row: Wanted, before: Standing | None, *, stands: bool) -> None:
    match before, stands:
        case None, True:
            made.fresh[activity] = row
        case Standing.REVERSED, True:
            made.restored[activity] = row.number
        case Standing.GONE, True:
            made.held_again.append(activity)
        case Standing.REGISTERED, False:
            made.reversed[activity] = row.number
        case Standing.HELD, False:
            made.held_gone.append(activity)
        case _:
            pass
