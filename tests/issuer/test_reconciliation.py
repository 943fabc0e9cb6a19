"""Every business row with its entry, every entry with its row; that the list of sources is whole."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from issuer import app
from issuer.database import metadata
from issuer.instance import open_instance
from issuer.reconciliation import SOURCES, reconcile_all
from issuer.service import issue_roster
from ledger.entry import Kind
from ledger.event import Event, derived_event_id
from ledger.reconcile import INTERNAL
from ledger.store import stage
from tests.issuer.conftest import quiet, roster_of


def test_every_table_whose_rows_have_an_entry_is_a_source() -> None:
    """A table says so by a column `event_id`; the service's import has brought in all tables there are."""
    assert app.create_app
    assert {source.name for source in SOURCES} == {
        table.name for table in metadata.tables.values() if "event_id" in table.c
    }


def test_every_kind_of_entry_has_a_source() -> None:
    assert {kind for source in SOURCES for kind in source.kinds} == set(Kind) - INTERNAL


@pytest.mark.usefixtures("url")
def test_reconciliation_finds_both_sides(home: Path, people: list[dict[str, Any]]) -> None:
    with open_instance(home) as instance:
        issue_roster(instance, roster_of(people[:1]), quiet)
        stray = derived_event_id("stray")
        with instance.engine.begin() as connection:
            stage(connection, Event(stray, Kind.ISSUANCE, instance.today(), digest=bytes(32)))
            connection.execute(sa.text("UPDATE year_record SET event_id = :id"), {"id": "f" * 32})
        found = {(one.source, one.detail) for one in reconcile_all(instance.engine)}
    assert found == {
        ("credential", "an event of kind issuance without a row"),
        ("year_record", "an event of kind decision without a row"),
        ("year_record", "a row without an event"),
    }
