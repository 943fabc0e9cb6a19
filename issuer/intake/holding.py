"""What is held beside a declaration: shown, decided by the authority that registered the declaration, and let go with it.

The caller opens the transaction. One of the two counts at any moment: taking the imported one reverses the declaration in the
same transaction, and a declaration that is reversed lets the imported one count by itself (`release_due`).
"""

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa

from issuer.access.roles import Actor, Role
from issuer.acts import Act, note_act
from issuer.database import Paging
from issuer.errors import NotFound
from issuer.instance import SHANGHAI, Transaction
from issuer.intake.planning import Hold
from issuer.intake.tables import held_import, import_batch
from issuer.people.affiliation import Place
from issuer.people.tables import professional
from issuer.people.units import subordinate
from issuer.registration.days import as_if_registered, days_of, year_of
from issuer.registration.declarations import Taken, take
from issuer.registration.errors import Overtaken, SamePerson
from issuer.registration.procedure import Step
from issuer.registration.reading import read_activity
from issuer.registration.roster import facts_text
from issuer.registration.tables import activity, declaration
from ledger.entry import Kind, canonical
from rules.activity import Status
from rules.engine import decide as decide_year
from rules.errors import NoPackInForce
from rules.facts import parse_facts
from rules.library import Library

REPEATED = "R06"
"""The reason with which a declaration is reversed for the imported one: it is registered already."""
OPEN = (Hold.HELD, Hold.KEPT)


@dataclass(frozen=True)
class Side:
    """One of the two. `figure`: hours or credits as they are told, or the hours that the rules make of its days; None where no
    rules are loaded for its year.
    """

    title: str
    category: str
    first: str
    last: str
    figure: Decimal | None
    event_key: str | None


@dataclass(frozen=True)
class Held:
    """An import beside the declaration that counts. `seen` names both as they stand, for who decides on them."""

    id: UUID
    name: str
    masked: str
    system: str
    why: str
    row: int
    at: datetime
    declaration_id: UUID
    seen: str
    declared: Side
    imported: Side


@dataclass(frozen=True)
class Decision:
    """Which of the two is to count, as `seen`, and words on it."""

    take: Literal["declared", "imported"]
    seen: str
    words: str = ""


def list_held(connection: sa.Connection, library: Library, actor: Actor, paging: Paging) -> list[Held]:
    """A page of what waits for a decision at the actor's places and below, the oldest batch first."""
    begun, one = import_batch.c.started_at, held_import.c.activity_id
    query = _waiting(actor).where(paging.later(begun, one)).order_by(begun, one).limit(paging.limit)
    return [_held(row, library) for row in connection.execute(query)]


def read_held(connection: sa.Connection, library: Library, actor: Actor, one: UUID) -> Held:
    """One of them.

    Raises:
        NotFound: nothing of that id waits at the actor's places.
    """
    row = connection.execute(_waiting(actor).where(held_import.c.activity_id == one)).one_or_none()
    if row is None:
        raise NotFound("没有这条待定的导入 no such held import waits here")
    return _held(row, library)


def decide(work: Transaction, actor: Actor, one: UUID, decision: Decision) -> None:
    """Let the declared one count for good, or reverse the declaration and let the imported one count.

    Raises:
        NotFound: as `read_held`.
        SamePerson: it is about the actor, or the actor had another duty on the declaration.
        Overtaken: somebody acted on either in between.
        NotAllowed, StepRefused: as reversing a declaration.
    """
    found = read_held(work.connection, work.rules.library, actor, one)
    row = _row(work, one)
    if row.person_key == actor.person_key:
        raise SamePerson
    if found.seen != decision.seen:
        at = found.at.astimezone(SHANGHAI)
        raise Overtaken(row.state, f"{at:%m-%d %H:%M}")
    told = {"declaration": str(found.declaration_id), "batch": str(row.batch_id), "row": row.row}
    note_act(work, Act(f"{decision.take}-kept", f"import:{one}", told, actor.person_key))
    if decision.take == "declared":
        _mark(work, row, Hold.KEPT, actor.person_key)
        return
    taken = Taken(Step.REVERSE, row.turn, REPEATED, decision.words)
    take(work, actor, found.declaration_id, taken)
    _release(work, row, actor.person_key)


def release_due(work: Transaction) -> int:
    """Let go what is held beside a declaration that counts no more; answers how many.

    Where a correction took the declaration's place, it is held beside that, and asked about again.
    """
    gone = _rows().where(held_import.c.state.in_(OPEN), declaration.c.state != Status.REGISTERED)
    done = 0
    for row in work.connection.execute(gone).all():
        its = sa.select(declaration.c.id).where(
            declaration.c.corrects == row.declaration_id, declaration.c.state == Status.REGISTERED
        )
        corrected = work.connection.scalar(its.limit(1))
        if corrected is None:
            _release(work, row, None)
            done += 1
        else:
            same = held_import.c.activity_id == row.activity_id
            values = {"declaration_id": corrected, "state": Hold.HELD}
            work.connection.execute(sa.update(held_import).where(same).values(values))
    return done


