"""Reconciliation finds each side without the other."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from ledger.entry import Kind
from ledger.reconcile import Discrepancy, Source, reconcile
from ledger.store import reading
from tests.ledger.logs import Log, event_id, issuance, private_event

REGISTRATIONS = sa.Table("registration", sa.MetaData(), sa.Column("event_id", sa.Uuid()))
CERTIFICATES = sa.Table("certificate", sa.MetaData(), sa.Column("event_id", sa.Uuid()))
SOURCES = (
    Source(
        "registrations", frozenset({Kind.REGISTRATION, Kind.TRANSFER}), sa.select(REGISTRATIONS.c.event_id)
    ),
    Source("certificates", frozenset({Kind.ISSUANCE}), sa.select(CERTIFICATES.c.event_id)),
)


@pytest.fixture
def business(log: Log) -> Iterator[Log]:
    """Two registrations and a certificate, each with its event, one of them still waiting."""
    for table in (REGISTRATIONS, CERTIFICATES):
        table.metadata.create_all(log.engine)
    log.stage(private_event(0), issuance(2))
    log.sequencer().drain()
    log.stage(private_event(1, kind=Kind.TRANSFER))
    add(log, REGISTRATIONS, 0, 1)
    add(log, CERTIFICATES, 2)
    return log


def add(log: Log, table: sa.Table, *numbers: int) -> None:
    with log.engine.begin() as connection:
        connection.execute(table.insert(), [{"event_id": event_id(n)} for n in numbers])


def discrepancies(log: Log) -> set[Discrepancy]:
    with reading(log.engine).connect() as connection:
        return set(reconcile(connection, SOURCES))


def test_everything_has_its_other_half(business: Log) -> None:
    assert discrepancies(business) == set()


def test_a_row_without_an_event(business: Log) -> None:
    add(business, REGISTRATIONS, 50)
    assert discrepancies(business) == {Discrepancy("registrations", event_id(50), "a row without an event")}


def test_a_row_with_an_event_of_another_kind(business: Log) -> None:
    add(business, CERTIFICATES, 0)
    assert discrepancies(business) == {
        Discrepancy("certificates", event_id(0), "a row whose event is of kind registration")
    }


def test_an_event_without_a_row(business: Log) -> None:
    business.stage(issuance(60), private_event(61, kind=Kind.STATUS))
    assert discrepancies(business) == {
        Discrepancy("certificates", event_id(60), "an event of kind issuance without a row"),
        Discrepancy("nothing", event_id(61), "an event of kind status without a row"),
    }


def test_a_row_with_no_event_id_at_all(business: Log) -> None:
    with business.engine.begin() as connection:
        connection.execute(REGISTRATIONS.insert(), {"event_id": None})
    assert discrepancies(business) == {Discrepancy("registrations", None, "a row without an event")}
