"""An instance of its own for each test that asks, with demo keys, on SQLite."""

import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from issuer.creation import NewInstance
from issuer.instance import Instance, open_instance
from issuer.registration.roster import Roster, read_roster
from tests.issuer.worlds import instance_at
from tests.postgres import unmade

PEOPLE = Path(__file__).parents[2] / "demo/people.json"
NEW = NewInstance(host="jxjy.example.gov.cn", name_zh="示例签发机关", name_en="Specimen issuer", demo=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database of the test's own, which nobody has made yet; once on each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/xueshi.db"
    return unmade(request.getfixturevalue("postgres"))


@pytest.fixture
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """On SQLite; where a test, or with `usefixtures` its file, asks for `url` too, on each kind of database."""
    its = {"database": request.getfixturevalue("url")} if "url" in request.fixturenames else {}
    instance_at(tmp_path / "instance", replace(NEW, **its))
    return tmp_path / "instance"


@pytest.fixture
def instance(home: Path) -> Iterator[Instance]:
    with open_instance(home) as opened:
        yield opened


@pytest.fixture
def people() -> list[dict[str, Any]]:
    """The demonstration's people, free to be changed."""
    read: list[dict[str, Any]] = json.loads(PEOPLE.read_text("utf-8"))
    return read


def roster_of(people: object) -> Roster:
    return read_roster(json.dumps(people, ensure_ascii=False).encode(), "people.json")


def quiet(_step: str, _done: int, _all: int) -> None:
    """A progress that nobody watches."""


def ticking(start: datetime = datetime(2026, 4, 1, 1, tzinfo=UTC)) -> Callable[[], datetime]:
    """A clock that goes on by a second each time it is asked."""
    seconds = itertools.count()
    return lambda: start + timedelta(seconds=next(seconds))
