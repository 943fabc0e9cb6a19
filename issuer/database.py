"""The database: the business tables' metadata, one engine shared with the ledger, and the writer's lock."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO
from uuid import UUID

import sqlalchemy as sa
from alembic.config import Config

from issuer.errors import DatabaseHeld
from ledger import migrate as ledger_migrate
from ledger.guard import Duty, acting_as

VERSION_TABLE = "issuer_version"
LOCK = "xueshi.lock"
_locks: set[TextIO] = set()
"""Lock files that this process holds."""
os.register_at_fork(
    after_in_child=lambda: [file.close() for file in _locks]
)  # a child outlives it, and must not hold on
metadata = sa.MetaData(
    naming_convention={
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


class Moment(sa.types.TypeDecorator[datetime]):
    """An aware moment, kept in UTC. SQLite gives moments back without their zone; this puts it on again."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Store in UTC; a moment without zone is refused."""
        del dialect
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment without its zone")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Answer an aware moment."""
        del dialect
        return value if value is None or value.tzinfo else value.replace(tzinfo=UTC)


def migrate(engine: sa.Engine) -> None:
    """Make or upgrade the ledger's tables, then the business tables, each in its own transaction.

    A crash between the two leaves an empty ledger, which the next start goes on from.

    Raises:
        ledger.errors.OutdatedDatabaseError: a later program made them; nothing is changed.
    """
    ledger_migrate.migrate(engine)
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.begin() as connection, acting_as(connection, Duty.MIGRATION):
        config.attributes["connection"] = connection
        ledger_migrate.upgrade(connection, config, VERSION_TABLE)


@dataclass(frozen=True)
class Paging:
    """Which page of a list that is ordered by a moment and an id: from the item `after` on, at most `limit`."""

    after: tuple[datetime, UUID] | None = None
    limit: int = 50

    def one_more(self) -> "Paging":
        """With one item more, which tells whether there is a next page."""
        return replace(self, limit=self.limit + 1)

    def later(
        self, at: sa.ColumnElement[datetime], one: sa.ColumnElement[Any], least: object = None
    ) -> sa.ColumnElement[bool]:
        """What comes after in a list that goes up. `least` is the id as the list has it, where that is no UUID."""
        if self.after is None:
            return sa.true()
        return (at > self.after[0]) | ((at == self.after[0]) & (one > (least or self.after[1])))

    def earlier(self, at: sa.ColumnElement[datetime], one: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
        """What comes after in a list that goes down."""
        if self.after is None:
            return sa.true()
        return (at < self.after[0]) | ((at == self.after[0]) & (one < self.after[1]))


@contextmanager
def writers_lock(home: Path) -> Iterator[None]:
    """Hold the instance for one writing process; the system frees it when the process ends, however it ends.

    Raises:
        DatabaseHeld: another process holds it; says which.
    """
    with (home / LOCK).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "?"
            raise DatabaseHeld(
                f"{home} 正由另一个进程使用（进程号 {holder}），请先停止它。"
                f"{home} is held by another process (pid {holder}); stop it first."
            ) from None
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        _locks.add(file)
        try:
            yield
        finally:
            _locks.discard(file)
