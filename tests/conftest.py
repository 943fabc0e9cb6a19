"""For every test: files are kept in memory, and what the commands remember between runs stays out of the user's own folders."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.memory import IN_MEMORY
from tests.postgres import running_postgres

if IN_MEMORY is not None:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(IN_MEMORY))

# Hypothesis fails a case that takes longer than 200 ms; on a busy computer that says nothing about the program.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")


@pytest.fixture(autouse=True, scope="session")
def state(tmp_path_factory: pytest.TempPathFactory) -> None:
    os.environ["XDG_STATE_HOME"] = str(tmp_path_factory.mktemp("state"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a server that starts when the first test asks for it, one for each worker."""
    with running_postgres() as url:
        yield url


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that open a browser come first: they last longest, and workers that take a file at a time then end together."""
    with_browser = [item for item in items if "browser" in getattr(item, "fixturenames", ())]
    for item in with_browser:
        item.add_marker("browser")
    slow = {item.path for item in with_browser}
    items.sort(key=lambda item: item.path not in slow)
