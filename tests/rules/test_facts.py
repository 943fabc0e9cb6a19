"""Facts that cannot be judged: the place, what was expected, in both languages. Nothing is guessed."""

from copy import deepcopy
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from rules.errors import FactsError
from rules.facts import parse_facts

TRAINING = {
    "id": "a",
    "category": "training",
    "channel": "declared",
    "status": "registered",
    "registered_at": "2025-01-10T09:00:00+08:00",
    "mode": "offline",
    "schedule": [{"from": "2024-05-06", "to": "2024-05-07", "unit": "full_day"}],
}
SHARED = {key: TRAINING[key] for key in ("id", "channel", "status", "registered_at")}
WINDOW = {key: value for key, value in TRAINING.items() if key != "schedule"} | {
    "window": {"from": "2024-05-06", "to": "2024-05-07"},
    "total_hours": 12,
}
ONLINE = WINDOW | {"mode": "online", "completed_on": "2024-05-07", "exam_passed": True}
STUDY = SHARED | {
    "category": "self_study",
    "kind": "unit",
    "year": 2024,
    "determined_hours": 9,
    "archive": True,
}
EXAM = SHARED | {
    "category": "exam",
    "approved_on": "2024-05-06",
    "issued_on": "2024-06-06",
    "listed": True,
    "all_subjects_passed": True,
}
MAJOR = SHARED | {
    "category": "major_assignment",
    "start": "2024-03-01",
    "end": "2025-02-28",
    "employer_certificate": True,
    "provincial_filing": True,
    "filed_years": [2024],
}
TRANSFER = SHARED | {
    "category": "transfer_in",
    "year": 2024,
    "origin_region": "440000",
    "blocks": [{"kind": "public", "hours": 3}],
    "moved_on": "2024-03-01",
    "origin_verified": True,
    "origin_complete": True,
}
FACTS = {"year": 2024, "as_of": "2025-03-31", "activities": [TRAINING]}
DEFERRAL = {
    "year": 2023,
    "reason_code": "health",
    "employer_certificate": True,
    "approved": True,
    "due": "2024-12-31",
}
EXCEPTION = {
    "category": "self_study",
    "cap": 52,
    "approved_by_authority": True,
    "reason": "示例",
    "decision_no": "示例1号",
}
ABSENT = object()


def changed(value: Any, path: str, new: Any) -> Any:
    """A copy of `value` with the member at a JSON pointer changed, or taken away."""
    value = deepcopy(value)
    here = value
    *steps, last = [int(step) if step.isdigit() else step for step in path.strip("/").split("/")]
    for step in steps:
        here = here[step]
    if new is ABSENT:
        del here[last]
    else:
        here[last] = new
    return value


def of(activity: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"year": 2024, "as_of": "2025-03-31", "activities": [activity], **more}


