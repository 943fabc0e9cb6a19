"""Person-years a second: 12 activities each, one process, beside json.loads of the same facts.

    python bench/decide.py [seconds]

What profiling taught (one core of a shared machine):

* First 1,800 decisions a second, now 2,700 (and 1,600 with parse_facts); the aim of 5,000 is not reached. The profile
  is flat: a sixth goes into making the claims, a quarter into the days of the pool, the rest in small parts.
* What helped: sharing out a day among claims only where the day falls short of them; stopping the allocation when no
  professional hours are lacking; formatting a registration's day only when it lies after the year; resolving a pack
  once for each day that judges (`Library.settings`); two thirds of 90 once (`share_at_least`).
* The lines' sentences are not written until somebody reads them: `zh` and `en` are properties over plain figures.
* Figures are `Decimal`: in C and exact. `Fraction` is met only where minutes are turned into hours.
* Memory is no concern: some 12 kB a decision.
"""

import json
import sys
import time
import tracemalloc
from collections.abc import Callable
from decimal import Decimal
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


def rate(work: Callable[[int], object], seconds: float) -> float:
    """Calls a second, best of five runs."""
    best, number = 0.0, 0
    for _ in range(5):
        started, done = time.perf_counter(), 0
        while (passed := time.perf_counter() - started) < seconds / 5:
            work(number)
            number, done = number + 1, done + 1
        best = max(best, done / passed)
    return best


def main(seconds: float) -> None:
    library = load_library()
    years = [year_of_twelve(number) for number in range(200)]
    texts = [json.dumps(year, default=float) for year in years]
    raws = [load_json(text.encode(), "bench") for text in texts]
    facts = [parse_facts(raw) for raw in raws]
    rows: dict[str, Callable[[int], object]] = {
        "json.loads": lambda n: json.loads(texts[n % 200]),
        "parse_facts": lambda n: parse_facts(raws[n % 200]),
        "decide": lambda n: decide(facts[n % 200], library),
        "parse_facts + decide": lambda n: decide(parse_facts(raws[n % 200]), library),
        "decide + every sentence": lambda n: decide(facts[n % 200], library).to_json(),
    }
    for name, work in rows.items():
        print(f"{name:<24}{rate(work, seconds):>10,.0f} person-years a second")
    tracemalloc.start()
    decide(facts[0], library)
    print(f"{'memory of one decision':<24}{tracemalloc.get_traced_memory()[1] / 1e6:>10.3f} MB at most")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 2.0)
