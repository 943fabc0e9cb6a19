"""What only an authority can enter, who may, and what it does to a year; on both databases."""

from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from issuer.access.errors import NotAllowed
from issuer.access.offices import read_roles
from issuer.access.roles import Actor, Grant, Role
from issuer.acts import governance_act
from issuer.credentials.errors import AlreadyWithdrawn
from issuer.credentials.tables import withdrawal
from issuer.errors import NotFound
from issuer.governance.entering import end
from issuer.governance.entries import read_body
from issuer.instance import writing
from issuer.people.affiliation import Place
from issuer.people.tables import unit
from issuer.records.issuing import standing_of
from issuer.registration.errors import SamePerson, StepRefused
from issuer.registration.tables import authority_entry
from issuer.service import issue_year
from rules.errors import FactsError
from tests.issuer.conftest import quiet
from tests.issuer.registration.office import DAYS, YEAR, Office, rows
from tests.issuer.town import officer, training


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


def test_an_administrator_governs_only_below(office: Office) -> None:
    """Two administrators of a prefecture: what lies below is theirs, by two; nothing of the province or beside them."""
    city = Grant(Role.ADMINISTRATOR, Place(authority_id=office.province.authorities["gs-city"]))
    one, two = (officer(office.instance, login, city) for login in ("city-1", "city-2"))
    units = {
        row.id: row.code
        for row in rows(office, sa.select(unit).where(unit.c.id.in_(office.province.units.values())))
    }
    school, hospital = (f"unit:{units[office.province.units[name]]}" for name in ("local", "provincial"))
    office_below = {"code": "gs-city-new", "sort": "local_hrss", "name": "示例区人社局", "parent": "gs-city"}
    new = {"kind": "unit", "sort": "local_unit", "name": "示例新学校"}
    for mine in (
        {"kind": "role", "login": "d", "role": "administrator", "at": "authority:gs-city"},
        {"kind": "role", "login": "d", "role": "verifier", "at": "authority:gs-city-county"},
        {"kind": "role", "login": "d", "role": "reviewer", "at": school},
        {"kind": "authority", **office_below},
        {**new, "authority": "gs-city-county"},
        {"kind": "account_renewal", "login": "v"},
        {"kind": "account", "login": "somebody-new", "holder": "0" * 64},
    ):
        entry = office.enter(one, mine)
        with pytest.raises(SamePerson):
            office.confirm(one, entry)
        office.confirm(two, entry)
    for beyond in (
        {"kind": "role", "login": "d", "role": "administrator", "at": "authority:gs"},
        {"kind": "role", "login": "d", "role": "inspector", "at": "authority:gs-new-area"},
        {"kind": "role", "login": "d", "role": "reviewer", "at": hospital},
        {"kind": "authority", **office_below, "code": "x", "parent": "gs"},
        {"kind": "authority_end", "code": "gs-city", "last": "2030-12-31"},
        {**new, "authority": "gs-new-area"},
        {**new, "sort": "central_unit"},
        {"kind": "account_renewal", "login": "a"},
        {"kind": "account_end", "login": "d"},
        {"kind": "exam", "name": "示例考试", "first": "2026-01-01"},
    ):
        with pytest.raises(NotAllowed):
            office.enter(one, beyond)
    of_the_province = office.enter(office.admin, {"kind": "account_end", "login": "v"})
    with pytest.raises(NotAllowed):
        office.confirm(two, of_the_province)
    assert {held.at for held in read_roles(office.instance, one)} >= {"authority:gs-city", school}
    assert "authority:gs" not in {held.at for held in read_roles(office.instance, one)}
    assert "authority:gs" in {held.at for held in read_roles(office.instance, office.admin)}


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
    with writing(office.instance) as work, pytest.raises(StepRefused, match="一人"):
        end(work, office.admin, entry, "目录调整")
    assert office.year().decision.deemed == "professional"


@pytest.mark.parametrize(("last", "deemed"), [("2026-05-20", "professional"), ("2026-05-19", "none")])
def test_an_exam_leaves_the_list_from_a_day_on_by_two_people(office: Office, last: str, deemed: str) -> None:
    office.register(exam())
    listed = {"kind": "exam", "name": "示例职业资格考试", "first": "2026-01-01"}
    gone = {"kind": "exam_end", "name": "示例职业资格考试", "last": last}
    with pytest.raises(NotFound):
        office.enter(office.admin, gone)
    office.confirm(office.other_admin, office.enter(office.admin, listed))
    entry = office.enter(office.admin, gone)
    assert office.year().decision.deemed == "professional"
    with pytest.raises(SamePerson):
        office.confirm(office.admin, entry)
    office.confirm(office.other_admin, entry)
    assert office.year().decision.deemed == deemed
    again = {"kind": "exam", "name": "示例职业资格考试", "first": "2026-05-20"}
    office.confirm(office.other_admin, office.enter(office.admin, again))
    assert office.year().decision.deemed == "professional", "listed again, from a later day"


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
    decision = office.year().decision
    assert decision.total == Decimal("48.5")
    (said,) = [note.zh for note in decision.notes if note.code == "exception"]
    assert said.startswith("适用例外认定 甘人社示〔2026〕1号（2026-")


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


def test_what_the_rules_refuse_is_not_entered(office: Office) -> None:
    """It would make the person's year undecidable, and with it the desk of whoever reviews them."""
    too_long = {"kind": "deferral", "year": 2026, "reason_code": "other", "due": "2029-12-31"}
    with pytest.raises(StepRefused, match="顺延过长"):
        office.enter(office.verifier, too_long, office.person)
    assert office.year().decision.total == 0
    office.enter(office.verifier, too_long | {"due": "2027-12-31"}, office.person)
    assert office.year().decision.total == 0
