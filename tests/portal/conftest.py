"""One served province for all tests of the portal: building it costs a second, and each test uses people of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from issuer.creation import create
from issuer.instance import open_instance
from issuer.reconciliation import reconcile_all
from tests.issuer.conftest import NEW
from tests.portal import province
from tests.portal.province import Province


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Province]:
    """At the end, whatever its pages did, every row has its entry in the ledger and every entry its row."""
    home: Path = tmp_path_factory.mktemp("portal") / "instance"
    create(home, NEW)
    with open_instance(home) as instance:
        yield province.build(instance)
        assert reconcile_all(instance.engine) == ()


@pytest.fixture(scope="module")
def site(here: Province, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with province.served(here.instance, tmp_path_factory.mktemp("public")) as address:
        yield address


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A fresh demo instance."""
    create(tmp_path / "instance", NEW)
    return tmp_path / "instance"
