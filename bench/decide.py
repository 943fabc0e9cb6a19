"""Person-years a second: 12 activities each, one process, beside json.loads of the same facts.

    python -m bench.decide [seconds]

Each row is measured in turns with the others; the middle and the best of nine turns are printed, and how many `json.loads`
of the same facts fit into one. The aim is 5,000 decisions a second, and at most 2 MB for one.

What profiling taught (one core of a shared machine, which alone gives 5,200 to 5,600 decisions a second and before gave 4,300):

* The profile is flat: a fifth goes into making the claims, a third into the days of the pool, the rest in small parts.
  So what counts is what is done a hundred times in a decision, and there the language's small prices showed:
  comparing moments of different zones costs 1 µs (of one zone: 0.07); a class pattern on a pydantic model that does not
  match, 0.12 (a word of `category`: 0.03, and mypy narrows by it as well); reaching for an enum's member, 0.12.
* What helped before: sharing out a day among claims only where the day falls short of them; stopping the allocation when no
  professional hours are lacking, and looking for them on tight days only; resolving a pack once for each day that judges
  (`Library.settings`); two thirds of 90 once (`share_at_least`); sorting and dividing the claims once.
* A line is a named tuple: a frozen data class costs four times as much to make, and there are twelve.
* The lines' sentences are not written until somebody reads them: `zh` and `en` are properties over plain figures.
* Figures are `Decimal`: in C and exact. `Fraction` is met only where minutes are turned into hours. Whole hundredths as `int`
  would save a tenth more, at the price of two units in one program; not taken.
* The collector of garbage is no part of it (the same with it switched off), nor is memory: some 12 kB a decision.
"""

import json
import sys
import time
import tracemalloc
from collections.abc import Callable
from decimal import Decimal
from statistics import median
from typing import Any

from rules.engine import decide
from rules.facts import parse_facts
from rules.packs import load_library
from rules.reading import load_json

SHARED = {"channel": "declared", "status": "registered", "registered_at": "2024-12-30T09:00:00+08:00"}


def year_of_twelve(number: int) -> dict[str, Any]:
    """An ordinary year: trainings, a conference, expert days, self-study, papers, public courses; some days shared."""
    month = number % 6 + 1

    def days(start: int, end: int, at: int = month) -> list[dict[str, str]]:
        return [{"from": f"2024-{at:02}-{start:02}", "to": f"2024-{at:02}-{end:02}", "unit": "full_day"}]

    offline = {"category": "training", "mode": "offline"}
    study = {"category": "self_study", "year": 2024, "archive": True}
    online = {"category": "public_online", "exam_passed": True}
    records: list[dict[str, Any]] = [
        {**offline, "schedule": days(3, 5)},
        {**offline, "schedule": days(10, 12, month + 2)},
        {**offline, "schedule": days(6, 7, month + 4)},
        {"category": "academic", "schedule": days(5, 6)},
        {"category": "expert_service", "invited": True, "schedule": days(6, 8)},
        {**study, "kind": "unit", "determined_hours": 25},
        {**study, "kind": "degree", "determined_hours": 25 + number % 7},
        {"category": "achievement", "kind": "paper", "achieved_on": "2024-06-01", "determined_hours": 20},
        {
            "category": "contest",
            "held_on": "2024-07-01",
            "determined_hours": 10,
            "recognised_by_authority": True,
        },
        {**online, "total_hours": 20, "completed_on": "2024-06-01"},
        {**online, "total_hours": Decimal("9.5"), "completed_on": "2024-08-01"},
        {"category": "public_offline", "schedule": days(7, 7)},
    ]
    activities = [{"id": f"r{place}", **SHARED, **record} for place, record in enumerate(records)]
    return {"year": 2024, "as_of": "2025-03-31", "activities": activities}


def rates(rows: dict[str, Callable[[int], object]], seconds: float) -> dict[str, list[float]]:
    """Calls a second of each row, in nine turns, so that whatever else the machine does meets all of them."""
    found: dict[str, list[float]] = {name: [] for name in rows}
    for _ in range(9):
        for name, work in rows.items():
            started, done = time.perf_counter(), 0
            while (passed := time.perf_counter() - started) < seconds / 9:
                for number in range(20):
                    work(number)
                done += 20
            found[name].append(done / passed)
    return found


def main(seconds: float) -> None:
    library = load_library()
    years = [year_of_twelve(number) for number in range(20)]
    texts = [json.dumps(year, default=float) for year in years]
    raws = [load_json(text.encode(), "bench") for text in texts]
    facts = [parse_facts(raw) for raw in raws]
    found = rates(
        {
            "json.loads": lambda n: json.loads(texts[n]),
            "parse_facts": lambda n: parse_facts(raws[n]),
            "decide": lambda n: decide(facts[n], library),
            "parse_facts + decide": lambda n: decide(parse_facts(raws[n]), library),
            "decide + every sentence": lambda n: decide(facts[n], library).to_json(),
        },
        seconds,
    )
    peer = median(found["json.loads"])
    print(f"{'person-years a second':<24}{'median':>10}{'best':>10}{'json.loads in one':>20}")
    for name, row in found.items():
        print(f"{name:<24}{median(row):>10,.0f}{max(row):>10,.0f}{peer / median(row):>20.1f}")
    tracemalloc.start()
    decide(facts[0], library)
    print(f"{'memory of one decision':<24}{tracemalloc.get_traced_memory()[1] / 1e6:>10.3f} MB at most")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 4.0)
