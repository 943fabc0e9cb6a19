"""Rosters: what is wrong with a file is told with its place, and nothing else of the file is touched."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from issuer.errors import InputRefused
from issuer.registration.roster import read_roster
from rules.errors import InputError

PEOPLE: list[dict[str, Any]] = json.loads((Path(__file__).parents[2] / "demo/people.json").read_text("utf-8"))


def read(people: object) -> Any:
    return read_roster(json.dumps(people, ensure_ascii=False).encode(), "people.json")


def altered(path: str, value: object, position: int = 3) -> list[dict[str, Any]]:
    """The demo's people with one value changed, added or (Ellipsis) removed in one entry."""
    people = copy.deepcopy(PEOPLE)
    place: Any = people[position]
    *steps, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    for step in steps:
        place = place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return people


def test_the_demo_people_are_in_order() -> None:
    roster = read(PEOPLE)
    assert not roster.problems
    assert [entry.name for entry in roster.entries] == [person["person"]["name"] for person in PEOPLE]


@pytest.mark.parametrize(
    ("path", "value", "pointer", "expected"),
    [
        pytest.param(
            "person/identifier", "629901199111300267", "/3/person/identifier", "GB 11643", id="check digit"
        ),
        pytest.param("person/identifier", ..., "/3/person/identifier", "required", id="missing field"),
        pytest.param("person/phone", "1", "/3/person/phone", "no such field", id="unknown field"),
        pytest.param(
            "person/id_type", "library_card", "/3/person/id_type", "resident_id", id="kind of document"
        ),
        pytest.param("person/name", "", "/3/person/name", "1 to", id="empty name"),
        pytest.param("person/name", "苏\u202e晴", "/3/person/name", "print", id="bidirectional name"),
        pytest.param(
            "affiliation/kind", "friends", "/3/affiliation/kind", "local_unit", id="kind of affiliation"
        ),
        pytest.param("facts/year", "soon", "/3/facts/year", "", id="year is a word"),
        pytest.param(
            "facts/activities/0/category",
            "sports",
            "/3/facts/activities/0/category",
            "training",
            id="category",
        ),
        pytest.param(
            "facts/activities/0/moved_on",
            "2025-02-30",
            "/3/facts/activities/0/moved_on",
            "",
            id="no such day",
        ),
        pytest.param(
            "facts/activities/0/blocks/1/hours", -4, "/3/facts/activities/0/blocks/1/hours", "", id="negative"
        ),
        pytest.param(
            "facts/activities/0/blocks/1/hours", "many", "/3/facts/activities/0/blocks/1/hours", "", id="word"
        ),
        pytest.param("facts/policy", {"public_min": 1}, "/3/facts/policy", "", id="input never rewrites law"),
        pytest.param("facts", [], "/3/facts", "object", id="facts are a list"),
    ],
)
def test_one_bad_record(path: str, value: object, pointer: str, expected: str) -> None:
    roster = read(altered(path, value))
    assert [problem.pointer for problem in roster.problems] == [pointer]
    assert expected in roster.problems[0].expected
    assert len(roster.entries) == len(PEOPLE) - 1


def test_every_fault_of_a_person_is_told_at_once() -> None:
    people = altered("person/name", "")
    people[3]["person"]["identifier"] = "1"
    people[3]["facts"]["activities"][0]["year"] = "x"
    pointers = [problem.pointer for problem in read(people).problems]
    assert pointers == ["/3/person/name", "/3/person/identifier", "/3/facts/activities/0/year"]


def test_a_person_twice_in_one_year() -> None:
    roster = read([*PEOPLE, PEOPLE[2]])
    assert [problem.pointer for problem in roster.problems] == [f"/{len(PEOPLE)}"]
    assert "/2" in roster.problems[0].message


def test_messages_do_not_repeat_the_number() -> None:
    people = altered("person/identifier", "629901199111300267")
    assert "629901199111300267" not in str(read(people).problems[0])


@pytest.mark.parametrize(
    ("data", "place"),
    [
        pytest.param(b"[1,\n 2", "people.json:2", id="cut off"),
        pytest.param(b"\xff\xfe[", "people.json", id="not UTF-8"),
        pytest.param(b'[{"person": 1, "person": 2}]', "people.json.*person stands twice", id="a key twice"),
        pytest.param(b"", "people.json", id="empty"),
    ],
)
def test_a_file_that_is_not_json(data: bytes, place: str) -> None:
    with pytest.raises(InputError, match=place):
        read_roster(data, "people.json")


def test_a_file_that_is_no_list() -> None:
    with pytest.raises(InputRefused, match="a list"):
        read({"person": {}})


def test_twenty_thousand_people_and_one_bad() -> None:
    """Cheap copies of one entry with other numbers: the one bad record is found at its place."""
    people = []
    for number in range(20_000):
        one = {
            **PEOPLE[0],
            "person": {**PEOPLE[0]["person"], "id_type": "passport", "identifier": f"SL{number:07d}"},
        }
        people.append(one)
    people[12_345] = {**people[12_345], "affiliation": {"registrar": "", "kind": "local_unit"}}
    roster = read(people)
    assert [problem.pointer for problem in roster.problems] == ["/12345/affiliation/registrar"]
    assert len(roster.entries) == 19_999
