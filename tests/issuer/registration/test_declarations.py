"""The way of a declaration (Art. 10), on both databases: routes, duties, three people, two at once, what is recorded."""

import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
import sqlalchemy as sa

from issuer.access.errors import NotAllowed
from issuer.access.roles import Actor, Grant, Role
from issuer.errors import NotFound
from issuer.instance import Instance, writing
from issuer.people.affiliation import Place
from issuer.registration.archives import NewArchive, build
from issuer.registration.declarations import Draft, Taken, draft, revise, take
from issuer.registration.errors import Overtaken, SamePerson, StepRefused
from issuer.registration.procedure import REASONS, WAYS, Step, way
from issuer.registration.tables import activity, declaration, procedure_step
from ledger import tables as ledger_tables
from rules.activity import Status
from rules.errors import FactsError
from tests.issuer import town
from tests.issuer.town import Town, declarant, officer, training

CITY = "local unit"
ROUTES = {
    "local unit": ("unit:local", "authority:gs-city-county", False),
    "provincial unit with a department": ("unit:provincial", "authority:gs-health", False),
    "provincial unit without a department": ("unit:provincial_alone", "authority:gs", False),
    "central unit": ("unit:central", "unit:central", True),
    "agency with an employer": ("unit:private", "authority:gs-talent", False),
    "agency alone": ("authority:gs-talent", "authority:gs-talent", False),
}


def place(province: Town, text: str) -> Place:
    sort, name = text.split(":")
    if sort == "unit":
        return Place(unit_id=province.units[name])
    return Place(authority_id=province.authorities[name])


class Way:
    """A declaration on its way, with the people of its route."""

    def __init__(self, instance: Instance, province: Town, name: str, **changes: object) -> None:
        self.instance, self.person = instance, province.people[name]
        review, verify, self.self_verified = ROUTES[name]
        self.reviewer = officer(instance, "reviewer", Grant(Role.REVIEWER, place(province, review)))
        self.verifier = officer(instance, "verifier", Grant(Role.VERIFIER, place(province, verify)))
        self.declarant = declarant(self.person)
        self.turn = 0
        with writing(instance) as work:
            self.id = draft(work, self.person, Draft("示例培训班", training(**changes)))

    def take(self, actor: Actor, step: Step, **more: object) -> Status:
        with writing(self.instance) as work:
            state = take(work, actor, self.id, Taken(step, self.turn, **more))  # type: ignore[arg-type] # a table of arguments
        self.turn += 1
        return state

    def to_registered(self) -> None:
        self.take(self.declarant, Step.SUBMIT)
        self.take(self.reviewer, Step.APPROVE)
        self.take(self.verifier, Step.REGISTER)


@pytest.mark.parametrize("name", ROUTES)
def test_each_affiliation_goes_its_own_way(instance: Instance, province: Town, name: str) -> None:
    its = Way(instance, province, name)
    assert its.take(its.declarant, Step.SUBMIT) is Status.SUBMITTED
    assert its.take(its.reviewer, Step.APPROVE) is Status.EMPLOYER_APPROVED
    assert its.take(its.verifier, Step.REGISTER) is Status.REGISTERED
    with instance.engine.connect() as connection:
        row = connection.execute(sa.select(declaration)).one()
        assert row.self_verified is its.self_verified
        registered = json.loads(connection.execute(sa.select(activity.c.facts)).scalar_one())
        assert registered["status"] == "registered"
        assert len(set(registered["workflow"].values()) - {row.affiliation_kind}) == 3
        steps = connection.execute(sa.select(procedure_step.c.event_id)).scalars().all()
        events = set(connection.execute(sa.select(ledger_tables.event.c.event_id)).scalars())
        assert len(steps) == 3
        assert set(steps) <= events


@pytest.mark.parametrize("name", ROUTES)
def test_nobody_else_can_review_or_verify(instance: Instance, province: Town, name: str) -> None:
    its = Way(instance, province, name)
    its.take(its.declarant, Step.SUBMIT)
    elsewhere = Place(authority_id=province.authorities["gs-new-area"])
    stranger = officer(instance, "stranger", Grant(Role.REVIEWER, elsewhere), Grant(Role.VERIFIER, elsewhere))
    for actor in (stranger, its.declarant, its.verifier):
        with pytest.raises(NotAllowed):
            its.take(actor, Step.APPROVE)
    its.take(its.reviewer, Step.APPROVE)
    for actor in (stranger, its.declarant, its.reviewer):
        with pytest.raises(NotAllowed):
            its.take(actor, Step.REGISTER)


