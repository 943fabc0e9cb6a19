"""Giving what a portion queued its places in the log, while the next portion is worked on where the database allows it."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import sqlalchemy as sa

from ledger.sequencer import Sequencer


@contextmanager
def sequencing(engine: sa.Engine, sequencer: Sequencer) -> Iterator[Callable[[], object]]:
    """What is to be called after each portion: all that is queued gets its place. At the end everything has one.

    SQLite has one writer, so there it is done at once. PostgreSQL sequences one portion while another is decided and
    written: at most one lies in the queue.

    Raises:
        ledger.errors.LedgerHaltedError: as `Sequencer.tick`; where a thread met it, at the next call or at the end.
    """
    if engine.dialect.name == "sqlite":
        yield sequencer.drain
        return
    running: Future[object] | None = None

    def go_on() -> None:
        nonlocal running
        if running is not None:
            running.result()
        running = worker.submit(sequencer.drain)

    with ThreadPoolExecutor(1, "sequencing") as worker:
        yield go_on
        if running is not None:
            running.result()
