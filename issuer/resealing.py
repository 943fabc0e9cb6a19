"""After a rotation of the vault's key: what older keys sealed is sealed anew under the newest, in portions.

Each portion is a transaction, and a row says itself under which key it is: killed at any point, the next run goes on.
A row that somebody else writes meanwhile is left as they wrote it.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from issuer.instance import Instance, Transaction, writing
from issuer.keys.errors import SealBroken
from issuer.keys.vault import Sealed, Vault
from issuer.sealed import SEALED, SealedColumn
from ledger.store import reading

PORTION = 1000
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Resealed:
    """How far a run is: of `all` texts under older keys, `done` were looked at, `broken` of them do not open."""

    all: int
    done: int = 0
    broken: int = 0


def reseal(instance: Instance, tick: Callable[[str, int, int], None], portion: int = PORTION) -> Resealed:
    """Seal everything under the newest key; asking again goes on where it stopped. What does not open stays as it is."""
    found = Resealed(0)
    for found in portions_of(instance, portion):
        tick("reseal", found.done, found.all)
    return found


def portions_of(instance: Instance, portion: int = PORTION) -> Iterator[Resealed]:
    """As `reseal`, a portion each time the next item is asked for; the first item tells how much there is."""
    vault = instance.vault
    with reading(instance.engine).connect() as connection:
        found = Resealed(sum(_count(connection, column, vault.newest) for column in SEALED))
    yield found
    for column in SEALED:
        after: Sequence[Any] | None = None
        while True:
            # A crash before this commit leaves the portion under its old keys; after it, the next run does not find it.
            with writing(instance) as work:
                rows = _older(work.connection, column, vault.newest, after, portion)
                broken = _seal_anew(work, column, vault, rows)
            if not rows:
                break
            found = replace(found, done=found.done + len(rows), broken=found.broken + broken)
            yield found
            after = tuple(rows[-1][key] for key in column.table.primary_key)
    log.info("sealed anew key=%s texts=%d broken=%d", vault.newest, found.done, found.broken)


def _count(connection: sa.Connection, column: SealedColumn, newest: str) -> int:
    query = sa.select(sa.func.count()).select_from(column.table)
    return connection.execute(query.where(column.by != newest, column.data.is_not(None))).scalar_one()


def _older(
    connection: sa.Connection, column: SealedColumn, newest: str, after: Sequence[Any] | None, limit: int
) -> Sequence[sa.RowMapping]:
    """The next rows under older keys, by primary key."""
    keys = list(column.table.primary_key)
    query = sa.select(*keys, column.data, column.by, *column.binding).select_from(column.rows)
    query = query.where(column.by != newest, column.data.is_not(None)).order_by(*keys).limit(limit)
    if after is not None:
        query = query.where(sa.tuple_(*keys) > sa.tuple_(*after))
    return connection.execute(query).mappings().all()


def _seal_anew(work: Transaction, column: SealedColumn, vault: Vault, rows: Sequence[sa.RowMapping]) -> int:
    """Seal rows under the newest key; answers how many do not open."""
    values, broken = [], 0
    for row in rows:
        its = {f"_{key.name}": row[key] for key in column.table.primary_key}
        old = Sealed(bytes(row[column.data]), row[column.by])
        try:
            new = vault.seal(vault.reveal(old, column.bound(row)), column.bound(row))
        except SealBroken:
            broken += 1
            log.exception("a sealed text does not open: %s %s", column.table.name, sorted(its.items()))
            continue
        values.append({**its, "_old": old.data, "_new": new.data, "_by": new.by})
    if values:
        same = [key == sa.bindparam(f"_{key.name}") for key in column.table.primary_key]
        change: dict[Any, Any] = {column.data: sa.bindparam("_new"), column.by: sa.bindparam("_by")}
        unchanged = column.data == sa.bindparam("_old")
        work.connection.execute(sa.update(column.table).where(*same, unchanged).values(change), values)
    return broken
