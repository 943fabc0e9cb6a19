"""Moving an instance to a new log that continues the one it closes (docs/recovery.md).

In steps, each of which may be cut short and is gone on with by asking again:

1. compare   every published entry of the log that is closed is read and held against its last head; nothing is written
2. close     the new log's key is made, and the old log's key ends: from here on nobody can sign the old log any more
3. copy      the new database is filled in one transaction: business rows, places that hold, events that are to be logged
4. switch    `xueshi.toml` names the new database and the new log, in one replacement of the file
5. publish   the new log begins with the old one's last head; the trust list names both

The old database is only read. Until step 4 the settings name it; it is evidence, and never written to again.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import sqlalchemy as sa

from issuer.acts import governance_act
from issuer.config import Settings, read_settings
from issuer.continuing.copying import copy_business, hold_same_versions
from issuer.continuing.rewriting import (
    hold_that_it_is_this_database,
    hold_that_the_file_rules,
    rewrite,
    rewritten,
)
from issuer.credentials.published import LostWithdrawal, lost_withdrawals
from issuer.credentials.tables import credential
from issuer.database import migrate, writers_lock
from issuer.errors import DatabaseHeld, NotFound, SettingsError
from issuer.instance import SHANGHAI, open_instance
from issuer.keys.opening import open_ring
from issuer.keys.ring import Use, ended
from issuer.publication import publish
from ledger import tables
from ledger.closed import ClosedLog, closed_logs
from ledger.continuing import Comparison, compare, link, read_closed
from ledger.entry import Kind, canonical
from ledger.errors import ContinuationError
from ledger.moving import Ended, carry
from ledger.note import Verifier
from ledger.publish import VKEY, Below, Folder
from ledger.store import open_engine, reading
from verifier.status import MIN_BITS

Ending = Literal["retired", "compromised"]
Tick = Callable[[str, int, int], None]
"""Told of progress: step, done, all."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Move:
    """What is asked: the log to close, by its name, so that asking again never closes the next one too."""

    closing: str
    database: str | None = None
    """URL of the new log's database, empty or not there yet. None: a SQLite file beside the old one."""
    ending: Ending = "retired"


@dataclass(frozen=True)
class Plan:
    """What the move comes to. `queued`: events that the closed log has not and the new one gets, the link not counted."""

    closed: ClosedLog
    successor: Settings
    comparison: Comparison
    kept: int
    queued: int
    withdrawals: tuple[LostWithdrawal, ...]
    """Withdrawals that the public files show and the database lacks: to be entered again by hand."""

    def missing_lines(self) -> str:
        """Return as JSON lines the entries, then the withdrawals, that the database lacks."""
        return self.comparison.as_lines() + "".join(one.as_line() for one in self.withdrawals)

    @property
    def lost(self) -> dict[str, int]:
        """What the closed log has and the database lacks, by kind."""
        kinds = [entry.kind.value for entry in self.comparison.missing]
        return {kind: kinds.count(kind) for kind in sorted(set(kinds))}


def plan(home: Path, move: Move, tick: Tick) -> Plan:
    """Read and compare; nothing is written.

    Raises:
        SettingsError: not an instance, or its settings cannot be changed by program, or no place for the new database.
        NotFound: the log named is not the one that grows.
        DatabaseHeld: the instance is at work.
        ledger.errors.LedgerError: the published files are not a whole log; nobody can continue that.
    """
    with _opened(home, move) as (settings, old):
        return _plan(settings, old, move, tick)


def carry_out(
    home: Path,
    move: Move,
    tick: Tick,
    now: Callable[[], datetime],
    tell: Callable[[Plan], None] = lambda _: None,
) -> Plan | None:
    """Do it, or go on with what was begun; None where only the publishing was still to be done.

    `tell` is told what was done when the instance is that of the new log, before that is published.

    Raises:
        KeyUnavailable: the new key cannot be made.
        SettingsError: all but the publishing is done, and the environment still names the old database.
        As `plan`.
    """
    settings, done = read_settings(home), None
    if move.closing not in _origins_before(settings):
        with _opened(home, move) as (settings, old):
            done = _plan(settings, old, move, tick)
            # A crash before the key index is written leaves everything as it was; after it, the old log is closed, no
            # instance opens with it, and asking again goes on here.
            _close(settings, done.successor, move.ending, now())
            _fill(old, done, tick, now())
            # Point of no return: from here on the instance is that of the new log.
            rewrite(home, _values(done))
        log.info("log closed origin=%s size=%d", done.closed.origin, done.closed.head.size)
        tell(done)
    hold_that_it_is_this_database(home)
    with open_instance(home, now) as instance:
        publish(instance)
    return done


@contextmanager
def _opened(home: Path, move: Move) -> Iterator[tuple[Settings, sa.Engine]]:
    """Open the old database for reading, with nobody else at work in it."""
    hold_that_the_file_rules()
    settings = read_settings(home)
    if move.closing != settings.log_origin:
        raise NotFound(
            f"现在的台账是 {settings.log_origin}，不是 {move.closing}。The log that grows is {settings.log_origin}."
        )
    with ExitStack() as stack:
        stack.enter_context(writers_lock(home))
        old = open_engine(settings.database_url)
        stack.callback(old.dispose)
        if old.dialect.name == "postgresql":
            _hold_alone(old)
        yield settings, old


