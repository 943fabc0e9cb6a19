"""Every way to rewrite the log through SQL on PostgreSQL that we know of, tried against triggers and roles."""

import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, ProgrammingError

from ledger import tables
from ledger.bulk import insert_rows
from ledger.guard import Duty, acting_as
from ledger.migrate import hold_current
from tests.ledger.logs import Log, private_event
from tests.ledger.rewriting import COLUMNS, fill, rows

PARTITION = "ledger_entry_00"
INTO = "INSERT INTO {} VALUES ({}, '', '')"
POSTGRES_REWRITES = [
    "UPDATE {table} SET {column} = {value}",
    "DELETE FROM {table}",
    "TRUNCATE {table} CASCADE",
    "INSERT INTO {table} SELECT * FROM {table} ON CONFLICT DO NOTHING; UPDATE {table} SET {column} = {value} WHERE false",
    "INSERT INTO {table} SELECT * FROM {table} ON CONFLICT ({key}) DO UPDATE SET {column} = {value}",
    "MERGE INTO {table} t USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
]


@pytest.mark.parametrize("replica", [False, True], ids=["", "as replica"])
@pytest.mark.parametrize("statement", POSTGRES_REWRITES)
def test_not_even_the_owner_rewrites_postgres(postgres_log: Log, statement: str, *, replica: bool) -> None:
    """`session_replication_role = replica` puts ordinary triggers to sleep; ours are ENABLE ALWAYS."""
    fill(postgres_log)
    for table, (column, value) in {**COLUMNS, PARTITION: COLUMNS["ledger_entry"]}.items():
        key = ", ".join(tables.metadata.tables[table.removesuffix("_00")].primary_key.columns.keys())
        with postgres_log.engine.connect() as connection:
            before = rows(connection, table)
            assert before
            if replica:
                connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
            with pytest.raises(DBAPIError, match="append-only"):
                connection.exec_driver_sql(statement.format(table=table, column=column, value=value, key=key))
            connection.rollback()
            assert rows(connection, table) == before


@pytest.mark.parametrize("index", [261, 2**24, -1])
def test_postgres_leaves_no_gap(postgres_log: Log, index: int) -> None:
    postgres_log.grow(260)
    row = {"idx": index, "leaf_hash": bytes(32), "body": b"x"}
    with (
        postgres_log.engine.begin() as connection,
        pytest.raises(DBAPIError, match=r"append-only|no partition"),
    ):
        connection.execute(tables.entry.insert(), row)


@pytest.mark.parametrize("replica", [False, True], ids=["", "as replica"])
def test_nor_by_naming_a_partition(postgres_log: Log, *, replica: bool) -> None:
    """Statement triggers of the whole table do not fire for a partition that is named directly; each has its own."""
    postgres_log.grow(260)
    for partition, index in ((PARTITION, 261), ("ledger_entry_01", 2**24)):
        with postgres_log.engine.connect() as connection:
            if replica:
                connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
            with pytest.raises(DBAPIError, match="append-only"):
                connection.exec_driver_sql(INTO.format(partition, index))


def test_entries_go_on_in_the_next_partition(postgres_log: Log) -> None:
    """One statement across the border of two partitions leaves each row in its own, and a gap there is refused too."""
    last = 2**24 - 1
    with postgres_log.engine.begin() as connection:
        # A log of 2^24 entries in one row: its owner takes the guard away for that alone.
        connection.exec_driver_sql(f"ALTER TABLE {PARTITION} DISABLE TRIGGER no_gap")
        connection.exec_driver_sql(INTO.format(PARTITION, last - 1))
        connection.exec_driver_sql(f"ALTER TABLE {PARTITION} ENABLE ALWAYS TRIGGER no_gap")
    across = [(index, bytes(32), b"x") for index in range(last, last + 3)]
    with postgres_log.engine.begin() as connection:
        insert_rows(connection, tables.entry, ("idx", "leaf_hash", "body"), across)
    with postgres_log.engine.connect() as connection:
        count = "SELECT count(*) FROM ledger_entry_{:02d}"
        found = [connection.exec_driver_sql(count.format(k)).scalar_one() for k in range(3)]
    assert found == [2, 2, 0]
    for rows_ in ([across[-1]], [(last + 4, bytes(32), b"x")]):
        with (
            postgres_log.engine.begin() as connection,
            pytest.raises(DBAPIError, match=r"append-only|duplicate key"),
        ):
            insert_rows(connection, tables.entry, ("idx", "leaf_hash", "body"), rows_)


UNKNOWN = "00000000-0000-4000-8000-000000000000"
NAMING = {
    tables.private: "INSERT INTO ledger_private VALUES ('{}', '', '')",
    tables.pending: "INSERT INTO ledger_pending (event_id) VALUES ('{}')",
    tables.place: "INSERT INTO ledger_place VALUES ('{}', 5)",
}


