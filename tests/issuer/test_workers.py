"""A batch made by several processes: as by one; and when one of them ends, what was written stays and the next run goes on."""

import gc
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from issuer.bulk import CACHE, in_bulk
from issuer.certificates.service import draw_all
from issuer.errors import ClockWentBack, WorkerDied
from issuer.instance import Instance, open_instance
from issuer.service import issue_roster
from issuer.workers import shared_out
from tests.issuer.conftest import quiet, roster_of
from tests.issuer.test_misfortunes import whole
from tests.ledger.crashing import run_child
from verifier import jws
from verifier.credential import parse_payload


@pytest.fixture(autouse=True)
def three(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XUESHI_PROCESSES", "3")


@contextmanager
def opened(home: Path, elsewhere: Callable[[], None]) -> Iterator[Instance]:
    """An instance whose clock, when another process than this one reads it, does something first."""
    writer = os.getpid()

    def now() -> datetime:
        if os.getpid() != writer:
            elsewhere()
        return datetime.now(UTC)

    with open_instance(home, now=now) as instance:
        yield instance


def test_several_make_what_one_makes(
    home: Path, tmp_path: Path, people: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = tmp_path / "seen"
    seen.mkdir()

    def be_seen() -> None:
        (seen / str(os.getpid())).touch()

    with opened(home, be_seen) as instance:
        results, _ = issue_roster(instance, roster_of(people), quiet, portion=2)
        whole(instance, len(people))
        again, _ = issue_roster(instance, roster_of(people), quiet, portion=2)
        assert [one.issued.jws for one in again] == [one.issued.jws for one in results]
        eight = [one.issued for one in results[:8]]
        drawn = draw_all(instance, eight, tmp_path / "several", lambda _d, _a: None)
        monkeypatch.setenv("XUESHI_PROCESSES", "1")
    assert len(list(seen.iterdir())) == 6, "three processes in each run"
    with open_instance(home) as instance:
        alone = draw_all(instance, eight[:3], tmp_path / "alone", lambda _d, _a: None)
    assert [one.read_bytes() for one in drawn[:3]] == [one.read_bytes() for one in alone]
    assert len(drawn) == 8


def test_a_year_that_changed_gets_its_next_version(home: Path, people: list[dict[str, Any]]) -> None:
    changed = [{**one, "person": {**one["person"], "employer": "示例新单位"}} for one in people[:5]]
    with open_instance(home) as instance:
        issue_roster(instance, roster_of(people[:5]), quiet, portion=2)
        results, _ = issue_roster(instance, roster_of(changed), quiet, portion=2)
        whole(instance, 10)
        superseded = (
            instance.engine.connect().exec_driver_sql("SELECT successor FROM withdrawal").scalars().all()
        )
    subjects = [parse_payload(jws.split(one.issued.jws).payload).credential_subject for one in results]
    assert {(each.version, each.employer) for each in subjects} == {(2, "示例新单位")}
    assert set(superseded) == {one.issued.serial for one in results}


def test_a_process_that_is_killed_stops_the_batch_where_it_is(
    home: Path, tmp_path: Path, people: list[dict[str, Any]]
) -> None:
    flag = tmp_path / "now"

    def die() -> None:
        if flag.exists():
            os.kill(os.getpid(), signal.SIGKILL)

    def tick(step: str, done: int, _all: int) -> None:
        if (step, done) == ("record", 4):
            flag.touch()

    with opened(home, die) as instance, pytest.raises(WorkerDied, match="run again"):
        issue_roster(instance, roster_of(people), tick, portion=1)
    with open_instance(home) as instance:
        results, _ = issue_roster(instance, roster_of(people), quiet, portion=1)
        assert 4 <= sum(not one.issued.fresh for one in results) < len(people)
        whole(instance, len(people))


def test_what_one_raises_is_raised_by_the_batch(home: Path, people: list[dict[str, Any]]) -> None:
    """A clock that only they see go back: the same error, and nothing recorded."""
    shift = timedelta(days=400)
    writer = os.getpid()

    def now() -> datetime:
        return datetime.now(UTC) - (shift if os.getpid() != writer else timedelta())

    with open_instance(home) as instance:
        issue_roster(instance, roster_of(people[:1]), quiet)
    with open_instance(home, now=now) as instance:
        with pytest.raises(ClockWentBack, match="clock"):
            issue_roster(instance, roster_of(people), quiet, portion=2)
        whole(instance, 1)


def test_when_the_one_that_writes_is_killed_the_next_may_begin_at_once(
    home: Path, people: list[dict[str, Any]]
) -> None:
    """Those that it forked do not hold the database's lock, and end by themselves."""

    def die(step: str, _done: int, _all: int) -> None:
        if step == "record":
            os.kill(os.getpid(), signal.SIGKILL)

    def run() -> None:
        with open_instance(home) as instance:
            issue_roster(instance, roster_of(people), die, portion=2)

    assert run_child(run) == -signal.SIGKILL
    with open_instance(home) as instance:
        results, _ = issue_roster(instance, roster_of(people), quiet, portion=2)
        assert sum(not one.issued.fresh for one in results) == 2
        whole(instance, len(people))


def test_answers_come_in_the_order_of_the_jobs(instance: Instance) -> None:
    with shared_out(instance, 3, lambda number: (number, os.getpid()), range(20)) as answers:
        heard = list(answers)
    assert [number for number, _ in heard] == list(range(20))
    assert len({process for _, process in heard}) == 3
    assert os.getpid() not in {process for _, process in heard}


def test_a_batch_has_more_of_the_memory_and_gives_it_back(home: Path) -> None:
    usual = gc.get_threshold()
    with open_instance(home) as instance:
        with in_bulk(instance) as one, in_bulk(instance) as other:
            assert gc.get_threshold()[0] > usual[0]
            for roomy in (one, other):
                with roomy.engine.connect() as connection:
                    assert connection.exec_driver_sql("PRAGMA cache_size").scalar() == -1000 * CACHE
        assert (gc.get_threshold(), gc.get_freeze_count()) == (usual, 0)
        assert one.engine is not instance.engine
