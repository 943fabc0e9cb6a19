"""An opened instance: its settings, keys, rules and database in one place, for the use cases to work with."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from issuer.bucket import open_bucket
from issuer.config import Settings, read_settings
from issuer.database import migrate, writers_lock
from issuer.keys.opening import open_ring
from issuer.keys.ring import KeyRing, Use
from issuer.keys.vault import Vault, open_vault
from issuer.naming import keyed_id
from issuer.rulebook.loading import Rulebook, Rules
from issuer.sealed import hold_keys
from issuer.witnesses import Witnesses, check_at_start, open_witnesses
from ledger.bucket import Bucket
from ledger.closed import ClosedLog, closed_logs
from ledger.entry import Kind
from ledger.event import Event
from ledger.note import Signer as LogSigner
from ledger.policy import Policy
from ledger.sequencer import Sequencer
from ledger.store import open_engine, reading, stage_all
from rules.library import Library
from verifier import jws

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Instance:
    """Everything a use case needs; clock and randomness are its arguments too, given once."""

    settings: Settings
    keys: KeyRing
    engine: sa.Engine
    rulebook: Rulebook
    person_secret: bytes
    now: Callable[[], datetime]
    random_bytes: Callable[[int], bytes]
    witnesses: Witnesses | None = None
    bucket: Bucket | None = None
    """Where the public files go beside the folder."""
    closed: tuple[ClosedLog, ...] = ()
    """The logs that the one that grows continues, oldest first."""

    @property
    def policy(self) -> Policy | None:
        """When a checkpoint of the log counts; None: as soon as it is signed."""
        return None if self.witnesses is None else self.witnesses.policy

    @property
    def library(self) -> Library:
        """The rules in force at this moment. Who has a connection open asks the rulebook with it, and who writes `Transaction.rules`."""
        with reading(self.engine).connect() as connection:
            return self.rulebook.now(connection).library

    def sequencer(self) -> Sequencer:
        """What gives pending events their places in the log."""
        return Sequencer(self.engine, self.log_signer, self.now, self.settings.high_water)

    @property
    def credential_signer(self) -> jws.Signer:
        """The key that signs credentials now; another one after a rotation."""
        return self.keys.signer(Use.CREDENTIAL, self.now())

    @property
    def status_signer(self) -> jws.Signer:
        """The key that signs status lists now."""
        return self.keys.signer(Use.STATUS, self.now())

    @property
    def log_signer(self) -> LogSigner:
        """The key that signs checkpoints."""
        return self.keys.log_signer(self.now())

    @property
    def vault(self) -> Vault:
        """What seals and opens texts that the database must not hold plainly; under another key after a rotation."""
        return open_vault(self.keys, self.person_secret, self.now(), self.random_bytes)

    def keyed_id(self, what: str, *parts: bytes) -> UUID:
        """Name an event after its content, keyed so that the name gives nothing away once the content is erased."""
        return keyed_id(self.person_secret, what, *parts)

    def fresh_id(self) -> UUID:
        """A random id, for what people do: doing the same again is another event."""
        return UUID(bytes=self.random_bytes(16), version=4)

    def today(self) -> date:
        """The day in Asia/Shanghai: the ledger's days are local."""
        return self.now().astimezone(SHANGHAI).date()


@dataclass(frozen=True)
class Transaction:
    """One open transaction of an instance: what it writes stands or falls together.

    Events for the ledger are gathered and queued in one go at its end (`stage`), in the order in which they happened.
    """

    instance: Instance
    connection: sa.Connection
    events: list[Event] = field(default_factory=list)
    lane: tuple[int, int] = (0, 1)
    """Of several that draft at once, which this is, and how many there are: places in the status lists are theirs by turns."""

    def record(self, event_id: UUID, kind: Kind, payload: bytes) -> None:
        """Note a private payload for the ledger, under a fresh salt."""
        salt = self.instance.random_bytes(32)
        self.events.append(Event(event_id, kind, self.day, payload=payload, salt=salt))

    def record_digest(self, event_id: UUID, kind: Kind, digest: bytes) -> None:
        """Note the digest of something unguessable for the ledger."""
        self.events.append(Event(event_id, kind, self.day, digest=digest))

    @cached_property
    def rules(self) -> Rules:
        """The rules by which all is decided in it: looked up once."""
        return self.instance.rulebook.now(self.connection)

    @cached_property
    def day(self) -> date:
        """The day of all that it notes: looked up once."""
        return self.instance.today()

    def stage(self) -> None:
        """Queue what was noted; the last act before the commit."""
        stage_all(self.connection, self.events)


@contextmanager
def writing(instance: Instance) -> Iterator[Transaction]:
    """One transaction: what is written in it, and the events noted, stand or fall together."""
    with instance.engine.begin() as connection:
        work = Transaction(instance, connection)
        yield work
        work.stage()


@contextmanager
def drafting(instance: Instance, lane: tuple[int, int]) -> Iterator[Transaction]:
    """A transaction that only reads. The events that are noted in it are for whoever writes what was drafted."""
    with reading(instance.engine).connect() as connection:
        yield Transaction(instance, connection, lane=lane)


@contextmanager
def open_instance(
    home: Path,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> Iterator[Instance]:
    """Open the instance in `home` for writing, bring its database up to date, and close it at the end.

    Raises:
        SettingsError: no instance, or a setting, secret or key that cannot be used, or a key is gone that sealed texts need.
        rules.errors.RulesError: the authority's own rules, in the folder and in the database, do not hold together.
        DatabaseHeld: another process is writing (SQLite).
        ledger.errors.LedgerHaltedError: the database is behind, or another than, what is known outside it.
    """
    settings = read_settings(home)
    rulebook = Rulebook(settings.own_rules)
    keys = open_ring(settings)
    # Opened now, so that an instance whose keys cannot be used is not opened at all.
    for use in (Use.CREDENTIAL, Use.STATUS):
        keys.open(keys.current(use, now()))
    log_signer = keys.log_signer(now())
    with ExitStack() as stack:
        if settings.database_url.startswith("sqlite"):
            stack.enter_context(writers_lock(home))
            # Made here so that only its owner can read it; SQLite gives its side files the same mode.
            Path(settings.database_url.removeprefix("sqlite:///")).touch(mode=0o600)
        engine = open_engine(settings.database_url)
        stack.callback(engine.dispose)
        migrate(engine)
        Sequencer(engine, log_signer, now, settings.high_water).check()
        with reading(engine).connect() as connection:
            closed = closed_logs(connection)
            hold_keys(connection, keys)
            rulebook.now(connection)
        witnesses = None
        if settings.witnesses is not None:
            place = settings.home / settings.witnesses
            witnesses = stack.enter_context(open_witnesses(place, log_signer.verifier(), closed))
            check_at_start(engine, log_signer.verifier(), witnesses)
        yield Instance(
            settings=settings,
            keys=keys,
            engine=engine,
            rulebook=rulebook,
            person_secret=keys.person_secret(),
            now=now,
            random_bytes=random_bytes,
            witnesses=witnesses,
            closed=closed,
            bucket=stack.enter_context(open_bucket(settings, now)),
        )
