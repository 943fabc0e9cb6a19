"""Facts that cannot be judged: the place, what was expected, in both languages. Nothing is guessed."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from rules.errors import FactsError
from rules.facts import parse_facts
from tests.rules.refused import REFUSED
from tests.rules.samples import EXAM, MAJOR, ONLINE, STUDY, TRAINING, TRANSFER, WINDOW, of


@pytest.mark.parametrize(
    ("raw", "pointer", "expected"), [pytest.param(*case[1:], id=case[0]) for case in REFUSED]
)
def test_refused(raw: object, pointer: str, expected: str) -> None:
    with pytest.raises(FactsError) as caught:
        parse_facts(raw)
    error = caught.value
    assert error.pointer == pointer
    assert expected in error.expected
    assert " / " in error.message
    assert error.to_json() == {"pointer": pointer, "expected": error.expected, "message": error.message}


@pytest.mark.parametrize(
    "activity", [TRAINING, WINDOW, ONLINE, STUDY, EXAM, MAJOR, TRANSFER], ids=lambda a: a["category"]
)
def test_accepted(activity: dict[str, Any]) -> None:
    facts = parse_facts(of(activity, born="1980-01-01"))
    assert facts.activities[0].category == activity["category"]
    assert not facts.study


@pytest.mark.parametrize(
    ("more", "pointer"),
    [({"policy": {"public_min": -1}}, "/policy/public_min"), ({"policy": {"nope": 1}}, "/policy/nope")],
    ids=["negative", "unknown"],
)
def test_study_still_reads_strictly(more: dict[str, Any], pointer: str) -> None:
    with pytest.raises(FactsError) as caught:
        parse_facts(of(TRAINING, **more), study=True)
    assert caught.value.pointer == pointer


def test_an_assignment_may_leave_its_days_out() -> None:
    dayless = {key: value for key, value in MAJOR.items() if key not in {"start", "end"}}
    assert parse_facts(of({**dayless, "filed_years": [2030]}, born="1980-01-01")).activities[0].id == "a"


def test_study_accepts_overrides_and_inline_overlays() -> None:
    raw = of(TRAINING, policy={"rounding": "0.25"}, overlay={"id": "x", "unit": "credit"})
    facts = parse_facts(raw, study=True)
    assert facts.study
    assert facts.policy.overrides() == {"rounding": Decimal("0.25")}


def test_values_of_python_are_taken_as_they_are() -> None:
    moment = datetime(2025, 1, 10, 9, tzinfo=timezone(timedelta(hours=8)))
    facts = parse_facts({**of({**TRAINING, "registered_at": moment}), "as_of": date(2025, 3, 31)})
    assert facts.as_of == date(2025, 3, 31)
    assert facts.activities[0].registered_at == datetime(2025, 1, 10, 1, tzinfo=UTC)
