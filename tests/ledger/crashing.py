"""A process that does the log's work and dies at a chosen point; no hook of ours is in the code that it runs.

The points: before and after each commit (SQLAlchemy's events), before and after each file replacement (audit hooks of Python).
"""

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from ledger.store import open_engine
from tests.ledger.logs import Log, event_id, issuance, private_event

_fork = multiprocessing.get_context("fork")


class Acknowledged:
    """The events whose transaction was reported committed, kept in a file so that they outlive the process."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "acknowledged"

    def add(self, number: int) -> None:
        with self._path.open("a") as file:
            file.write(f"{number}\n")

    def numbers(self) -> set[int]:
        return {int(line) for line in self._path.read_text().split()} if self._path.exists() else set()


def prepare(url: str, folder: Path) -> None:
    """Make a published log of 250 entries, just short of its first full tile."""
    engine = open_engine(url)
    log = Log(engine, folder)
    log.grow(250)
    log.publish()
    engine.dispose()


def work(url: str, folder: Path) -> None:
    """Stage events one by one and together, sequence and publish across a tile's border; can be run again."""
    engine = open_engine(url)
    log, acknowledged = Log(engine, folder), Acknowledged(folder)
    log.stage(private_event(1000))
    acknowledged.add(1000)
    log.stage(*(issuance(n) for n in range(1001, 1010)))
    log.sequencer().tick()
    log.publish()
    engine.dispose()


class Points:
    """Counts the points of no return that this process passes, and kills it at one of them."""

    def __init__(self, die_at: int) -> None:
        self.passed = 0
        self._die_at = die_at
        self._process = os.getpid()

    def passing(self) -> None:
        if os.getpid() != self._process:
            return  # a process that this one forked
        self.passed += 1
        if self.passed == self._die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, folder: Path) -> None:
        def on_commit(_connection: object) -> None:
            self.passing()

        def after_commit(_connection: object, _record: object) -> None:
            self.passing()

        def audit(name: str, arguments: tuple[object, ...]) -> None:
            # A replacement is a rename; then the folder is opened to be flushed.
            place = Path(str(arguments[0])) if name in {"os.rename", "open"} else None
            if place is not None and place.is_relative_to(folder) and (name == "os.rename" or place.is_dir()):
                self.passing()

        sa.event.listen(sa.Engine, "commit", on_commit)
        sa.event.listen(sa.pool.Pool, "checkin", after_commit)
        sys.addaudithook(audit)


def run_child(target: Callable[[], None]) -> int:
    """Run `target` in a process of its own; returns its exit code, negative for a signal."""
    child = _fork.Process(target=target)
    child.start()
    child.join(120)
    assert child.exitcode is not None
    return child.exitcode


def count_points(url: str, folder: Path) -> int:
    """Return how many points `work` passes when nothing kills it."""
    counter = folder / "points"

    def run() -> None:
        points = Points(die_at=0)
        points.watch(folder)
        work(url, folder)
        counter.write_text(str(points.passed))

    assert run_child(run) == 0
    return int(counter.read_text())


def die_at(url: str, folder: Path, point: int) -> int:
    """Run `work` and kill it at a point."""

    def run() -> None:
        Points(point).watch(folder)
        work(url, folder)

    return run_child(run)


def check_after(log: Log, folder: Path) -> None:
    """Continue as the next start would: nothing acknowledged is lost, nothing published is contradicted."""
    log.sequencer().check()
    shown = [path.read_bytes() for path in (log.public / "checkpoint", log.high_water) if path.exists()]
    assert log.fsck().findings == ()
    log.sequencer().drain()
    log.publish()
    result = log.fsck()
    assert (result.findings, result.pending) == ((), 0)
    with log.engine.connect() as connection:
        placed = set(connection.execute(sa.text("SELECT event_id FROM ledger_place")).scalars())
        notes = set(connection.execute(sa.text("SELECT note FROM ledger_checkpoint")).scalars())
    names = {str(name).replace("-", "") for name in placed}
    for number in Acknowledged(folder).numbers():
        assert event_id(number).hex in names, f"event {number} was acknowledged and is lost"
    empty = f"{log.sequencer()._signer.name}\n0\n".encode()
    assert all(note in notes or note.startswith(empty) for note in shown)
