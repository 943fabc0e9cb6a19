"""Places in the log for one portion, while the next is worked on."""

import pytest
import sqlalchemy as sa

from issuer.instance import Instance, writing
from issuer.intake.asked import Asked
from issuer.intake.batches import begin
from issuer.intake.profiles import find_profile
from issuer.intake.receipts import positions
from issuer.intake.sequencing import sequencing
from issuer.intake.tables import import_part
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


def test_a_receipt_leaves_out_what_stands_between(instance: Instance) -> None:
    """Of a part only the ends are read where all between them is its own; else each of its ids."""
    ids = [instance.fresh_id() for _ in range(6)]
    with writing(instance) as work:
        for one in ids:
            work.record(one, Kind.REGISTRATION, canonical({"id": str(one)}))
        batch = begin(work, find_profile("base-platform"), bytes(32), Asked())
        for row, some in enumerate((ids[:2], [ids[2], ids[4]], ids[5:], [])):
            part = {"batch_id": batch.id, "last_row": row, "events": b"".join(one.bytes for one in some)}
            work.connection.execute(sa.insert(import_part).values(part))
    instance.sequencer().drain()
    with reading(instance.engine).connect() as connection:
        assert positions(connection, batch.id) == [(0, 2), (4, 5)]


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
