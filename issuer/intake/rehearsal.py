"""A dry run: the same reading, look-ups and decisions as an import, and nothing written.

What earlier rows of the file would have done is remembered in a temporary database of its own, which spills to disk, so
that duplicates within the file are found however long it is. It holds keyed names only.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from uuid import UUID

from issuer.intake.lookups import Twin
from issuer.intake.planning import Known, Plan, Record, Standing, State, Wanted

_MAKE = (
    "CREATE TABLE record (key BLOB PRIMARY KEY, revision TEXT, state TEXT, activity BLOB) WITHOUT ROWID",
    "CREATE TABLE activity (id BLOB PRIMARY KEY, standing TEXT, live INTEGER) WITHOUT ROWID",
)


class Memory:
    """What the file's rows before would have made of records and activities."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        for statement in _MAKE:
            database.execute(statement)

    def records(self, keys: list[bytes]) -> Iterator[tuple[bytes, Record]]:
        """Those that rows before have made or changed."""
        for key in keys:
            row = self._database.execute("SELECT * FROM record WHERE key = ?", (key,)).fetchone()
            if row is not None:
                yield key, Record(row[1], State(row[2]), None if row[3] is None else UUID(bytes=row[3]))

    def add_to(self, known: Known, rows: list[Wanted]) -> None:
        """Put what rows before did over what the database knows."""
        known.records.update(self.records(list({row.key for row in rows})))
        said = {row.record.activity for row in rows} | {one.activity for one in known.records.values()}
        for one in said:
            if one is None:
                continue
            row = self._database.execute("SELECT * FROM activity WHERE id = ?", (one.bytes,)).fetchone()
            if row is not None:
                known.live[one] = row[2]
                if row[1] is None:
                    known.standing.pop(one, None)
                else:
                    known.standing[one] = Standing(row[1])

    def keep(self, plan: Plan, known: Known, twins: dict[UUID, Twin]) -> None:
        """Remember what a portion would have done."""
        records = [
            (key, record.revision, record.state.value, record.activity.bytes if record.activity else None)
            for key, (record, _) in plan.records.items()
        ]
        self._database.executemany("INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?)", records)
        after = dict(known.standing)
        after |= {one: Standing.HELD if one in twins else Standing.REGISTERED for one in plan.fresh}
        after |= dict.fromkeys(plan.reversed, Standing.REVERSED) | dict.fromkeys(
            plan.restored, Standing.REGISTERED
        )
        after |= dict.fromkeys(plan.held_gone, Standing.GONE) | dict.fromkeys(plan.held_again, Standing.HELD)
        activities = [(one.bytes, after.get(one), live) for one, live in plan.live.items()]
        self._database.executemany("INSERT OR REPLACE INTO activity VALUES (?, ?, ?)", activities)


@contextmanager
def remembering() -> Iterator[Memory]:
    """A memory that is gone afterwards."""
    with closing(sqlite3.connect("")) as database:
        database.execute("PRAGMA journal_mode = OFF")
        yield Memory(database)
