"""Erasing one person's payloads: gone from the disk, recorded in the log, every proof as good as before."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from ledger import tables
from ledger.entry import Kind
from ledger.erasure import erase, erasure_event, scrub
from ledger.errors import EntryFormatError, EventConflictError, UnknownEventError
from ledger.event import Event
from ledger.proof import parse, verify
from ledger.receipts import Receipt, prove_event
from ledger.store import reading, stage
from tests.ledger.logs import ORIGIN, SIGNER, START, Log, event_id, issuance, noise, private_event
from tests.postgres import Postgres

SECRET = "示例人物·甲乙丙丁"


def record(ids: Sequence[UUID], reason: str = "retention-ended", number: int = 900) -> Event:
    return erasure_event(event_id(number), START.date(), ids, reason, noise("erasure", number))


def erase_now(log: Log, ids: Sequence[UUID], reason: str = "retention-ended", number: int = 900) -> Receipt:
    with log.engine.begin() as connection:
        return erase(connection, record(ids, reason, number))


def test_erasing_leaves_every_proof_good(log: Log) -> None:
    log.grow(20)
    log.stage(private_event(100, text=SECRET))
    log.sequencer().drain()
    with reading(log.engine).connect() as connection:
        before = prove_event(connection, event_id(100))
    assert erase_now(log, [event_id(100), event_id(0)]) == Receipt(event_id(900), None)
    log.sequencer().drain()
    result = log.fsck()
    assert (result.findings, result.erased, result.entries) == ((), 2, 22)
    key = SIGNER.verifier()
    with reading(log.engine).connect() as connection:
        after = prove_event(connection, event_id(100))
        recorded = verify(parse(prove_event(connection, event_id(900))), ORIGIN, [key])
        left = set(connection.execute(sa.select(tables.private.c.event_id)).scalars())
    assert verify(parse(before), ORIGIN, [key]).entry == verify(parse(after), ORIGIN, [key]).entry
    assert recorded.entry.kind is Kind.ERASURE
    assert not left & {event_id(100), event_id(0)}


def test_not_a_byte_is_left_in_sqlite(sqlite_log: Log, tmp_path: Path) -> None:
    def files_with_the_secret() -> list[str]:
        return [p.name for p in tmp_path.rglob("*") if p.is_file() and SECRET.encode() in p.read_bytes()]

    sqlite_log.stage(*(private_event(n, text=SECRET) for n in range(50)))
    sqlite_log.sequencer().drain()
    sqlite_log.publish()
    assert files_with_the_secret()
    erase_now(sqlite_log, [event_id(n) for n in range(50)])
    scrub(sqlite_log.engine)
    assert files_with_the_secret() == []


def test_not_a_byte_is_left_in_the_table_of_postgres(postgres_log: Log, postgres: Postgres) -> None:
    postgres_log.stage(*(private_event(n, text=SECRET) for n in range(50)))
    erase_now(postgres_log, [event_id(n) for n in range(50)])
    scrub(postgres_log.engine)
    with postgres_log.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(sa.text("CHECKPOINT"))
        place = connection.execute(sa.text("SELECT pg_relation_filepath('ledger_private')")).scalar_one()
    assert SECRET.encode() not in (postgres.folder / "data" / place).read_bytes()


def test_an_erasure_rolled_back_did_not_happen(log: Log) -> None:
    log.stage(private_event(0))
    with log.engine.connect() as connection:
        erase(connection, record([event_id(0)]))
        connection.rollback()
    log.sequencer().drain()
    assert (log.fsck().erased, log.fsck().entries) == (0, 1)


def test_erasing_again_is_the_same_erasure(log: Log) -> None:
    log.grow(2)
    erase_now(log, [event_id(0)])
    log.sequencer().drain()
    assert erase_now(log, [event_id(0)]) == Receipt(event_id(900), 2)
    with pytest.raises(EventConflictError):
        erase_now(log, [event_id(0)], reason="another")


def test_an_unknown_event_stops_the_erasure(log: Log) -> None:
    log.grow(2)
    with pytest.raises(UnknownEventError):
        erase_now(log, [event_id(0), event_id(77)])
    assert log.fsck().erased == 0


def test_an_issuance_has_nothing_to_erase(log: Log) -> None:
    log.stage(issuance(0))
    erase_now(log, [event_id(0)])
    log.sequencer().drain()
    assert (log.fsck().findings, log.fsck().erased) == ((), 0)


def test_an_erased_event_cannot_be_staged_again(log: Log) -> None:
    """Its payload cannot be compared any more; taking it anew would undo the erasure."""
    event: Event = private_event(0)
    log.stage(event)
    erase_now(log, [event.event_id])
    with log.engine.begin() as connection, pytest.raises(EventConflictError):
        stage(connection, event)


def test_business_is_business_again_afterwards(sqlite_log: Log) -> None:
    sqlite_log.stage(private_event(0), private_event(1))
    with sqlite_log.engine.begin() as connection:
        erase(connection, record([event_id(0)]))
        with pytest.raises(sa.exc.DBAPIError, match="not authorized"):
            connection.execute(tables.private.delete())


def test_only_an_erasure_erases(log: Log) -> None:
    log.stage(private_event(0))
    with log.engine.begin() as connection, pytest.raises(EntryFormatError):
        erase(connection, private_event(1))
