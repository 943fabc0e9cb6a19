"""第七条: what a sector asks over several years, added up from the decisions of one person's years.

It is no part of a year's own test (第四条): a year is complete or not by itself, and its certificate says nothing of a cycle.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rules.activity import Credits
from rules.engine import decide
from rules.errors import FactsError
from rules.facts import Facts
from rules.library import Library
from rules.overlay import Overlay, yardstick_of
from rules.quantity import ZERO


@dataclass(frozen=True, slots=True)
class CycleStanding:
    """How a person stands in the cycle of which the last given year is part; figures in the overlay's unit."""

    overlay: Overlay
    years: tuple[int, ...]
    """The window's years, whether given or not."""
    have: Mapping[int, Decimal]
    """What counts, by year; a year that was not given is not there."""
    need: Decimal

    @property
    def total(self) -> Decimal:
        return sum(self.have.values(), ZERO)

    @property
    def met(self) -> bool:
        return self.total >= self.need

    @property
    def unknown(self) -> tuple[int, ...]:
        """Years of the window that were not given."""
        return tuple(year for year in self.years if year not in self.have)


def cycle_standing(years: Sequence[Facts], library: Library) -> CycleStanding:
    """Add up a cycle from one person's years, all under one overlay; the last year tells the window.

    A `fixed` window is counted from the first year that the overlay applies to, a `rolling` one ends with the last year.
    Years before the window are left out.

    Raises:
        FactsError: at /N/year or /N/overlay, N counting the years as given; or at a place in one of them.
        NoPackInForce: no loaded pack covers a year.
    """
    overlay = _one_overlay(years, library)
    for number, facts in enumerate(years):
        if facts.year in {other.year for other in years[:number]}:
            raise FactsError(
                f"/{number}/year", "每年一份 / each year once", f"{facts.year} 重复 / given twice"
            )
    cycle = overlay.cycle
    if cycle is None:
        raise FactsError(
            "/0/overlay", "有周期要求的细则 / an overlay with a cycle", f"{overlay.key} 无周期 / has none"
        )
    last = max(facts.year for facts in years)
    past = (last - overlay.applies_to.from_year) % cycle.years if cycle.window == "fixed" else cycle.years - 1
    window = tuple(range(last - past, last - past + cycle.years))
    have = {facts.year: _counted(facts, overlay, library) for facts in years if facts.year in window}
    return CycleStanding(overlay, window, dict(sorted(have.items())), cycle.total)


def _one_overlay(years: Sequence[Facts], library: Library) -> Overlay:
    names = [facts.overlay for facts in years]
    overlay = library.overlay(names[0]) if names and isinstance(names[0], str) else None
    if overlay is None:
        raise FactsError("/0/overlay", "已安装的行业细则 / an installed overlay", "没有行业细则 / no overlay")
    for number, name in enumerate(names):
        if name != overlay.key:
            raise FactsError(
                f"/{number}/overlay", overlay.key, "各年的细则须相同 / one overlay for all years"
            )
    return overlay


def _counted(facts: Facts, overlay: Overlay, library: Library) -> Decimal:
    """Return what a year brings: recognised hours; under an overlay in credits, credits, and the table's values."""
    decision = decide(facts, library)
    if overlay.unit == "hour":
        return decision.total
    yardstick = yardstick_of(overlay)
    by_id = {activity.id: activity for activity in facts.activities}
    counted = ZERO
    for line in decision.lines:
        activity = by_id[line.activity]
        if line.recognised and isinstance(activity, Credits):
            counted += activity.credits
        elif yardstick.row_for(activity) is not None:
            counted += line.recognised / (yardstick.factor or 1)
    return counted