def _hold_alone(old: sa.Engine) -> None:
    """Hold that no other session is in the old database: what it wrote from now on would be lost."""
    query = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    with old.connect() as connection:
        others = connection.execute(query).scalar_one()
    if others:
        raise DatabaseHeld(
            f"数据库里还有 {others} 个连接，请先停止所有服务。"
            f"{others} other sessions are in the database; stop every service first."
        )


def _plan(settings: Settings, old: sa.Engine, move: Move, tick: Tick) -> Plan:
    successor = _successor(settings, move)
    files = Below(Folder(settings.public), settings.log_path)
    verifier = Verifier.from_vkey(files.fetch(VKEY).decode().strip())
    if verifier.name != settings.log_origin:
        raise ContinuationError(f"{VKEY} is the key of {verifier.name}, expected {settings.log_origin}")
    closed = read_closed(files.fetch, verifier)
    comparison = compare(closed, files.fetch, old, lambda done, every: tick("compare", done, every))
    with reading(old).connect() as connection:
        events = _count(connection, tables.event)
        earlier = _count(connection, tables.closed_place)
        withdrawals = lost_withdrawals(connection, settings, open_ring(settings).infos())
    kept = closed.head.size - len(comparison.missing)
    ending = ClosedLog(settings.log_number, settings.log_path, verifier.vkey(), closed.note)
    first = _first_status_list(settings, old, comparison)
    successor = successor.model_copy(update={"first_status_list": first})
    made = Plan(ending, successor, comparison, earlier + kept, events - earlier - kept, withdrawals)
    rewritten(
        (settings.home / "xueshi.toml").read_text("utf-8"), _values(made)
    )  # or it says so before anything is done
    return made


def _count(connection: sa.Connection, table: sa.Table) -> int:
    return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def _successor(settings: Settings, move: Move) -> Settings:
    """The settings with the next log and its database."""
    number = settings.log_number + 1
    if move.database is None and not settings.database_url.startswith("sqlite"):
        raise SettingsError("请用 --database 给出新的空数据库 name a new, empty database with --database")
    after = settings.model_copy(
        update={"log_number": number, "database": move.database or f"sqlite:///xueshi-{number}.db"}
    )
    if after.database_url == settings.database_url:
        raise SettingsError("新旧数据库是同一个 the new database is the old one")
    return after


def _first_status_list(settings: Settings, old: sa.Engine, comparison: Comparison) -> int:
    """Where issuances were lost, the list from which on no place can have been given out by them."""
    lost = sum(entry.kind is Kind.ISSUANCE for entry in comparison.missing)
    if not lost:
        return settings.first_status_list
    with reading(old).connect() as connection:
        newest = connection.execute(sa.select(sa.func.max(credential.c.status_list))).scalar_one() or 1
    return max(int(newest), settings.first_status_list) + 1 + -(-lost // (MIN_BITS // 2))


def _values(made: Plan) -> dict[str, str | int]:
    after = made.successor
    values: dict[str, str | int] = {"database": after.database, "log_number": after.log_number}
    if after.first_status_list != 1:
        values["first_status_list"] = after.first_status_list
    return values


def _origins_before(settings: Settings) -> list[str]:
    """The names of the logs before the one that grows."""
    return [settings.model_copy(update={"log_number": n}).log_origin for n in range(1, settings.log_number)]


def _close(settings: Settings, successor: Settings, ending: Ending, now: datetime) -> None:
    """Make the new log's key, then end the old log's; whatever of it is done already stays."""
    ring = open_ring(successor)
    if not any(info.kid == successor.log_origin for info in ring.infos()):
        ring.add(Use.CHECKPOINT, now)
    ring.log_signer(now)  # it can be opened, or the old log stays open
    old = ring.by_kid(settings.log_origin)
    if old.ending is None:
        ring.replace(ended(old, ending, now))


def _fill(old: sa.Engine, made: Plan, tick: Tick, now: datetime) -> None:
    """Fill the new database, unless it is filled already: all of it or nothing."""
    url = made.successor.database_url
    if url.startswith("sqlite"):
        # Made here so that only its owner can read it; SQLite gives its side files the same mode.
        Path(url.removeprefix("sqlite:///")).touch(mode=0o600)
    new = open_engine(url)
    try:
        migrate(new)
        # A crash before this commit leaves the new database without rows; after it, it is whole.
        with new.begin() as into, reading(old).connect() as source:
            if made.closed in closed_logs(into):
                return
            hold_same_versions(source, into)
            end = Ended(made.closed, made.comparison, now.astimezone(SHANGHAI).date())
            carry(into, source, end, lambda done, every: tick("ledger", done, every))
            copy_business(source, into, lambda done, every: tick("business", done, every))
            into.execute(sa.insert(governance_act).values(_act(made, now)))
    finally:
        new.dispose()


def _act(made: Plan, now: datetime) -> dict[str, object]:
    """The row to which the new log's first entry belongs."""
    head = made.closed.head
    said = {
        "closed": head.origin,
        "size": head.size,
        "root": head.root.hex(),
        "successor": made.successor.log_origin,
    }
    return {
        "event_id": link(made.closed.note, now.date()).event_id,
        "what": "log-continued",
        "subject": f"log:{made.closed.number}",
        "at": now.astimezone(UTC),
        "body": canonical(said).decode(),
    }
