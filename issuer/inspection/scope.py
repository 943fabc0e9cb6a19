"""What an inspector may look at: people, declarations and transfers of the jurisdiction. Opening a person's file is an act with its reason."""

from datetime import datetime, time

import sqlalchemy as sa

from issuer.access.errors import NotAllowed
from issuer.access.reach import VERIFIES, top
from issuer.access.roles import Actor, Role
from issuer.acts import Act, governance_act, note_act
from issuer.errors import NotFound
from issuer.inspection.errors import FileClosed
from issuer.instance import SHANGHAI, Instance, Transaction
from issuer.people.identifier import Identifier
from issuer.people.registry import find
from issuer.people.service import Person, person_by_id, subject_of
from issuer.people.tables import affiliation, unit
from issuer.people.units import subordinate
from issuer.registration.errors import StepRefused
from issuer.registration.tables import declaration
from issuer.transfers.tables import transfer_in

OPENED = "file-inspected"
REASON_MOST = 400


def below(actor: Actor, verifier: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Whether `verifier`, an authority, lies in the actor's jurisdiction."""
    places = [place.authority_id for place in actor.places(Role.INSPECTOR)]
    return sa.or_(sa.false(), *(verifier.in_(subordinate(one)) for one in places if one is not None))


def declarations_of(actor: Actor) -> sa.ColumnElement[bool]:
    """Declarations that went to an authority of the jurisdiction; what a central unit verified is the province's to watch."""
    return declaration.c.verify_unit_id.is_not(None) & below(actor, top()) | below(
        actor, declaration.c.verify_authority_id
    )


def transfers_of(actor: Actor) -> sa.ColumnElement[bool]:
    """Transfers in that went to an authority of the jurisdiction; a central unit's are the province's to watch."""
    its = transfer_in.c
    return its.verify_unit_id.is_not(None) & below(actor, top()) | below(actor, its.verify_authority_id)


def open_file(work: Transaction, actor: Actor, person: Person, reason: str) -> None:
    """Open a person's file for the rest of the day. Who opened it, when and why is in the ledger.

    Raises:
        NotAllowed: the person is not of the actor's jurisdiction.
        StepRefused: no reason.
    """
    if not _reaches(work.connection, actor, person):
        raise NotAllowed
    plain = " ".join(reason.split())
    if not 0 < len(plain) <= REASON_MOST or not plain.isprintable():
        raise StepRefused(
            f"请写明查看的事由，最多 {REASON_MOST} 字 say why, in 1 to {REASON_MOST} printable characters"
        )
    note_act(work, Act(OPENED, subject_of(person), {}, actor.person_key, reason=plain))


def opened_by_document(work: Transaction, actor: Actor, identifier: Identifier, reason: str) -> Person:
    """Find a person of the jurisdiction by document, and open the file.

    Raises:
        NotFound: nobody there; or somebody of another jurisdiction, which is not said.
        StepRefused: as `open_file`.
    """
    person = find(work.connection, identifier.person_key(work.instance.person_secret))
    if person is None or not _reaches(work.connection, actor, person):
        raise NotFound("辖区内没有这个证件号码的人 nobody of your jurisdiction has this document")
    open_file(work, actor, person, reason)
    return person


def opened(instance: Instance, connection: sa.Connection, actor: Actor, person_id: int) -> Person:
    """The person whose file the actor opened today.

    Raises:
        NotFound: no such person of the actor's jurisdiction.
        FileClosed: not opened today.
    """
    person = person_by_id(connection, person_id)
    if not _reaches(connection, actor, person):
        raise NotFound("没有这个人 there is no such person")
    since = datetime.combine(instance.today(), time(), SHANGHAI)
    mine = (governance_act.c.subject == subject_of(person)) & (governance_act.c.actor_key == actor.person_key)
    query = sa.select(governance_act.c.event_id).where(
        mine, governance_act.c.what == OPENED, governance_act.c.at >= since
    )
    if connection.scalar(query.limit(1)) is None:
        raise FileClosed(person_id)
    return person


def _reaches(connection: sa.Connection, actor: Actor, person: Person) -> bool:
    """Whether the person belongs to the jurisdiction, or declared or brought hours there."""
    belongs = (
        sa.select(affiliation.c.id)
        .outerjoin(unit, unit.c.id == affiliation.c.unit_id)
        .where(affiliation.c.person_id == person.id, affiliation.c.until_day.is_(None))
        .where(below(actor, VERIFIES))
    )
    declared = sa.select(declaration.c.id).where(declaration.c.person_id == person.id, declarations_of(actor))
    brought = sa.select(transfer_in.c.id).where(transfer_in.c.person_id == person.id, transfers_of(actor))
    queries = belongs, declared, brought
    return any(connection.execute(query.limit(1)).first() is not None for query in queries)
