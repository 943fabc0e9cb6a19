"""第六条第（一）（三）项、第（六）项第1目，第五条（线下）: hours by the day, from a schedule or a window (A07, A11, A12).

按实际学时认定，原则上每天认定最多不超过8学时。 按实际天数认定，每天认定不超过8学时。
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from rules.activity import Daily, Stretch, Window
from rules.quantity import STEP, ZERO, floor_to, share_of
from rules.settings import Settings

ONE_DAY = timedelta(days=1)


def days_between(start: date, end: date) -> Iterator[date]:
    """Give every calendar day, both ends included."""
    day = start
    while day < end:
        yield day
        day += ONE_DAY
    yield end


def attended(window: Window) -> list[date]:
    """Return the days of a window over which its total is spread, in order."""
    return sorted(window.attended) if window.attended else list(days_between(window.start, window.end))


def hours_by_day(activity: Daily, settings: Settings) -> tuple[dict[date, Decimal], Decimal]:
    """Return the hours of each day before any cap, and what rounding of minutes took in all."""
    if activity.window is not None:
        return _spread(activity.window, activity.total_hours or ZERO), ZERO
    hours: dict[date, Decimal] = {}
    minutes: dict[date, Decimal] = {}
    for stretch in activity.schedule or ():
        kept = minutes if stretch.unit == "minutes" else hours
        value = _daily(stretch, settings)
        for day in days_between(stretch.start, stretch.end):
            kept[day] = kept[day] + value if day in kept else value
    lost = ZERO
    for day, of_day in minutes.items():
        exact = Fraction(of_day) / settings.class_hour_minutes
        booked = floor_to(exact, settings.rounding)
        lost += floor_to(exact, STEP) - booked
        hours[day] = hours.get(day, ZERO) + booked
    return hours, lost


def _daily(stretch: Stretch, settings: Settings) -> Decimal:
    match stretch.unit:
        case "full_day":
            return settings.full_day
        case "half_day":
            return settings.half_day
        case _:
            return stretch.value or ZERO


def _spread(window: Window, total: Decimal) -> dict[date, Decimal]:
    """Spread a total evenly over the attended days: hundredths, whose parts sum to the whole wherever a year cuts them."""
    days = attended(window)
    upto = [share_of(total, number, len(days)) for number in range(len(days) + 1)]
    return {day: upto[number + 1] - upto[number] for number, day in enumerate(days)}
