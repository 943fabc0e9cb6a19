"""Places in the log for one portion, while the next is worked on."""

import pytest

from issuer.instance import Instance, writing
from issuer.intake.sequencing import sequencing
from ledger.entry import Kind, canonical
from ledger.errors import LedgerHaltedError
from ledger.receipts import newest_head
from ledger.store import reading


def test_each_portion_has_its_places_at_the_end(instance: Instance) -> None:
    before = _size(instance)
    with sequencing(instance) as sequence:
        for _ in range(5):
            _queue(instance, 3)
            sequence()
    assert _size(instance) == before + 15
    shown = (instance.settings.public / instance.settings.log_path / "checkpoint").read_text()
    assert shown.splitlines()[1] == str(before + 15)


def test_a_log_that_halts_stops_whoever_goes_on(instance: Instance) -> None:
    _queue(instance, 1)
    instance.sequencer().drain()
    instance.settings.high_water.write_bytes(b"another log\n")
    with pytest.raises(LedgerHaltedError):
        _portion(instance)


def test_what_goes_wrong_in_a_portion_is_what_is_told(instance: Instance) -> None:
    with pytest.raises(ZeroDivisionError):
        _portion(instance, by=0)
    assert _size(instance) == 1


def _portion(instance: Instance, by: int = 1) -> None:
    with sequencing(instance) as sequence:
        _queue(instance, 1)
        sequence()
        assert 1 / by


def _queue(instance: Instance, count: int) -> None:
    with writing(instance) as work:
        for one in range(count):
            work.record(instance.fresh_id(), Kind.REGISTRATION, canonical({"number": one}))


def _size(instance: Instance) -> int:
    with reading(instance.engine).connect() as connection:
        head = newest_head(connection)
    return 0 if head is None else head.checkpoint.size
