"""Overlays and exceptions: what is refused as a file, what is refused in facts, and what they change."""

from pathlib import Path
from typing import Any

import pytest

from rules.decision import Decision
from rules.engine import decide
from rules.errors import FactsError, PackError
from rules.facts import parse_facts
from rules.library import Library
from rules.packs import load_library, load_overlay
from tests.rules.documents import OVERLAY, bytes_of, written
from tests.rules.samples import DEFERRAL, EXCEPTION, SHARED, STUDY, TRAINING, changed, of

LIBRARY = load_library()


BAD_OVERLAYS = [
    ("no examples", changed(OVERLAY, "examples", []), "/examples"),
    ("minima beyond recognition", changed(OVERLAY, "scope", ["recognition", "cycle"]), "/scope"),
    ("a cycle beyond scope", changed(OVERLAY, "scope", ["recognition", "requirement"]), "/scope"),
    ("in force unchecked", changed(OVERLAY, "status", "in_force"), "/basis"),
    ("unknown key", changed(OVERLAY, "tabel", []), "/tabel"),
]


@pytest.mark.parametrize(("document", "place"), [pytest.param(*bad[1:], id=bad[0]) for bad in BAD_OVERLAYS])
def test_overlay_refused(document: Any, place: str) -> None:
    with pytest.raises(PackError) as caught:
        load_overlay(bytes_of(document), "x.yaml")
    assert caught.value.place == place


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("examples/0/expected/professional", "76"),
        ("examples/0/facts/year", 2022),
        ("examples/0/facts/as_of", "2024-02-30"),
    ],
    ids=["another answer", "a year without rules", "facts that cannot be"],
)
def test_overlay_with_a_failing_example_does_not_load(path: str, value: Any, tmp_path: Path) -> None:
    document = changed({**OVERLAY, "id": "own"}, path, value)
    with pytest.raises(PackError) as caught:
        load_library(written(tmp_path, own_overlay=document))
    assert (caught.value.name, caught.value.place) == ("own@0.1.0", "/examples/0")


def refused(raw: dict[str, Any], library: Library = LIBRARY, *, study: bool = False) -> FactsError:
    facts = parse_facts(raw, study=study)
    with pytest.raises(FactsError) as caught:
        decide(facts, library)
    return caught.value


@pytest.mark.parametrize(
    "exception",
    [
        {**EXCEPTION, "category": "contest"},
        changed({**EXCEPTION, "category": "academic", "daily_cap": 9}, "cap", None),
    ],
    ids=["可 is no 原则上", "第（三）项 has no 原则上"],
)
def test_no_exception_where_the_text_leaves_none(exception: dict[str, Any]) -> None:
    exception = {key: value for key, value in exception.items() if value is not None}
    assert refused(of(TRAINING, exceptions=[exception])).pointer == "/exceptions/0/category"


@pytest.mark.parametrize(
    ("category", "name", "figure"),
    [("self_study", "cap", 40), ("training", "daily_cap", 8), ("professional", "minimum", 60)],
)
def test_exception_no_wider_than_the_general_figure(category: str, name: str, figure: int) -> None:
    shared = {key: value for key, value in EXCEPTION.items() if key != "cap"}
    exception = {**shared, "category": category, name: figure}
    assert refused(of(TRAINING, exceptions=[exception])).pointer == f"/exceptions/0/{name}"


def test_exception_is_named_with_its_document() -> None:
    decision = decide(parse_facts(of({**STUDY, "determined_hours": 52}, exceptions=[EXCEPTION])), LIBRARY)
    assert decision.rules == ("gs-2023-03-31@1.0.0", "exception:示例1号")
    (said,) = [note for note in decision.notes if note.code == "exception"]
    assert (said.article, said.zh) == (
        "第六条第（二）项",
        "适用例外认定 示例1号（2024-12-01）：自学 按 52 学时，理由：示例",
    )
    assert decision.professional == 52


@pytest.mark.parametrize(
    ("overlay", "year", "study"),
    [
        ("sample-medical@9.9.9", 2024, True),
        ("sample-medical@0.1.0", 2024, False),
        ("sample-medical@0.1.0", 2023, False),
    ],
    ids=["not installed", "a sample outside study", "a sample outside study, earlier"],
)
def test_overlay_in_facts_refused(overlay: str, year: int, *, study: bool) -> None:
    assert refused({**of(TRAINING, overlay=overlay), "year": year}, study=study).pointer == "/overlay"


def in_force(folder: Path, **changes: Any) -> Library:
    document = {**OVERLAY, "id": "own", "status": "in_force", **changes}
    return load_library(written(folder, own_overlay=changed(document, "basis/0/checked", True)))


def test_overlay_in_force_needs_no_study(tmp_path: Path) -> None:
    credit = {
        **SHARED,
        "category": "credits",
        "subject": "professional",
        "year": 2024,
        "class": "II",
        "credits": 20,
    }
    library = in_force(tmp_path)
    decision = decide(parse_facts(of(credit, overlay="own@0.1.0")), library)
    assert (decision.rules, decision.professional, decision.hypothetical) == (
        ("gs-2023-03-31@1.0.0", "own@0.1.0"),
        60,
        False,
    )
    assert "own@0.1.0：II 已有 20，要求 15" in {note.zh for note in decision.notes}
    said = {(note.code, note.detail.get("item")) for note in decision.notes}
    assert {
        ("overlay", None),
        ("cycle_unchecked", None),
        ("minimum_met", "II"),
        ("minimum_missing", "I"),
    } <= said


