"""Several people, or one person twice, at the same moment, on both databases: one act is done, and everybody else is told."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from issuer.access.accounts import actor_of, withdraw_grant
from issuer.access.errors import NotAllowed
from issuer.access.roles import Actor, Grant, Role
from issuer.errors import IssuerError
from issuer.instance import Transaction, writing
from issuer.people.affiliation import AffiliationKind, Place
from issuer.people.errors import IdentifierError
from issuer.people.identifier import IdType, read_identifier
from issuer.people.registry import Belonging, enter_professional
from issuer.people.tables import professional
from issuer.personnel import changes
from issuer.personnel.tables import personnel_change, personnel_step
from issuer.personnel.wanted import NewSeries
from issuer.portal.schemas import Part
from issuer.portal.service import Answer, Asked, once
from issuer.portal.tables import kept_answer
from issuer.registration import conduct
from issuer.registration.declarations import Draft, Taken, draft, take
from issuer.registration.errors import Overtaken, StepRefused
from issuer.registration.procedure import Step
from issuer.registration.tables import activity, authority_entry, declaration, procedure_step
from ledger.tables import event
from tests.issuer.registration.office import Office, rows
from tests.issuer.town import declarant, number, officer, training


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do all of them at the same moment; answers what each gave, or its refusal."""
    start = threading.Barrier(len(acts))
    answers: list[Any] = [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        start.wait()
        try:
            answers[place] = act()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test compares it
            answers[place] = error

    threads = [threading.Thread(target=run, args=one) for one in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def submitted(office: Office) -> Any:
    with writing(office.instance) as work:
        made = draft(work, office.person, Draft(f"示例 {uuid4()}", training()))
        take(work, declarant(office.person), made, Taken(Step.SUBMIT, 0))
    return made


def test_of_many_acts_on_one_declaration_one_is_done(office: Office) -> None:
    one = submitted(office)
    unit = Place(unit_id=office.province.units["local"])
    reviewers = [officer(office.instance, f"r{at}", Grant(Role.REVIEWER, unit)) for at in range(6)]
    steps = [Taken(Step.APPROVE, 1), Taken(Step.RETURN, 1, "R01"), Taken(Step.REJECT, 1, "R07")] * 2
    answers = at_once(
        *(
            lambda who=who, step=step: conduct.take(office.instance, who, one, step)
            for who, step in zip(reviewers, steps, strict=True)
        )
    )
    told = [answer for answer in answers if isinstance(answer, Overtaken)]
    done = [answer for answer in answers if not isinstance(answer, Exception)]
    assert (len(done), len(told)) == (1, 5), answers
    assert {(one.state, one.duty) for one in told} == {(done[0].value, "reviewer")}
    taken = rows(office, sa.select(procedure_step).where(procedure_step.c.declaration_id == one))
    assert len(taken) == 2
    events = sa.select(event.c.event_id).where(event.c.event_id.in_([step.event_id for step in taken]))
    assert len(rows(office, events)) == 2, "each step its entry, and no entry more"


def test_two_batches_in_opposite_order_do_each_once(office: Office) -> None:
    ones = [submitted(office) for _ in range(6)]
    second = officer(
        office.instance, "r2", Grant(Role.REVIEWER, Place(unit_id=office.province.units["local"]))
    )
    steps = [(one, Taken(Step.APPROVE, 1)) for one in ones]
    answers = at_once(
        lambda: conduct.take_many(office.instance, office.reviewer, steps),
        lambda: conduct.take_many(office.instance, second, steps[::-1]),
    )
    states = Counter(outcome.state for outcomes in answers for outcome in outcomes)
    assert states == {"employer_approved": 6, None: 6}, answers
    assert all(isinstance(one.refused, Overtaken | None) for outcomes in answers for one in outcomes)


class _Made(Part):
    id: str


def test_a_call_sent_six_times_at_once_is_carried_out_once(office: Office) -> None:
    account_id = officer(office.instance, "caller").account_id
    asked = Asked(account_id, "the-same-key-every-time", b"the same call")

    def keep(work: Transaction, _actor: Actor) -> Answer:
        return Answer(_Made(id=str(draft(work, office.person, Draft("示例", training())))), 201)

    answers = at_once(*[lambda: once(office.instance, asked, keep)] * 6)
    assert len({(told.status, told.content) for told in answers}) == 1, answers
    assert Counter(told.again for told in answers) == {False: 1, True: 5}
    assert len(rows(office, sa.select(declaration.c.id))) == 1
    assert len(rows(office, sa.select(kept_answer.c.key))) == 1


def test_a_role_withdrawn_at_the_same_moment(office: Office) -> None:
    """Either the step came first and stands, or the withdrawal did and the step is refused; never half of one."""
    unit = Place(unit_id=office.province.units["local"])
    for attempt in range(4):
        one = submitted(office)
        given = Grant(Role.REVIEWER, unit)
        who = officer(office.instance, f"late{attempt}", given)

        def withdraw(who: Actor = who, given: Grant = given) -> None:
            with writing(office.instance) as work:
                withdraw_grant(work, who.account_id, given)

        answer, _ = at_once(
            lambda one=one, who=who: conduct.take(office.instance, who, one, Taken(Step.APPROVE, 1)), withdraw
        )
        state = rows(office, sa.select(declaration.c.state).where(declaration.c.id == one))[0].state
        if isinstance(answer, Exception):
            assert isinstance(answer, NotAllowed), answer
        assert state == ("submitted" if isinstance(answer, Exception) else "employer_approved")
        again = at_once(
            lambda who=who: conduct.take(office.instance, who, submitted(office), Taken(Step.APPROVE, 1))
        )
        assert isinstance(again[0], NotAllowed), "a second ago is early enough"
        with writing(office.instance) as work:
            assert actor_of(work, who.account_id).grants == frozenset()


def test_one_document_entered_twice_at_once_is_one_person(office: Office) -> None:
    identifier = read_identifier(IdType.RESIDENT_ID, number(90))
    belonging = Belonging(AffiliationKind.LOCAL_UNIT, office.instance.today(), office.province.units["local"])

    def enter() -> object:
        with writing(office.instance) as work:
            return enter_professional(work, identifier, "示例庚", belonging)

    answers = at_once(enter, enter, enter)
    assert sum(isinstance(answer, IdentifierError) for answer in answers) == 2, answers
    assert not any(
        isinstance(answer, Exception) and not isinstance(answer, IssuerError) for answer in answers
    )
    key = identifier.person_key(office.instance.person_secret)
    assert len(rows(office, sa.select(professional.c.id).where(professional.c.person_key == key))) == 1


def test_registering_and_correcting_at_once_leaves_one_that_counts(office: Office) -> None:
    """Two verifiers register two corrections of one record: one of them replaces it, the other is refused."""
    old = office.register(training())
    corrections = []
    for days in (1, 2):
        shorter = [{"from": "2026-05-11", "to": f"2026-05-{10 + days}", "unit": "full_day"}]
        with writing(office.instance) as work:
            made = draft(work, office.person, Draft("示例更正", training(schedule=shorter), corrects=old))
            take(work, declarant(office.person), made, Taken(Step.SUBMIT, 0))
            take(work, office.reviewer, made, Taken(Step.APPROVE, 1))
        corrections.append(made)
    answers = at_once(
        *(
            lambda who=who, one=one: conduct.take(office.instance, who, one, Taken(Step.REGISTER, 2))
            for who, one in zip((office.verifier, office.second), corrections, strict=True)
        )
    )
    assert sum(isinstance(answer, IssuerError) for answer in answers) == 1, answers
    states = Counter(row.status for row in rows(office, sa.select(activity.c.status)))
    assert states == {"superseded": 1, "registered": 1}


def test_of_identical_entries_at_once_one_is_entered(office: Office) -> None:
    """And of identical changes of one person's file."""
    listed = {"kind": "exam", "name": "示例考试", "first": "2026-01-01"}
    admins = (office.admin, office.other_admin) * 3
    answers = at_once(*(lambda who=who: office.enter(who, listed) for who in admins))
    assert Counter(type(answer) for answer in answers)[StepRefused] == 5, answers
    assert len(rows(office, sa.select(authority_entry.c.id))) == 1
    new = NewSeries(year=2026, series="工程")

    def ask_for_it() -> Any:
        with writing(office.instance) as work:
            return changes.ask(work, declarant(office.person), office.person, changes.Asked(new))

    answers = at_once(*[ask_for_it] * 6)
    assert Counter(type(answer) for answer in answers)[StepRefused] == 5, answers
    assert len(rows(office, sa.select(personnel_change.c.id))) == 1
    steps = rows(office, sa.select(personnel_step.c.event_id))
    assert len(steps) == 1
    assert len(rows(office, sa.select(event.c.event_id).where(event.c.event_id == steps[0].event_id))) == 1
