"""Where the time goes: of a program by its parts, without slowing a call; of the database's server."""

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import sqlalchemy as sa

EVERY = 0.02
"""Seconds between two looks."""


@contextmanager
def watching(parts: Mapping[str, str]) -> Iterator[Counter[str]]:
    """Count seconds by part. `parts`: names of functions, each with its part's; the innermost that runs has the time."""
    seconds: Counter[str] = Counter()
    before = time.perf_counter()

    def look(_signal: int, frame: FrameType | None) -> None:
        nonlocal before
        while frame is not None and frame.f_code.co_name not in parts:
            frame = frame.f_back
        # The whole time since the last look: a long call of the driver is seen once, when it ends.
        now = time.perf_counter()
        seconds[parts[frame.f_code.co_name] if frame else "the rest"] += now - before
        before = now

    signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, EVERY, EVERY)
    try:
        yield seconds
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def seconds_of_server(engine: sa.Engine) -> float:
    """Processor time of PostgreSQL until now: its first process with those that have ended, and those that run; of SQLite none."""
    if engine.dialect.name == "sqlite":
        return 0.0
    time.sleep(0.5)  # until the server has counted a connection that has ended
    with engine.connect() as connection:
        data = connection.exec_driver_sql("SHOW data_directory").scalar_one()
    first = (Path(data) / "postmaster.pid").read_text().split()[0]
    running = Path(f"/proc/{first}/task/{first}/children").read_text().split()
    ticks = sum(sum(_times(one)[:2]) for one in running) + sum(_times(first))
    return ticks / os.sysconf("SC_CLK_TCK")


def _times(process: str) -> list[int]:
    """User and system time of a process, then of its children that have ended, in ticks (proc(5))."""
    return [*map(int, Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:15])]