def test_an_authority_above_may_act_below(instance: Instance, province: Town) -> None:
    its = Way(instance, province, CITY)
    its.take(its.declarant, Step.SUBMIT)
    its.take(its.reviewer, Step.APPROVE)
    above = town.verifier(instance, Place(authority_id=province.authorities["gs-city"]), "above")
    assert its.take(above, Step.REGISTER) is Status.REGISTERED


def test_three_natural_persons(instance: Instance, province: Town) -> None:
    """A second account does not make a second person."""
    its = Way(instance, province, "central unit")
    at = Place(unit_id=province.units["central"])
    both = frozenset({Grant(Role.REVIEWER, at), Grant(Role.VERIFIER, at)})
    declarant_as_reviewer = Actor(99, its.person.key, both)
    its.take(its.declarant, Step.SUBMIT)
    with pytest.raises(SamePerson):
        its.take(declarant_as_reviewer, Step.APPROVE)
    its.take(its.reviewer, Step.APPROVE)
    for key in (its.person.key, its.reviewer.person_key):
        with pytest.raises(SamePerson):
            its.take(Actor(98, key, both), Step.REGISTER)


def test_a_step_that_is_not_in_the_table_is_refused() -> None:
    for state, step in itertools.product(Status, Step):
        if (state, step) not in WAYS:
            with pytest.raises(StepRefused):
                way(state, step)


@pytest.mark.parametrize("actors", [("reviewer", "reviewer"), ("declarant", "reviewer")])
def test_of_two_at_once_one_wins_and_the_other_is_told(
    instance: Instance, province: Town, actors: tuple[str, str]
) -> None:
    its = Way(instance, province, CITY)
    its.take(its.declarant, Step.SUBMIT)
    steps = {"reviewer": Step.APPROVE, "declarant": Step.WITHDRAW}
    first, second = (getattr(its, name) for name in actors)
    state = its.take(first, steps[actors[0]])
    its.turn -= 1
    with pytest.raises(Overtaken) as told:
        its.take(second, Step.RETURN, reason="R01")
    assert told.value.state == state


def test_return_and_again(instance: Instance, province: Town) -> None:
    its = Way(instance, province, CITY)
    its.take(its.declarant, Step.SUBMIT)
    with pytest.raises(StepRefused):
        its.take(its.reviewer, Step.RETURN)
    with pytest.raises(StepRefused):
        its.take(its.reviewer, Step.RETURN, reason="R99")
    its.take(its.reviewer, Step.RETURN, reason="R01", words="第二页看不清")
    with writing(instance) as work:
        revise(
            work, its.declarant, its.id, its.turn, Draft("示例培训班（补正）", training(event_key="证2026-7"))
        )
    its.turn += 1
    its.to_registered()
    with instance.engine.connect() as connection:
        assert connection.scalar(sa.select(activity.c.facts).where(activity.c.facts.contains("证2026-7")))


def test_a_submitted_declaration_cannot_be_changed(instance: Instance, province: Town) -> None:
    its = Way(instance, province, CITY)
    its.take(its.declarant, Step.SUBMIT)
    with writing(instance) as work, pytest.raises(StepRefused):
        revise(work, its.declarant, its.id, its.turn, Draft("别的", training()))
    with writing(instance) as work, pytest.raises(NotAllowed):
        revise(work, its.reviewer, its.id, its.turn, Draft("别的", training()))


def test_a_reversal_counts_no_more_and_stays(instance: Instance, province: Town) -> None:
    its = Way(instance, province, CITY)
    its.to_registered()
    assert its.take(its.verifier, Step.REVERSE, reason="R02", words="证书系伪造") is Status.REVERSED
    with instance.engine.connect() as connection:
        row = connection.execute(sa.select(activity)).one()
        assert row.status == "reversed"
        assert json.loads(row.facts)["status"] == "reversed"


