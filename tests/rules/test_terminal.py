"""What is printed for people, at the widths of their terminals: nothing runs over, and reasons have the whole width."""

from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from rules.engine import decide
from rules.explain import print_comparison, print_decision, print_outlook
from rules.facts import parse_facts
from rules.inventory import print_differences, print_inventory, print_readings
from rules.outlook import look_ahead
from rules.packs import load_library
from tests.rules.samples import ONLINE, SHARED, STUDY, TRAINING
from tests.rules.shorthand import cases_in, facts_of

LIBRARY = load_library()
CONTEST = {
    **SHARED,
    "id": "k",
    "category": "contest",
    "held_on": "2024-05-08",
    "determined_hours": Decimal("31.5"),
    "recognised_by_authority": True,
}
UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"


def printed(width: int, *records: dict[str, Any]) -> str:
    raw = {"year": 2024, "as_of": "2025-03-31", "activities": records}
    out = Console(file=StringIO(), width=width, highlight=False)
    facts = parse_facts(raw, study=True)
    decision = decide(facts, LIBRARY)
    other = decide(parse_facts(raw | {"policy": {"self_study_cap": 20}}, study=True), LIBRARY)
    print_decision("甲", decision, out)
    print_outlook(decision, look_ahead(facts, decision, LIBRARY), out)
    print_comparison("self_study_cap = 20", decision, other, out)
    return _text(out)


def _text(out: Console) -> str:
    assert isinstance(out.file, StringIO)
    text = out.file.getvalue()
    assert max(cell_len(line.rstrip()) for line in text.splitlines()) <= out.width
    return text


MANY = (
    TRAINING,
    {**STUDY, "id": "b", "determined_hours": 55},
    CONTEST,
    {**ONLINE, "id": "d", "exam_passed": False},
)


@pytest.mark.parametrize("width", [80, 100, 160])
def test_a_reason_has_the_whole_width(width: int) -> None:
    lines = printed(width, *MANY).splitlines()
    assert "      −15 自学类全年累计不超过40学时，减15学时〔第六条第（二）项〕" in [
        line.rstrip() for line in lines
    ]
    assert any("(self_study_cap = 40)" in line for line in lines)


@pytest.mark.parametrize(
    ("width", "rows"),
    [
        (
            80,
            [
                "k     竞赛及其他学习  31.5    30  第六条第（六）项第3目",
                "      contest or other recognised learning",
            ],
        ),
        (
            120,
            ["k     竞赛及其他学习 contest or other recognised learning  31.5    30  第六条第（六）项第3目"],
        ),
    ],
)
def test_english_stands_beside_or_below(width: int, rows: list[str]) -> None:
    assert "\n".join(rows) + "\n" in printed(width, *MANY)


def test_the_articles_stand_under_each_other() -> None:
    lines = printed(120, *MANY).splitlines()
    heading = next(line for line in lines if line.startswith("记录"))
    rows = [line for line in lines if line[:2] in {"a ", "b ", "k ", "d "}]
    assert len(rows) == len(MANY)
    assert {cell_len(line[: line.index("第")]) for line in rows} == {
        cell_len(heading[: heading.index("条款")])
    }


def test_a_long_id_stands_above_its_row() -> None:
    text = printed(80, {**TRAINING, "id": UUID})
    assert f"{UUID}\n      培训进修 training and further study" in text


@pytest.mark.parametrize("width", [60, 100])
def test_every_case_can_be_printed(width: int) -> None:
    for case in cases_in("*.yaml"):
        if case["gives"] != "no rules":
            out = Console(file=StringIO(), width=width, highlight=False)
            print_decision(None, decide(parse_facts(facts_of(case), study=True), LIBRARY), out)
            _text(out)


def test_a_year_without_records() -> None:
    assert "没有记录 / no records" in printed(80)


@pytest.mark.parametrize("width", [80, 160])
def test_what_is_loaded(width: int) -> None:
    gansu, national = LIBRARY.find("gs-2023-03-31@1.0.0"), LIBRARY.find("cn-2015-10-01@1.0.0")
    assert gansu is not None
    assert national is not None
    out = Console(file=StringIO(), width=width, highlight=False)
    print_inventory(LIBRARY, out)
    print_differences(national, gansu, out)
    print_differences(gansu, gansu, out)
    print_readings(gansu, out)
    text = _text(out)
    assert "  gs-2023-03-31@1.0.0  2023-03-31 – 2028-03-31  有效 / in force\n" in text
    assert (
        "  − 无 none, 2015-10-01 起 (may, 第八条第三款)\n  + 8, 2023-03-31 起 (in_principle, 第六条第（一）项)\n"
        in text
    )
    assert "没有差别 / nothing differs\n" in text
    assert "    --compare ratio_basis=actual_total\n" in text
    assert text.index("daily_cap") < text.index("same figure") < text.index("class_hour_minutes")
