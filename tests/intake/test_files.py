"""Every dirty file comes to the report that lies beside it, in a dry run and in earnest, and says nothing about anybody."""

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from issuer.instance import Instance, open_instance
from issuer.intake.asked import Asked
from issuer.intake.errors import FileRefused
from issuer.intake.profiles import Profile, find_profile
from issuer.intake.service import Report, import_file, rehearse
from issuer.intake.sheets import look_at, open_table
from tests.intake.dirty_files import FILES
from tests.intake.make_files import FOLDER, bytes_of, expected_of, path_of
from tests.issuer import town
from tests.issuer.conftest import NEW
from tests.issuer.worlds import instance_at


def quiet(_share: float, _row: int) -> None:
    """A progress that nobody watches."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """One province for all files."""
    home: Path = tmp_path_factory.mktemp("files") / "instance"
    instance_at(home, NEW)
    with open_instance(home) as opened:
        town.build(opened)
        yield opened


def as_expected(profile: str, report: Report) -> dict[str, Any]:
    told = report.totals.as_json()
    faults = [{"row": one.number, "column": column, "code": one.code} for one, column in report.faults]
    return {"profile": profile, "rows": told["rows"], "hours": told["hours"], "faults": faults}


def files() -> list[Path]:
    return sorted(path for path in FOLDER.iterdir() if not path.name.endswith((".expected.json", ".md")))


def read(path: Path) -> dict[str, Any]:
    expected: dict[str, Any] = json.loads((FOLDER / f"{path.stem}.expected.json").read_text("utf-8"))
    return expected


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_a_file_comes_to_the_report_beside_it(path: Path, served: Instance) -> None:
    expected = read(path)
    profile = of_its_own(path, expected["profile"])
    if "refused" in expected:
        with pytest.raises(FileRefused) as refused:
            rehearse(served, path, profile, Asked(), quiet)
        assert refused.value.code == expected["refused"]
        assert bilingual(str(refused.value))
        return
    report = rehearse(served, path, profile, Asked(), quiet)
    assert as_expected(expected["profile"], report) == expected
    for fault, _ in report.faults:
        assert bilingual(fault.message), fault
        assert not re.search(r"示例[甲乙丙丁戊己]|\d{6,}", fault.message), "a message names nobody"

    done = import_file(served, path, profile, Asked(portion=1), quiet)
    assert as_expected(expected["profile"], done) == expected, "an import comes to what the dry run said"
    assert done.receipt is not None


def of_its_own(path: Path, name: str) -> Profile:
    """The profile as of a system that sends this file only, so that one file's records are not another's."""
    profile = find_profile(name)
    system = f"s-{hashlib.sha256(path.name.encode()).hexdigest()[:20]}"
    return replace(profile, written=profile.written.model_copy(update={"system": system}))


def bilingual(text: str) -> bool:
    return bool(re.search(r"[\u4e00-\u9fff]", text)) and bool(re.search(r"[a-z]{2}", text))


def test_the_files_are_those_of_the_table() -> None:
    assert {path_of(one) for one in FILES} == set(files())
    assert len(FILES) == len({one.name for one in FILES}) >= 40
    for one in FILES:
        assert read(path_of(one)) == expected_of(one), one.name
        if path_of(one).suffix != ".xlsx":
            assert path_of(one).read_bytes() == bytes_of(one), one.name


@pytest.mark.parametrize(
    "name", ["headings-below-a-title.csv", "day-as-excel-day.xlsx", "id-below-a-merged-cell.xlsx"]
)
def test_progress_goes_up_to_the_end(name: str) -> None:
    profile = find_profile("base-platform")
    with ExitStack() as stack:
        table = open_table(stack, look_at(FOLDER / name), profile)
        seen = [table.done() for _ in table.rows]
    assert seen == sorted(seen)
    assert 0 < seen[-1] <= 1


def test_progress_of_a_workbook_is_a_share_of_its_rows() -> None:
    with ExitStack() as stack:
        table = open_table(
            stack, look_at(FOLDER / "id-below-a-merged-cell.xlsx"), find_profile("base-platform")
        )
        assert [table.done() for _ in table.rows] == [2 / 3, 1.0]
