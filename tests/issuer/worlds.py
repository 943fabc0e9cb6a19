"""Instances that are copied, not made: making one takes half a second, most of it migrations, and copying one a tenth of that."""

import atexit
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from issuer.config import FILE
from issuer.creation import NewInstance, create
from tests.memory import IN_MEMORY
from tests.postgres import make, unmade

SQLITE = "sqlite:///"


_BEGAN = time.monotonic()


def in_november() -> datetime:
    """A forenoon in November 2026, whenever the tests run, and time goes on: the year of which most of them speak is not over."""
    return datetime(2026, 11, 20, 2, tzinfo=UTC) + timedelta(seconds=time.monotonic() - _BEGAN)


def present() -> datetime:
    """The computer's own clock."""
    return datetime.now(UTC)


def instance_at(home: Path, new: NewInstance, now: Callable[[], datetime] = present) -> None:
    """What `create` makes in `home`, and the PostgreSQL database that `new` names, which nobody has made yet."""
    server = None if new.database.startswith(SQLITE) else f"{new.database.rpartition('/')[0]}/postgres"
    made, its = _made(replace(new, database=NewInstance.database), server, now)
    shutil.copytree(made, home)
    if server is not None:
        make(new.database, template=its)
    elif new.database != its:
        (home / its.removeprefix(SQLITE)).rename(home / new.database.removeprefix(SQLITE))
    settings = (home / FILE).read_text("utf-8")
    (home / FILE).write_text(settings.replace(json.dumps(its), json.dumps(new.database)), "utf-8")


@cache
def _made(new: NewInstance, server: str | None, now: Callable[[], datetime]) -> tuple[Path, str]:
    """Make what the others are copies of, once a worker of the tests; answers its folder and its database's address."""
    folder = Path(tempfile.mkdtemp(prefix="xueshi-template-", dir=IN_MEMORY))
    atexit.register(shutil.rmtree, folder)
    if server is not None:
        new = replace(new, database=make(unmade(server)))
    with pytest.MonkeyPatch.context() as environment:
        # What the first test to ask has set is its own.
        for name in [name for name in os.environ if name.startswith("XUESHI_")]:
            environment.delenv(name)
        create(folder / "instance", new, now)
    return folder / "instance", new.database
