"""Which part of a program its time goes to: what is being done is looked at every twentieth of a second or so, no call is slowed."""

import signal
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType

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
