"""The invariants of the computation, for years that nobody thought of."""

import json
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.decision import Decision
from rules.engine import decide
from rules.facts import parse_facts
from rules.formulas.pool import Day, allocate
from rules.library import Library
from rules.pack import Pack
from rules.packs import load_library
from rules.reading import load_json
from tests.rules.years import OUTSIDE, RECORDS, YEAR, facts, pooled, stretches

LIBRARY = load_library()
POOLED = {"training", "academic", "expert_service", "public_offline"}
CAPS = {"self_study": 40, "achievement": 40, "expert_service": 40, "contest": 30}
EXAMPLES = settings(max_examples=150, deadline=None)


def judged(raw: dict[str, Any]) -> Decision:
    return decide(parse_facts(raw), LIBRARY)


@EXAMPLES
@given(
    st.lists(RECORDS, max_size=7).flatmap(
        lambda records: st.tuples(st.just(records), st.permutations(range(len(records))))
    )
)
def test_order_of_input_never_matters(drawn: tuple[list[dict[str, Any]], list[int]]) -> None:
    records, order = drawn
    raw = facts(records)
    shuffled = {**raw, "activities": [raw["activities"][place] for place in order]}
    assert judged(raw) == judged(shuffled)


@EXAMPLES
@given(st.lists(RECORDS, max_size=7), RECORDS)
def test_adding_a_record_never_lowers_the_total_nor_undoes_completion(
    records: list[dict[str, Any]], added: dict[str, Any]
) -> None:
    before, after = judged(facts(records)), judged(facts([*records, added]))
    assert after.total >= before.total
    assert after.complete >= before.complete


@EXAMPLES
@given(st.lists(RECORDS, max_size=9))
def test_sums_caps_and_explanation(records: list[dict[str, Any]]) -> None:
    decision = judged(facts(records))
    assert decision.total == decision.professional + decision.public == sum(decision.categories.values())
    assert decision.total == sum(line.recognised for line in decision.lines)
    for line in decision.lines:
        assert line.recognised >= 0
        assert line.claimed - sum(cut.amount for cut in line.cuts) == line.recognised
        assert all(cut.amount >= 0 for cut in line.cuts)
        assert line.recognised == line.recognised.quantize(Decimal("0.01"))
    for category, cap in CAPS.items():
        assert decision.categories.get(category, 0) <= cap


@EXAMPLES
@given(st.lists(pooled(days=1), max_size=6))
def test_no_day_is_above_eight(records: list[dict[str, Any]]) -> None:
    assert judged(facts(records)).total <= 8


@EXAMPLES
@given(st.lists(pooled(days=3), max_size=8), st.lists(OUTSIDE, max_size=3))
def test_no_days_are_above_eight_each(records: list[dict[str, Any]], outside: list[dict[str, Any]]) -> None:
    decision = judged(facts([*records, *outside]))
    dayless = {f"r{number}" for number in range(len(records), len(records) + len(outside))}
    assert sum(line.recognised for line in decision.lines if line.activity not in dayless) <= 24


@EXAMPLES
@given(
    st.dates(date(YEAR, 12, 20), date(YEAR, 12, 31)),
    st.integers(0, 400),
    st.integers(0, 320000).map(lambda n: Decimal(n) / 100),
)
def test_years_of_a_split_window_sum_to_the_whole(start: date, length: int, total: Decimal) -> None:
    days = length + 1
    total = min(total, Decimal(8 * days))
    window = {"from": str(start), "to": str(start + timedelta(days=length))}
    record = {"category": "training", "mode": "offline", "window": window, "total_hours": total}
    parts = [judged(facts([record], year=year)).total for year in range(YEAR, YEAR + 3)]
    assert sum(parts) == total


@EXAMPLES
@given(stretches())
def test_years_of_a_split_schedule_sum_to_the_whole(stretch: dict[str, Any]) -> None:
    days = (date.fromisoformat(stretch["to"]) - date.fromisoformat(stretch["from"])).days + 1
    at_year_end = {**stretch, "from": "2024-12-30", "to": str(date(2024, 12, 30) + timedelta(days=days - 1))}
    record = {"category": "academic"}
    whole = judged(facts([{**record, "schedule": [stretch]}])).total
    parts = [judged(facts([{**record, "schedule": [at_year_end]}], year=year)).total for year in (2024, 2025)]
    assert sum(parts) == whole


@EXAMPLES
@given(st.lists(RECORDS, max_size=5), RECORDS, st.integers(2, 4))
def test_one_key_one_credit(records: list[dict[str, Any]], record: dict[str, Any], times: int) -> None:
    keyed = {**record, "event_key": "evt:1"}
    once, often = judged(facts([*records, keyed])), judged(facts([*records, *[keyed] * times]))
    assert (once.professional, once.public, once.complete) == (
        often.professional,
        often.public,
        often.complete,
    )
    used = judged(facts([*records, keyed], keys_used_in_other_years=["evt:1"]))
    without = judged(facts(records))
    assert (used.professional, used.public, used.complete) == (
        without.professional,
        without.public,
        without.complete,
    )


