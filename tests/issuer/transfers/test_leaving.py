"""Leaving: a transfer certificate from what was issued and registered, and what becomes of it when a year changes."""

import copy
import functools
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from issuer.credentials.sealing import Issued
from issuer.credentials.service import Withdrawal
from issuer.credentials.tables import withdrawal
from issuer.credentials.transfers import gone_transfer, whose
from issuer.errors import NotFound
from issuer.instance import Instance, open_instance, writing
from issuer.people.service import Person
from issuer.reconciliation import reconcile_all
from issuer.registration.declarations import Taken, take
from issuer.registration.procedure import Step
from issuer.service import issue_roster, issue_year, reissue_one, revoke
from issuer.transfers.errors import TransferRefused
from issuer.transfers.pages import leaving_of
from issuer.transfers.service import issue_to_holder, issue_to_leave
from ledger.fsck import fsck
from tests.issuer import town
from tests.issuer.conftest import NEW, quiet, roster_of
from tests.issuer.registration.office import DAYS, Office
from tests.issuer.test_cli import xueshi
from tests.issuer.test_crash import count_points, die, serials
from tests.issuer.town import training
from tests.issuer.worlds import instance_at
from tests.ledger.crashing import run_child
from verifier import jws
from verifier.credential import TransferCertificate, parse_payload

LAST_YEAR = [{"from": "2025-05-12", "to": "2025-05-13", "unit": "full_day"}]


def issue(instance: Instance, people: Sequence[Any]) -> list[Issued]:
    return [one.issued for one in issue_roster(instance, roster_of(people), quiet)[0]]


