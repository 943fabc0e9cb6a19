"""What a decision says: lines and notes."""

import json
import re
from decimal import Decimal
from typing import Any

import pytest

from rules.activity import EVER_REGISTERED, Status
from rules.decision import Decision, hours_text
from rules.engine import decide
from rules.facts import parse_facts
from rules.packs import load_library
from rules.words import CUTS, NOTES, STATES
from tests.rules.samples import EXAM, MAJOR, ONLINE, SHARED, STUDY, TRAINING, TRANSFER, of
from tests.rules.shorthand import cases_in, facts_of

LIBRARY = load_library()


def judged(raw: dict[str, Any]) -> Decision:
    return decide(parse_facts(raw, study=True), LIBRARY)


def codes(decision: Decision) -> set[str]:
    return {note.code for note in decision.notes}


def test_a_line_says_what_was_cut_by_which_parameter() -> None:
    (line,) = judged(of({**STUDY, "determined_hours": 55})).lines
    assert line.to_json() == {
        "activity": "a",
        "category": "self_study",
        "subject": "professional",
        "claimed": "55",
        "recognised": "40",
        "article": "第六条第（二）项",
        "cuts": [
            {
                "rule": "self_study_cap",
                "amount": "15",
                "parameter": "self_study_cap",
                "value": "40",
                "article": "第六条第（二）项",
                "zh": "自学类全年累计不超过40学时，减15学时",
                "en": "self-study: at most 40 hours a year: less 15",
            }
        ],
        "zh": "自学：申报55，认定40（第六条第（二）项）；自学类全年累计不超过40学时，减15学时",
        "en": "self-study: claimed 55, recognised 40 (第六条第（二）项); self-study: at most 40 hours a year: less 15",
    }


def test_decision_as_data() -> None:
    said = judged(of(EXAM)).to_json()
    assert json.loads(json.dumps(said)) == said
    assert (said["deemed"], said["deemed_articles"]) == (
        "professional",
        [["professional", "第六条第（六）项第2目"]],
    )
    assert said["required"] == {"professional": "60", "public": "0", "total": "90"}
    assert "hypothetical" not in said
    assert judged(of(TRAINING, policy={"public_min": 1})).to_json()["hypothetical"] is True


def test_every_note_can_be_said_in_both_languages() -> None:
    for case in cases_in("*.yaml"):
        if case["gives"] != "no rules":
            for note in judged(facts_of(case)).notes:
                assert note.zh
                assert note.en
                assert note.article
                assert note.to_json()["zh"] == note.zh


@pytest.mark.parametrize("table", [CUTS, NOTES], ids=["cuts", "notes"])
def test_sentences_fill_in_the_same_in_both_languages(table: dict[str, tuple[str, str]]) -> None:
    for rule, (zh, en) in table.items():
        assert {part.split("}")[0] for part in zh.split("{")[1:]} == {
            part.split("}")[0] for part in en.split("{")[1:]
        }, rule


@pytest.mark.parametrize("status", [one for one in Status if one is not Status.REGISTERED])
def test_what_is_not_registered_says_why_in_words(status: Status) -> None:
    """No code word among them: whoever reads "superseded" in a Chinese sentence learns nothing."""
    registered = TRAINING["registered_at"] if status in EVER_REGISTERED else None
    [cut] = judged(of({**TRAINING, "status": status, "registered_at": registered})).lines[0].cuts
    assert not re.search("[a-z]", cut.zh)
    assert STATES[status][1] in cut.en


