"""A file given to the service from the server's terminal, and watched there until it is worked off."""

import time
from pathlib import Path
from uuid import UUID, uuid4

import sqlalchemy as sa

from issuer.config import Settings
from issuer.errors import NotFound
from issuer.intake import sendings, spool
from issuer.intake.asked import Asked
from issuer.intake.errors import FileRefused
from issuer.intake.profiles import Profile
from issuer.intake.receipts import read_receipt
from issuer.intake.report import Totals
from issuer.intake.rows import Fault
from issuer.intake.sendings import OPEN, Sending, SendingState
from issuer.intake.service import KEPT, Report, Tick
from ledger.store import reading

LOOKS = 0.5
"""Seconds between two looks at how far it is."""


def hand_over(settings: Settings, file: Path, profile: Profile, asked: Asked, *, dry_run: bool) -> UUID:
    """Give a file to the service that holds the instance; answers the id of the sending that it makes of it."""
    one = uuid4()
    told = {"profile": profile.text, "asked": asked.as_json(), "dry_run": dry_run}
    spool.hand_over(settings, one, file, told)
    return one


def follow(engine: sa.Engine, one: UUID, tick: Tick) -> Report:
    """Watch a sending until it is worked off. Only reads.

    Raises:
        FileRefused: the file was refused as a whole.
    """
    while True:
        with reading(engine).connect() as connection:
            try:
                found = sendings.read_sending(connection, one)
            except NotFound:  # the service has not looked yet
                pass
            else:
                tick(found.share, found.row)
                if found.state not in OPEN:
                    return _report(connection, found)
        time.sleep(LOOKS)


def _report(connection: sa.Connection, found: Sending) -> Report:
    if found.state is SendingState.REFUSED and "totals" not in found.report:
        raise FileRefused(found.report["code"], found.report["message"])
    told = sendings.faults_of(connection, found, 0, KEPT)
    return Report(
        profile=found.profile,
        totals=found.totals or Totals(),
        faults=[(Fault(row, "", code, words), column) for row, column, code, words in told],
        unused=tuple(found.report.get("unused", ())),
        batch_id=found.batch_id if found.state is SendingState.DONE else None,
        receipt=read_receipt(connection, found.batch_id) if found.has_receipt and found.batch_id else None,
        before=bool(found.report.get("before")),
    )
