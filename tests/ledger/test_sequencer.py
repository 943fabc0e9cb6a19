"""Staging and sequencing, on both databases."""

import threading
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from ledger import tables
from ledger.checkpoint import Checkpoint
from ledger.entry import GENESIS, Entry, Kind, decode, encode, leaf_hash
from ledger.errors import (
    EntryFormatError,
    EventConflictError,
    LedgerHaltedError,
    NotSequencedError,
    UnknownEventError,
)
from ledger.event import Event
from ledger.proof import parse, verify
from ledger.receipts import (
    Prover,
    Receipt,
    issuance_index,
    newest_head,
    prove_event,
    prove_index,
    prove_issuance,
    receipt,
)
from ledger.store import reading, stage
from tests.ledger.logs import (
    ORIGIN,
    OTHER_SIGNER,
    SIGNER,
    Log,
    event_id,
    issuance,
    noise,
    private_event,
    root_by_definition,
)


def test_an_event_gets_its_place(log: Log) -> None:
    event = private_event(0)
    log.stage(event)
    with reading(log.engine).connect() as connection:
        assert receipt(connection, event.event_id) == Receipt(event.event_id, None)
        with pytest.raises(NotSequencedError):
            prove_event(connection, event.event_id)
    head = log.sequencer().tick()
    assert head is not None
    assert (head.origin, head.size) == (ORIGIN, 1)
    with reading(log.engine).connect() as connection:
        assert receipt(connection, event.event_id) == Receipt(event.event_id, 0)
        logged = verify(parse(prove_event(connection, event.event_id)), ORIGIN, [SIGNER.verifier()])
    assert logged.checkpoint == head
    assert (logged.entry.previous, logged.entry.kind, logged.entry.day) == (GENESIS, event.kind, event.day)
    assert logged.entry.commitment == event.commitment


def test_no_event_no_checkpoint(log: Log) -> None:
    assert log.sequencer().tick() is None
    assert log.sequencer().drain() is None
    with reading(log.engine).connect() as connection:
        assert newest_head(connection) is None


@pytest.mark.parametrize("batch", [3, 256, 1000])
def test_batches_do_not_change_the_log(sqlite_log: Log, batch: int) -> None:
    """However the events are cut into ticks, the same entries come out, under the root that RFC 6962 defines."""
    head = sqlite_log.grow(270, batch=batch)
    leaves, previous = [], GENESIS
    for number in range(270):
        event = issuance(number) if number % 4 == 3 else private_event(number)
        body = encode(Entry(number, previous, event.kind, event.day, event.commitment, event.digest))
        previous = leaf_hash(body)
        leaves.append(previous)
    assert (head.size, head.root) == (270, root_by_definition(leaves))
    assert sqlite_log.fsck().findings == ()


def test_entries_are_chained(log: Log) -> None:
    log.grow(30, batch=7)
    with reading(log.engine).connect() as connection:
        rows = connection.execute(sa.select(tables.entry).order_by(tables.entry.c.idx)).all()
    previous = GENESIS
    for index, row in enumerate(rows):
        entry = decode(row.body)
        assert (entry.index, entry.previous) == (index, previous)
        previous = leaf_hash(row.body)


def test_every_entry_is_proved(log: Log) -> None:
    log.grow(300, batch=100)
    with reading(log.engine).connect() as connection:
        prover = Prover(connection)
        for index in range(300):
            assert prover.prove(index) == prove_index(connection, index)
            assert (
                verify(parse(prove_index(connection, index)), ORIGIN, [SIGNER.verifier()]).entry.index
                == index
            )
        with pytest.raises(NotSequencedError):
            prove_index(connection, 300)


def test_issuances_are_found_by_digest(log: Log) -> None:
    again = replace(issuance(3), event_id=event_id(1000))
    log.stage(private_event(0), issuance(3), again, issuance(5))
    log.sequencer().drain()
    log.stage(replace(issuance(5), event_id=event_id(1001)))
    log.sequencer().drain()
    with reading(log.engine).connect() as connection:
        assert issuance_index(connection, noise("credential", 3)) == 1, "the first place counts"
        assert issuance_index(connection, noise("credential", 5)) == 3
        proved = verify(
            parse(prove_issuance(connection, noise("credential", 5))), ORIGIN, [SIGNER.verifier()]
        )
        assert proved.entry.digest == noise("credential", 5)
        with pytest.raises(UnknownEventError):
            issuance_index(connection, noise("credential", 4))
    assert log.fsck().findings == ()


def test_an_unknown_event(log: Log) -> None:
    with reading(log.engine).connect() as connection, pytest.raises(UnknownEventError):
        receipt(connection, event_id(9))


def test_what_is_rolled_back_was_never_staged(log: Log) -> None:
    with log.engine.connect() as connection:
        stage(connection, private_event(0))
        connection.rollback()
    assert log.sequencer().drain() is None
    log.stage(private_event(0))
    assert log.sequencer().drain() is not None


