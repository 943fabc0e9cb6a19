"""The tests of registration run on both databases, each on an instance of its own in an invented province, in November 2026."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from issuer.instance import Instance, open_instance
from issuer.reconciliation import reconcile_all
from tests.issuer import town
from tests.issuer.conftest import NEW
from tests.issuer.registration.office import Office
from tests.issuer.town import Town
from tests.issuer.worlds import in_november, instance_at


@pytest.fixture
def home(url: str, tmp_path: Path) -> Path:
    instance_at(tmp_path / "instance", replace(NEW, database=url), in_november)
    return tmp_path / "instance"


@pytest.fixture
def instance(home: Path) -> Iterator[Instance]:
    with open_instance(home, in_november) as opened:
        yield opened


@pytest.fixture
def province(instance: Instance) -> Town:
    return town.build(instance)


@pytest.fixture
def office(instance: Instance, province: Town) -> Iterator[Office]:
    """Whatever a test did there, at its end every row has its entry in the ledger and every entry its row."""
    yield Office(instance, province)
    assert reconcile_all(instance.engine) == ()
