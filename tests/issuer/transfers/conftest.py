"""Two provinces for each test that asks, once on each kind of database."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from issuer.instance import open_instance
from issuer.reconciliation import reconcile_all
from tests.issuer import town
from tests.issuer.conftest import NEW
from tests.issuer.registration.office import Office
from tests.issuer.town import training
from tests.issuer.transfers.provinces import MOVED, WHOLE_2025, Province, databases, two_provinces
from tests.issuer.worlds import instance_at


@pytest.fixture(params=["sqlite", "postgresql"])
def provinces(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Province, Province]]:
    """Whatever a test did there, at its end every row has its entry in the ledger and every entry its row."""
    server = request.getfixturevalue("postgres") if request.param == "postgresql" else ""
    with two_provinces(tmp_path, databases(request.param, tmp_path, server)) as (a, b):
        yield a, b
        for one in (a, b):
            assert reconcile_all(one.instance.engine) == ()


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Province, Province]]:
    """The same on SQLite alone, for what does not depend on the database."""
    with two_provinces(tmp_path, databases("sqlite", tmp_path, "")) as both:
        yield both


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Province, Province, bytes]]:
    """Two provinces, and a certificate of the one; the tests of this file leave them as they were."""
    folder = tmp_path_factory.mktemp("provinces")
    with two_provinces(folder, databases("sqlite", folder, "")) as (a, b):
        a.office.register(training(schedule=WHOLE_2025))
        b.belong(MOVED)
        yield a, b, a.leave()


@pytest.fixture
def office(url: str, tmp_path: Path) -> Iterator[Office]:
    """One province, on each kind of database, for whoever comes with papers."""
    instance_at(tmp_path / "instance", replace(NEW, database=url))
    with open_instance(tmp_path / "instance") as instance:
        yield Office(instance, town.build(instance))
        assert reconcile_all(instance.engine) == ()
