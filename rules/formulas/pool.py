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
from typing import Literal, get_args

from rules.quantity import ZERO

NO_LIMIT = Decimal("Infinity")
"""Stands for a cap that there is not: exact in comparisons, and still infinite when hours are taken from it."""


Kind = Literal["public", "uncapped", "expert"]
"""How hours take part in the pool."""
KINDS: tuple[Kind, ...] = get_args(Kind)


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
            case "public":
                self.public_wanted += hours
            case "uncapped":
                self.uncapped_wanted += hours
            case _:
                self.expert_wanted += hours

    def short_of(self, kind: Kind) -> tuple[Decimal, Decimal] | None:
        """Return what the day leaves to a kind and what the kind gets, or None where it gets all that is wanted.

        Only a cap on the year makes the two differ.
        """
        match kind:
            case "public":
                return None if self.public == self.public_wanted else (self.public, self.public)
            case "uncapped":
                return None if self.uncapped == self.uncapped_wanted else (self.uncapped, self.uncapped)
            case _:
                if self.expert == self.expert_wanted:
                    return None
                return min(self.expert_wanted, self.free + self.expert), self.expert

    @property
    def free(self) -> Decimal:
        return self.room - self.public - self.uncapped - self.expert

    @property
    def tight(self) -> bool:
        """Whether some kind gets less than is wanted."""
        given = self.public, self.uncapped, self.expert
        return given != (self.public_wanted, self.uncapped_wanted, self.expert_wanted)


def allocate(
    days: dict[date, Day], expert_room: Decimal | None, professional_needed: Callable[[Decimal], Decimal]
) -> None:
    """Give each day's hours to its three kinds; `expert_room` is what the year's cap leaves, None without one.

    `professional_needed` tells, for the pool's total, how many professional hours the year needs from it.
    """
    calendar = [days[day] for day in sorted(days)]
    experts = NO_LIMIT if expert_room is None else expert_room
    public = professional = ZERO
    # (1) keep public, then uncapped professional, then expert hours as far as the year's cap goes
    for day in calendar:
        day.public = min(day.public_wanted, day.room)
        room = day.room - day.public
        day.uncapped = min(day.uncapped_wanted, room)
        day.expert = min(day.expert_wanted, room - day.uncapped, experts)
        experts -= day.expert
        public += day.public
        professional += day.uncapped + day.expert
    lack = (
        professional_needed(public + professional) - professional
    )  # the total is final: what follows only exchanges
    if lack <= 0:
        return
    short = [day for day in calendar if day.tight]
    # (2) turn public into uncapped professional hours, as far as they are still needed
    for day in short:
        turned = max(ZERO, min(day.public, day.uncapped_wanted - day.uncapped, lack))
        day.public, day.uncapped, lack = day.public - turned, day.uncapped + turned, lack - turned
    # (3) and then into expert hours, within what is left of the year's cap
    for day in short:
        turned = max(ZERO, min(day.public, day.expert_wanted - day.expert, lack, experts))
        day.public, day.expert, lack = day.public - turned, day.expert + turned, lack - turned
        experts -= turned
