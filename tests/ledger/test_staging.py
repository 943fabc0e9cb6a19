"""Queueing many events at once."""

import pytest

from ledger.store import MANY, stage_all
from tests.ledger.logs import Log, private_event


@pytest.mark.parametrize("before", [0, 1, 2 * MANY])
def test_many_of_which_some_were_staged_before(log: Log, before: int) -> None:
    """PostgreSQL is first given many as if all were free."""
    events = [private_event(one) for one in range(2 * MANY)]
    log.stage(*events[:before])
    log.sequencer().drain()
    with log.engine.begin() as connection:
        receipts = stage_all(connection, events)
    assert [one.index for one in receipts] == [*range(before), *[None] * (2 * MANY - before)]
    log.sequencer().drain()
    result = log.fsck()
    assert (result.entries, result.pending, result.findings) == (2 * MANY, 0, ())
