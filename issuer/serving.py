"""The issuer as a process that stays: serves the public files, sequences what is pending, renews what grows old."""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from sqlalchemy import select

from issuer.app import Health, create_app
from issuer.errors import IssuerError
from issuer.instance import Instance, open_instance
from issuer.service import publish
from ledger.errors import LedgerError
from ledger.receipts import newest_head
from ledger.store import reading
from ledger.tables import pending

log = logging.getLogger(__name__)

RENEWAL = timedelta(hours=12)
"""Status lists are signed anew this often: well inside the age that verifiers accept."""
PAUSE = 1.0
"""Seconds between two looks at what is pending."""


class Keeper:
    """The one writer beside the requests: a thread that sequences and publishes until it is stopped."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keeper")
        self._published: datetime | None = None
        self._trouble: str | None = None

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Publish once, then keep on in the background until the end of the block.

        Raises:
            IssuerError, LedgerError: the first publishing failed; nothing is served on top of that.
        """
        self._publish()
        self._thread.start()
        try:
            yield
        finally:
            self._stop.set()
            self._thread.join()

    def health(self) -> Health:
        """Whether the last round went well, and how long the log is."""
        if self._trouble is not None:
            return Health(ready=False, says=self._trouble)
        with reading(self._instance.engine).connect() as connection:
            head = newest_head(connection)
        return Health(ready=True, says=f"log size {head.checkpoint.size if head else 0}")

    def _run(self) -> None:
        while not self._stop.wait(PAUSE):
            try:
                if self._due():
                    self._publish()
                self._trouble = None
            except (IssuerError, LedgerError, OSError) as error:
                # The words may hold paths; the log has them, the answer to /ready only the kind.
                self._trouble = type(error).__name__
                log.exception("publishing failed")

    def _due(self) -> bool:
        now = self._instance.now()
        if self._published is None or now - self._published > RENEWAL:
            return True
        with reading(self._instance.engine).connect() as connection:
            return connection.execute(select(pending.c.id).limit(1)).first() is not None

    def _publish(self) -> None:
        publish(self._instance)
        self._published = self._instance.now()


@contextlib.contextmanager
def issuer_service(home: Path) -> Iterator[FastAPI]:
    """The service of the instance in `home`, its keeper running until the end of the block.

    Raises:
        SettingsError, DatabaseHeld: as `open_instance`.
        IssuerError, LedgerError: as `Keeper.running`.
    """
    with open_instance(home) as instance:
        keeper = Keeper(instance)
        with keeper.running():
            yield create_app(instance.settings.public, keeper.health)


def run(*servers: uvicorn.Config) -> None:
    """Run web services side by side until the process is told to stop."""

    async def all_of_them() -> None:
        await asyncio.gather(*(uvicorn.Server(config).serve() for config in servers))

    asyncio.run(all_of_them())
