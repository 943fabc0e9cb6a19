"""The year: from what was registered and what authorities entered to certificates, on both databases."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from issuer.access.errors import NotAllowed
from issuer.access.roles import Actor, Grant, Role
from issuer.acts import governance_act
from issuer.credentials.errors import AlreadyWithdrawn
from issuer.credentials.tables import credential, withdrawal
from issuer.errors import NotFound
from issuer.instance import Instance, writing
from issuer.people.affiliation import Place
from issuer.people.service import Person
from issuer.records.gathering import Gathered, gather
from issuer.records.issuing import standing_of
from issuer.records.tables import year_record
from issuer.registration.authority import Entering, confirm, end, enter
from issuer.registration.base_platform import learn
from issuer.registration.declarations import Draft, Taken, draft, take
from issuer.registration.entries import read_body
from issuer.registration.errors import SamePerson, StepRefused
from issuer.registration.procedure import Step
from issuer.registration.tables import activity, authority_entry
from issuer.service import issue_year
from ledger.fsck import fsck
from rules.errors import FactsError
from tests.issuer.conftest import quiet
from tests.issuer.town import Town, declarant, officer, training

CITY = "local unit"
YEAR = 2026
DAYS = [
    {"from": f"2026-{month:02d}-09", "to": f"2026-{month:02d}-13", "unit": "full_day"} for month in (3, 4, 6)
]
"""Fifteen days: 120 hours of training, enough for the year without any public subject."""


class Office:
    """The people of one route, who register what a professional declares."""

    def __init__(self, instance: Instance, province: Town) -> None:
        self.instance, self.province = instance, province
        self.person = province.people[CITY]
        county = Place(authority_id=province.authorities["gs-city-county"])
        top = Place(authority_id=province.authorities["gs"])
        health = Place(authority_id=province.authorities["gs-health"])
        self.reviewer = officer(instance, "r", Grant(Role.REVIEWER, Place(unit_id=province.units["local"])))
        self.verifier = officer(instance, "v", Grant(Role.VERIFIER, county))
        self.second = officer(instance, "w", Grant(Role.VERIFIER, county))
        self.department = officer(instance, "d", Grant(Role.DEPARTMENT, health))
        self.admin = officer(instance, "a", Grant(Role.ADMINISTRATOR, top))
        self.other_admin = officer(instance, "b", Grant(Role.ADMINISTRATOR, top))

    def register(self, activity: dict[str, Any], **attested: Any) -> Any:
        with writing(self.instance) as work:
            made = draft(work, self.person, Draft("示例", activity))
            take(work, declarant(self.person), made, Taken(Step.SUBMIT, 0))
            take(work, self.reviewer, made, Taken(Step.APPROVE, 1, **attested))
            take(work, self.verifier, made, Taken(Step.REGISTER, 2))
        return made

    def enter(self, actor: Actor, body: dict[str, Any], person: Person | None = None) -> Any:
        with writing(self.instance) as work:
            return enter(work, actor, Entering(read_body(body), "甘人社示〔2026〕1号", "示例理由", person))

    def confirm(self, actor: Actor, entry: Any) -> None:
        with writing(self.instance) as work:
            confirm(work, actor, entry)

    def year(self, year: int = YEAR) -> Gathered:
        with self.instance.engine.connect() as connection:
            found, problems = gather(
                connection, self.instance.library, [self.person.id], year, self.instance.today()
            )
        assert not problems
        return found[0]


@pytest.fixture
def office(instance: Instance, province: Town) -> Office:
    return Office(instance, province)


def rows(office: Office, query: sa.Select[Any]) -> list[Any]:
    with office.instance.engine.connect() as connection:
        return list(connection.execute(query))


def test_a_complete_year_is_issued_once(office: Office) -> None:
    office.register(training(schedule=DAYS))
    first = issue_year(office.instance, YEAR, quiet)
    assert (len(first.issued), first.incomplete, first.problems) == (1, 5, ())
    again = issue_year(office.instance, YEAR, quiet)
    assert (len(again.issued), again.unchanged, again.incomplete) == (0, 1, 5)
    assert fsck(office.instance.engine, office.instance.log_signer.verifier()).clean


def test_a_record_of_another_year_makes_no_new_version(office: Office) -> None:
    office.register(training(schedule=DAYS))
    issue_year(office.instance, YEAR, quiet)
    last_year = [{"from": "2025-05-12", "to": "2025-05-13", "unit": "full_day"}]
    office.register(training(schedule=last_year))
    assert issue_year(office.instance, YEAR, quiet).unchanged == 1
    assert office.year(2025).decision.total == 16


def test_a_late_registration_and_a_reversal_make_new_versions(office: Office) -> None:
    kept = office.register(training(schedule=DAYS))
    issue_year(office.instance, YEAR, quiet)
    late = [{"from": "2026-07-13", "to": "2026-07-13", "unit": "full_day"}]
    office.register(training(schedule=late))
    assert len(issue_year(office.instance, YEAR, quiet).issued) == 1
    with writing(office.instance) as work:
        take(work, office.verifier, kept, Taken(Step.REVERSE, 3, "R02", "示例"))
    after = issue_year(office.instance, YEAR, quiet)
    assert [one.document for one in after.issued] == ["HoursStatement"]
    versions = rows(office, sa.select(year_record.c.version).order_by(year_record.c.version))
    assert [row.version for row in versions] == [1, 2, 3]
    gone = rows(office, sa.select(withdrawal.c.purpose, withdrawal.c.successor))
    assert [row.purpose for row in gone] == ["refresh", "refresh"]
    with office.instance.engine.connect() as connection:
        assert [one.serial for one in standing_of(connection, YEAR)] == [after.issued[0].serial]


def test_a_revocation_takes_two_people(office: Office) -> None:
    office.register(training(schedule=DAYS))
    serial = issue_year(office.instance, YEAR, quiet).issued[0].serial
    body = {"kind": "revocation", "serial": serial, "code": "false-evidence"}
    for actor in (office.reviewer, office.admin):
        with pytest.raises(NotAllowed):
            office.enter(actor, body)
    entry = office.enter(office.verifier, body)
    assert rows(office, sa.select(withdrawal)) == []
    with pytest.raises(SamePerson):
        office.confirm(office.verifier, entry)
    with pytest.raises(StepRefused, match="已经录入"):
        office.enter(office.second, body)
    office.confirm(office.second, entry)
    (gone,) = rows(office, sa.select(withdrawal))
    assert (gone.serial, gone.purpose, gone.reason) == (serial, "revocation", "false-evidence")
    with writing(office.instance) as work, pytest.raises(StepRefused):
        end(work, office.verifier, entry, "改主意")
    with office.instance.engine.connect() as connection:
        assert standing_of(connection, YEAR) == []


def test_a_revocation_of_what_is_revoked(office: Office) -> None:
    office.register(training(schedule=DAYS))
    serial = issue_year(office.instance, YEAR, quiet).issued[0].serial
    first = office.enter(office.verifier, {"kind": "revocation", "serial": serial, "code": "false-evidence"})
    second = office.enter(office.verifier, {"kind": "revocation", "serial": serial, "code": "other"})
    office.confirm(office.second, first)
    with pytest.raises(AlreadyWithdrawn):
        office.confirm(office.second, second)


def exam() -> dict[str, Any]:
    return {
        "category": "exam",
        "exam_name": "示例职业资格考试",
        "approved_on": "2026-05-20",
        "issued_on": "2026-08-01",
        "all_subjects_passed": True,
    }


def test_an_exam_counts_while_it_is_listed(office: Office) -> None:
    office.register(exam())
    listed = {"kind": "exam", "name": "示例职业资格考试", "first": "2026-01-01", "last": "2026-12-31"}
    with pytest.raises(NotAllowed):
        office.enter(office.verifier, listed)
    entry = office.enter(office.admin, listed)
    assert office.year().decision.deemed == "none"
    with pytest.raises(SamePerson):
        office.confirm(office.admin, entry)
    office.confirm(office.other_admin, entry)
    assert office.year().decision.deemed == "professional"
    with writing(office.instance) as work:
        end(work, office.admin, entry, "目录调整")
    assert office.year().decision.deemed == "none"


def test_an_assignment_is_deemed_in_the_years_that_are_filed(office: Office) -> None:
    office.register(
        {"category": "major_assignment", "start": "2025-03-01", "end": "2026-09-30"}, attests=True
    )
    assert office.year().decision.deemed == "none"
    with pytest.raises(NotAllowed):
        office.enter(office.verifier, {"kind": "filing", "years": [2026]}, office.person)
    office.enter(office.department, {"kind": "filing", "years": [2026]}, office.person)
    assert office.year().decision.deemed == "all"
    assert office.year(2025).decision.deemed == "none"


def test_a_contest_counts_when_it_is_recognised(office: Office) -> None:
    contest = {"category": "contest", "held_on": "2026-05-20", "event_key": "示例竞赛2026"}
    office.register({**contest, "determined_hours": 20})
    assert office.year().decision.total == 0
    office.enter(office.department, {"kind": "contest", "event_key": "示例竞赛2026", "title": "示例竞赛"})
    assert office.year().decision.total == 20


def test_a_deferral_and_what_makes_it_up(office: Office) -> None:
    deferral = {"kind": "deferral", "year": 2025, "reason_code": "illness", "due": "2026-12-31"}
    office.enter(office.verifier, deferral, office.person)
    assert office.year(2025).decision.deemed == "deferred"
    made_up = office.register(training(schedule=DAYS))
    office.enter(office.verifier, {"kind": "make_up", "year": 2025, "activity": str(made_up)}, office.person)
    assert office.year(2025).decision.total == 120
    assert office.year(2026).decision.total == 0
    body = {"kind": "make_up", "year": 2025, "activity": "nothing-there"}
    with pytest.raises(NotFound):
        office.enter(office.verifier, body, office.person)


def test_an_exception_opens_a_cap_for_one_year(office: Office) -> None:
    study = {"category": "self_study", "kind": "individual", "year": 2026, "determined_hours": Decimal(50)}
    office.register(study, attests=True)
    assert office.year().decision.total == 40
    body = {"kind": "exception", "year": 2026, "category": "self_study", "cap": "48.5"}
    office.enter(office.verifier, body, office.person)
    assert office.year().decision.total == Decimal("48.5")


def test_an_interpretation_is_recorded_with_its_document(office: Office) -> None:
    body = {"kind": "interpretation", "parameter": "public_min", "text": "示例", "first": "2026-01-01"}
    office.confirm(office.other_admin, office.enter(office.admin, body))
    acts = rows(office, sa.select(governance_act).where(governance_act.c.what.like("interpretation-%")))
    assert {row.what for row in acts} == {"interpretation-proposed", "interpretation-confirmed"}
    assert {row.document_no for row in acts} == {"甘人社示〔2026〕1号"}


BAD: dict[str, dict[str, Any]] = {
    "no kind": {"years": [2026]},
    "no years": {"kind": "filing", "years": []},
    "an unknown field": {"kind": "filing", "years": [2026], "hours": 90},
    "due in the same year": {"kind": "deferral", "year": 2026, "reason_code": "illness", "due": "2026-12-31"},
    "a diagnosis as reason": {"kind": "deferral", "year": 2025, "reason_code": "骨折", "due": "2026-12-31"},
    "two figures": {"kind": "exception", "year": 2026, "category": "training", "cap": 50, "daily_cap": 9},
    "a minimum of training": {"kind": "exception", "year": 2026, "category": "training", "minimum": 50},
    "a list that ends first": {"kind": "exam", "name": "示例", "first": "2026-02-01", "last": "2026-01-01"},
    "no serial": {"kind": "revocation", "serial": "'; DROP TABLE credential", "code": "other"},
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_is_refused(name: str) -> None:
    with pytest.raises(FactsError):
        read_body(BAD[name])


def test_nobody_enters_what_is_about_themselves(office: Office) -> None:
    at = Grant(Role.VERIFIER, Place(authority_id=office.province.authorities["gs-city-county"]))
    themselves = Actor(7, office.person.key, frozenset({at}))
    body = {"kind": "deferral", "year": 2025, "reason_code": "illness", "due": "2026-12-31"}
    with pytest.raises(SamePerson):
        office.enter(themselves, body, office.person)
    assert rows(office, sa.select(authority_entry)) == []


def test_the_number_of_queries_does_not_grow(office: Office) -> None:
    counted: list[str] = []
    office.register(training(schedule=DAYS))
    engine = office.instance.engine

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        counted.append(statement)

    def queries(people: list[int]) -> int:
        counted.clear()
        with engine.connect() as connection:
            gather(connection, office.instance.library, people, YEAR, date(2026, 11, 1))
        return sum(not one.startswith(("PRAGMA", "BEGIN")) for one in counted)

    sa.event.listen(engine, "before_cursor_execute", count)
    one = queries([office.person.id])
    assert queries([person.id for person in office.province.people.values()]) == one
    office.register(training(schedule=[{"from": "2026-08-03", "to": "2026-08-04", "unit": "full_day"}]))
    assert queries([office.person.id]) == one
    sa.event.remove(engine, "before_cursor_execute", count)


def test_the_certificate_names_employer_and_registrar(office: Office) -> None:
    office.register(training(schedule=DAYS))
    issue_year(office.instance, YEAR, quiet)
    (row,) = rows(office, sa.select(credential.c.jws, year_record.c.facts).join(year_record))
    assert json.loads(row.facts)["year"] == YEAR
    year = office.year()
    assert (year.employer, year.affiliation.registrar) == ("示例县第一中学", "示例县人力资源和社会保障局")


COURSE = {
    "category": "public_online",
    "total_hours": 30,
    "completed_on": "2026-05-20",
    "event_key": "示例课程",
}


def test_what_a_base_reports_registers_itself_once(office: Office) -> None:
    for fresh in (True, False):
        with writing(office.instance) as work:
            made = learn(work, office.person, {**COURSE, "exam_passed": True}, "示例基地")
        assert (made is not None) is fresh
    assert office.year().decision.public == 30


@pytest.mark.parametrize(
    "changes",
    [{"exam_passed": False}, {"exam_passed": True, "event_key": ""}, {"category": "self_study"}],
    ids=["not passed", "no event key", "no base's category"],
)
def test_what_does_not_register_itself(office: Office, changes: dict[str, Any]) -> None:
    with writing(office.instance) as work, pytest.raises(StepRefused):
        learn(work, office.person, {**COURSE, **changes}, "示例基地")
    assert rows(office, sa.select(activity)) == []
