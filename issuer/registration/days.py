"""The days of a declared activity, from its own fields. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from issuer.registration.reading import BY_EMPLOYER

_DAYS = ("completed_on", "achieved_on", "held_on", "approved_on", "start", "end")


def days_of(raw: Mapping[str, Any]) -> tuple[str, str]:
    """First and last day as YYYY-MM-DD; a whole year where only the year is known."""
    spans = [*raw.get("schedule", ()), *([raw["window"]] if raw.get("window") else ())]
    days = [str(span[end]) for span in spans for end in ("from", "to")]
    days += [str(raw[name]) for name in _DAYS if raw.get(name)]
    if not days and "year" in raw:
        return f"{raw['year']}-01-01", f"{raw['year']}-12-31"
    return (min(days), max(days)) if days else ("", "")


def year_of(raw: Mapping[str, Any]) -> int:
    """The year in which the last day lies: the one that a preview speaks of."""
    return int(days_of(raw)[1][:4])


def as_if_registered(raw: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The activity as it would be were it registered now: what a preview asks the rules about.

    Until the employer has reviewed, what the employer attests is taken as given: without it, nothing gets that far.
    """
    attested: dict[str, Any] = {}
    if raw["status"] in {"draft", "submitted", "returned"}:
        attested = dict.fromkeys(BY_EMPLOYER.get(str(raw["category"]), {}), True)
    return {**raw, **attested, "status": "registered", "registered_at": now.isoformat(timespec="seconds")}
