"""每天认定不超过8学时: one pool of hours for each person and day (A09), shared without regard to order (A10).

Three kinds meet in it: public hours, professional hours of categories without a cap on the year, and expert hours,
which have one. The allocation first makes the total as large as it can be while keeping public hours, then turns public
into professional only as far as the year still needs professional hours: uncapped categories before expert hours. What
can be reached is a polymatroid, so the largest total and the needed professional hours never stand in each other's way.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum, auto

from rules.quantity import ZERO


class Kind(Enum):
    """How hours take part in the pool."""

    PUBLIC = auto()
    UNCAPPED = auto()
    EXPERT = auto()


@dataclass(slots=True)
class Day:
    """One day: what is wanted (capped by nothing yet) and what is given."""

    room: Decimal
    public_wanted: Decimal = ZERO
    uncapped_wanted: Decimal = ZERO
    expert_wanted: Decimal = ZERO
    public: Decimal = ZERO
    uncapped: Decimal = ZERO
    expert: Decimal = ZERO

    def want(self, kind: Kind, hours: Decimal) -> None:
        match kind:
            case Kind.PUBLIC:
                self.public_wanted += hours
            case Kind.UNCAPPED:
                self.uncapped_wanted += hours
            case _:
                self.expert_wanted += hours

    def short_of(self, kind: Kind) -> tuple[Decimal, Decimal] | None:
        """Return what the day leaves to a kind and what the kind gets, or None where it gets all that is wanted.

        Only a cap on the year makes the two differ.
        """
        match kind:
            case Kind.PUBLIC:
                return None if self.public == self.public_wanted else (self.public, self.public)
            case Kind.UNCAPPED:
                return None if self.uncapped == self.uncapped_wanted else (self.uncapped, self.uncapped)
            case _:
                if self.expert == self.expert_wanted:
                    return None
                return min(self.expert_wanted, self.free + self.expert), self.expert

    @property
    def free(self) -> Decimal:
        return self.room - self.public - self.uncapped - self.expert


def allocate(
    days: dict[date, Day], expert_room: Decimal | None, professional_needed: Callable[[Decimal], Decimal]
) -> None:
    """Give each day's hours to its three kinds; `expert_room` is what the year's cap leaves, None without one.

    `professional_needed` tells, for the pool's total, how many professional hours the year needs from it.
    """
    calendar = [days[day] for day in sorted(days)]
    # (1) keep public, then uncapped professional, then expert hours as far as the year's cap goes
    for day in calendar:
        day.public = min(day.public_wanted, day.room)
        day.uncapped = min(day.uncapped_wanted, day.free)
        day.expert = _least(day.expert_wanted, day.free, expert_room)
        expert_room = None if expert_room is None else expert_room - day.expert
    professional = sum((day.uncapped + day.expert for day in calendar), ZERO)
    total = professional + sum((day.public for day in calendar), ZERO)  # final: what follows only exchanges
    lack = professional_needed(total) - professional
    if lack <= 0:
        return
    # (2) turn public into uncapped professional hours, as far as they are still needed
    for day in calendar:
        turned = max(ZERO, min(day.public, day.uncapped_wanted - day.uncapped, lack))
        day.public, day.uncapped, lack = day.public - turned, day.uncapped + turned, lack - turned
    # (3) and then into expert hours, within what is left of the year's cap
    for day in calendar:
        turned = max(ZERO, _least(min(day.public, lack), day.expert_wanted - day.expert, expert_room))
        day.public, day.expert, lack = day.public - turned, day.expert + turned, lack - turned
        expert_room = None if expert_room is None else expert_room - turned


def _least(first: Decimal, second: Decimal, limit: Decimal | None) -> Decimal:
    least = min(first, second)
    return least if limit is None else min(least, limit)
