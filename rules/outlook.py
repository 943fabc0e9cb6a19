"""What a year still lacks, and where there is still room: asked of the engine itself, by deciding again with one more record."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from rules.completion import Deemed
from rules.decision import Decision
from rules.engine import decide
from rules.facts import Facts, parse_facts
from rules.library import Library
from rules.quantity import ZERO
from rules.scalars import YEAR_HOURS

UNCAPPED = ("training", "academic", "public_online", "public_offline")
_PROBE = "what-if"
"""The id of the record that is added; a record of that name is stepped aside for."""


@dataclass(frozen=True, slots=True)
class Room:
    """How many more hours a category can bring this year; None where only the day limits it."""

    category: str
    hours: Decimal | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """Hours that are still missing, and the categories that can bring them (never one whose cap is full)."""

    professional: Decimal
    public: Decimal
    total: Decimal
    """All that is missing, professional and public included."""
    rooms: tuple[Room, ...]


def look_ahead(facts: Facts, decision: Decision, library: Library) -> Outlook:
    """Say what `decision`, made from `facts`, still lacks."""
    need = decision.required
    deemed = any(flag == Deemed.PROFESSIONAL for flag, _ in decision.deemed_articles)
    professional = ZERO if deemed else max(ZERO, need.professional - decision.professional)
    public = max(ZERO, need.public - decision.public)
    counted = max(decision.professional, need.professional) + decision.public if deemed else decision.total
    total = max(ZERO, need.total - counted, professional + public)
    if deemed:
        public = total  # professional hours help again only beyond what is deemed
    if decision.complete:
        professional = public = total = ZERO
    rooms = [Room(category, None) for category in UNCAPPED]
    for category, probe in _probes(facts.year).items():
        hours = _gain(facts, decision, category, probe, library)
        if hours:
            rooms.append(Room(category, hours))
    return Outlook(professional, public, total, tuple(rooms))


def _probes(year: int) -> dict[str, dict[str, Any]]:
    most = YEAR_HOURS
    every_day = [{"from": f"{year}-01-01", "to": f"{year}-12-31", "unit": "full_day"}]
    return {
        "self_study": {"kind": _WORD, "year": year, "determined_hours": most, "archive": True},
        "achievement": {"kind": _WORD, "achieved_on": f"{year}-01-01", "determined_hours": most},
        "contest": {"held_on": f"{year}-01-01", "determined_hours": most, "recognised_by_authority": True},
        "expert_service": {"invited": True, "schedule": every_day},
    }


_WORD = "any"


def _gain(
    facts: Facts, decision: Decision, category: str, probe: dict[str, Any], library: Library
) -> Decimal:
    taken = {activity.id for activity in facts.activities}
    name = _PROBE
    while name in taken:
        name += "'"
    record = {
        "id": name,
        "category": category,
        "channel": "declared",
        "status": "registered",
        "registered_at": f"{facts.as_of}T00:00:00+08:00",
        **probe,
    }
    added = parse_facts({"year": facts.year, "as_of": facts.as_of, "activities": [record]}).activities
    again = decide(facts.model_copy(update={"activities": facts.activities + added}), library)
    return again.categories.get(category, ZERO) - decision.categories.get(category, ZERO)
