"""The bare driver's insert of the rows that an import left: for `bench.imports`."""

import itertools
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import sqlalchemy as sa

from bench.parts import seconds_of_server
from issuer.bulk import CACHE
from issuer.database import migrate
from issuer.instance import Instance
from issuer.intake.asked import PORTION
from issuer.people.tables import professional
from issuer.tables import metadata
from ledger import tables as ledger_tables
from ledger.bulk import insert_rows
from ledger.guard import Duty, acting_as
from ledger.store import open_engine, reading

LEFT = tuple(metadata.tables[name] for name in ("registered_activity", "imported_record"))
STAGED = (ledger_tables.event, ledger_tables.private)
SEQUENCED = (ledger_tables.entry, ledger_tables.place, ledger_tables.tile)
"""Tables that an import fills row by row; pending rows come and go, and are left out of the bare insert."""


Portion = list[tuple[sa.Table, sa.Select[Any]]]
"""Tables and which of their rows are inserted together, in one transaction."""


def as_written(count: int) -> Iterator[Portion]:
    """As the import writes them: what a portion left, then its places in the log, each by key."""
    place, entry, tile = (table.c for table in (ledger_tables.place, ledger_tables.entry, ledger_tables.tile))
    for start in range(0, count, PORTION):
        mine = (place.idx >= start) & (place.idx < start + PORTION)
        keys = {table: next(iter(table.c)) for table in (*LEFT, *STAGED)}
        keys[LEFT[1]] = LEFT[1].c.activity_id
        yield [
            (
                table,
                sa.select(table)
                .join(ledger_tables.place, place.event_id == key)
                .where(mine)
                .order_by(*table.primary_key),
            )
            for table, key in keys.items()
        ]
        end = (tile.n + 1) * sa.case({at: 256 << 8 * at for at in range(3)}, value=tile.level)
        tiles = (end > start) & (end <= start + PORTION)
        yield [
            (
                ledger_tables.entry,
                sa.select(ledger_tables.entry).where(entry.idx >= start, entry.idx < start + PORTION),
            ),
            (ledger_tables.place, sa.select(ledger_tables.place).where(mine).order_by(place.event_id)),
            (ledger_tables.tile, sa.select(ledger_tables.tile).where(tiles)),
        ]


def by_key(count: int) -> Iterator[Portion]:
    """Table by table, each in the order of its key."""
    del count
    for table in (*LEFT, *STAGED, *SEQUENCED):
        yield [(table, sa.select(table).order_by(*table.primary_key))]


class Bare(NamedTuple):
    """Seconds that the driver needs for the rows alone: by the clock, of this process, of the server's processor."""

    clock: float
    cpu: float
    server: float


def bare(instance: Instance, url: str, portions: Callable[[int], Iterator[Portion]], count: int) -> Bare:
    """Insert the rows alone into an empty database of the same kind."""
    engine = open_engine(url, CACHE)
    migrate(engine)
    clock = cpu = 0.0
    with reading(instance.engine).connect() as source, engine.connect() as target:
        for table in (professional, metadata.tables["import_batch"]):
            found = source.execute(sa.select(table)).mappings().all()
            with target.begin():
                target.execute(sa.insert(table), [dict(one) for one in found])
        server = seconds_of_server(engine)
        streamed = source.execution_options(stream_results=True)
        for portion in portions(count):
            read = [(table, streamed.execute(query).partitions(PORTION)) for table, query in portion]
            for together in itertools.zip_longest(*(some for _, some in read), fillvalue=()):
                values = [[tuple(one) for one in some] for some in together]
                started, busy = time.perf_counter(), time.process_time()
                with target.begin(), acting_as(target, Duty.SEQUENCER):
                    for (table, _), some in zip(read, values, strict=True):
                        insert_rows(target, table, [column.name for column in table.columns], some)
                clock, cpu = clock + time.perf_counter() - started, cpu + time.process_time() - busy
        server = seconds_of_server(engine) - server
        for table in (*LEFT, *STAGED, *SEQUENCED):
            counted = sa.select(sa.func.count()).select_from(table)
            assert target.execute(counted).scalar_one() >= source.execute(counted).scalar_one() - 2, (
                table.name
            )
    engine.dispose()
    return Bare(clock, cpu, server)