def two_years(people: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One person's 2024, concluded at the origin, and 2025."""
    first, second = people[3], copy.deepcopy(people[0])
    second["person"], second["affiliation"] = first["person"], first["affiliation"]
    return [first, second]


def said(issued: Issued) -> TransferCertificate:
    made = parse_payload(jws.split(issued.jws).payload)
    assert isinstance(made, TransferCertificate)
    return made


def withdrawn(instance: Instance) -> dict[str, tuple[str, str, str | None]]:
    with instance.engine.connect() as connection:
        rows = connection.execute(sa.select(withdrawal)).all()
    return {row.serial: (row.purpose, row.reason, row.successor) for row in rows}


def clean(instance: Instance) -> bool:
    found = fsck(instance.engine, instance.log_signer.verifier())
    return found.clean and not reconcile_all(instance.engine)


def test_a_row_for_each_year_with_its_own_documents_serial(
    instance: Instance, people: list[dict[str, Any]]
) -> None:
    yearly = issue(instance, two_years(people))
    made = issue_to_holder(instance, yearly[0].serial)
    subject = said(made).credential_subject
    assert [(row.year, row.certificate) for row in subject.years] == [
        (2024, yearly[0].serial),
        (2025, yearly[1].serial),
    ]
    for row, one in zip(subject.years, yearly, strict=True):
        own = parse_payload(jws.split(one.jws).payload).credential_subject
        assert row.model_dump(exclude={"certificate"}).items() <= own.model_dump().items()
    assert (subject.name, subject.version) == (people[3]["person"]["name"], 1)
    assert clean(instance)


def test_asking_twice_gives_the_same_bytes(instance: Instance, people: list[dict[str, Any]]) -> None:
    first, second = issue(instance, two_years(people))
    made = issue_to_holder(instance, first.serial)
    for serial in (first.serial, second.serial, made.serial):  # any of the person's
        again = issue_to_holder(instance, serial)
        assert (again.jws, again.fresh) == (made.jws, False)


def test_one_that_went_with_its_year_is_told_until_the_next_is_made(
    instance: Instance, people: list[dict[str, Any]]
) -> None:
    first, _ = issue(instance, two_years(people))
    made = issue_to_holder(instance, first.serial)
    with instance.engine.connect() as connection:
        person = Person(whose(connection, made.serial), b"")
        assert gone_transfer(connection, person.id) is None
    reissue_one(instance, first.serial, "issued-in-error")
    with pytest.raises(NotFound, match=f"{made.serial} was superseded on .*: it was issued in error"):
        leaving_of(instance, person)
    newer = issue_to_holder(instance, first.serial)
    assert leaving_of(instance, person).serial == newer.serial
    revoke(instance, Withdrawal(first.serial, "revocation", "false-evidence"))
    assert leaving_of(instance, person).serial == newer.serial, "the year's new document stands"


def test_fewer_years_make_the_next_version(instance: Instance, people: list[dict[str, Any]]) -> None:
    first, _ = issue(instance, two_years(people))
    whole = issue_to_holder(instance, first.serial)
    part = issue_to_holder(instance, first.serial, [2024])
    subject = said(part).credential_subject
    assert ([row.year for row in subject.years], subject.version) == ([2024], 2)
    assert withdrawn(instance) == {whole.serial: ("refresh", "other", part.serial)}


Change = Callable[[Instance, list[Any], Issued], object]


def _revoke(instance: Instance, _people: list[Any], one: Issued) -> None:
    revoke(instance, Withdrawal(one.serial, "revocation", "false-evidence"))


def _correct(instance: Instance, people: list[Any], _one: Issued) -> None:
    people[0]["facts"]["activities"][0]["blocks"][0]["hours"] = 31
    issue(instance, people)


def _again(instance: Instance, _people: list[Any], one: Issued) -> None:
    reissue_one(instance, one.serial, "key-compromised")


@pytest.mark.parametrize(
    ("change", "why", "years"),
    [
        pytest.param(_revoke, ("revocation", "false-evidence"), [2025], id="a year revoked"),
        pytest.param(_correct, ("refresh", "hours-corrected"), [2024, 2025], id="a year corrected"),
        pytest.param(_again, ("refresh", "key-compromised"), [2024, 2025], id="a year issued again"),
    ],
)
def test_it_goes_the_way_of_a_year_that_it_names(
    instance: Instance,
    people: list[dict[str, Any]],
    change: Change,
    why: tuple[str, str],
    years: list[int],
) -> None:
    roster = two_years(people)
    first, second = issue(instance, roster)
    made = issue_to_holder(instance, first.serial)
    change(instance, roster, first)
    assert withdrawn(instance)[made.serial] == (*why, None)
    after = issue_to_holder(instance, second.serial)
    assert [row.year for row in said(after).credential_subject.years] == years
    assert said(after).credential_subject.version == 2
    assert clean(instance)


def test_issued_again_it_says_the_same(instance: Instance, people: list[dict[str, Any]]) -> None:
    (first,) = issue(instance, people[3:4])
    made = issue_to_holder(instance, first.serial)
    again = reissue_one(instance, made.serial, "key-compromised")
    assert said(again).credential_subject.years == said(made).credential_subject.years
    assert withdrawn(instance) == {made.serial: ("refresh", "key-compromised", again.serial)}
    assert issue_to_holder(instance, first.serial).jws == again.jws


def test_what_cannot_be_certified(instance: Instance, people: list[dict[str, Any]]) -> None:
    (first,) = issue(instance, people[3:4])
    with pytest.raises(NotFound, match="GS2025-0000001-9"):
        issue_to_holder(instance, "GS2025-0000001-9")
    with pytest.raises(TransferRefused, match="2023"):
        issue_to_holder(instance, first.serial, [2023, 2024])
    revoke(instance, Withdrawal(first.serial, "revocation", "false-evidence"))
    with pytest.raises(TransferRefused, match="not 0"):
        issue_to_holder(instance, first.serial)


def test_years_that_were_only_registered_are_certified_first(url: str, tmp_path: Path) -> None:
    """A professional of the portal, on both databases: the year under way gets its statement, a complete one its certificate."""
    instance_at(tmp_path / "instance", replace(NEW, database=url))
    with open_instance(tmp_path / "instance") as instance:
        office = Office(instance, town.build(instance))
        office.register(training(schedule=DAYS))
        issue_year(instance, 2026, quiet)
        late = office.register(training(schedule=LAST_YEAR))
        made = issue_to_leave(instance, office.person.id)
        rows = said(made).credential_subject.years
        assert [(row.year, row.hours.total, row.conclusion) for row in rows] == [
            (2025, "16", "incomplete"),
            (2026, "120", "complete"),
        ]
        subject = said(made).credential_subject
        assert (subject.employer, subject.registrar) == ("示例县第一中学", "示例县人力资源和社会保障局")
        assert issue_to_leave(instance, office.person.id).jws == made.jws
        with writing(instance) as work:
            take(work, office.verifier, late, Taken(Step.REVERSE, 3, "R02", "示例"))
        after = issue_to_leave(instance, office.person.id)
        assert [row.hours.total for row in said(after).credential_subject.years] == ["0", "120"]
        assert withdrawn(instance)[made.serial][:2] == ("refresh", "hours-corrected")
        assert clean(instance)


def test_killed_at_any_point(home: Path, tmp_path: Path, people: list[dict[str, Any]]) -> None:
    with open_instance(home) as instance:
        (first,) = issue(instance, people[3:4])
    pristine = tmp_path / "pristine"

    def leave() -> None:
        with open_instance(home) as instance:
            issue_to_holder(instance, first.serial)

    shutil.copytree(home, pristine)
    points = count_points(home, tmp_path / "points", leave)
    for point in range(1, points + 1, 4):
        shutil.rmtree(home)
        shutil.copytree(pristine, home)
        die(home, point, leave)
        assert run_child(leave) == 0, f"the run after point {point}"
        assert len(serials(home)) == 2, f"point {point}: exactly one"


def test_from_the_terminal_to_the_verifier(home: Path, tmp_path: Path, people: list[dict[str, Any]]) -> None:
    with open_instance(home) as instance:
        first, second = issue(instance, two_years(people))
    done = xueshi("transfer", "issue", first.serial, "--home", home, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.stderr
    (pdf,) = (tmp_path / "out").iterdir()
    assert f"issued: {pdf.stem}" in done.stdout
    public = home / "public"
    trust = ("--trust", public / "trust-list.jwt", "--root", public / "trust-root.jwk", "--public", public)
    check = functools.partial(xueshi, "verify", "--json", pdf, *trust)
    (report,) = json.loads(check().stdout)
    assert (report["verdict"], report["document"]["type"]) == ("genuine", "TransferCertificate")
    assert [row["certificate"] for row in report["subject"]["years"]] == [first.serial, second.serial]
    assert xueshi("revoke", first.serial, "--home", home, "--reason", "false-evidence").exit_code == 0
    (report,) = json.loads(check().stdout)
    assert report["verdict"] == "revoked"
