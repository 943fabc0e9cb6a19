"""The process killed at every commit and file replacement, and at random; the database server killed under load.

With `XUESHI_SOAK` set (`./dev soak`), 400 rounds at random instead of 40.
"""

import os
import random
import shutil
import signal
import time
from pathlib import Path

import pytest

from ledger.migrate import migrate
from ledger.store import open_engine
from tests.ledger.crashing import Acknowledged, _fork, check_after, count_points, die_at, prepare, work
from tests.ledger.logs import Log, issuance, private_event
from tests.postgres import Postgres, running_server


def fresh_sqlite(template: Path, folder: Path) -> str:
    folder.mkdir()
    shutil.copy(template, folder / "ledger.db")
    return f"sqlite:///{folder}/ledger.db"


def continue_after(url: str, folder: Path) -> None:
    engine = open_engine(url)
    try:
        check_after(Log(engine, folder), folder)
    finally:
        engine.dispose()


def test_killed_at_every_point_on_sqlite(sqlite_template: Path, tmp_path: Path) -> None:
    prepare(fresh_sqlite(sqlite_template, tmp_path / "start"), tmp_path / "start")

    def again(name: str) -> tuple[str, Path]:
        shutil.copytree(tmp_path / "start", tmp_path / name)
        return f"sqlite:///{tmp_path}/{name}/ledger.db", tmp_path / name

    points = count_points(*again("whole"))
    assert points > 15
    for point in range(1, points + 1):
        url, folder = again(str(point))
        assert die_at(url, folder, point) == -signal.SIGKILL
        continue_after(url, folder)
        if point % 4 == 0:  # the client, too, does again what was not acknowledged
            work(url, folder)
            continue_after(url, folder)


def test_killed_at_every_point_on_postgres(postgres: Postgres, tmp_path: Path) -> None:
    postgres.execute("CREATE DATABASE crash TEMPLATE template_of_ledger")
    (tmp_path / "start").mkdir()
    prepare(postgres.url("crash"), tmp_path / "start")

    def again(name: str) -> tuple[str, Path]:
        postgres.execute(f"CREATE DATABASE crash_{name} TEMPLATE crash")
        shutil.copytree(tmp_path / "start", tmp_path / name)
        return postgres.url(f"crash_{name}"), tmp_path / name

    points = count_points(*again("whole"))
    assert points > 15
    for point in range(1, points + 1):
        url, folder = again(str(point))
        assert die_at(url, folder, point) == -signal.SIGKILL
        continue_after(url, folder)


def load(url: str, folder: Path, start: int) -> None:
    """Work without end: stage one by one, tick, publish."""
    engine = open_engine(url)
    log, acknowledged = Log(engine, folder), Acknowledged(folder)
    sequencer = log.sequencer(batch=50)
    number = start
    while True:
        for _ in range(5):
            log.stage(issuance(number) if number % 3 else private_event(number))
            acknowledged.add(number)
            number += 1
        sequencer.tick()
        log.publish()


@pytest.mark.parametrize("rounds", [400 if os.environ.get("XUESHI_SOAK") else 40])
def test_killed_at_random_on_sqlite(sqlite_template: Path, tmp_path: Path, rounds: int) -> None:
    """One database that is killed again and again."""
    folder = tmp_path / "log"
    url = fresh_sqlite(sqlite_template, folder)
    chance = random.Random(20260115)  # noqa: S311 the moments of the kills need no secrecy
    for turn in range(rounds):
        child = _fork.Process(target=load, args=(url, folder, turn * 100_000))
        child.start()
        time.sleep(chance.uniform(0.02, 0.15))
        assert child.pid is not None
        os.kill(child.pid, signal.SIGKILL)
        child.join()
        continue_after(url, folder)
    assert len(Acknowledged(folder).numbers()) > rounds


def test_the_server_killed_under_load(tmp_path: Path) -> None:
    """PostgreSQL crashes while events are being staged and sequenced, and comes back."""
    with running_server() as server:
        server.execute("CREATE DATABASE ledger")
        url = server.url("ledger")
        engine = open_engine(url)
        migrate(engine)
        engine.dispose()
        for turn in range(2):
            child = _fork.Process(target=_quiet_load, args=(url, tmp_path, turn * 100_000))
            child.start()
            time.sleep(1.0)
            server.kill()
            child.join(60)
            server.start()
            continue_after(url, tmp_path)
        assert len(Acknowledged(tmp_path).numbers()) > 20


def _quiet_load(url: str, folder: Path, start: int) -> None:
    """`load`, ended by the loss of its server."""
    from sqlalchemy.exc import OperationalError

    try:
        load(url, folder, start)
    except OperationalError:
        os._exit(0)
