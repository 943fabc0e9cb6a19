"""Cases in a few words: what every registered record shares is filled in, days are written as a calendar.

days: {2024-05-06..2024-05-10: full, 2024-05-11: half, 2024-05-12: 6, 2024-05-13: 100min}
"""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

from rules.reading import load_yaml

CASES = Path(__file__).parent / "cases"
_DAYS = {"full": "full_day", "half": "half_day"}


def cases_in(pattern: str) -> list[dict[str, Any]]:
    cases = []
    for path in sorted(CASES.glob(pattern)):
        document = load_yaml(path.read_bytes(), path.name)
        assert isinstance(document, list)
        cases += [{**case, "id": f"{path.stem}:{case['id']}"} for case in document]
    return cases


def facts_of(case: dict[str, Any]) -> dict[str, Any]:
    """The facts of a case, as parse_facts takes them."""
    year = case["year"]
    facts = {key: case[key] for key in case.keys() - {"id", "what", "year", "records", "gives"}}
    return exact(
        {
            "year": year,
            "as_of": f"{year + 1}-03-31",
            **facts,
            "activities": [activity(name, record, year) for name, record in case["records"].items()],
        }
    )


def activity(name: str, record: dict[str, Any], year: int) -> dict[str, Any]:
    record = dict(record)
    if "days" in record:
        record["schedule"] = [stretch(span, value) for span, value in record.pop("days").items()]
    if record["category"] == "training":
        record.setdefault("mode", "offline")
    registered = {"status": "registered", "registered_at": f"{year + 1}-01-10T09:00:00+08:00"}
    if "status" in record:
        registered = {}
    return {"id": name, "channel": "declared", **registered, **record}


def stretch(span: str, value: str | int) -> dict[str, Any]:
    start, _, end = span.partition("..")
    text = str(value)
    item: dict[str, Any] = {"from": start, "to": end or start}
    if text in _DAYS:
        return item | {"unit": _DAYS[text]}
    unit, figure = ("minutes", text.removesuffix("min")) if text.endswith("min") else ("hours", text)
    return item | {"unit": unit, "value": Decimal(figure)}


def exact(value: Any) -> Any:
    """Figures with a fraction, which YAML leaves as text, as Decimal."""
    if isinstance(value, dict):
        return {key: exact(item) for key, item in value.items()}
    if isinstance(value, list):
        return [exact(item) for item in value]
    return Decimal(value) if isinstance(value, str) and re.fullmatch(r"[0-9]+\.[0-9]+", value) else value
