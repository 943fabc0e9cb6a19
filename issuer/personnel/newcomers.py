"""A professional who came by no roster: entered by the unit or an authority, and let in by another of them. The caller opens
the transaction.

Who has seen a person's document number is never told the code that opens the person's account: one enters, another invites.
A crash before the commit leaves nothing: no person without affiliation, no account without its invitation.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from issuer.access.accounts import add_account, grants_of
from issuer.access.errors import AccountRefused, NotAllowed
from issuer.access.invitations import invite
from issuer.access.roles import Actor, Role
from issuer.access.tables import account
from issuer.acts import governance_act
from issuer.errors import NotFound
from issuer.instance import Transaction
from issuer.people.affiliation import Affiliation, Place, route
from issuer.people.identifier import Identifier
from issuer.people.registry import affiliation_on, enter_professional
from issuer.people.series import set_series
from issuer.people.service import Person, person_by_id, subject_of
from issuer.people.units import provincial_hrss
from issuer.personnel.tables import personnel_change, personnel_step
from issuer.personnel.wanted import NewEmployer, NewSeries, belonging_of, hold_to_series
from issuer.personnel.way import OPEN, Step
from issuer.registration.duties import has_duty
from issuer.registration.errors import SamePerson, StepRefused
from issuer.registration.procedure import Duty

_SAW = ("professional-entered", "number-revealed")
"""Acts in which somebody sees a document's number."""


@dataclass(frozen=True)
class Newcomer:
    """Somebody to be entered: document, name, where they belong, and the title series of this year if it is known."""

    identifier: Identifier
    name: str
    where: NewEmployer
    series: str | None = None


def enter(work: Transaction, actor: Actor, new: Newcomer) -> Person:
    """Enter a professional into a unit or agency that is the actor's own, or below the actor's authority.

    Raises:
        NotAllowed: another office's.
        IdentifierError: the document is in use (whose it is, is not said), or the name cannot be one.
        UnitRefused: no such unit or agency.
        StepRefused: a day to come, or no such title series.
    """
    wanted = belonging_of(work, new.where)
    if not _governs(work, actor, wanted.affiliation):
        raise NotAllowed
    if new.where.first > work.instance.today():
        raise StepRefused(
            "到岗日期不能晚于今天，请到岗后再录入 the day cannot be to come: enter who has begun"
        )
    person = enter_professional(work, new.identifier, new.name, wanted.belonging, actor.person_key)
    if new.series is not None:
        series = NewSeries(year=work.instance.today().year, series=new.series)
        hold_to_series(work, person, series)
        set_series(work, person, series.year, series.series, actor.person_key)
    return person


def let_in(work: Transaction, actor: Actor, person_id: int, login: str) -> str:
    """Invite a professional of the actor's own office to open an account; answers the invitation's code, told once.

    Asked again before it was opened, the code before no longer counts, and the login stays.

    Raises:
        NotFound: no such person.
        NotAllowed: another office's, or the account has duties: administrators renew it.
        SamePerson: it is the actor's own, or the actor has seen the document's number.
        AccountRefused: there is an open account, or the login is taken or none.
    """
    person = person_by_id(work.connection, person_id)
    if not _answers_for(work, actor, person):
        raise NotAllowed
    if person.key == actor.person_key or _has_seen(work, actor, person):
        raise SamePerson(
            "录入或看过证件号码的人不能再发邀请，请由另一人办理 who has seen the number cannot invite: another must"
        )
    rows = work.connection.execute(
        sa.select(account).where(account.c.person_key == person.key, ~account.c.disabled)
    ).all()
    if any(row.password_hash is not None or row.oidc_subject is not None for row in rows):
        raise AccountRefused("本人已有账号 the person has an account already")
    if any(grants_of(work, row.id) for row in rows):
        raise NotAllowed
    account_id = rows[0].id if rows else add_account(work, login.strip(), person.key, None, actor.person_key)
    return invite(work, account_id, actor.person_key, None)


def _answers_for(work: Transaction, actor: Actor, person: Person) -> bool:
    """Whether the actor's office answers for the person. Whoever belongs nowhere here, having left or come in by a roster, has to
    agree before a unit takes them on, and needs an account for that: then it is the offices of that change.
    """
    try:
        return _governs(work, actor, affiliation_on(work.connection, person.id, work.instance.today()))
    except NotFound:
        wanted = (personnel_change.c.person_id == person.id) & (personnel_change.c.kind == "employer")
        asked = sa.select(personnel_change).where(wanted, personnel_change.c.state.in_(OPEN))
        row = work.connection.execute(asked).one_or_none()
    offices = (Duty.REVIEWER, Duty.VERIFIER)
    return row is not None and any(has_duty(work.connection, actor, row, duty) for duty in offices)


def _governs(work: Transaction, actor: Actor, where: Affiliation) -> bool:
    """Whether the actor reviews or verifies for an affiliation, or administers those who do."""
    top = provincial_hrss(work.connection)
    if top is None:
        return False
    its = route(where, top)
    above = its.verify if its.verify.authority_id is not None else Place(authority_id=top)
    duties = ((Role.REVIEWER, its.review), (Role.VERIFIER, its.verify), (Role.ADMINISTRATOR, above))
    return any(actor.holds(work.connection, role, place) for role, place in duties)


def _has_seen(work: Transaction, actor: Actor, person: Person) -> bool:
    """Whoever entered the person, was shown the number, or named it to take the person on."""
    seen = (governance_act.c.subject == subject_of(person)) & governance_act.c.what.in_(_SAW)
    shown = sa.select(governance_act.c.event_id).where(seen, governance_act.c.actor_key == actor.person_key)
    asked = (
        sa.select(personnel_step.c.event_id)
        .join(personnel_change, personnel_change.c.id == personnel_step.c.change_id)
        .where(
            personnel_change.c.person_id == person.id,
            personnel_step.c.step == Step.ASK,
            personnel_step.c.actor_key == actor.person_key,
        )
    )
    return work.connection.scalar(shown.union_all(asked).limit(1)) is not None
