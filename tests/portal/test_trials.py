"""Trying a file by call: what an import would do, as the page tells it, and nothing written."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from issuer.import_settings import SAMPLES
from tests.intake.dirt import HEADINGS, SECTOR, row, sector
from tests.intake.sending import write
from tests.portal.province import Province
from tests.portal.signed_in import program
from tests.portal.test_imports import REFUSED, counts

AT = "/imports/trials"


@pytest.fixture(scope="module")
def administrator(here: Province, site: str) -> Iterator[httpx.Client]:
    with closing(program(here, site, "administrator")) as client:
        yield client


def test_a_file_is_tried_by_call(here: Province, administrator: httpx.Client, tmp_path: Path) -> None:
    rows = [row(0, 1), row(0, 1), row(1, 2, K="10学分")]
    file = write(tmp_path / "a.csv", rows, [*HEADINGS[:13], "备注"]).read_bytes()
    before = counts(here)
    answer = administrator.post(AT, data={"profile": "base-platform"}, files={"file": ("a.csv", file)})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["totals"]["rows"] == {"registered": 1, "again": 1, "refused": 1}
    (fault,) = told["faults"]
    assert (fault["row"], fault["column"]) == (4, "K（课程学时）")
    assert "是学分" in fault["zh"]
    assert told["unusedColumns"] == ["备注"]
    assert counts(here) == before


def test_with_a_profile_of_ones_own(administrator: httpx.Client, tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", [sector()], SECTOR).read_bytes()
    own = (SAMPLES / "sector-training.yaml").read_bytes()
    answer = administrator.post(AT, files={"file": ("a.csv", file), "own": ("p.yaml", own)})
    assert answer.json()["totals"]["rows"] == {"registered": 1}
    assert answer.json()["profile"].startswith("sector-training@")


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_tried_is_said(administrator: httpx.Client, name: str) -> None:
    files, profile, words = REFUSED[name]
    answer = administrator.post(AT, data={"profile": profile}, files=files or {"other": ("x", b"x")})
    assert answer.status_code == 422
    assert words in answer.json()["detail"]


def test_json_is_no_file(administrator: httpx.Client) -> None:
    assert administrator.post(AT, json={"file": "x"}).status_code == 415
