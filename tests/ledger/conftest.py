"""Every test that takes `log` runs on SQLite and on a real PostgreSQL."""

import shutil
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa

from ledger.migrate import migrate
from ledger.store import open_engine
from tests.ledger.logs import Log
from tests.memory import IN_MEMORY
from tests.postgres import Postgres, postgres_is_installed, running_server

_numbers = count()


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """Pytest's own, but in memory where that is possible."""
    with tempfile.TemporaryDirectory(prefix="xueshi-ledger-", dir=IN_MEMORY) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    if not postgres_is_installed():
        pytest.skip("the package postgresql-15 is not installed")
    with running_server() as server:
        server.execute("CREATE DATABASE template_of_ledger")
        engine = open_engine(server.url("template_of_ledger"))
        migrate(engine)
        engine.dispose()
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "ledger.db"
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture
def sqlite_engine(tmp_path: Path, sqlite_template: Path) -> Iterator[sa.Engine]:
    shutil.copy(sqlite_template, tmp_path / "ledger.db")
    engine = open_engine(f"sqlite:///{tmp_path}/ledger.db")
    yield engine
    engine.dispose()


@pytest.fixture
def postgres_engine(postgres: Postgres) -> Iterator[sa.Engine]:
    name = f"ledger_{next(_numbers)}"
    postgres.execute(f"CREATE DATABASE {name} TEMPLATE template_of_ledger")
    engine = open_engine(postgres.url(name))
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest) -> sa.Engine:
    found: sa.Engine = request.getfixturevalue(f"{request.param}_engine")
    return found


@pytest.fixture
def log(engine: sa.Engine, tmp_path: Path) -> Log:
    return Log(engine, tmp_path)


@pytest.fixture
def sqlite_log(sqlite_engine: sa.Engine, tmp_path: Path) -> Log:
    return Log(sqlite_engine, tmp_path)


@pytest.fixture
def postgres_log(postgres_engine: sa.Engine, tmp_path: Path) -> Log:
    return Log(postgres_engine, tmp_path)
