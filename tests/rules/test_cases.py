"""Our own cases: every boundary one step below, at, and above; and what the worked examples leave out."""

from typing import Any

import pytest

from rules.decision import Decision, hours_text
from rules.engine import decide
from rules.errors import NoPackInForce
from rules.facts import parse_facts
from rules.packs import load_library
from tests.rules.shorthand import cases_in, facts_of

LIBRARY = load_library()
ALL = cases_in("*.yaml")


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in ALL])
def test_case(case: dict[str, Any]) -> None:
    facts = parse_facts(facts_of(case), study=True)
    if case["gives"] == "no rules":
        with pytest.raises(NoPackInForce):
            decide(facts, LIBRARY)
        return
    assert said(decide(facts, LIBRARY)) == case["gives"]


def said(decision: Decision) -> str:
    """A decision in one line: professional + public = total, the verdict, what is deemed."""
    hours = (
        f"{hours_text(decision.professional)} + {hours_text(decision.public)} = {hours_text(decision.total)}"
    )
    words = [hours, "complete" if decision.complete else "incomplete"]
    return ", ".join([*words, *([decision.deemed] if decision.deemed != "none" else [])])


def test_there_are_at_least_sixty() -> None:
    assert len(ALL) >= 60
    assert len({case["id"] for case in ALL}) == len(ALL)
