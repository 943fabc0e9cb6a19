"""What a year still lacks, and where there is room."""

from typing import Any

from rules.engine import decide
from rules.facts import parse_facts
from rules.outlook import Outlook, look_ahead
from rules.packs import load_library
from tests.rules.samples import EXAM, STUDY, TRAINING, of

LIBRARY = load_library()


def ahead(raw: dict[str, Any]) -> Outlook:
    facts = parse_facts(raw, study=True)
    return look_ahead(facts, decide(facts, LIBRARY), LIBRARY)


def test_outlook_names_what_is_missing() -> None:
    outlook = ahead(of(TRAINING))
    assert (outlook.professional, outlook.public, outlook.total) == (44, 0, 74)


def test_outlook_with_a_public_floor() -> None:
    outlook = ahead(of(TRAINING, policy={"public_min": 50}))
    assert (outlook.professional, outlook.public, outlook.total) == (44, 50, 94)


def test_outlook_after_an_examination() -> None:
    outlook = ahead(of(EXAM))
    assert (outlook.professional, outlook.public, outlook.total) == (0, 30, 30)


def test_outlook_of_a_complete_year_is_empty() -> None:
    long = {**TRAINING, "schedule": [{"from": "2024-05-06", "to": "2024-05-17", "unit": "full_day"}]}
    outlook = ahead(of(long))
    assert (outlook.professional, outlook.public, outlook.total) == (0, 0, 0)


def test_outlook_never_suggests_a_full_category() -> None:
    rooms = {
        room.category: room.hours
        for room in ahead(of({**STUDY, "id": "what-if", "determined_hours": 40})).rooms
    }
    assert "self_study" not in rooms
    assert rooms == {
        "training": None,
        "academic": None,
        "public_online": None,
        "public_offline": None,
        "achievement": 40,
        "contest": 30,
        "expert_service": 40,
    }
