"""Authorities enter what only they can: filings, lists, deferrals, exceptions, notes, revocations. The caller opens the transaction.

Each names document, reason and actor, and is a governance entry of the ledger. Where two people must act, the proposal
and its confirmation are an entry each. A crash before the commit leaves nothing; nothing is ever deleted, only ended.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from issuer.access.errors import NotAllowed
from issuer.access.roles import Actor, Role
from issuer.acts import Act, governance_act, note_act
from issuer.credentials.service import Withdrawal, withdraw
from issuer.credentials.transfers import whose
from issuer.errors import NotFound
from issuer.governance.administering import carry_out, try_out
from issuer.governance.entries import TWO_PEOPLE, Body, ExamEnd, Revocation, stored_body, years_of
from issuer.governance.examinations import hold_listed
from issuer.governance.jurisdiction import place_to_change
from issuer.governance.offices import CHANGES, ChangeKind
from issuer.instance import SHANGHAI, Transaction
from issuer.people.affiliation import Place, route
from issuer.people.registry import affiliation_on
from issuer.people.service import Person
from issuer.people.tables import professional
from issuer.people.units import root_of
from issuer.registration.entered import EntryKind, EntryState
from issuer.registration.errors import Overtaken, SamePerson, StepRefused
from issuer.registration.tables import activity, authority_entry
from issuer.registration.trying import hold_to_rules
from rules.activity import Status

PERSONAL = frozenset({EntryKind.FILING, EntryKind.DEFERRAL, EntryKind.MAKE_UP, EntryKind.EXCEPTION})
"""Kinds that are about one person."""

_ONE_AFTER_ANOTHER = 0x58756573
"""The lock under which entries are entered; any number of our own."""


@dataclass(frozen=True)
class Entering:
    """An entry to be made, on a document (文号) and for a reason. `person` for those kinds that are about one."""

    body: Body
    document_no: str
    reason: str
    person: Person | None = None


def enter(work: Transaction, actor: Actor, new: Entering) -> UUID:
    """Enter it; answers its id. In force at once, unless two people must act.

    Raises:
        NotAllowed: not this actor's to enter.
        SamePerson: it is about the actor.
        StepRefused: document or reason is missing, a person is named where none belongs, or the same is in force, or the
            rules refuse it.
        NotFound: no such certificate, or no such registered activity of this person.
    """
    kind = new.body.kind
    document_no, reason = _text(new.document_no, 60, "文号"), _text(new.reason, 400, "理由")
    if (new.person is not None) != (kind in PERSONAL):
        raise StepRefused("这一类须写明本人，其他类不写 a person is named for personal entries only")
    person = new.person or (_holder(work, new.body) if isinstance(new.body, Revocation) else None)
    if person is not None and person.key == actor.person_key:
        raise SamePerson
    place = _hold_to_duty(work, actor, new.body, person)
    _refuse_conflicts(work, new.body, person)
    if isinstance(new.body, CHANGES):
        try_out(work, new.body, actor.person_key)
    entry_id = work.instance.fresh_id()
    row = {
        "id": entry_id,
        "kind": kind,
        "state": EntryState.PROPOSED if kind in TWO_PEOPLE else EntryState.IN_FORCE,
        "person_id": None if person is None else person.id,
        "year": getattr(new.body, "year", None),
        "subject": _subject(new.body),
        "body": new.body.model_dump_json(exclude_none=True),
        "authority_id": place.authority_id,
        "unit_id": place.unit_id,
        "actor_key": actor.person_key,
        "document_no": document_no,
        "reason": reason,
        "entered_at": work.instance.now(),
    }
    work.connection.execute(sa.insert(authority_entry).values(row))
    if new.person is not None:
        hold_to_rules(work, new.person.id, years_of(new.body))
    what = f"{kind}-proposed" if kind in TWO_PEOPLE else f"{kind}-entered"
    _note(work, what, entry_id, row | {"actor": actor})
    return entry_id


def confirm(work: Transaction, actor: Actor, entry_id: UUID, seen: str | None = None) -> str | None:
    """Confirm what another person proposed. A revocation revokes now. `seen` is the state that the actor saw. Answers what
    the second person alone is told, once: an invitation's code.

    Raises:
        NotFound: no such entry.
        NotAllowed: not this actor's to confirm.
        SamePerson: the actor proposed it, or it is about the actor.
        Overtaken: somebody confirmed or ended it in between.
        AlreadyWithdrawn: the certificate was revoked in between.
    """
    row = _open_entry(work, actor, entry_id, seen)
    if row.actor_key == actor.person_key:
        raise SamePerson
    _change(work, row, EntryState.PROPOSED, state=EntryState.IN_FORCE, second_key=actor.person_key)
    body = stored_body(row.body)
    told = None
    if isinstance(body, Revocation):
        withdraw(work, Withdrawal(body.serial, "revocation", body.code))
    elif isinstance(body, CHANGES):
        told = carry_out(work, body, row.actor_key, actor.person_key)
    _note(work, f"{row.kind}-confirmed", entry_id, row._asdict() | {"actor": actor})
    return told


def proposed_revocation(work: Transaction, serial: str) -> UUID:
    """The oldest revocation of a certificate that waits for a second person.

    Raises:
        NotFound: none is waiting.
    """
    waiting = (authority_entry.c.state == EntryState.PROPOSED) & (authority_entry.c.subject == serial)
    found = work.connection.scalar(
        sa.select(authority_entry.c.id)
        .where(authority_entry.c.kind == EntryKind.REVOCATION, waiting)
        .order_by(authority_entry.c.entered_at)
        .limit(1)
    )
    if found is None:
        raise NotFound(f"没有待确认的撤销 no revocation of {serial} waits for a second person")
    return UUID(str(found))


def end(work: Transaction, actor: Actor, entry_id: UUID, reason: str, seen: str | None = None) -> None:
    """End an entry: taken back while proposed, or without effect from now on. What two people entered stays: an examination
    leaves the list by another entry of two, a later interpretation follows. `seen` as `confirm`.

    Raises:
        NotFound, NotAllowed: as `confirm`.
        StepRefused: no reason, an entry of two people that is in force, or one that ended before.
        Overtaken: somebody acted in between.
    """
    row = _open_entry(work, actor, entry_id, seen)
    done = row.kind in TWO_PEOPLE and row.state == EntryState.IN_FORCE
    if done or row.state == EntryState.ENDED:
        raise StepRefused("这一条不能由一人终止 this entry cannot be ended by one person")
    values = row._asdict() | {"reason": _text(reason, 400, "理由"), "actor": actor}
    _change(work, row, EntryState(row.state), state=EntryState.ENDED)
    _note(work, f"{row.kind}-ended", entry_id, values)


def _open_entry(work: Transaction, actor: Actor, entry_id: UUID, seen: str | None) -> sa.Row[Any]:
    query = (
        sa.select(authority_entry, professional.c.person_key)
        .outerjoin(professional, professional.c.id == authority_entry.c.person_id)
        .where(authority_entry.c.id == entry_id)
    )
    row = work.connection.execute(query).one_or_none()
    if row is None:
        raise NotFound("没有这一条 there is no such entry")
    person = None if row.person_id is None else Person(row.person_id, row.person_key)
    if person is not None and person.key == actor.person_key:
        raise SamePerson
    if row.kind in set(ChangeKind):  # proposed at a place that covers all that it touches
        actor.require(work.connection, Role.ADMINISTRATOR, Place(authority_id=row.authority_id))
    else:
        _hold_to_duty(work, actor, stored_body(row.body), person)
    if seen is not None and seen != row.state:
        raise _overtaken(work, row)
    return row


def _change(work: Transaction, row: sa.Row[Any], seen: EntryState, **values: object) -> None:
    """Compared in the UPDATE itself: of two at once, one wins."""
    same = (authority_entry.c.id == row.id) & (authority_entry.c.state == seen)
    if work.connection.execute(sa.update(authority_entry).where(same).values(values)).rowcount != 1:
        raise _overtaken(work, row)


def _overtaken(work: Transaction, row: sa.Row[Any]) -> Overtaken:
    state = sa.select(authority_entry.c.state).where(authority_entry.c.id == row.id)
    at = sa.select(sa.func.max(governance_act.c.at)).where(governance_act.c.subject == f"entry:{row.id}")
    when = work.connection.execute(at).scalar_one().astimezone(SHANGHAI)
    return Overtaken(work.connection.execute(state).scalar_one(), f"{when:%m-%d %H:%M}")


def _hold_to_duty(work: Transaction, actor: Actor, body: Body, person: Person | None) -> Place:
    """Whose say it is; answers at which place.

    Filings: a provincial department. Contests: a department, or the provincial bureau's verifier. Lists and notes: the
    province's administrator. Changes of the tree, units and roles: an administrator at or above all that they touch. The rest:
    the verifier of the person's affiliation; a revocation is the provincial bureau's where the person belongs nowhere here, having left or come in by a roster.
    """
    top = root_of(work.connection)
    kind = body.kind
    if isinstance(body, CHANGES):
        return place_to_change(work, actor, body, top)
    if kind in {EntryKind.FILING, EntryKind.CONTEST}:
        places = actor.places(Role.DEPARTMENT)
        if places:
            return places[0]
        if kind is EntryKind.FILING:
            raise NotAllowed
    if kind in {EntryKind.EXAM, EntryKind.EXAM_END, EntryKind.INTERPRETATION}:
        actor.require(work.connection, Role.ADMINISTRATOR, Place(authority_id=top))
        return Place(authority_id=top)
    place = Place(authority_id=top)
    if person is not None:
        try:
            place = route(affiliation_on(work.connection, person.id, work.instance.today()), top).verify
        except NotFound:
            if kind is not EntryKind.REVOCATION:
                raise
    actor.require(work.connection, Role.VERIFIER, place)
    return place


def _refuse_conflicts(work: Transaction, body: Body, person: Person | None) -> None:
    """Nothing is entered twice, and what an entry points to is there. On PostgreSQL one enters after another, so that of two
    identical entries at the same moment the second finds the first; SQLite has one writer in any case.
    """
    if work.connection.dialect.name == "postgresql":
        work.connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ONE_AFTER_ANOTHER)))
    same = (authority_entry.c.kind == body.kind) & (authority_entry.c.state != EntryState.ENDED)
    # What was carried out may be asked for again: a role that ended, and comes back.
    if isinstance(body, CHANGES):
        same &= authority_entry.c.state == EntryState.PROPOSED
    if person is not None:
        same &= authority_entry.c.person_id == person.id
    taken = work.connection.execute(sa.select(authority_entry.c.body).where(same, _same_subject(body)))
    if any(type(body).model_validate_json(text) == body for text in taken.scalars()):
        raise StepRefused("同样的内容已经录入 the same is entered already")
    if isinstance(body, ExamEnd):
        hold_listed(work, body)
    activity_id = getattr(body, "activity", None)
    if activity_id is not None and person is not None:
        its = (activity.c.person_id == person.id) & (activity.c.source_id == activity_id)
        found = work.connection.scalar(
            sa.select(activity.c.source_id).where(its, activity.c.status == Status.REGISTERED)
        )
        if found is None:
            raise NotFound("本人没有这条已登记的记录 this person has no such registered activity")


def _same_subject(body: Body) -> sa.ColumnElement[bool]:
    subject = _subject(body)
    return sa.true() if subject is None else authority_entry.c.subject == subject


def _subject(body: Body) -> str | None:
    for name in ("name", "event_key", "serial", "activity", "parameter", "gone"):
        if (found := getattr(body, name, None)) is not None:
            return str(found)
    return None


def _holder(work: Transaction, body: Revocation) -> Person:
    """Whose certificate it is."""
    person_id = whose(work.connection, body.serial)
    key = sa.select(professional.c.person_key).where(professional.c.id == person_id)
    return Person(person_id, work.connection.execute(key).scalar_one())


def _note(work: Transaction, what: str, entry_id: UUID, values: dict[str, Any]) -> None:
    actor: Actor = values["actor"]
    body: dict[str, object] = {"entry": str(entry_id), "content": values["body"]}
    if values["person_id"] is not None:
        body["person"] = str(values["person_id"])
    note_act(
        work,
        Act(
            what,
            f"entry:{entry_id}",
            body,
            actor.person_key,
            document_no=values["document_no"],
            reason=values["reason"],
        ),
    )


def _text(text: str, longest: int, what: str) -> str:
    plain = " ".join(text.split())
    if not 0 < len(plain) <= longest or not plain.isprintable():
        raise StepRefused(f"请填写{what}，最多 {longest} 字 1 to {longest} printable characters are needed")
    return plain
