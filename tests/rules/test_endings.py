"""What an authority ended, and what a later version replaced, speaks for no day afterwards; what was decided by it is still known."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from rules.changes import Change, changes
from rules.errors import PackError
from rules.packs import load_library
from tests.rules.documents import NOTE, OVERLAY, PACK, bytes_of, written
from tests.rules.samples import changed

GANSU = "gs-2023-03-31"
ENDING = {
    "ends": "sample-note-1@1.0.0",
    "last": "2025-06-30",
    "document": "示例2号",
    "decided_on": "2025-06-01",
    "text": {"zh": "不再适用", "en": "no longer"},
}
LATER = changed(changed(PACK, "version", "1.1.0"), "parameters/required_total/values/0/value", "80")
SECTOR = OVERLAY | {"id": "own-medical", "version": "1.0.0", "status": "in_force"}
SECTOR["basis"] = [one | {"checked": True} for one in OVERLAY["basis"]]


def floors(folder: Path, **documents: Any) -> dict[int, int]:
    library = load_library(written(folder, **documents))
    pack = library.find(f"{GANSU}@1.0.0")
    assert pack is not None
    return {
        year: int(library.settings(pack, date(year, 12, 31)).public_min) for year in (2023, 2024, 2025, 2026)
    }


def test_a_note_that_was_ended_speaks_for_no_day_afterwards(tmp_path: Path) -> None:
    assert floors(tmp_path, a_note=NOTE, b_ending=ENDING) == {2023: 0, 2024: 30, 2025: 0, 2026: 0}


def test_a_later_version_of_a_note_replaces_it_also_for_days_before_its_own(tmp_path: Path) -> None:
    newer = NOTE | {"version": "1.10.0", "from": "2023-06-01", "value": "20"}
    older = NOTE | {"version": "1.9.0", "value": "25"}
    assert floors(tmp_path, a_note=newer, b_note=NOTE, c_note=older) == {
        2023: 20,
        2024: 20,
        2025: 20,
        2026: 20,
    }


def test_an_ended_version_does_not_bring_the_one_before_back(tmp_path: Path) -> None:
    newer = NOTE | {"version": "1.1.0", "from": "2025-01-01", "value": "20"}
    ended = ENDING | {"ends": "sample-note-1@1.1.0", "last": "2026-01-31"}
    assert floors(tmp_path, a_note=NOTE, b_note=newer, c_ending=ended) == {
        2023: 0,
        2024: 30,
        2025: 20,
        2026: 0,
    }


def test_after_a_pack_that_was_ended_the_version_before_judges_again(tmp_path: Path) -> None:
    ended = ENDING | {"ends": f"{GANSU}@1.1.0", "last": "2025-12-30"}
    library = load_library(written(tmp_path, a_pack=LATER, b_ending=ended))
    assert [library.in_force(year).version for year in (2024, 2025)] == ["1.1.0", "1.0.0"]


def test_an_overlay_that_was_ended_rules_no_series(tmp_path: Path) -> None:
    begun = int(SECTOR["applies_to"]["from_year"])
    ended = ENDING | {"ends": "own-medical@1.0.0", "last": f"{begun + 1}-12-31"}
    newer = changed(changed(SECTOR, "version", "1.1.0"), "applies_to/from_year", begun + 1)
    before = load_library(written(tmp_path, a_overlay=SECTOR, b_ending=ended))
    rules = [set(before.sector_rules(begun + year)) for year in (-1, 1, 2)]
    assert rules == [set(), set(SECTOR["applies_to"]["series"]), set()]
    after = load_library(written(tmp_path, c_overlay=newer))
    versions = [{one.version for one in after.sector_rules(begun + year).values()} for year in (0, 1, 2)]
    assert versions == [{"1.0.0"}, {"1.1.0"}, {"1.1.0"}]


@pytest.mark.parametrize(
    "again", [ENDING, ENDING | {"ends": "nobody@1.0.0"}], ids=["twice", "what is not there"]
)
def test_an_ending_names_what_is_loaded_and_once(tmp_path: Path, again: dict[str, Any]) -> None:
    with pytest.raises(PackError, match="/ends"):
        load_library(written(tmp_path, a_note=NOTE, b_ending=ENDING, c_ending=again))


def test_endings_lie_in_a_folder_of_their_own_and_documents_come_from_elsewhere(tmp_path: Path) -> None:
    written(tmp_path, a_note=NOTE)
    (tmp_path / "endings").mkdir()
    written(tmp_path / "endings", b_ending=ENDING)
    assert [one.last for one in load_library(tmp_path).endings] == [date(2025, 6, 30)]
    with pytest.raises(PackError, match="loaded twice"):
        load_library(tmp_path, [("x.note.yaml", bytes_of(NOTE))])


def test_what_changes_is_told_by_year(tmp_path: Path) -> None:
    before = load_library()
    after = load_library(None, [("a.note.yaml", bytes_of(NOTE)), ("b.overlay.yaml", bytes_of(SECTOR))])
    begun = int(SECTOR["applies_to"]["from_year"])
    (series, *_) = SECTOR["applies_to"]["series"]
    assert list(changes(before, before, (2023, 2024))) == []
    told = list(changes(before, after, (max(begun, 2024),)))
    assert Change(max(begun, 2024), "public_min", "0", "30") in told
    assert Change(max(begun, 2024), f"overlay {series}", None, "own-medical@1.0.0") in told
    pack = load_library(None, [("c.pack.yaml", bytes_of(LATER))])
    assert {one.name: one.after for one in changes(before, pack, (2025,))} == {
        "pack": f"{GANSU}@1.1.0",
        "required_total": "80",
    }
    assert pack.settings(pack.in_force(2025), date(2025, 12, 31)).required_total == Decimal(80)
