"""Instances on both databases, with a small province in them, whose people stand in the files."""

from dataclasses import replace
from pathlib import Path

import pytest

from issuer.instance import Instance
from tests.issuer import town
from tests.issuer.conftest import NEW, instance, url
from tests.issuer.town import Town
from tests.issuer.worlds import instance_at

__all__ = ["instance", "url"]


@pytest.fixture
def home(url: str, tmp_path: Path) -> Path:
    instance_at(tmp_path / "instance", replace(NEW, database=url))
    return tmp_path / "instance"


@pytest.fixture
def province(instance: Instance) -> Town:
    return town.build(instance)