@EXAMPLES
@given(st.lists(RECORDS, max_size=6))
def test_recomputation_is_identical_to_the_byte(records: list[dict[str, Any]]) -> None:
    parsed = parse_facts(facts(records))
    text = json.dumps(
        facts(records), default=float
    )  # at most two decimals: the shortest text of a float is exact
    again = parse_facts(load_json(text.encode(), "stored"))
    assert _bytes(decide(again, load_again())) == _bytes(decide(parsed, LIBRARY))


def load_again() -> Library:
    return Library(LIBRARY.packs, overlays=LIBRARY.overlays.values())


def _bytes(decision: Decision) -> bytes:
    return json.dumps(decision.to_json(), ensure_ascii=False).encode()


@EXAMPLES
@given(st.lists(RECORDS, max_size=5))
def test_a_later_pack_alters_only_years_it_covers(records: list[dict[str, Any]]) -> None:
    library = Library([*LIBRARY.packs, successor(required_total="120")])
    assert decide(parse_facts(facts(records)), library) == judged(facts(records))
    undecided = facts([], year=2028)
    assert decide(parse_facts(undecided), library).required.total == 120
    assert decide(parse_facts(undecided), LIBRARY).required.total == 90


def successor(**figures: str) -> Pack:
    """The measure again, from the day after its last, with other figures."""
    gansu = LIBRARY.in_force(YEAR)
    start = gansu.last_day + timedelta(days=1)
    raw = gansu.model_dump(mode="json", by_alias=True)
    raw |= {"id": "gs-2028-04-01", "valid": [str(start), None]}
    for name, parameter in raw["parameters"].items():
        parameter["values"] = [{**parameter["values"][-1], "from": str(start)}]
        if name in figures:
            parameter["values"][0]["value"] = figures[name]
    return Pack.model_validate(raw)


SMALL = st.integers(0, 3)
WANTED = st.lists(st.tuples(SMALL, SMALL, SMALL, SMALL), min_size=1, max_size=3)


@settings(max_examples=300, deadline=None)
@given(WANTED, st.one_of(st.none(), st.integers(0, 5)), st.integers(0, 9))
def test_allocation_is_the_best_of_all(
    wanted: list[tuple[int, int, int, int]], expert_room: int | None, needed: int
) -> None:
    """Against every allocation there is: the largest total, then professional up to what is needed, then public."""
    days = {
        date(YEAR, 5, number + 1): Day(Decimal(room), Decimal(public), Decimal(uncapped), Decimal(expert))
        for number, (room, public, uncapped, expert) in enumerate(wanted)
    }
    allocate(days, None if expert_room is None else Decimal(expert_room), lambda _: Decimal(needed))
    public = sum(day.public for day in days.values())
    professional = sum(day.uncapped + day.expert for day in days.values())
    assert (professional + public, professional, public) == best(wanted, expert_room, needed)
    for day in days.values():
        assert 0 <= day.public <= day.public_wanted
        assert 0 <= day.uncapped <= day.uncapped_wanted
        assert 0 <= day.expert <= day.expert_wanted
        assert day.free >= 0
    if expert_room is not None:
        assert sum(day.expert for day in days.values()) <= expert_room


def best(
    wanted: list[tuple[int, int, int, int]], expert_room: int | None, needed: int
) -> tuple[int, int, int]:
    ways = [
        [
            way
            for way in product(range(public + 1), range(uncapped + 1), range(expert + 1))
            if sum(way) <= room
        ]
        for room, public, uncapped, expert in wanted
    ]
    found: set[tuple[int, int]] = set()
    for plan in product(*ways):
        if expert_room is None or sum(way[2] for way in plan) <= expert_room:
            found.add((sum(way[1] + way[2] for way in plan), sum(way[0] for way in plan)))
    professional, public = max(found, key=lambda pair: (sum(pair), min(pair[0], needed), pair[1]))
    return professional + public, professional, public


@pytest.mark.parametrize("needed", [0, 60])
def test_allocation_on_a_full_calendar(needed: int) -> None:
    """Every day of a leap year wanted by all three kinds: 8 a day, experts never above 40."""
    start = date(YEAR, 1, 1)
    days = {
        start + timedelta(days=n): Day(Decimal(8), Decimal(8), Decimal(3), Decimal(8)) for n in range(366)
    }
    allocate(days, Decimal(40), lambda _: Decimal(needed))
    assert sum(day.public + day.uncapped + day.expert for day in days.values()) == 8 * 366
    assert sum(day.uncapped + day.expert for day in days.values()) == needed
