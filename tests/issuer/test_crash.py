"""Killed at any point of no return, issuing leaves a database that the next run continues from."""

import functools
import itertools
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from issuer.certificates.service import draw_all
from issuer.credentials.service import Withdrawal
from issuer.instance import Transaction, open_instance, writing
from issuer.people.service import Person
from issuer.registration.base_platform import learn
from issuer.registration.declarations import Taken, take
from issuer.registration.procedure import Step
from issuer.service import issue_roster, issue_year, revoke
from ledger.fsck import fsck
from tests.issuer import town
from tests.issuer.conftest import quiet, roster_of
from tests.issuer.registration.office import DAYS, Office
from tests.issuer.town import training
from tests.ledger.crashing import Points, run_child

KILLED = -9


def issue(home: Path, people: list[dict[str, Any]]) -> None:
    with open_instance(home) as instance:
        issue_roster(instance, roster_of(people), quiet)


def draw(home: Path, people: list[dict[str, Any]], drawn: Path) -> None:
    with open_instance(home) as instance:
        results, _ = issue_roster(instance, roster_of(people), quiet)
        draw_all(instance, [one.issued for one in results], drawn, lambda _done, _all: None)


def count_points(watched: Path, counter: Path, work: Callable[[], None]) -> int:
    """How many points `work` passes when nothing kills it."""

    def run() -> None:
        points = Points(die_at=0)
        points.watch(watched)
        work()
        counter.write_text(str(points.passed))

    assert run_child(run) == 0
    return int(counter.read_text())


def die(watched: Path, point: int, work: Callable[[], None]) -> None:
    def run() -> None:
        Points(point).watch(watched)
        work()

    assert run_child(run) == KILLED, f"point {point}"


def serials(home: Path) -> dict[str, bytes]:
    """Every credential of the instance, and the ledger found clean."""
    with open_instance(home) as instance:
        result = fsck(instance.engine, instance.log_signer.verifier(), high_water=home / "log.highwater")
        assert (result.findings, result.pending) == ((), 0)
        with instance.engine.connect() as connection:
            found = connection.exec_driver_sql("SELECT serial, jws FROM credential").all()
    return {serial: jws.encode() for serial, jws in found}


def test_killed_at_every_point_of_recording(home: Path, tmp_path: Path, people: list[dict[str, Any]]) -> None:
    """Two people, one of them with a statement: each commit and file replacement is died at once, on a fresh copy."""
    work, pristine = functools.partial(issue, home, [people[0], people[6]]), tmp_path / "pristine"
    shutil.copytree(home, pristine)
    points = count_points(home, tmp_path / "points", work)
    assert points > 20
    for point in range(1, points + 1):
        shutil.rmtree(home)
        shutil.copytree(pristine, home)
        die(home, point, work)
        assert run_child(work) == 0, f"the run after point {point}"
        assert len(serials(home)) == 2, f"point {point}: each person exactly once"


def test_killed_while_drawing(home: Path, tmp_path: Path, people: list[dict[str, Any]]) -> None:
    """A file is whole or not there: the next run draws only what is missing."""
    two, drawn = [people[0], people[6]], tmp_path / "drawn"
    issue(home, two)

    def die_before_the_second_file() -> None:
        renames = itertools.count(1)

        def audit(name: str, arguments: tuple[object, ...]) -> None:
            if name == "os.rename" and str(drawn) in str(arguments[0]) and next(renames) == 2:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(audit)
        draw(home, two, drawn)

    assert run_child(die_before_the_second_file) == KILLED
    (first,) = drawn.glob("*.pdf")
    before = first.stat().st_mtime_ns
    draw(home, two, drawn)
    assert {path.stem for path in drawn.glob("*.pdf")} == serials(home).keys()
    assert first.stat().st_mtime_ns == before


def test_what_was_signed_before_a_kill_is_what_stays(
    home: Path, tmp_path: Path, people: list[dict[str, Any]]
) -> None:
    issue(home, people[:1])
    before = serials(home)
    issue(home, people[:3])
    after = serials(home)
    assert before.items() <= after.items()
    assert len(after) == 3


def test_killed_while_issuing_a_year(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everyone's year, made by two processes, died at each point in turn: the next run issues each exactly once."""
    monkeypatch.setenv("XUESHI_PROCESSES", "2")

    def work() -> None:
        with open_instance(home) as instance:
            issue_year(instance, 2026, quiet, portion=1)

    with open_instance(home) as instance:
        province = town.build(instance)
        with writing(instance) as opened:
            for name in ("local unit", "central unit"):
                register_directly(opened, province.people[name])
    pristine = tmp_path / "pristine"
    shutil.copytree(home, pristine)
    points = count_points(home, tmp_path / "points", work)
    for point in range(1, points + 1, 3):
        shutil.rmtree(home)
        shutil.copytree(pristine, home)
        die(home, point, work)
        assert run_child(work) == 0, f"the run after point {point}"
        assert len(serials(home)) == 2, f"point {point}: each person exactly once"


def test_killed_while_issuing_a_year_again(home: Path, tmp_path: Path) -> None:
    """One year was reversed and one certificate revoked since: died at any point, the versions are those of a run without."""

    def work() -> None:
        with open_instance(home) as instance:
            issue_year(instance, 2026, quiet)

    with open_instance(home) as instance:
        office = Office(instance, town.build(instance))
        reversed_one = office.register(training(schedule=DAYS))
        people = office.province.people
        with writing(instance) as opened:
            register_directly(opened, people["central unit"])
        first = issue_year(instance, 2026, quiet).issued
        assert len(first) == 2
        with writing(instance) as opened:
            register_directly(opened, people["agency alone"])
            take(opened, office.verifier, reversed_one, Taken(Step.REVERSE, 3, "R09", "示例"))
        revoke(instance, Withdrawal(first[1].serial, "revocation", "false-evidence"))
    pristine = tmp_path / "pristine"
    shutil.copytree(home, pristine)
    points = count_points(home, tmp_path / "points", work)
    wanted = standings(home)
    local, central, alone = (people[name].id for name in ("local unit", "central unit", "agency alone"))
    assert wanted == [
        (local, 1, "refresh"),
        (local, 2, None),
        (central, 1, "revocation"),
        (alone, 1, None),
    ]
    for point in range(1, points + 1, 4):
        shutil.rmtree(home)
        shutil.copytree(pristine, home)
        die(home, point, work)
        assert run_child(work) == 0, f"the run after point {point}"
        assert standings(home) == wanted, f"point {point}"


def standings(home: Path) -> list[tuple[int, int, str | None]]:
    """Each credential by person and version of the year, with what became of it: withdrawn for what purpose, or None."""
    assert serials(home)
    with open_instance(home) as instance, instance.engine.connect() as connection:
        query = (
            "SELECT person_id, version, purpose FROM credential JOIN year_record ON year_record.id = record_id"
            " LEFT JOIN withdrawal USING (serial) ORDER BY person_id, version"
        )
        return [tuple(row) for row in connection.exec_driver_sql(query)]


def register_directly(work: Transaction, person: Person) -> None:
    """Fifteen full days from a base's platform, which need neither employer nor verifier (Art. 10)."""
    days = [{"from": f"2026-{month:02d}-09", "to": f"2026-{month:02d}-13"} for month in (3, 4, 6)]
    learn(
        work,
        person,
        {
            "category": "training",
            "mode": "offline",
            "schedule": [{**day, "unit": "full_day"} for day in days],
            "event_key": "示例基地班次",
        },
        source="示例基地",
    )
