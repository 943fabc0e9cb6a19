"""Giving what a portion queued its places in the log and showing them, while the next portion is worked on where the database allows it."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from issuer.instance import Instance
from issuer.publication import show_log


@contextmanager
def sequencing(instance: Instance) -> Iterator[Callable[[], object]]:
    """What is to be called after each portion: all that is queued gets its place and is shown. At the end everything has one.

    SQLite has one writer, so there it is done at once. PostgreSQL sequences one portion while another is decided and
    written: at most one lies in the queue. Where witnesses must sign a head first, all is shown at the end, by `publish`.

    Raises:
        ledger.errors.LedgerHaltedError: as `Sequencer.tick`; where a thread met it, at the next call or at the end.
    """
    sequencer = instance.sequencer()

    def sequence() -> None:
        sequencer.drain()
        if instance.policy is None:
            show_log(instance)

    if instance.engine.dialect.name == "sqlite":
        yield sequence
        return
    running: Future[None] | None = None

    def go_on() -> None:
        nonlocal running
        if running is not None:
            running.result()
        running = worker.submit(sequence)

    with ThreadPoolExecutor(1, "sequencing") as worker:
        yield go_on
        if running is not None:
            running.result()