def any_due(connection: sa.Connection) -> bool:
    """Whether `release_due` has something to do; only reads."""
    gone = _rows().where(held_import.c.state.in_(OPEN), declaration.c.state != Status.REGISTERED)
    return connection.execute(gone.limit(1)).first() is not None


def _release(work: Transaction, row: sa.Row[Any], by: bytes | None) -> None:
    """Register a held activity, as the import would have done."""
    now = work.instance.now().astimezone(SHANGHAI).isoformat(timespec="seconds")
    facts = json.loads(row.facts, parse_float=Decimal) | {"registered_at": now}
    text = facts_text(read_activity(facts, row.activity_id, Status.REGISTERED, work.instance.today()))
    new = {
        "event_id": row.activity_id,
        "person_id": row.person_id,
        "source_id": str(row.activity_id),
        "category": row.category,
        "status": Status.REGISTERED,
        "facts": text,
    }
    work.connection.execute(sa.insert(activity).values(new))
    told = {"person": bytes(row.person_key).hex(), "source": row.system, "activity": text}
    work.record(row.activity_id, Kind.REGISTRATION, canonical(told))
    _mark(work, row, Hold.RELEASED, by)


def _mark(work: Transaction, row: sa.Row[Any], to: Hold, by: bytes | None) -> None:
    same = (held_import.c.activity_id == row.activity_id) & (held_import.c.state == row.state)
    values = {"state": to, "decided_key": by, "decided_at": work.instance.now()}
    if work.connection.execute(sa.update(held_import).where(same).values(values)).rowcount != 1:
        raise Overtaken(row.state, "")


def _rows() -> sa.Select[Any]:
    shown = declaration.c
    return (
        sa.select(held_import, import_batch.c.system, import_batch.c.started_at)
        .add_columns(professional.c.name, professional.c.masked_identifier, professional.c.person_key)
        .add_columns(shown.turn, shown.title, shown.event_key, shown.facts.label("declared"))
        .join(import_batch, import_batch.c.id == held_import.c.batch_id)
        .join(professional, professional.c.id == held_import.c.person_id)
        .join(declaration, declaration.c.id == held_import.c.declaration_id)
    )


def _waiting(actor: Actor) -> sa.Select[Any]:
    mine = [sa.false(), *map(_at, actor.places(Role.VERIFIER))]
    open_ones = (held_import.c.state == Hold.HELD) & (declaration.c.state == Status.REGISTERED)
    return _rows().where(sa.or_(*mine), open_ones)


def _at(place: Place) -> sa.ColumnElement[bool]:
    if place.authority_id is not None:
        return declaration.c.verify_authority_id.in_(subordinate(place.authority_id))
    return declaration.c.verify_unit_id == place.unit_id


def _row(work: Transaction, one: UUID) -> sa.Row[Any]:
    return work.connection.execute(_rows().where(held_import.c.activity_id == one)).one()


def _held(row: sa.Row[Any], library: Library) -> Held:
    declared = json.loads(row.declared, parse_float=Decimal)
    imported = json.loads(row.facts, parse_float=Decimal)
    return Held(
        id=row.activity_id,
        name=row.name,
        masked=row.masked_identifier,
        system=row.system,
        why=row.why,
        row=row.row,
        at=row.started_at,
        declaration_id=row.declaration_id,
        seen=f"{row.state}_{row.turn}",
        declared=_side(declared, row.title, row.started_at, library),
        imported=_side(imported, str(imported.get("title", "")), row.started_at, library),
    )


def _side(facts: dict[str, Any], title: str, at: datetime, library: Library) -> Side:
    first, last = days_of(facts)
    figures = [facts[name] for name in ("total_hours", "determined_hours", "credits") if facts.get(name)]
    figure = Decimal(figures[0]) if figures else _counted(facts, at, library)
    return Side(title, str(facts["category"]), first, last, figure, facts.get("event_key"))


def _counted(facts: dict[str, Any], at: datetime, library: Library) -> Decimal | None:
    """The hours of an activity by its days, with nothing beside it."""
    year, alone = year_of(facts), as_if_registered(facts | {"status": Status.REGISTERED}, at)
    try:
        told = {"year": year, "as_of": at.astimezone(SHANGHAI).date(), "activities": [alone]}
        return decide_year(parse_facts(told), library).lines[0].claimed
    except NoPackInForce:
        return None
