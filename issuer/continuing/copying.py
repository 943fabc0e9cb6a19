"""The business tables, from one database into another that has the same tables and no rows. Order and ids stay."""

from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa

from issuer.database import VERSION_TABLE
from issuer.errors import SettingsError
from issuer.tables import metadata
from ledger.migrate import VERSION_TABLE as LEDGER_VERSION_TABLE

CHUNK = 1000


def hold_same_versions(old: sa.Connection, new: sa.Connection) -> None:
    """Hold that both databases have the tables of this program.

    Raises:
        SettingsError: the old one is of an earlier version.
    """
    for table in (VERSION_TABLE, LEDGER_VERSION_TABLE):
        query = sa.text(f"SELECT version_num FROM {table}")  # noqa: S608 our own names
        versions = [connection.execute(query).scalar_one() for connection in (old, new)]
        if versions[0] != versions[1]:
            raise SettingsError(
                f"旧数据库的表是 {versions[0]} 版，应为 {versions[1]}：先用本版程序打开一次（xueshi publish）。"
                f"The old database has tables of version {versions[0]}, expected {versions[1]}: open it once with this program."
            )


def copy_business(old: sa.Connection, new: sa.Connection, progress: Callable[[int, int], None]) -> int:
    """Copy every row inside the caller's transactions; answers how many."""
    every = sum(
        old.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
        for table in metadata.sorted_tables
    )
    done = 0
    for table in metadata.sorted_tables:
        for count in _copy(table, old, new):
            done += count
            progress(done, every)
        _go_on_counting(table, new)
    return done


def _copy(table: sa.Table, old: sa.Connection, new: sa.Connection) -> Iterator[int]:
    """A column that names another row of its own table is filled in once all are there."""
    own = [key.parent.name for key in table.foreign_keys if key.column.table is table]
    keys = [column.name for column in table.primary_key]
    later: list[dict[str, Any]] = []
    query = sa.select(table).order_by(*table.primary_key)
    for rows in old.execution_options(stream_results=True).execute(query).mappings().partitions(CHUNK):
        values = [dict(row) for row in rows]
        for row in values:
            if any(row[name] is not None for name in own):
                later.append({f"_{name}": row[name] for name in (*keys, *own)})
                row.update(dict.fromkeys(own))
        new.execute(sa.insert(table), values)
        yield len(values)
    if later:
        same = sa.and_(*(table.c[name] == sa.bindparam(f"_{name}") for name in keys))
        new.execute(sa.update(table).where(same).values({n: sa.bindparam(f"_{n}") for n in own}), later)


def _go_on_counting(table: sa.Table, new: sa.Connection) -> None:
    """Set PostgreSQL's counter after the highest number; SQLite looks for itself."""
    column = table.autoincrement_column
    if column is None or new.dialect.name == "sqlite":
        return
    highest = new.execute(sa.select(sa.func.max(column))).scalar_one()
    if highest is not None:
        sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
        new.execute(sa.select(sa.func.setval(sequence, highest)))
