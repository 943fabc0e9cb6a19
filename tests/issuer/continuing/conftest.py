"""An instance that has issued and published, on each database, and an empty database for the log after it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from issuer.creation import NewInstance, create
from issuer.instance import open_instance
from issuer.service import Result, issue_roster
from tests.issuer.conftest import PEOPLE, quiet, roster_of
from tests.postgres import make, unmade

HOST = "jxjy.example.gov.cn"
Databases = Callable[[], str | None]


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> Databases:
    """Makes empty databases of one kind; None is the default, a SQLite file in the instance's folder."""
    if request.param == "sqlite":
        return lambda: None
    server: str = request.getfixturevalue("postgres")
    return lambda: make(unmade(server))


def instance_of(folder: Path, database: str | None) -> Path:
    """Make an instance in `folder` that has issued to three people."""
    given = {} if database is None else {"database": database}
    create(
        folder, NewInstance(host=HOST, name_zh="示例签发机关", name_en="Specimen issuer", demo=True, **given)
    )
    issue(folder, 0, 3)
    return folder


def issue(home: Path, first: int, end: int) -> list[Result]:
    """Issue to some of the demonstration's people; those who have their certificates get them again."""
    people: list[dict[str, Any]] = json.loads(PEOPLE.read_text("utf-8"))
    with open_instance(home) as instance:
        results, problems = issue_roster(instance, roster_of(people[first:end]), quiet)
    assert not problems
    return results
