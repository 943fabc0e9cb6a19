"""What lint finds in rule files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rules.lint import lint
from tests.rules.documents import PACK, written
from tests.rules.samples import changed

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