@pytest.mark.parametrize("replica", [False, True], ids=["", "as replica"])
@pytest.mark.parametrize("table", NAMING, ids=lambda table: table.name)
def test_only_events_that_were_staged_are_named(postgres_log: Log, table: sa.Table, *, replica: bool) -> None:
    """One query for all rows of a statement stands in the foreign key's place: among many good ones, one is found."""
    postgres_log.stage(*(private_event(number) for number in range(300)))
    with postgres_log.engine.connect() as connection:
        if replica:
            connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        good = connection.execute(sa.select(tables.event.c.event_id)).scalars().all()
        columns = {tables.private: ("salt", "payload"), tables.place: ("idx",)}.get(table, ())
        told = {"salt": bytes(32), "payload": b"", "idx": 5}
        every = [(one, *(told[name] for name in columns)) for one in (*good, uuid.UUID(UNKNOWN))]
        connection.exec_driver_sql("DELETE FROM ledger_private")
        before = rows(connection, table.name)
        for insert in (
            lambda: connection.exec_driver_sql(NAMING[table].format(UNKNOWN)),
            lambda: insert_rows(connection, table, ("event_id", *columns), every),
        ):
            with pytest.raises(DBAPIError, match="no such event was staged"), connection.begin_nested():
                insert()
        assert rows(connection, table.name) == before
        insert_rows(connection, table, ("event_id", *columns), every[:-1])
        assert len(rows(connection, table.name)) == len(before) + 300


ROLE_REFUSALS = {
    "ledger_business": [
        "UPDATE ledger_entry SET body = body",
        "DELETE FROM ledger_event",
        "TRUNCATE ledger_entry",
        "DROP TABLE ledger_entry",
        "ALTER TABLE ledger_entry DISABLE TRIGGER append_only",
        "ALTER TABLE ledger_entry DETACH PARTITION ledger_entry_00",
        "INSERT INTO ledger_entry VALUES (260, '', '')",
        "INSERT INTO ledger_event SELECT * FROM ledger_event ON CONFLICT (event_id) DO UPDATE SET kind = 'x'",
        "DELETE FROM ledger_pending",
        "DELETE FROM ledger_private",
        "UPDATE ledger_private SET payload = ''",
        "SET session_replication_role = replica",
        "DROP FUNCTION ledger_refuse() CASCADE",
    ],
    "ledger_sequencer": [
        "UPDATE ledger_entry SET body = body",
        "DELETE FROM ledger_entry",
        "DELETE FROM ledger_checkpoint",
        "DELETE FROM ledger_private",
        "SELECT payload FROM ledger_private",
        "INSERT INTO ledger_entry_00 VALUES (260, '', '')",
    ],
    "ledger_erasure": [
        "DELETE FROM ledger_event",
        "DELETE FROM ledger_entry",
        "UPDATE ledger_private SET salt = ''",
    ],
    "ledger_reader": [
        "SELECT payload FROM ledger_private",
        "DELETE FROM ledger_pending",
        "INSERT INTO ledger_pending VALUES (1)",
    ],
}


@pytest.mark.parametrize("role", ROLE_REFUSALS)
def test_roles_are_refused(postgres_log: Log, role: str) -> None:
    postgres_log.stage(private_event(0))
    for statement in ROLE_REFUSALS[role]:
        with postgres_log.engine.connect() as connection:
            connection.execute(sa.text(f"SET LOCAL ROLE {role}"))
            with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
                connection.execute(sa.text(statement))


def test_roles_suffice(postgres_log: Log) -> None:
    """Staging as the business role and sequencing as the sequencer's, with nothing granted beyond."""

    def as_role(role: str) -> sa.Engine:
        url = postgres_log.engine.url
        options = {"options": f"-c role={role}"}
        return sa.create_engine(url, connect_args=options, poolclass=sa.NullPool)

    Log(as_role("ledger_business"), postgres_log.public.parent).stage(private_event(0))
    worker = Log(as_role("ledger_sequencer"), postgres_log.public.parent)
    assert worker.sequencer().drain() is not None
    with as_role("ledger_erasure").begin() as connection:
        assert connection.execute(tables.private.delete()).rowcount == 1
    assert Log(as_role("ledger_reader"), postgres_log.public.parent).publish() is not None
    hold_current(as_role("ledger_reader"))


def test_payloads_are_never_changed_in_place(log: Log) -> None:
    log.stage(private_event(0))
    with log.engine.begin() as connection, acting_as(connection, Duty.MIGRATION):
        change = tables.private.update().values(payload=b"forged")
        with pytest.raises(DBAPIError, match="append-only"):
            connection.execute(change)