@pytest.mark.parametrize("sequenced", [False, True])
def test_the_same_event_again_gives_the_same_receipt(log: Log, *, sequenced: bool) -> None:
    event = private_event(0)
    retry = replace(event, salt=noise("another salt"))
    log.stage(event, issuance(1))
    if sequenced:
        log.sequencer().drain()
    with log.engine.begin() as connection:
        assert stage(connection, retry) == Receipt(event.event_id, 0 if sequenced else None)
        assert stage(connection, issuance(1)) == Receipt(event_id(1), 1 if sequenced else None)
    log.sequencer().drain()
    result = log.fsck()
    assert (result.entries, result.findings) == (2, ())


@pytest.mark.parametrize("sequenced", [False, True])
@pytest.mark.parametrize(
    "other",
    [
        pytest.param(private_event(0, text="另一个"), id="payload"),
        pytest.param(private_event(0, kind=Kind.DECISION), id="kind"),
        pytest.param(replace(private_event(0), day=date(2026, 1, 16)), id="day"),
        pytest.param(issuance(0), id="digest instead of payload"),
    ],
)
def test_the_same_id_with_another_content_is_refused(log: Log, other: Event, *, sequenced: bool) -> None:
    log.stage(private_event(0))
    if sequenced:
        log.sequencer().drain()
    with log.engine.begin() as connection, pytest.raises(EventConflictError):
        stage(connection, other)


def test_two_transactions_stage_the_same_event(postgres_log: Log) -> None:
    """The second waits for the first and then sees it, instead of failing or recording it twice."""
    first = postgres_log.engine.connect()
    stage(first, private_event(0))
    answers: list[Receipt | Exception] = []

    def second() -> None:
        with postgres_log.engine.begin() as connection:
            answers.append(stage(connection, replace(private_event(0), salt=noise("other"))))

    thread = threading.Thread(target=second)
    thread.start()
    first.commit()
    first.close()
    thread.join(30)
    assert answers == [Receipt(event_id(0), None)]
    postgres_log.sequencer().drain()
    assert postgres_log.fsck().entries == 1


def test_a_late_commit_with_a_smaller_id_is_not_lost(postgres_log: Log) -> None:
    """PostgreSQL gives ids before commits: a row can appear below one that was already taken."""
    slow = postgres_log.engine.connect()
    stage(slow, private_event(0))
    postgres_log.stage(private_event(1))
    postgres_log.sequencer().drain()
    slow.commit()
    slow.close()
    postgres_log.sequencer().drain()
    result = postgres_log.fsck()
    assert (result.entries, result.pending, result.findings) == (2, 0, ())


def test_two_sequencers_race(log: Log) -> None:
    """Each event gets exactly one place, and no size is signed twice."""
    log.stage_next(300)
    heads: list[Checkpoint] = []

    def run() -> None:
        sequencer = log.sequencer(batch=10)
        for _ in range(40):
            head = sequencer.tick()
            if head is not None:
                heads.append(head)

    log.sequencer().check()
    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    log.sequencer().drain()
    assert len({head.size for head in heads}) == len(heads)
    result = log.fsck()
    assert (result.entries, result.pending) == (300, 0)


def test_the_primary_key_stands_behind_the_lock(postgres_log: Log) -> None:
    """A writer that takes no lock meets the key of the entries: nothing is signed over it, and the log stops."""
    head = postgres_log.grow(3)
    postgres_log.stage_next(2)
    sequencer = postgres_log.sequencer()
    sequencer.check()
    refused: list[IntegrityError] = []

    def tick() -> None:
        try:
            sequencer.tick()
        except IntegrityError as error:
            refused.append(error)

    with postgres_log.engine.connect() as other:
        other.execute(tables.entry.insert(), {"idx": 3, "leaf_hash": bytes(32), "body": b"x"})
        waiting = threading.Thread(target=tick)
        waiting.start()
        asked = sa.text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        with postgres_log.engine.connect() as watcher:
            while waiting.is_alive() and not watcher.execute(asked).scalar_one():
                watcher.rollback()
        other.commit()
    waiting.join(60)
    assert len(refused) == 1
    with postgres_log.engine.connect() as connection:
        newest = connection.execute(sa.select(sa.func.max(tables.checkpoint.c.size))).scalar_one()
    assert newest == head.size
    with pytest.raises(LedgerHaltedError, match="entry 3 stands under no checkpoint"):
        postgres_log.sequencer().check()


def test_another_key_is_refused(log: Log) -> None:
    log.grow(3)
    log.stage_next(1)
    with pytest.raises(LedgerHaltedError, match="does not verify"):
        log.sequencer(signer=OTHER_SIGNER).tick()


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: replace(private_event(0), digest=noise(1)), id="payload and digest"),
        pytest.param(lambda: replace(issuance(0), digest=None), id="nothing"),
        pytest.param(lambda: replace(issuance(0), digest=b"short"), id="short digest"),
        pytest.param(lambda: replace(private_event(0), kind=Kind.ISSUANCE), id="issuance with payload"),
        pytest.param(lambda: replace(issuance(0), kind=Kind.DECISION), id="bare digest of a decision"),
        pytest.param(lambda: replace(private_event(0), salt=None), id="payload without salt"),
    ],
)
def test_impossible_events(make: type[Event]) -> None:
    with pytest.raises(EntryFormatError):
        make()


def test_the_same_event_twice_in_one_call(log: Log) -> None:
    with pytest.raises(EventConflictError):
        log.stage(private_event(0), private_event(0))
