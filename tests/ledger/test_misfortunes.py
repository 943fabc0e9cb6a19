"""Each step of a tick fails, undone or done after all; the clock jumps; the disk is full. Never two trees of one size."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from ledger import tables
from ledger.publish import Folder, PublicFile, publish_to
from ledger.sequencer import Sequencer
from ledger.store import open_engine, reading
from tests.ledger.logs import SIGNER, Log, private_event


class MishapError(Exception):
    """What a step fails with."""


@contextmanager
def failing_at(engine: sa.Engine, start: str, moment: str) -> Iterator[None]:
    """Let the statement that begins with `start` fail, before it is sent or after it was done."""

    def fail(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(start):
            raise MishapError(start)

    sa.event.listen(engine, f"{moment}_cursor_execute", fail)
    try:
        yield
    finally:
        sa.event.remove(engine, f"{moment}_cursor_execute", fail)


@contextmanager
def failing_to_commit(engine: sa.Engine) -> Iterator[None]:
    """Let the commit fail before it is sent: everything of the tick was written, and nothing of it counts."""

    def fail(_c: Any) -> None:
        raise MishapError("commit")

    sa.event.listen(engine, "commit", fail)
    try:
        yield
    finally:
        sa.event.remove(engine, "commit", fail)


@contextmanager
def blocked(path: Path) -> Iterator[None]:
    """The commit has succeeded, but the file that tells of it cannot be replaced: a folder stands in its place."""
    kept = path.read_bytes()
    path.unlink()
    path.mkdir()
    try:
        yield
    finally:
        path.rmdir()
        path.write_bytes(kept)


STEPS: dict[str, Callable[[Log], Any]] = {
    "store failed": lambda log: failing_at(log.engine, "INSERT INTO ledger_entry", "before"),
    "store failed at the commit": lambda log: failing_to_commit(log.engine),
    "store failed but persisted": lambda log: blocked(log.high_water),
    "tile failed": lambda log: failing_at(log.engine, "INSERT INTO ledger_tile", "before"),
    "tile failed but persisted": lambda log: failing_at(log.engine, "INSERT INTO ledger_tile", "after"),
    "checkpoint failed": lambda log: failing_at(log.engine, "INSERT INTO ledger_checkpoint", "before"),
    "checkpoint failed but persisted": lambda log: failing_at(
        log.engine, "INSERT INTO ledger_checkpoint", "after"
    ),
}


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("restarted", [False, True], ids=["same process", "restarted"])
def test_a_step_of_a_tick_fails(sqlite_log: Log, name: str, *, restarted: bool) -> None:
    sqlite_log.grow(250)
    sequencer = sqlite_log.sequencer()
    sequencer.check()
    sqlite_log.stage_next(20)
    with STEPS[name](sqlite_log), pytest.raises((MishapError, OSError)):
        sequencer.tick()
    persisted = 270 if name == "store failed but persisted" else 250
    with reading(sqlite_log.engine).connect() as connection:
        assert connection.execute(sa.select(sa.func.max(tables.checkpoint.c.size))).scalar_one() == persisted
    (sqlite_log.sequencer() if restarted else sequencer).drain()
    sqlite_log.stage_next(1)
    head = (sqlite_log.sequencer() if restarted else sequencer).drain()
    assert head is not None
    assert head.size == 271
    sqlite_log.publish()
    assert sqlite_log.fsck().findings == ()


class Stumbling(Folder):
    """A folder whose write of one file fails, before or after it was done."""

    def __init__(self, path: Path, at: str, *, persisted: bool) -> None:
        super().__init__(path)
        self._at, self._persisted = at, persisted

    def write(self, path: str, data: bytes) -> None:
        if path.startswith(self._at) and not self._persisted:
            raise MishapError(path)
        super().write(path, data)
        if path.startswith(self._at):
            raise MishapError(path)

    def write_all(self, files: Iterable[PublicFile]) -> None:
        for path, data in files:
            self.write(path, data)


@pytest.mark.parametrize("at", ["tile/0/000", "tile/entries/000", "tile/1/", "checkpoint"])
@pytest.mark.parametrize("persisted", [False, True], ids=["failed", "failed but persisted"])
def test_publishing_fails(sqlite_log: Log, at: str, *, persisted: bool) -> None:
    sqlite_log.grow(200)
    sqlite_log.publish()
    old = (sqlite_log.public / "checkpoint").read_bytes()
    sqlite_log.grow(100)
    with reading(sqlite_log.engine).connect() as connection, pytest.raises(MishapError):
        publish_to(connection, Stumbling(sqlite_log.public, at, persisted=persisted), SIGNER.verifier())
    new = (sqlite_log.public / "checkpoint").read_bytes()
    assert (new == old) != (at == "checkpoint" and persisted)
    shown = sqlite_log.publish()
    assert shown is not None
    assert shown.size == 300


def test_the_clock_jumps(log: Log) -> None:
    """Moments are written down, never compared: back a year, on a century, the log goes on."""
    jumps = iter([0, -365, 36_500, -1, 0, 1])
    start = datetime(2026, 1, 15, tzinfo=UTC)
    sequencer = Sequencer(
        log.engine, SIGNER, lambda: start + timedelta(days=next(jumps)), log.high_water, batch=10
    )
    log.stage_next(60)
    sizes = [head.size for head in iter(sequencer.tick, None)]
    assert sizes == [10, 20, 30, 40, 50, 60]
    assert log.fsck().findings == ()


def test_the_disk_is_full(sqlite_log: Log, tmp_path: Path) -> None:
    """SQLite may not take another page: the call fails, what was acknowledged is there, and with room it goes on."""
    sqlite_log.grow(100)
    pages = (tmp_path / "ledger.db").stat().st_size // 4096 + 20
    small = open_engine(f"sqlite:///{tmp_path}/ledger.db")
    sa.event.listen(small, "connect", lambda raw, _: raw.execute(f"PRAGMA max_page_count = {pages}"))
    cramped = Log(small, tmp_path)
    acknowledged = 0

    def fill() -> None:
        nonlocal acknowledged
        for number in range(1000, 9000, 20):
            cramped.stage(*(private_event(n, text="示例" * 40) for n in range(number, number + 20)))
            acknowledged += 20
            cramped.sequencer().tick()

    with pytest.raises(sa.exc.OperationalError, match="full"):
        fill()
    small.dispose()
    sqlite_log.sequencer().drain()
    result = sqlite_log.fsck()
    assert result.findings == ()
    assert result.entries == 100 + acknowledged
    assert acknowledged > 0
