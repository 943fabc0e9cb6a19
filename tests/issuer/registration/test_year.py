"""The year: from what was registered to certificates, on both databases."""

import json
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from issuer.credentials.tables import credential, withdrawal
from issuer.instance import writing
from issuer.people.tables import professional
from issuer.records.gathering import gather
from issuer.records.issuing import standing_of
from issuer.records.tables import year_record
from issuer.registration.base_platform import learn
from issuer.registration.declarations import Taken, take
from issuer.registration.errors import StepRefused
from issuer.registration.procedure import Step
from issuer.registration.tables import activity
from issuer.service import issue_year
from ledger.fsck import fsck
from tests.issuer.conftest import quiet
from tests.issuer.registration.office import DAYS, YEAR, Office, rows
from tests.issuer.town import training


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


def test_a_name_that_no_font_has_is_told_and_the_others_are_issued(office: Office) -> None:
    office.register(training(schedule=DAYS))
    with writing(office.instance) as work:
        nobody = office.province.people["central unit"].id
        work.connection.execute(
            sa.update(professional).where(professional.c.id == nobody).values(name="示例\U00031353")
        )
    done = issue_year(office.instance, YEAR, quiet)
    assert len(done.issued) == 1
    assert [problem.pointer for problem in done.problems] == [f"/person/{nobody}"]