A = "/activities/0"
REFUSED = [
    # shape
    ("not an object", [], "", "object"),
    ("no year", changed(FACTS, "year", ABSENT), "/year", "required"),
    ("unknown field", {**FACTS, "yeer": 1}, "/yeer", "no such field"),
    ("study cannot be set", {**FACTS, "study": True}, "/study", "no such field"),
    ("no activities", changed(FACTS, "activities", ABSENT), "/activities", "required"),
    ("activities no array", changed(FACTS, "activities", {}), "/activities", "array"),
    ("an activity no object", changed(FACTS, "activities", [3]), A, ""),
    ("year as text", changed(FACTS, "year", "2024"), "/year", "whole number"),
    ("year as fraction", changed(FACTS, "year", Decimal("2024.5")), "/year", "whole number"),
    ("year as boolean", changed(FACTS, "year", True), "/year", "whole number"),
    ("year of long ago", changed(FACTS, "year", 1949), "/year", "1950"),
    ("no such day", changed(FACTS, "as_of", "2025-02-29"), "/as_of", "YYYY-MM-DD"),
    ("a week is no day", changed(FACTS, "as_of", "2025-W01-1"), "/as_of", "YYYY-MM-DD"),
    ("a day without dashes", changed(FACTS, "as_of", "20250331"), "/as_of", "YYYY-MM-DD"),
    ("a moment is no day", changed(FACTS, "as_of", datetime(2025, 3, 31, tzinfo=UTC)), "/as_of", "YYYY"),
    ("category missing", of({"id": "a"}), f"{A}/category", "required"),
    ("category unknown", of({**TRAINING, "category": "reading"}), f"{A}/category", "training"),
    ("status unknown", of({**TRAINING, "status": "done"}), f"{A}/status", "registered"),
    ("channel unknown", of({**TRAINING, "channel": "fax"}), f"{A}/channel", "declared"),
    ("unit unknown", changed(FACTS, f"{A}/schedule/0/unit", "week"), f"{A}/schedule/0/unit", "full_day"),
    ("empty schedule", changed(FACTS, f"{A}/schedule", []), f"{A}/schedule", "at least one"),
    ("subject contradicts", of({**TRAINING, "subject": "public"}), f"{A}/subject", "professional"),
    ("a word for yes", of({**STUDY, "archive": "yes"}), f"{A}/archive", "true or false"),
    ("a region of five", of({**TRANSFER, "origin_region": "44000"}), f"{A}/origin_region", "[0-9]{6}"),
    ("empty id", of({**TRAINING, "id": ""}), f"{A}/id", "empty"),
    ("a pointer is escaped", {**FACTS, "a/b~c": 1}, "/a~1b~0c", "no such field"),
    # figures
    ("negative", of({**STUDY, "determined_hours": -1}), f"{A}/determined_hours", "0"),
    ("text for a figure", of({**STUDY, "determined_hours": "9"}), f"{A}/determined_hours", "number"),
    ("a float", of({**STUDY, "determined_hours": 9.5}), f"{A}/determined_hours", "number"),
    ("a boolean figure", of({**STUDY, "determined_hours": True}), f"{A}/determined_hours", "number"),
    ("not a number", of({**STUDY, "determined_hours": Decimal("NaN")}), f"{A}/determined_hours", "number"),
    (
        "three decimals",
        of({**STUDY, "determined_hours": Decimal("9.125")}),
        f"{A}/determined_hours",
        "two decimals",
    ),
    ("more than a leap year", of({**STUDY, "determined_hours": 8785}), f"{A}/determined_hours", "8784"),
    ("astronomic", of({**STUDY, "determined_hours": Decimal("1E+999999")}), f"{A}/determined_hours", "8784"),
    # moments
    ("no zone", of({**TRAINING, "registered_at": "2025-01-10T09:00:00"}), f"{A}/registered_at", "zone"),
    ("no such hour", of({**TRAINING, "registered_at": "2025-01-10T25:00:00Z"}), f"{A}/registered_at", "zone"),
    (
        "before time",
        of({**TRAINING, "registered_at": "0001-01-01T00:00:00+08:00"}),
        f"{A}/registered_at",
        "zone",
    ),
    ("registered, no moment", changed(FACTS, f"{A}/registered_at", ABSENT), f"{A}/registered_at", "moment"),
    ("a draft with a moment", of({**TRAINING, "status": "draft"}), f"{A}/registered_at", "moment"),
    # contradictions
    ("one id twice", {**FACTS, "activities": [TRAINING, TRAINING]}, "/activities/1/id", "one id"),
    (
        "ends before it starts",
        changed(FACTS, f"{A}/schedule/0/to", "2024-05-05"),
        f"{A}/schedule/0/to",
        "not before from",
    ),
    (
        "longer than ten years",
        changed(FACTS, f"{A}/schedule/0/to", "2034-05-15"),
        f"{A}/schedule/0/to",
        "ten years",
    ),
    (
        "hours without value",
        changed(FACTS, f"{A}/schedule/0/unit", "hours"),
        f"{A}/schedule/0/value",
        "figure",
    ),
    ("a full day with value", changed(FACTS, f"{A}/schedule/0/value", 8), f"{A}/schedule/0/value", "figure"),
    (
        "25 hours in a day",
        changed(
            FACTS, f"{A}/schedule", [{"from": "2024-05-06", "to": "2024-05-06", "unit": "hours", "value": 25}]
        ),
        f"{A}/schedule/0/value",
        "24 hours",
    ),
    (
        "25 hours in two parts",
        changed(
            FACTS,
            f"{A}/schedule",
            [
                {"from": "2024-05-06", "to": "2024-05-06", "unit": "hours", "value": 20},
                {"from": "2024-05-05", "to": "2024-05-06", "unit": "minutes", "value": 241},
            ],
        ),
        f"{A}/schedule/1/value",
        "24 hours",
    ),
    ("neither schedule nor window", changed(FACTS, f"{A}/schedule", ABSENT), f"{A}/schedule", "either"),
    ("schedule and window", of({**WINDOW, "schedule": TRAINING["schedule"]}), f"{A}/schedule", "either"),
    (
        "a window without total",
        changed(of(WINDOW), f"{A}/total_hours", ABSENT),
        f"{A}/total_hours",
        "together",
    ),
    ("a total without window", of({**TRAINING, "total_hours": 8}), f"{A}/total_hours", "together"),
    (
        "a window backwards",
        changed(of(WINDOW), f"{A}/window/to", "2024-05-05"),
        f"{A}/window/to",
        "not before",
    ),
    (
        "more than the window holds",
        changed(of(WINDOW), f"{A}/total_hours", Decimal("48.01")),
        f"{A}/total_hours",
        "24",
    ),
    (
        "attended outside",
        changed(of(WINDOW), f"{A}/window/attended", ["2024-05-06", "2024-05-08"]),
        f"{A}/window/attended/1",
        "within the window",
    ),
    (
        "attended twice",
        changed(of(WINDOW), f"{A}/window/attended", ["2024-05-06", "2024-05-06"]),
        f"{A}/window/attended/1",
        "each day once",
    ),
    (
        "online, not completed",
        changed(of(ONLINE), f"{A}/completed_on", ABSENT),
        f"{A}/completed_on",
        "online",
    ),
    (
        "online, examination open",
        changed(of(ONLINE), f"{A}/exam_passed", ABSENT),
        f"{A}/exam_passed",
        "online",
    ),
    (
        "offline with a course's end",
        of({**WINDOW, "completed_on": "2024-05-07"}),
        f"{A}/completed_on",
        "online",
    ),
    (
        "completed before begun",
        of({**ONLINE, "completed_on": "2024-05-05"}),
        f"{A}/completed_on",
        "not before",
    ),
    (
        "issued before approved",
        of({**EXAM, "issued_on": "2024-05-05"}),
        f"{A}/issued_on",
        "not before approved_on",
    ),
    ("examination makes up", of({**EXAM, "makes_up_year": 2023}), f"{A}/makes_up_year", "absent"),
    ("assignment backwards", of({**MAJOR, "end": "2024-02-29"}), f"{A}/end", "not before start"),
    ("filed year outside", of({**MAJOR, "filed_years": [2024, 2026]}), f"{A}/filed_years/1", "2024 to 2025"),
    ("transferred after the move", of({**TRANSFER, "year": 2025}), f"{A}/year", "2024 at the latest"),
    (
        "unknown kind of hours",
        changed(of(TRANSFER), f"{A}/blocks/0/kind", "other"),
        f"{A}/blocks/0/kind",
        "elective",
    ),
    (
        "a capped category of public hours",
        changed(of(TRANSFER), f"{A}/blocks/0/category", "self_study"),
        f"{A}/blocks/0/category",
        "professional",
    ),
    ("born after the examination", of(EXAM, born="2024-05-06"), f"{A}/approved_on", "after the day of birth"),
    (
        "born after the course",
        of(TRAINING, born="2024-05-07"),
        f"{A}/schedule/0/from",
        "after the day of birth",
    ),
    ("born after the window", of(WINDOW, born="2024-05-07"), f"{A}/window/from", "after the day of birth"),
    (
        "due within the year",
        of(TRAINING, deferrals=[{**DEFERRAL, "due": "2023-12-31"}]),
        "/deferrals/0/due",
        "after 2023",
    ),
    ("deferred twice", of(TRAINING, deferrals=[DEFERRAL, DEFERRAL]), "/deferrals/1/year", "one a year"),
    (
        "exception twice",
        of(TRAINING, exceptions=[EXCEPTION, EXCEPTION]),
        "/exceptions/1/category",
        "one for each",
    ),
    (
        "exception of the wrong kind",
        of(TRAINING, exceptions=[{**EXCEPTION, "daily_cap": 9}]),
        "/exceptions/0/cap",
        "nothing else",
    ),
    (
        "exception without a figure",
        of(TRAINING, exceptions=[changed(EXCEPTION, "cap", ABSENT)]),
        "/exceptions/0/cap",
        "nothing else",
    ),
    # study
    ("policy", of(TRAINING, policy={"public_min": 30}), "/policy", "empty"),
    ("inline overlay", of(TRAINING, overlay={"id": "x", "unit": "credit"}), "/overlay", "installed"),
    ("overlay a number", of(TRAINING, overlay=3), "/overlay", "string"),
    (
        "overlay misspelt",
        of(TRAINING, overlay={"id": "x", "unit": "credit", "tabel": {}}),
        "/overlay/tabel",
        "no such",
    ),
]


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
