"""What lint finds in rule files."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rules.lint import lint
from rules.packs import load_library
from tests.rules.documents import PACK, written
from tests.rules.samples import changed

DOCUMENT = Path(__file__).parents[2] / "docs/rules.md"
BREAK: list[tuple[str, Callable[[Any], Any], str]] = [
    (
        "a quote that is not there",
        lambda p: changed(p, "parameters/daily_cap/values/0/quote", "每天认定最多不超过9学时"),
        "/parameters/daily_cap/values/0/quote",
    ),
    (
        "an article that is not there",
        lambda p: changed(p, "provisions/training/article", 18),
        "/provisions/training",
    ),
    (
        "a default that is not the figure",
        lambda p: changed(p, "ambiguities/A11/options", ["5"]) | {},
        "/ambiguities/A11/default",
    ),
    (
        "a parameter that is not there",
        lambda p: changed(p, "ambiguities/A11/parameter", "third_day"),
        "/ambiguities/A11/parameter",
    ),
]


@pytest.mark.parametrize(("harm", "place"), [pytest.param(*b[1:], id=b[0]) for b in BREAK])
def test_lint_finds(harm: Callable[[Any], Any], place: str, tmp_path: Path) -> None:
    document = harm({**PACK, "version": "1.0.1"})
    if place.endswith("default"):
        document = changed(document, "ambiguities/A11/default", "5")
    (finding,) = lint(written(tmp_path, next_pack=document))
    assert (finding.name, finding.place) == ("gs-2023-03-31@1.0.1", place)


@pytest.mark.parametrize(
    ("start", "said"),
    [("2028-03-31", "overlaps"), ("2028-04-01", ""), ("2028-04-02", "a gap")],
    ids=["overlap", "the day after", "gap"],
)
def test_lint_reads_the_calendar(start: str, said: str, tmp_path: Path) -> None:
    document = {**PACK, "id": "gs-2028", "valid": [start, None]}
    for parameter in document["parameters"]:
        document = changed(document, f"parameters/{parameter}/values/0/from", start)
    findings = [finding.message for finding in lint(written(tmp_path, next_pack=document))]
    assert [said in message for message in findings] == ([True] if said else [])


@pytest.mark.parametrize("first", ["2021-01-01", "2023-03-31", "2025-01-01"])
def test_another_provinces_measure_judges_alone_once_the_shipped_one_is_ended(
    first: str, tmp_path: Path
) -> None:
    """By the lines of docs/rules.md: whatever day its own measure is of."""
    ((_, text),) = re.findall(
        r"# (rules/endings/shipped.ending.yaml)\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL
    )
    other = {**PACK, "id": "other-measure", "valid": [first, None]}
    for parameter in other["parameters"]:
        other = changed(other, f"parameters/{parameter}/values/0/from", first)
    written(tmp_path, own_pack=other)
    assert [("end that first" in one.message) for one in lint(tmp_path)] == [True]
    (tmp_path / "endings").mkdir()
    (tmp_path / "endings/shipped.ending.yaml").write_text(text, "utf-8")
    assert lint(tmp_path) == []
    library = load_library(tmp_path)
    judged = {year: library.on(date(year, 12, 31)) for year in (2020, 2023, 2026)}
    began = int(first[:4])
    assert {year: pack and pack.id for year, pack in judged.items()} == {
        year: "other-measure" if year >= began else None for year in judged
    }


def test_lint_reads_an_authoritys_own_law(tmp_path: Path) -> None:
    (tmp_path / "law").mkdir()
    (tmp_path / "law" / "gs-2023-03-31-art-18.md").write_text(
        "---\narticle: 18\n---\n第十八条 按实际学时认定\n", "utf-8"
    )
    document = changed(
        {**PACK, "version": "1.0.1"}, "provisions/training", {"article": 18, "quote": "按实际学时认定"}
    )
    assert lint(written(tmp_path, next_pack=document)) == []


def test_lint_says_where_yaml_breaks(tmp_path: Path) -> None:
    (tmp_path / "x.pack.yaml").write_text("a: 1\na: 2\n")
    (finding,) = lint(tmp_path)
    assert (finding.name, finding.place) == ("x.pack.yaml", "2:1")