def test_overlay_speaks_only_for_its_years(tmp_path: Path) -> None:
    library = in_force(
        tmp_path, applies_to={"series": ["卫生"], "from_year": 2024}, valid=["2023-03-31", "2025-12-30"]
    )
    for year in (2023, 2025):
        assert refused({**of(TRAINING, overlay="own@0.1.0"), "year": year}, library).pointer == "/overlay"
    assert decide(parse_facts(of(TRAINING, overlay="own@0.1.0")), library).total == 16


WORK = {
    **SHARED,
    "category": "achievement",
    "kind": "paper",
    "achieved_on": "2024-05-06",
    "determined_hours": 1,
}
ROW = {"match": {"category": "achievement", "kind": "paper"}, "value": "20", "cap": "30"}


def decided_with_row(folder: Path, activities: list[dict[str, Any]], **changes: Any) -> Decision:
    library = in_force(folder, replaces=["achievement"], table=[ROW], **changes)
    raw = {"year": 2024, "as_of": "2025-03-31", "activities": activities, "overlay": "own@0.1.0"}
    return decide(parse_facts(raw), library)


def test_overlay_row_has_its_own_cap_and_unit(tmp_path: Path) -> None:
    works = [{**WORK, "id": f"w{number}"} for number in range(3)]
    decision = decided_with_row(tmp_path, works)
    assert [line.recognised for line in decision.lines] == [60, 30, 0]
    assert decision.lines[1].cuts[0].zh == "行业细则规定不超过90，减30学时"


def test_overlay_can_ask_for_a_key(tmp_path: Path) -> None:
    works = [{**WORK, "id": "a"}, {**WORK, "id": "b", "event_key": "doi:1"}]
    decision = decided_with_row(tmp_path, works, once=["event_key"])
    assert [(line.recognised, [cut.rule for cut in line.cuts]) for line in decision.lines] == [
        (0, ["no_event_key"]),
        (60, []),
    ]


def test_deferral_longer_than_the_rules_allow() -> None:
    deferral = {
        "year": 2023,
        "reason_code": "health",
        "employer_certificate": True,
        "approved": True,
        "due": "2025-01-01",
    }
    assert refused(of(TRAINING, deferrals=[deferral])).pointer == "/deferrals/0/due"


def test_overlay_can_value_an_examination_as_one_event(tmp_path: Path) -> None:
    row = {"match": {"category": "exam"}, "value": "20"}
    exam = {
        **SHARED,
        "category": "exam",
        "approved_on": "2024-05-06",
        "issued_on": "2024-05-06",
        "listed": True,
        "all_subjects_passed": False,
        "subjects_passed": 2,
    }
    library = in_force(tmp_path, replaces=["exam"], table=[row])
    assert decide(parse_facts(of(exam, overlay="own@0.1.0")), library).professional == 60


def test_overlay_in_hours_needs_no_factor(tmp_path: Path) -> None:
    works = [{**WORK, "id": f"w{number}"} for number in range(3)]
    decision = decided_with_row(tmp_path, works, unit="hour", to_hours={"classes": {"I": "3", "II": "3"}})
    assert [line.recognised for line in decision.lines] == [20, 10, 0]


def test_an_exception_for_training_leaves_the_reason_of_other_cuts_alone() -> None:
    visit = {"from": "2024-05-06", "to": "2024-05-06", "unit": "hours", "value": 10}
    exception = {
        **{key: value for key, value in EXCEPTION.items() if key != "cap"},
        "category": "training",
        "daily_cap": 10,
    }
    academic = {**SHARED, "category": "academic", "schedule": [visit]}
    (line,) = decide(parse_facts(of(academic, exceptions=[exception])), LIBRARY).lines
    assert [(cut.rule, cut.amount) for cut in line.cuts] == [("daily_cap", 2)]


def test_a_day_that_a_sector_values_takes_nothing_from_the_pool_even_for_another_year(tmp_path: Path) -> None:
    """Outside the measure's day in its own year, so also in the year it was designated away from (Art. 7, A25)."""
    day = {"from": "2024-05-06", "to": "2024-05-06", "unit": "full_day"}
    visit = {**SHARED, "id": "v", "category": "academic", "schedule": [day], "makes_up_year": 2023}
    course = {**TRAINING, "id": "t", "schedule": [day]}
    row = {"match": {"category": "academic"}, "value": "3", "per": "day"}
    library = in_force(tmp_path, replaces=["academic"], table=[row])
    raw = {**of(visit, overlay="own@0.1.0", deferrals=[DEFERRAL]), "activities": [visit, course]}
    lines = {line.activity: line for line in decide(parse_facts(raw), library).lines}
    assert (lines["t"].recognised, lines["v"].claimed, lines["v"].recognised) == (8, 9, 0)
    assert [cut.rule for cut in lines["v"].cuts] == ["makes_up_year"]


@pytest.mark.parametrize(("passed", "hours"), [(0, 0), (1, 60), (2, 120)])
def test_an_examination_by_subjects_counts_those_that_were_passed(
    passed: int, hours: int, tmp_path: Path
) -> None:
    """No subject passed: the row does not speak, and the measure wants them all."""
    row = {"match": {"category": "exam"}, "value": "20", "per": "subject"}
    exam = {
        **SHARED,
        "category": "exam",
        "approved_on": "2024-05-06",
        "issued_on": "2024-05-06",
        "listed": True,
        "all_subjects_passed": False,
        "subjects_passed": passed,
    }
    library = in_force(tmp_path, replaces=["exam"], table=[row])
    decision = decide(parse_facts(of(exam, overlay="own@0.1.0")), library)
    assert decision.professional == hours
    assert [cut.rule for cut in decision.lines[0].cuts] == ([] if hours else ["exam_partial"])