EXPERT = {**SHARED, "category": "expert_service", "invited": True}
HOURLY = {"from": "2024-05-06", "to": "2024-05-06", "unit": "hours"}
DAYS = {"from": "2024-05-06", "to": "2024-05-13", "unit": "full_day"}
REASONS = [
    (
        "minutes",
        [{**TRAINING, "schedule": [{**HOURLY, "unit": "minutes", "value": 100}]}],
        [[("rounding", "0.22", "0.5")]],
    ),
    (
        "minutes that make no half hour",
        [{**TRAINING, "schedule": [{**HOURLY, "unit": "minutes", "value": 10}]}],
        [[("rounding", "0.22", "0.5")]],
    ),
    ("one day", [{**TRAINING, "schedule": [{**HOURLY, "value": 12}]}], [[("daily_cap", "4", "8")]]),
    (
        "a shared day",
        [
            {**TRAINING, "schedule": [{**HOURLY, "value": 6}]},
            {**TRAINING, "id": "b", "schedule": [{**HOURLY, "value": 4}]},
        ],
        [[], [("person_day_pool", "2", "8")]],
    ),
    ("the experts' year", [{**EXPERT, "schedule": [DAYS]}], [[("expert_cap", "24", "40")]]),
    (
        "the experts' day and year",
        [{**TRAINING, "schedule": [{**DAYS, "unit": "half_day"}]}, {**EXPERT, "id": "b", "schedule": [DAYS]}],
        [[], [("person_day_pool", "32", "8")]],
    ),
    (
        "two experts, the day before the year",
        [{**EXPERT, "schedule": [DAYS]}, {**EXPERT, "id": "b", "schedule": [{**DAYS, "unit": "half_day"}]}],
        [[("expert_cap", "24", "40")], [("person_day_pool", "32", "8")]],
    ),
    (
        "public hours, then the experts' year",
        [
            {**EXPERT, "schedule": [{**DAYS, "to": "2024-05-11"}]},
            {
                **SHARED,
                "id": "b",
                "category": "public_offline",
                "schedule": [{**DAYS, "from": "2024-05-11", "to": "2024-05-11", "unit": "half_day"}],
            },
        ],
        [[("person_day_pool", "4", "8"), ("expert_cap", "4", "40")], []],
    ),
    ("no archive", [{**STUDY, "archive": False}], [[("self_study_archive_required", "9", None)]]),
    ("another year", [{**STUDY, "year": 2023}], [[("other_year", "9", None)]]),
    ("an examination in part", [{**EXAM, "all_subjects_passed": False}], [[("exam_partial", "0", None)]]),
]


@pytest.mark.parametrize(("records", "cuts"), [pytest.param(*reason[1:], id=reason[0]) for reason in REASONS])
def test_what_took_the_hours(
    records: list[dict[str, Any]], cuts: list[list[tuple[str, str, str | None]]]
) -> None:
    lines = judged({**of(TRAINING), "activities": records}).lines
    assert [[(cut.rule, hours_text(cut.amount), cut.value) for cut in line.cuts] for line in lines] == cuts


def test_a_gate_names_its_parameter() -> None:
    (line,) = judged(of({**STUDY, "archive": False})).lines
    assert line.cuts[0].parameter == "self_study_archive_required"
    (line,) = judged(of({**EXAM, "listed": False})).lines
    assert line.cuts[0].parameter is None


def test_hours_made_up_elsewhere_name_the_year() -> None:
    deferral = {
        "year": 2023,
        "reason_code": "health",
        "employer_certificate": True,
        "approved": True,
        "due": "2024-12-31",
    }
    (line,) = judged(of({**TRAINING, "makes_up_year": 2023}, deferrals=[deferral])).lines
    assert line.cuts[0].zh == "已指定补学2023年度，一学时只用于一年，减16学时"
    (line,) = judged(of({**STUDY, "makes_up_year": 2023}, deferrals=[deferral])).lines
    assert line.cuts[0].value == "2023"


def test_a_transfer_has_a_line_for_each_block() -> None:
    blocks = [{"kind": "public", "hours": 3}, {"kind": "elective", "hours": 2}]
    assert [line.claimed for line in judged(of({**TRANSFER, "blocks": blocks})).lines] == [3, 2]
    (line,) = judged(of({**TRANSFER, "blocks": []})).lines
    assert (line.subject, line.claimed) == (None, 0)


def test_categories_leave_zeros_out() -> None:
    assert judged({**of(TRAINING), "activities": [TRAINING, {**EXAM, "id": "x"}]}).categories == {
        "training": 16
    }


def test_notes_on_a_postponement_are_for_its_own_year() -> None:
    deferral = {
        "year": 2023,
        "reason_code": "health",
        "employer_certificate": True,
        "approved": False,
        "due": "2024-12-31",
    }
    assert "deferral_invalid" in codes(judged({**of(TRAINING, deferrals=[deferral]), "year": 2023}))
    for year in (2022, 2024):
        other = {**deferral, "year": year, "due": f"{year + 1}-12-31"}
        assert "deferral_invalid" not in codes(judged({**of(TRAINING, deferrals=[other]), "year": 2023}))


