"""The worked examples: each a person's year with the answer that the measure gives, article by article."""

from pathlib import Path
from typing import Any

import pytest

from rules.engine import decide
from rules.facts import parse_facts
from rules.packs import load_library
from rules.reading import load_json

CASES = Path(__file__).parent / "cases"
LIBRARY = load_library()


def cases() -> list[Any]:
    path = CASES / "worked_examples.json"
    loaded = load_json(path.read_bytes(), path.name)
    assert isinstance(loaded, list)
    return [pytest.param(case["facts"], case["expected"], id=case["id"]) for case in loaded]


@pytest.mark.parametrize(("facts", "expected"), cases())
def test_worked_example(facts: object, expected: dict[str, object]) -> None:
    decision = decide(parse_facts(facts, study=True), LIBRARY)
    assert {
        "professional": decision.professional,
        "public": decision.public,
        "total": decision.total,
        "complete": decision.complete,
        "deemed": decision.deemed,
    } == expected
    assert all(
        line.claimed - sum(cut.amount for cut in line.cuts) == line.recognised for line in decision.lines
    )
    assert all(cut.article and cut.zh and cut.en for line in decision.lines for cut in line.cuts)


def test_all_worked_examples_are_there() -> None:
    assert len(cases()) == 58
