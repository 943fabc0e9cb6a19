"""The issuer as a process that stays: serves the public files, sequences what is pending, renews what grows old."""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from issuer.app import Health, create_app
from issuer.background import looking
from issuer.credentials.renewing import RENEWAL, note_renewal
from issuer.errors import IssuerError
from issuer.evidence.service import sweep
from issuer.instance import SHANGHAI, Instance, open_instance
from issuer.intake.overview import overdue
from issuer.intake.worker import Worker
from issuer.keys.certificates import trouble
from issuer.publication import publish
from issuer.reconciliation import reconcile_all
from issuer.resealing import Resealed, portions_of
from issuer.transfers.findings import count_gone
from issuer.transfers.rechecking import ask_again
from issuer.transfers.trusted import list_trouble
from ledger.errors import LedgerError
from ledger.receipts import newest_head, witnessed_head
from ledger.store import reading
from ledger.tables import pending

log = logging.getLogger(__name__)

RETRY = timedelta(seconds=15)
"""What did not go out is tried again after this: a publishing that failed, a head that too few witnesses have signed."""
NIGHT = 2
"""Hour in Asia/Shanghai from which a day's reconciliation is done."""
PAUSE = 1.0
"""Seconds between two looks at what is pending."""


class Keeper:
    """The one writer beside the requests: a thread that sequences and publishes until it is stopped."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._tried: datetime | None = None
        self._published: datetime | None = None
        self._failed: datetime | None = None
        self._reconciled: date | None = None
        self._unlike = 0
        self._trouble: str | None = None
        self._resealing: Iterator[Resealed] = iter(())
        self._resealed = Resealed(0)
        self._sealed_under: str | None = None

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Publish once, then keep on in the background until the end of the block.

        Raises:
            IssuerError, LedgerError: the first publishing failed; nothing is served on top of that.
        """
        self._publish()
        with looking("keeper", self.look, PAUSE, threading.Event()):
            yield

    def health(self) -> Health:
        """Whether the last round went well, how long the log is, and what somebody has to see to."""
        if self._trouble is not None:
            return Health(ready=False, says=self._trouble)
        with reading(self._instance.engine).connect() as connection:
            head = newest_head(connection)
            shown = witnessed_head(connection, self._instance.policy)
        size, seen = (0 if one is None else one.checkpoint.size for one in (head, shown))
        says = f"log size {size}"
        if seen < size:
            says += f", witnessed {seen}"
        if self._unlike:
            says += f", {self._unlike} rows or entries without the other"
        if waiting := self._resealed.all - self._resealed.done:
            says += f", {waiting} sealed texts not yet under the newest key"
        if self._resealed.broken:
            says += f", {self._resealed.broken} sealed texts that do not open"
        if words := trouble(self._instance):
            says += f", {words}"
        return Health(ready=True, says=says)

    def look(self) -> None:
        """Do what is due now; what fails is told by `health`, and tried again after `RETRY`."""
        now = self._instance.now()
        if self._failed is not None and timedelta(0) <= now - self._failed < RETRY:
            return
        try:
            if self._due():
                self._publish()
            self._reseal()
            self._reconcile_nightly()
            self._failed = self._trouble = None
        except (IssuerError, LedgerError, OSError, SQLAlchemyError) as error:
            # The words may hold paths; the log has them, the answer to /ready only the kind.
            self._failed, self._trouble, self._sealed_under = now, type(error).__name__, None
            log.exception("publishing failed")

    def _reseal(self) -> None:
        """After a rotation of the vault's key, and once a night for stragglers: a portion at each look."""
        newest = self._instance.vault.newest
        if self._sealed_under != newest:
            self._sealed_under, self._resealing = newest, portions_of(self._instance)
        self._resealed = next(self._resealing, self._resealed)

    def _due(self) -> bool:
        if self._tried is None or self._published != self._tried:  # never, or it failed
            return True
        age = self._instance.now() - self._tried
        if age > RENEWAL:
            return True
        with reading(self._instance.engine).connect() as connection:
            if connection.execute(select(pending.c.id).limit(1)).first() is not None:
                return True
            if self._instance.policy is None or age < RETRY:
                return False
            return newest_head(connection) != witnessed_head(connection, self._instance.policy)

    def _publish(self, *, nightly: bool = False) -> None:
        self._tried = self._instance.now()
        note_renewal(self._instance)
        publish(self._instance, nightly=nightly)
        self._published = self._tried

    def _reconcile_nightly(self) -> None:
        """Once a day, from the small hours on: rows and entries compared, origins asked whether what was taken in still stands there, proofs that nobody names taken away, large lists of issuances renewed, a certificate's end foretold."""
        local = self._instance.now().astimezone(SHANGHAI)
        if self._reconciled == local.date() or local.hour < NIGHT:
            return
        found = reconcile_all(self._instance.engine)
        for one in found:
            log.error("reconciliation: %s %s: %s", one.source, one.event_id, one.detail)
        log.info("reconciled discrepancies=%d", len(found))
        self._unlike = len(found)
        if words := trouble(self._instance):
            log.warning("%s; xueshi keys certificate", words)
        for transfer, answer in ask_again(self._instance).gone:
            log.warning("transfer in=%s %s at its origin", transfer, answer.there)
        sweep(self._instance)
        self._publish(nightly=True)
        self._reconciled, self._sealed_under = local.date(), None


@contextlib.contextmanager
def issuer_service(home: Path, tell: Callable[[Instance], None] | None = None) -> Iterator[FastAPI]:
    """The service of the instance in `home`, its keeper running until the end of the block; `tell` is asked once it is open.

    Raises:
        SettingsError, DatabaseHeld: as `open_instance`.
        IssuerError, LedgerError: as `Keeper.running`.
    """
    with open_instance(home) as instance:
        keeper, worker = Keeper(instance), Worker(instance)
        if tell is not None:
            tell(instance)
        with keeper.running(), worker.running():
            health = partial(_health, instance, keeper, worker)
            yield create_app(instance.settings.public, health, instance=instance)


def _health(instance: Instance, keeper: Keeper, worker: Worker) -> Health:
    """How both are, and what no computer mends: systems that have not sent for too long (A31), transfers that somebody must decide on."""
    found = keeper.health()
    if not found.ready or worker.trouble is not None:
        return Health(ready=False, says=worker.trouble or found.says)
    with reading(instance.engine).connect() as connection:
        gone = count_gone(connection)
    says = found.says
    if late := overdue(instance):
        says += f", {late} systems overdue with imports"
    if words := list_trouble(instance):
        says += f", {words}"
    if gone:
        says += f", {gone} transfers that stand no more at their origin"
    return replace(found, says=says)


def run(*servers: uvicorn.Config) -> None:
    """Run web services side by side until the process is told to stop."""

    async def all_of_them() -> None:
        await asyncio.gather(*(uvicorn.Server(config).serve() for config in servers))

    asyncio.run(all_of_them())
