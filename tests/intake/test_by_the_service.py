"""Files that the service works off: killed in the midst and started again, nothing is doubled; from the terminal beside it."""

import itertools
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from issuer.cli import app
from issuer.config import read_settings
from issuer.creation import create
from issuer.errors import NotFound
from issuer.instance import open_instance
from issuer.intake import sendings, spool
from issuer.intake.asked import Asked
from issuer.intake.following import hand_over
from issuer.intake.profiles import find_profile
from issuer.intake.sendings import Sending, SendingState
from issuer.intake.worker import Worker
from ledger.store import open_engine, reading
from tests.intake.dirt import row
from tests.intake.sending import hold_together, registered_hours, write
from tests.intake.test_any_order import HISTORY, WANTED
from tests.issuer import town
from tests.issuer.conftest import NEW

SERVICE = """
import sys
from pathlib import Path
from issuer.instance import open_instance
from issuer.intake.worker import Worker
from issuer.serving import Keeper

with open_instance(Path(sys.argv[1])) as opened, Keeper(opened).running(), Worker(opened, portion=2).running():
    print("up", flush=True)
    sys.stdin.read()
"""
"""What `xueshi serve issuer` runs beside its pages, in portions of two rows; until its input ends, or it is killed."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    create(tmp_path / "instance", NEW)
    with open_instance(tmp_path / "instance") as opened:
        town.build(opened)
    return tmp_path / "instance"


@contextmanager
def service(home: Path) -> Iterator[subprocess.Popen[str]]:
    words = [sys.executable, "-c", SERVICE, str(home)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        assert started.stdout.readline() == "up\n"
        yield started
        assert started.stdin is not None
        started.stdin.close()


@pytest.fixture
def engine(home: Path) -> Iterator[sa.Engine]:
    opened = open_engine(read_settings(home).database_url)
    yield opened
    opened.dispose()


def once(engine: sa.Engine, one: UUID, holds: Callable[[Sending], bool]) -> Sending:
    """Wait until a sending is as it should be."""
    while True:
        with reading(engine).connect() as connection:
            try:
                found = sendings.read_sending(connection, one)
            except NotFound:
                time.sleep(0.05)
                continue
        if holds(found):
            return found
        time.sleep(0.02)


def test_killed_in_the_midst_and_started_again(home: Path, engine: sa.Engine, tmp_path: Path) -> None:
    settings = read_settings(home)
    path = write(tmp_path / "a.csv", HISTORY)
    one = hand_over(settings, path, find_profile("base-platform"), Asked(), dry_run=False)
    for begun in (1, 6):
        with service(home) as started:
            seen = once(engine, one, lambda found, begun=begun: found.row > begun)
            started.kill()
        assert (seen.state, seen.share > 0) == (SendingState.WORKING, True), "killed while it worked"
    with service(home):
        done = once(engine, one, lambda found: found.state is SendingState.DONE)
    assert (done.has_receipt, sum(done.totals.rows.values() if done.totals else ())) == (True, len(HISTORY))
    assert not list(spool.folder(settings).iterdir())
    with open_instance(home) as opened:
        assert registered_hours(opened) == WANTED
        hold_together(opened)


def test_from_the_terminal_beside_the_service(home: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [row(0, 1), row(1, 2, K="10学分")])
    faults, receipt = tmp_path / "faults.csv", tmp_path / "receipt.jwt"
    words = ["import", str(path), "--profile", "base-platform", "--home", str(home)]
    (tmp_path / "no.csv").write_text("<html>")
    with service(home):
        dry = CliRunner().invoke(app, [*words, "--dry-run"])
        done = CliRunner().invoke(app, [*words, "--faults", str(faults), "--receipt", str(receipt)])
        no = CliRunner().invoke(app, ["import", str(tmp_path / "no.csv"), *words[2:]])
    assert (dry.exit_code, done.exit_code, no.exit_code) == (1, 1, 2), done.output
    assert "Checked only" in dry.output
    assert "第3行K（课程学时）" in "".join(done.output.split())
    assert faults.read_text("utf-8-sig").splitlines()[1].startswith("3,K（课程学时）,credits,")
    assert receipt.read_text("ascii").count(".") == 2
    assert ".xlsx" in no.output


def test_what_a_crash_left_is_swept_away(home: Path) -> None:
    settings = read_settings(home)
    (spool.folder(settings) / UUID(int=7).hex).write_bytes(b"rows")
    (spool.folder(settings) / f"{UUID(int=8).hex}.part").write_bytes(b"ro")
    with service(home):
        assert not list(spool.folder(settings).iterdir())


def test_a_fault_of_ours_stops_neither_the_service_nor_the_next_file(
    home: Path, engine: sa.Engine, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Randomness fails as nobody foresaw, in the midst of a file, with words that quote a row."""
    drawn = itertools.count()

    def failing(size: int) -> bytes:
        if next(drawn) == 4:
            raise RuntimeError(str(HISTORY[0]))
        return secrets.token_bytes(size)

    settings, profile = read_settings(home), find_profile("base-platform")
    whole, other = write(tmp_path / "a.csv", HISTORY), write(tmp_path / "b.csv", [row(0, 1)])
    with open_instance(home, random_bytes=failing) as opened:
        worker = Worker(opened, portion=2)
        first = hand_over(settings, whole, profile, Asked(), dry_run=False)
        worker.look()
        second = hand_over(settings, other, profile, Asked(), dry_run=False)
        worker.look()
        assert worker.trouble is None
        with reading(engine).connect() as connection:
            failed, done = (sendings.read_sending(connection, one) for one in (first, second))
        assert (failed.state, failed.report["code"]) == (SendingState.REFUSED, "fault")
        assert 0 < failed.row < len(HISTORY), "what was recorded before stays"
        assert done.state is SendingState.DONE
        told = caplog.text + str(failed.report)
        assert "RuntimeError" in told
        assert not [cell for cell in (HISTORY[0][0], HISTORY[0][1], "示例") if cell in told]
        again = hand_over(settings, whole, profile, Asked(), dry_run=False)
        worker.look()
        with reading(engine).connect() as connection:
            assert sendings.read_sending(connection, again).state is SendingState.DONE
        assert registered_hours(opened) == WANTED
        hold_together(opened)
