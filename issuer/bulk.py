"""Work on very many records at once: what the database and Python keep in memory meanwhile."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from issuer.instance import Instance
from ledger.store import open_engine

CACHE = 32
"""Megabytes of SQLite's pages in memory: a portion touches more than the usual two hold."""
SELDOM = (50_000, 50, 100)
"""When Python searches for garbage: ours goes by itself, and a portion's objects are not looked through while they are made."""
_USUAL = gc.get_threshold()  # read once: two at a time must not leave the other's


@contextmanager
def in_bulk(instance: Instance) -> Iterator[Instance]:
    """The same instance with connections of its own, which keep more of a SQLite database's pages in memory; and what this
    process holds already is not searched for garbage meanwhile, nor often what it makes.
    """
    instance.engine.dispose()  # of connections that nobody uses: none must be open in two processes
    engine = open_engine(instance.settings.database_url, CACHE)
    gc.freeze()
    gc.set_threshold(*SELDOM)
    try:
        yield replace(instance, engine=engine)
    finally:
        gc.set_threshold(*_USUAL)
        gc.unfreeze()
        engine.dispose()
