"""Files that were received: noted, found again by their key, begun, ended. The caller opens the transaction."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from issuer.access.tables import client
from issuer.database import Paging
from issuer.errors import NotFound
from issuer.instance import Transaction
from issuer.intake.asked import Asked
from issuer.intake.batches import OTHERS_TO_MEND, FaultRow, faults_after
from issuer.intake.profiles import Profile
from issuer.intake.report import Totals
from issuer.intake.tables import import_batch, import_sending


class SendingState(StrEnum):
    """Where a sending stands. What is waiting or being worked on is gone on with after any crash."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    REFUSED = "refused"
    """The file as a whole: nothing was recorded, or nothing behind the row that is named."""


OPEN = (SendingState.WAITING, SendingState.WORKING)
OURS = frozenset({"lost", "fault"})
"""Why a file was refused that does not lie in it."""


@dataclass(frozen=True)
class Sender:
    """Who sent a file: a client under its key; neither is given at the server's terminal."""

    client_id: int | None = None
    key: str | None = None
    attempt: int = 1


@dataclass(frozen=True)
class NewSending:
    """A file that lies in its place, and what is to be done with it."""

    id: UUID
    sender: Sender
    profile: Profile
    asked: Asked
    dry_run: bool
    digest: bytes
    size: int


@dataclass(frozen=True)
class Sending:
    """A sending as it stands. `share` of the file, 0 to 1, and `row`: how far it is recorded. `report` as `ended` has it."""

    id: UUID
    client: str | None
    client_id: int | None
    system: str
    profile: str
    profile_text: str
    asked: Asked
    dry_run: bool
    digest: bytes
    size: int
    state: SendingState
    batch_id: UUID | None
    report: Mapping[str, Any]
    received_at: datetime
    ended_at: datetime | None
    share: float
    row: int
    totals: Totals | None
    has_receipt: bool
    attempt: int

    @property
    def may_come_again(self) -> bool:
        """Whether the same file may be taken once more under its key: a dry run, what failed here, and rows whose people
        were missing, named otherwise or another authority's. Whatever was registered counts as sent before.
        """
        if self.state in OPEN:
            return False
        if self.dry_run or self.report.get("code") in OURS:
            return True
        faults = set() if self.totals is None else self.totals.faults.keys()
        others = faults & OTHERS_TO_MEND
        return bool(others) and (self.state is SendingState.DONE or faults == others)


def add(work: Transaction, new: NewSending) -> None:
    """Note a file that was received: from now on the service works on it."""
    row = {
        "id": new.id,
        "client_id": new.sender.client_id,
        "key": new.sender.key,
        "attempt": new.sender.attempt,
        "system": new.profile.system,
        "profile": new.profile.key,
        "profile_text": new.profile.text,
        "asked": new.asked.as_json(),
        "dry_run": new.dry_run,
        "file_digest": new.digest,
        "size": new.size,
        "state": SendingState.WAITING,
        "received_at": work.instance.now(),
    }
    work.connection.execute(sa.insert(import_sending).values(row))


def sent_before(connection: sa.Connection, client_id: int, key: str) -> Sending | None:
    """What a client sent under this key, if anything: the latest attempt."""
    mine = (import_sending.c.client_id == client_id) & (import_sending.c.key == key)
    latest = _all().where(mine).order_by(import_sending.c.attempt.desc()).limit(1)
    row = connection.execute(latest).one_or_none()
    return None if row is None else _sending(row)


def read_sending(connection: sa.Connection, one: UUID, seen: sa.ColumnElement[bool] | None = None) -> Sending:
    """One of them, or of those that `seen` admits.

    Raises:
        NotFound: there is none.
    """
    mine = (import_sending.c.id == one) & (sa.true() if seen is None else seen)
    row = connection.execute(_all().where(mine)).one_or_none()
    if row is None:
        raise NotFound("没有这次报送 there is no such sending")
    return _sending(row)


def list_sendings(connection: sa.Connection, paging: Paging, seen: sa.ColumnElement[bool]) -> list[Sending]:
    """A page of those that `seen` admits, the latest first."""
    query = _all().where(seen, paging.earlier(import_sending.c.received_at, import_sending.c.id))
    ordered = query.order_by(import_sending.c.received_at.desc(), import_sending.c.id.desc())
    return [_sending(row) for row in connection.execute(ordered.limit(paging.limit))]


def open_sendings(connection: sa.Connection, client_id: int | None = None) -> list[UUID]:
    """Those that are not worked off, in the order in which they are taken: what was begun, then the oldest."""
    query = sa.select(import_sending.c.id).where(import_sending.c.state.in_(OPEN))
    if client_id is not None:
        query = query.where(import_sending.c.client_id == client_id)
    begun = sa.case((import_sending.c.state == SendingState.WORKING, 0), else_=1)
    ordered = query.order_by(begun, import_sending.c.received_at, import_sending.c.id)
    return list(connection.execute(ordered).scalars())


def note_begun(work: Transaction, one: UUID, batch_id: UUID | None = None) -> None:
    """Note that a sending is being worked on, and in which batch its rows are recorded."""
    values: dict[str, Any] = {"state": SendingState.WORKING}
    if batch_id is not None:
        values["batch_id"] = batch_id
    work.connection.execute(sa.update(import_sending).where(import_sending.c.id == one).values(values))


def note_ended(work: Transaction, one: UUID, state: SendingState, report: Mapping[str, Any]) -> None:
    """Note what came of it: of a dry run what would have been done, of a refused file why."""
    values = {
        "state": state,
        "report": json.dumps(report, ensure_ascii=False),
        "ended_at": work.instance.now(),
    }
    work.connection.execute(sa.update(import_sending).where(import_sending.c.id == one).values(values))


def faults_of(connection: sa.Connection, sending: Sending, after: int, limit: int) -> list[FaultRow]:
    """What is wrong, from the row behind `after` on: all of an import's, of a dry run the first ones."""
    told: Sequence[Sequence[Any]] = sending.report.get("faults", ())
    if sending.batch_id is None or told:
        later = [(int(row), str(place), str(code), str(words)) for row, place, code, words in told]
        return [one for one in later if one[0] > after][:limit]
    return faults_after(connection, sending.batch_id, after, limit)


def _all() -> sa.Select[Any]:
    batch = import_batch.c
    return (
        sa.select(import_sending, client.c.name.label("client"), batch.share, batch.last_row, batch.totals)
        .add_columns(batch.receipt.is_not(None).label("has_receipt"))
        .outerjoin(client, client.c.id == import_sending.c.client_id)
        .outerjoin(import_batch, batch.id == import_sending.c.batch_id)
    )


def _sending(row: sa.Row[Any]) -> Sending:
    report: Mapping[str, Any] = {} if row.report is None else json.loads(row.report)
    totals = None if row.totals is None else Totals.read(row.totals)
    if totals is None and "totals" in report:
        totals = Totals.read(json.dumps(report["totals"]))
    return Sending(
        id=row.id,
        client=row.client,
        client_id=row.client_id,
        system=row.system,
        profile=row.profile,
        profile_text=row.profile_text,
        asked=Asked.read(row.asked),
        dry_run=row.dry_run,
        digest=bytes(row.file_digest),
        size=row.size,
        state=SendingState(row.state),
        batch_id=row.batch_id,
        report=report,
        received_at=row.received_at,
        ended_at=row.ended_at,
        share=row.share or 0.0,
        row=row.last_row or 0,
        totals=totals,
        has_receipt=bool(row.has_receipt),
        attempt=row.attempt,
    )
