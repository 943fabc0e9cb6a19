"""A person as the desk sees whose business they are, and the document's number, for a reason. The caller opens what is written."""

from dataclasses import dataclass

import sqlalchemy as sa

from issuer.access.reach import reaches, require_reach
from issuer.access.roles import Actor
from issuer.errors import NotFound
from issuer.instance import Instance, Transaction
from issuer.people import registry
from issuer.people.identifier import Identifier
from issuer.people.service import Person, person_by_id
from issuer.people.tables import identity_document, professional
from issuer.registration.errors import StepRefused
from ledger.store import reading

REASON_MOST = 400


@dataclass(frozen=True)
class Known:
    """A person of the actor's office. `kept`: whether a number is kept at all; a roster brings the fingerprint alone."""

    id: int
    name: str
    masked: str
    employer: str
    kept: bool


def read_known(instance: Instance, actor: Actor, person_id: int) -> Known:
    """Tell of a person, without the number.

    Raises:
        NotFound: no such person.
        NotAllowed: the person is another office's business.
    """
    with reading(instance.engine).connect() as connection:
        require_reach(Transaction(instance, connection), actor, person_by_id(connection, person_id))
        its = professional.c
        row = connection.execute(
            sa.select(its.name, its.masked_identifier, its.employer, identity_document.c.person_id)
            .outerjoin(identity_document, identity_document.c.person_id == its.id)
            .where(its.id == person_id)
        ).one()
    return Known(person_id, row.name, row.masked_identifier, row.employer, row.person_id is not None)


def look_up(work: Transaction, actor: Actor, identifier: Identifier) -> Person:
    """Find a person of the actor's office by document.

    Raises:
        NotFound: nobody there; or somebody of another office, which is not said.
    """
    person = registry.find(work.connection, identifier.person_key(work.instance.person_secret))
    if person is None or not reaches(work, actor, person):
        raise NotFound("本部门管理的人中没有这个证件号码 nobody of your office has this document")
    return person


def reveal(work: Transaction, actor: Actor, person_id: int, reason: str) -> str:
    """Open a person's number. Who opened it, when and why is in the ledger; the number is not.

    Raises:
        NotAllowed: the person is another office's business.
        NotFound: no such person, or no number is kept.
        StepRefused: no reason.
    """
    person = person_by_id(work.connection, person_id)
    require_reach(work, actor, person)
    plain = " ".join(reason.split())
    if not 0 < len(plain) <= REASON_MOST or not plain.isprintable():
        raise StepRefused(
            f"请写明查看的事由，最多 {REASON_MOST} 字 say why, in 1 to {REASON_MOST} printable characters"
        )
    return registry.reveal(work, person, actor.person_key, plain)
