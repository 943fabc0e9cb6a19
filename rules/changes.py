"""What one set of rules decides otherwise than another: which figures of a year, and whether a person's decision."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rules.decision import Decision
from rules.inventory import plain
from rules.library import Library
from rules.quantity import hours_text

PACK = "pack"
SECTOR = "overlay"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that judges a year otherwise: a parameter, the pack (`pack`), or a series' overlay (`overlay SERIES`). None: there is none."""

    year: int
    name: str
    before: str | None
    after: str | None


def changes(before: Library, after: Library, years: Iterable[int]) -> Iterator[Change]:
    """Give what differs between two libraries, year by year: as each year is judged, on its 31 December (A35)."""
    for year in years:
        old, new = _figures(before, year), _figures(after, year)
        for name in dict.fromkeys((*old, *new)):
            if old.get(name) != new.get(name):
                yield Change(year, name, old.get(name), new.get(name))


def _figures(library: Library, year: int) -> dict[str, str]:
    found = {f"{SECTOR} {series}": overlay.key for series, overlay in library.sector_rules(year).items()}
    day = date(year, 12, 31)
    pack = library.on(day)
    if pack is None:
        return found
    settings = library.settings(pack, day)
    figures = {name: figure_text(getattr(settings, name)) for name in type(settings).model_fields}
    return {PACK: pack.key, **figures, **found}


def figure_text(value: object) -> str:
    """Write a parameter's value for people."""
    if isinstance(value, Decimal):
        return hours_text(value)
    return plain(list(value) if isinstance(value, tuple) else value)


def same_result(one: Decision, other: Decision) -> bool:
    """Whether two decisions say the same to the person: hours, what is required, what is deemed, and whether it is complete."""
    return _result(one) == _result(other)


def _result(decision: Decision) -> tuple[object, ...]:
    return (
        decision.professional,
        decision.public,
        decision.total,
        decision.required,
        decision.deemed,
        decision.complete,
    )