def test_what_is_deemed_is_said_and_a_postponement_is_not_called_that() -> None:
    deferral = {
        "year": 2024,
        "reason_code": "health",
        "employer_certificate": True,
        "approved": True,
        "due": "2025-12-31",
    }
    decision = judged(of(EXAM, deferrals=[deferral]))
    assert decision.deemed_articles == (
        ("professional", "第六条第（六）项第2目"),
        ("deferred", "第六条第（六）项第4目"),
    )
    assert [note.detail["flag"] for note in decision.notes if note.code == "deemed_display"] == [
        "professional"
    ]


def test_a_filed_year_is_said_to_be_deemed() -> None:
    said = [note.zh for note in judged(of(MAJOR)).notes if note.code == "deemed_display"]
    assert said == ["全年视同完成，依据第六条第（五）项；学时如实显示"]


VISIT = {
    **SHARED,
    "category": "academic",
    "schedule": [{"from": "2024-05-01", "to": "2024-05-30", "unit": "half_day"}],
}
LATE = {**TRAINING, "registered_at": "2025-04-01T00:00:00+08:00"}
IN_TIME = {**TRAINING, "registered_at": "2025-03-31T15:59:59Z"}
NOTED = [
    ("few public hours", of(TRAINING), "public_hint", True),
    ("visit of two days", of({**VISIT, "schedule": TRAINING["schedule"]}), "long_visit", False),
    ("visit of 30 days", of(VISIT), "long_visit", False),
    (
        "visit of 31 days",
        of({**VISIT, "schedule": [{"from": "2024-05-01", "to": "2024-05-31", "unit": "half_day"}]}),
        "long_visit",
        True,
    ),
    (
        "a training of 31 days, cut",
        of({**TRAINING, "schedule": [{**HOURLY, "from": "2024-05-01", "to": "2024-05-31", "value": 9}]}),
        "long_visit",
        False,
    ),
    ("registered in January", of(TRAINING), "late_registration", False),
    ("registered before the day of judgement", of(TRAINING), "registered_after_as_of", False),
    ("no designation at all", of(TRAINING), "makeup_void", False),
    ("registered on the last evening", of(IN_TIME, as_of="2025-04-30"), "late_registration", False),
    ("registered an instant later", of(LATE, as_of="2025-04-30"), "late_registration", True),
    ("registered on the day of judgement", of(IN_TIME), "registered_after_as_of", False),
    ("registered after it", of(LATE), "registered_after_as_of", True),
    ("online within its window", of({**ONLINE, "total_hours": 16}), "online_alert", False),
    ("a day cut short", of({**TRAINING, "schedule": [{**HOURLY, "value": 12}]}), "online_alert", False),
    ("hours of another year", of({**STUDY, "year": 2023}), "online_alert", False),
    (
        "minutes floored",
        of({**TRAINING, "schedule": [{**HOURLY, "unit": "minutes", "value": 44}]}),
        "online_alert",
        False,
    ),
    ("online beyond its window", of({**ONLINE, "total_hours": Decimal("16.5")}), "online_alert", True),
    ("a designation without a postponement", of({**TRAINING, "makes_up_year": 2023}), "makeup_void", True),
    ("a record refused says no more", of({**LATE, "status": "reversed"}), "late_registration", False),
    (
        "a late one after one that is refused",
        {
            **of(LATE, as_of="2025-04-30"),
            "activities": [{**TRAINING, "status": "reversed"}, {**LATE, "id": "b"}],
        },
        "late_registration",
        True,
    ),
    (
        "in time, after an odd year",
        {
            "year": 2025,
            "as_of": "2026-03-31",
            "activities": [{**STUDY, "year": 2025, "registered_at": "2026-03-31T09:00:00+08:00"}],
        },
        "late_registration",
        False,
    ),
]


@pytest.mark.parametrize(("raw", "code", "there"), [pytest.param(*noted[1:], id=noted[0]) for noted in NOTED])
def test_notes(raw: dict[str, Any], code: str, *, there: bool) -> None:
    assert (code in codes(judged(raw))) is there


def test_public_hint_stops_at_thirty() -> None:
    online = {**SHARED, "category": "public_online", "completed_on": "2024-05-06", "exam_passed": True}
    assert "public_hint" in codes(judged(of({**online, "total_hours": Decimal("29.99")})))
    for hours in (30, 31):
        assert "public_hint" not in codes(judged(of({**online, "total_hours": hours})))
