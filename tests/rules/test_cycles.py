"""A sector's cycle of several years: which years are its window, what counts, and what cannot be added up."""

import json
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from rules.cli import app
from rules.cycles import CycleStanding, cycle_standing
from rules.errors import FactsError
from rules.explain import print_cycle
from rules.facts import parse_facts
from rules.library import Library
from rules.packs import load_library
from tests.rules.documents import OVERLAY, written
from tests.rules.samples import SHARED, TRAINING

ROLLING = {**OVERLAY["cycle"], "window": "rolling", "years": 2}


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """The medical sample under other names: fixed as it is, rolling, and in hours with a table."""
    confirmed = [{**basis, "checked": True} for basis in OVERLAY["basis"]]
    shared = {**OVERLAY, "version": "1.0.0", "status": "in_force", "basis": confirmed}
    row = {"match": {"category": "achievement", "kind": "paper"}, "value": "10"}
    example = {
        "id": "nothing",
        "title": {"zh": "无", "en": "nothing"},
        "facts": {"year": 2024, "as_of": "2025-03-31", "activities": []},
        "expected": {"professional": "0", "public": "0", "total": "0", "complete": False, "deemed": "none"},
    }
    return load_library(
        written(
            tmp_path,
            fixed_overlay={**shared, "id": "fixed"},
            rolling_overlay={**shared, "id": "rolling", "cycle": ROLLING},
            hours_overlay={**shared, "id": "hours", "unit": "hour", "cycle": ROLLING},
            table_overlay={
                **shared,
                "id": "table",
                "replaces": ["achievement"],
                "table": [row],
                "examples": [example],
                "minima": [],
            },
            plain_overlay={**shared, "id": "plain", "cycle": None, "scope": ["recognition", "requirement"]},
        )
    )


def points(year: int, amount: int, **more: Any) -> dict[str, Any]:
    at = f"{year}-12-30T09:00:00+08:00"
    return {
        **SHARED,
        "id": f"c{amount}",
        "registered_at": at,
        "category": "credits",
        "year": year,
        "class": "I",
        "credits": amount,
        **more,
    }


def year_of(year: int, overlay: str | None, *activities: dict[str, Any]) -> dict[str, Any]:
    named = {} if overlay is None else {"overlay": f"{overlay}@1.0.0"}
    return {"year": year, "as_of": f"{year + 1}-03-31", "activities": list(activities), **named}


def standing(library: Library, years: Sequence[dict[str, Any]]) -> CycleStanding:
    return cycle_standing([parse_facts(year) for year in years], library)


def test_a_fixed_window_counts_from_the_first_year(library: Library) -> None:
    years = [year_of(year, "fixed", points(year, 6)) for year in (2023, 2024, 2026)]
    found = standing(library, years)
    assert found.years == (2023, 2024, 2025, 2026, 2027)
    assert (found.have, found.total, found.need, found.met) == ({2023: 6, 2024: 6, 2026: 6}, 18, 25, False)
    assert found.unknown == (2025, 2027)


@pytest.mark.parametrize(("last", "met"), [(12, False), (13, True), (14, True)])
def test_a_rolling_window_ends_with_the_last_year(library: Library, last: int, *, met: bool) -> None:
    given = [(2025, last), (2023, 30), (2024, 12)]
    found = standing(library, [year_of(year, "rolling", points(year, amount)) for year, amount in given])
    assert found.years == (2024, 2025)
    assert (found.total, found.met) == (12 + last, met)


def test_what_is_refused_does_not_count(library: Library) -> None:
    found = standing(library, [year_of(2024, "fixed", points(2024, 6), points(2024, 9, status="reversed"))])
    assert found.total == 6


def test_training_brings_hours_but_no_credits(library: Library) -> None:
    for overlay, total in (("hours", 16 + 18), ("fixed", 6)):
        assert standing(library, [year_of(2024, overlay, TRAINING, points(2024, 6))]).total == total


def test_what_the_table_values_counts_in_the_sectors_unit(library: Library) -> None:
    paper = {
        **SHARED,
        "category": "achievement",
        "kind": "paper",
        "achieved_on": "2024-05-06",
        "determined_hours": 1,
    }
    patent = {**paper, "id": "b", "kind": "patent"}
    found = standing(library, [year_of(2024, "table", paper, patent, points(2024, 6))])
    assert found.total == 16, "a paper of ten credits, worth 30 hours; the patent has no row"


def test_a_confirmed_overlay_is_printed_without_a_warning(library: Library) -> None:
    out = Console(file=StringIO(), width=80)
    print_cycle(standing(library, [year_of(2024, "hours", TRAINING)]), out)
    assert isinstance(out.file, StringIO)
    assert "2023–2024，学时 / hours" in out.file.getvalue()
    assert "使用前请核实 / a sample" not in out.file.getvalue()


REFUSED = [
    ("no overlay", [year_of(2024, None)], "/0/overlay"),
    ("no years", [], "/0/overlay"),
    ("two overlays", [year_of(2024, "fixed"), year_of(2025, "rolling")], "/1/overlay"),
    ("a year twice", [year_of(2024, "fixed"), year_of(2024, "fixed")], "/1/year"),
    ("no cycle", [year_of(2024, "plain")], "/0/overlay"),
]


@pytest.mark.parametrize(("years", "pointer"), [pytest.param(*case[1:], id=case[0]) for case in REFUSED])
def test_what_cannot_be_added_up(library: Library, years: list[dict[str, Any]], pointer: str) -> None:
    with pytest.raises(FactsError) as refusal:
        standing(library, years)
    assert refusal.value.pointer == pointer


@pytest.mark.parametrize(
    ("years", "exit_code", "said"),
    [
        ([(2024, 6), (2025, 19)], 0, "25 / 25"),
        ([(2024, 6)], 1, "还缺 / missing 19"),
        ([(2022, 6)], 2, "2022"),
        ([(2024, 6), (2024, 6)], 2, "/1/year"),
    ],
    ids=["met", "not yet", "no rules", "given twice"],
)
def test_the_command_says_where_a_cycle_stands(
    tmp_path: Path, years: list[tuple[int, int]], exit_code: int, said: str
) -> None:
    file = tmp_path / "years.json"
    given = [
        {
            "id": str(year),
            "facts": {**year_of(year, None, points(year, amount)), "overlay": "sample-medical@0.1.0"},
        }
        for year, amount in years
    ]
    file.write_text(json.dumps(given), "utf-8")
    done = CliRunner().invoke(app, ["cycle", str(file)], env={"COLUMNS": "100"})
    assert done.exit_code == exit_code
    assert said in done.output
    assert ("使用前请核实" in done.output) is (exit_code != 2)