def test_a_correction_supersedes_when_it_is_registered(instance: Instance, province: Town) -> None:
    its = Way(instance, province, CITY)
    its.to_registered()
    old = its.id
    shorter = training(schedule=[{"from": "2026-05-11", "to": "2026-05-12", "unit": "full_day"}])
    with writing(instance) as work:
        its.id = draft(work, its.person, Draft("示例培训班（更正）", shorter, corrects=old))
    its.turn = 0
    its.take(its.declarant, Step.SUBMIT)
    its.take(its.reviewer, Step.APPROVE)
    with instance.engine.connect() as connection:
        assert (
            connection.scalar(sa.select(declaration.c.state).where(declaration.c.id == old)) == "registered"
        )
    its.take(its.verifier, Step.REGISTER)
    with instance.engine.connect() as connection:
        rows = connection.execute(sa.select(activity.c.source_id, activity.c.status))
        states = {row.source_id: row.status for row in rows}
    assert states == {str(old): "superseded", str(its.id): "registered"}


def test_the_employer_attests_what_nobody_else_may(instance: Instance, province: Town) -> None:
    study = {"category": "self_study", "kind": "individual", "year": 2026, "determined_hours": Decimal(30)}
    its = Way(instance, province, CITY)
    with writing(instance) as work:
        for claimed in ("archive", "status", "registered_at"):
            with pytest.raises(FactsError, match="申报人"):
                draft(work, its.person, Draft("自学", {**study, claimed: True}))
        its.id = draft(work, its.person, Draft("自学", study))
    its.take(its.declarant, Step.SUBMIT)
    attested = {"attests": True, "determined_hours": Decimal("24.5")}
    with pytest.raises(StepRefused, match="未建立学习档案的不予登记"):
        its.take(its.reviewer, Step.APPROVE, **attested)
    archive = NewArchive(its.person.id, 2026, "individual", "示例教材", "读书报告", Decimal("24.5"))
    for wrong in (
        {"content": ""},
        {"year": 2999},
        {"hours": Decimal(0)},
        {"kind": "none"},
        {"outcome": "\u202e"},
    ):
        with pytest.raises(StepRefused), writing(instance) as work:
            build(work, its.reviewer, replace(archive, **wrong))
    with pytest.raises(NotAllowed), writing(instance) as work:
        build(work, its.verifier, archive)
    with writing(instance) as work:
        build(work, its.reviewer, archive)
    with pytest.raises(StepRefused, match=r"24\.5 学时"):
        its.take(its.reviewer, Step.APPROVE, attests=True, determined_hours=Decimal(25))
    its.take(its.reviewer, Step.APPROVE, **attested)
    its.take(its.verifier, Step.REGISTER)
    with instance.engine.connect() as connection:
        registered = json.loads(connection.execute(sa.select(activity.c.facts)).scalar_one())
    assert registered["archive"] is True
    assert registered["determined_hours"] == 24.5


def test_counted_hours_are_nobodys_to_determine(instance: Instance, province: Town) -> None:
    its = Way(instance, province, CITY)
    its.take(its.declarant, Step.SUBMIT)
    with pytest.raises(FactsError, match="实际计算"):
        its.take(its.reviewer, Step.APPROVE, determined_hours=Decimal(30))


BAD: dict[str, Callable[[], Draft]] = {
    "no title": lambda: Draft(" ", training()),
    "a title with a bidirectional mark": lambda: Draft("培训\u202e班", training()),
    "25 hours in a day": lambda: Draft(
        "班",
        training(
            schedule=[{"from": "2026-05-11", "to": "2026-05-11", "unit": "hours", "value": Decimal(25)}]
        ),
    ),
    "ends before it starts": lambda: Draft(
        "班", training(schedule=[{"from": "2026-05-13", "to": "2026-05-11", "unit": "full_day"}])
    ),
    "a category that is not declared": lambda: Draft("班", {"category": "credits"}),
    "no category": lambda: Draft("班", {}),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_is_refused_and_nothing_is_kept(instance: Instance, province: Town, name: str) -> None:
    with writing(instance) as work, pytest.raises((FactsError, StepRefused)):
        draft(work, province.people[CITY], BAD[name]())
    with instance.engine.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(declaration)) == 0


def test_a_declaration_that_is_not_there(instance: Instance, province: Town) -> None:
    with writing(instance) as work, pytest.raises(NotFound):
        take(work, declarant(province.people[CITY]), instance.fresh_id(), Taken(Step.SUBMIT, 0))


def test_every_reason_has_its_words() -> None:
    for code, reason in REASONS.items():
        assert code == reason.code
        assert all((reason.zh, reason.en, reason.do_zh, reason.do_en))
