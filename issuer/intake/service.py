"""The use cases of importing files: a dry run, and the import itself, which may be cut short and is gone on with.

1. look       read the file through: digest and encoding
2. rehearse   where totals were given, or all must be good: read, look up and decide every row; nothing is written
3. import     a transaction a portion: activities, records, their pending ledger rows, and how far the file is recorded
4. finish     the batch's own entry; the log is sequenced and published; the receipt is signed
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa

from issuer.bulk import in_bulk
from issuer.clock import last_signed, on_time
from issuer.instance import Instance, writing
from issuer.intake import batches
from issuer.intake.ahead import Asking, Rows, reading_ahead
from issuer.intake.asked import PORTION, Asked
from issuer.intake.batches import Batch, Part
from issuer.intake.errors import TotalsDiffer
from issuer.intake.holding import release_due
from issuer.intake.lookups import Twin, find_people, find_twins, look_up
from issuer.intake.planning import Known, Plan, plan
from issuer.intake.profiles import Profile
from issuer.intake.receipts import sign_receipt
from issuer.intake.registering import Portion, settle, write
from issuer.intake.rehearsal import Memory, remembering
from issuer.intake.report import Totals
from issuer.intake.rows import Fault, Manner
from issuer.intake.sendings import note_begun
from issuer.intake.sequencing import sequencing
from issuer.intake.sheets import Source, look_at
from issuer.intake.tables import import_problem
from issuer.publication import publish
from ledger.store import reading

KEPT = 1000
"""Faults kept in a report; all of them are counted, and an import keeps all in its table."""
Tick = Callable[[float, int], None]
"""Told of progress: the share of the file that was read, and the rows."""
log = logging.getLogger(__name__)


@dataclass
class Report:
    """What came of a file. `before`: it had been imported already, nothing was done."""

    profile: str
    totals: Totals = field(default_factory=Totals)
    faults: list[tuple[Fault, str]] = field(default_factory=list)
    """The first ones, each with its column as people see it."""
    unused: tuple[str, ...] = ()
    batch_id: UUID | None = None
    receipt: str | None = None
    before: bool = False


@dataclass(frozen=True)
class _Incoming:
    """A file, how it is read, and what its sender says of it."""

    source: Source
    profile: Profile
    asked: Asked


def rehearse(instance: Instance, path: Path, profile: Profile, asked: Asked, tick: Tick) -> Report:
    """Do everything that an import would, and write nothing.

    Raises:
        FileRefused: the file cannot be read as a table.
        TotalsDiffer: the sender's totals are not the file's.
    """
    return _rehearse(instance, _Incoming(look_at(path), profile, asked), tick)


def import_file(instance: Instance, path: Path, profile: Profile, asked: Asked, tick: Tick) -> Report:
    """Register what a file says. Asked again, it goes on where it was cut short, or answers what was done.

    Raises:
        FileRefused: as `rehearse`; what had been recorded before the row that it names stays.
        TotalsDiffer: nothing is recorded.
        ClockWentBack: the clock is behind the log; what was recorded before stays.
        ledger.errors.LedgerHaltedError: the ledger contradicts what is known outside it.
    """
    with in_bulk(instance) as roomy:
        return _import_file(roomy, _Incoming(look_at(path), profile, asked), tick)


def _import_file(instance: Instance, incoming: _Incoming, tick: Tick) -> Report:
    source, profile, asked = incoming.source, incoming.profile, incoming.asked
    # A crash after this commit leaves a batch of which nothing is recorded; asking again finds it.
    with writing(instance) as work:
        release_due(work)
        batch = batches.begin(work, profile, source.digest, asked)
        if asked.sending is not None:
            note_begun(work, asked.sending, batch.id)
    if batch.state == batches.DONE:
        receipt = sign_receipt_of(instance, batch.id)
        return Report(profile.key, batch.totals, batch_id=batch.id, receipt=receipt, before=True)
    if batch.last_row == 0 and (asked.all_good or asked.rows is not None or asked.hours is not None):
        report = _rehearse(instance, incoming, lambda _share, _rows: None)
        if asked.all_good and report.faults:
            return report
    report = _import(instance, incoming, batch, tick)
    # A crash before this commit leaves all rows recorded and the batch open; asking again closes it.
    with writing(instance) as work:
        batches.finish(work, batch, profile, source.digest, report.totals)
    log.info("imported batch=%s rows=%d", batch.id, report.totals.said)
    report.receipt = sign_receipt_of(instance, batch.id)
    return report


def sign_receipt_of(instance: Instance, batch_id: UUID) -> str:
    """Publish what is pending and sign the receipt; asked again, the same bytes."""
    publish(instance)
    return sign_receipt(instance, batch_id)


def _rehearse(instance: Instance, incoming: _Incoming, tick: Tick) -> Report:
    profile, asked = incoming.profile, incoming.asked
    report = Report(profile.key)
    manner = Manner(profile, instance.now(), instance.today(), asked.as_of, instance.person_secret)
    asking = Asking(incoming.source, manner, 0, PORTION)
    with remembering() as memory, reading_ahead(asking, asked.apart_from) as portions:
        for some in portions:
            with reading(instance.engine).connect() as connection:
                faults, made, _, _ = _decide(connection, instance, incoming, some, memory)
            _count(report, some, [*some.faults, *faults], made)
            tick(some.share, some.last)
    _hold_to_totals(report.totals, asked)
    return report


def _import(instance: Instance, incoming: _Incoming, batch: Batch, tick: Tick) -> Report:
    profile, asked = incoming.profile, incoming.asked
    report = Report(profile.key, batch.totals, batch_id=batch.id)
    last = last_signed(instance)
    manner = Manner(profile, batch.started_at, instance.today(), batch.as_of, instance.person_secret)
    asking = Asking(incoming.source, manner, batch.last_row, asked.portion)
    with reading_ahead(asking, asked.apart_from) as portions, sequencing(instance) as sequence:
        for some in portions:
            if some.last == batch.last_row:  # nothing stands behind what is recorded
                report.unused = some.unused
                break
            last = on_time(instance.now(), last)
            # A crash before this commit leaves nothing of the portion. After it, its activities, records, pending
            # ledger rows and the batch's last row stand together: the next run goes on behind them.
            with writing(instance) as work:
                faults, made, known, twins = _decide(work.connection, instance, incoming, some, None)
                write(work, Portion(profile.system, batch.id, made, frozenset(known.records), twins))
                fresh = _count(report, some, [*some.faults, *faults], made)
                batches.note_part(work, Part(batch.id, some.last, some.share, report.totals), fresh)
            sequence()
            tick(some.share, some.last)
    return report


def _decide(
    connection: sa.Connection, instance: Instance, incoming: _Incoming, some: Rows, memory: Memory | None
) -> tuple[list[Fault], Plan, Known, dict[UUID, Twin]]:
    rows, faults = find_people(connection, instance, some.said, incoming.asked.within)
    known = look_up(connection, rows)
    if memory is not None:
        memory.add_to(known, rows)
    made = plan(rows, known)
    twins = find_twins(connection, made)
    settle(made, twins)
    if memory is not None:
        memory.keep(made, known, twins)
    return faults, made, known, twins


def _count(report: Report, some: Rows, faults: Sequence[Fault], made: Plan) -> list[tuple[Fault, str]]:
    report.unused = some.unused
    report.totals.skip(some.skipped)
    report.totals.refuse(faults)
    report.totals.add(made.outcomes)
    ordered = sorted(faults, key=lambda fault: fault.number)
    told = [(fault, some.names.get(fault.field, fault.field)) for fault in ordered]
    report.faults += told[: KEPT - len(report.faults)]
    return told


def _hold_to_totals(totals: Totals, asked: Asked) -> None:
    if asked.rows is not None and asked.rows != totals.said:
        raise TotalsDiffer(
            f"报送 {asked.rows} 行，文件中有 {totals.said} 行，没有登记 "
            f"{asked.rows} rows were announced, the file has {totals.said}; nothing was recorded"
        )
    if asked.hours is not None and asked.hours != totals.hours_said:
        raise TotalsDiffer(
            f"报送合计 {asked.hours}，文件中可读的合计 {totals.hours_said}，没有登记 "
            f"{asked.hours} hours were announced, the file's readable rows have {totals.hours_said}; nothing was recorded"
        )


def report_of(instance: Instance, batch_id: UUID, shown: int, after: int = 0) -> Report:
    """What came of a batch so far, with `shown` of its faults, from the row behind `after` on.

    Raises:
        NotFound: there is no such batch.
    """
    with reading(instance.engine).connect() as connection:
        batch = batches.find_batch(connection, batch_id)
        faults = batches.faults_after(connection, batch_id, after, shown)
    told = [(Fault(row, "", code, words), column) for row, column, code, words in faults]
    return Report(batch.profile, batch.totals, told, batch_id=batch.id, receipt=batch.receipt)


def read_faults(engine: sa.Engine, report: Report) -> Iterator[tuple[int, str, str, str]]:
    """Row, column, code and words of every fault: all of an import's, of a dry run the first ones."""
    if report.batch_id is None:
        yield from ((one.number, column, one.code, one.message) for one, column in report.faults)
        return
    columns = import_problem.c
    query = sa.select(columns.row, columns.place, columns.code, columns.message)
    with reading(engine).connect() as connection:
        mine = query.where(columns.batch_id == report.batch_id).order_by(columns.row)
        for row in connection.execute(mine):
            yield row.row, row.place, row.code, row.message
