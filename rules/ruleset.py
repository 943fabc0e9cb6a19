"""Everything that judges one person's year: the pack's figures, interpretations, the overlay, exceptions, study overrides."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, NoReturn

from rules.activity import TransferIn
from rules.decision import Note
from rules.errors import FactsError, NoPackInForce
from rules.facts import ExceptionDecision, Facts, InlineOverlay
from rules.library import Library
from rules.overlay import Yardstick, yardstick_of, yardstick_of_inline
from rules.pack import Pack, Strength
from rules.quantity import ZERO, hours_text, share_at_least
from rules.settings import Settings

EXCEPTION_TO = {
    "self_study": "self_study_cap",
    "achievement": "achievement_cap",
    "expert_service": "expert_cap",
    "contest": "contest_cap",
    "training": "daily_cap",
    "professional": "professional_ratio",
}
"""Which parameter an exception touches. Whether it may, the parameter's strength says."""
OPEN_TO_EXCEPTION = {Strength.IN_PRINCIPLE, Strength.NORMALLY}


@dataclass(frozen=True, slots=True)
class Ruleset:
    """What judges one year. Precedence: exception, overlay, provincial pack, national fallback."""

    year: int
    pack: Pack
    settings: Settings
    decided: bool
    """False when no rules are in force on the year's 31 December: hours may count, the year stays undecided (A40)."""
    local: bool
    """False for a year before any rules, of which only the origin's conclusion is taken over."""
    cites: Mapping[str, str]
    """Articles in citation form, by the names of parameters and provisions."""
    yardstick: Yardstick | None = None
    hypothetical: bool = False
    """Whether study overrides, or an overlay that is not in force, take part."""
    exceptions: Mapping[str, ExceptionDecision] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()

    def article(self, name: str) -> str:
        return self.cites[name]

    def cap(self, category: str, of_pack: Decimal | None) -> Decimal | None:
        """Return a year's cap, or the one that an exception opened."""
        exception = self.exceptions.get(category)
        return exception.cap if exception else of_pack


def settle(facts: Facts, library: Library) -> Ruleset:
    """Find what judges the facts.

    Raises:
        NoPackInForce: no pack covers the year, and no origin has concluded it.
        FactsError: an overlay that is not installed, or an exception to what allows none.
    """
    pack, day, decided, local = _judging(facts, library)
    settings = library.settings(pack, day)
    cites = library.citations(pack)
    adopted = library.notes_on(pack, day)
    notes = [
        Note(
            "interpretation",
            cites["interpretation"],
            {
                "document": note.document,
                "day": str(note.decided_on),
                "parameter": note.parameter,
                "value": str(note.value),
            },
        )
        for note in adopted
    ]
    overrides = facts.policy.overrides()
    for name, value in overrides.items():
        detail = {"parameter": name, "value": _text(value), "normal": _text(getattr(settings, name))}
        notes.append(Note("override", cites[name], detail))
    if local and not decided:
        detail = {"year": str(facts.year), "last_day": str(library.last_day(pack))}
        notes.append(Note("no_pack_at_year_end", cites["validity"], detail))
    rules = Ruleset(
        year=facts.year,
        pack=pack,
        settings=_overridden(settings, overrides),
        decided=decided,
        local=local,
        cites=cites,
        hypothetical=bool(overrides),
        names=(pack.key, *(note.key for note in adopted)),
        notes=tuple(notes),
    )
    return _with_exceptions(_with_overlay(rules, facts, library), facts, day)


def _overridden(settings: Settings, overrides: Mapping[str, Any]) -> Settings:
    if not overrides:
        return settings
    kinds = {**settings.transfer_kind_map, **overrides.get("transfer_kind_map", {})}
    return settings.model_copy(update={**overrides, "transfer_kind_map": kinds})


def _judging(facts: Facts, library: Library) -> tuple[Pack, date, bool, bool]:
    """Return the pack, the day whose figures hold, whether the year can be decided, whether local rules cover it."""
    year_end = date(facts.year, 12, 31)
    pack = library.on(year_end)
    if pack is not None:
        return pack, year_end, True, True
    carried_on = facts.policy.after_expiry == "continue"
    ending = library.expiring_in(facts.year)
    if ending is not None:
        return ending, library.last_day(ending), carried_on, True
    nearest = library.nearest(year_end)
    if carried_on and library.last_day(nearest) < year_end:
        return nearest, library.last_day(nearest), True, True
    if any(concluded_at_origin(activity, facts.year) for activity in facts.activities):
        recognising = library.nearest(
            facts.as_of
        )  # the transfer is taken over today, whatever rules its year had
        return recognising, min(max(facts.as_of, recognising.first_day), recognising.last_day), False, False
    raise NoPackInForce(facts.year)


def concluded_at_origin(activity: object, year: int) -> bool:
    """Whether the origin has verifiably concluded `year`, a whole year before the move (A36)."""
    return (
        isinstance(activity, TransferIn)
        and activity.status == "registered"
        and activity.year == year < activity.moved_on.year
        and activity.origin_verified
        and activity.origin_complete
    )


def _with_overlay(rules: Ruleset, facts: Facts, library: Library) -> Ruleset:
    if facts.overlay is None:
        return rules
    inline = isinstance(facts.overlay, InlineOverlay)
    yardstick = (
        yardstick_of_inline(facts.overlay)
        if isinstance(facts.overlay, InlineOverlay)
        else _installed(facts, library)
    )
    hypothetical = rules.hypothetical or yardstick.sample or inline
    notes = [
        Note(
            "overlay_sample" if yardstick.sample else "overlay",
            rules.article("overlay"),
            {"overlay": yardstick.key},
        )
    ]
    if yardstick.cycle is not None:
        detail = {
            "overlay": yardstick.key,
            "years": str(yardstick.cycle.years),
            "total": hours_text(yardstick.cycle.total),
        }
        notes.append(Note("cycle_unchecked", rules.article("overlay"), detail))
    return replace(
        rules,
        yardstick=yardstick,
        hypothetical=hypothetical,
        names=(*rules.names, yardstick.key),
        notes=(*rules.notes, *notes),
    )


def _installed(facts: Facts, library: Library) -> Yardstick:
    overlay = library.overlay(str(facts.overlay))
    if overlay is None:
        _refuse_overlay(
            "已安装的行业细则 / an installed overlay: " + ", ".join(sorted(library.overlays)),
            f"没有安装 {facts.overlay} / {facts.overlay} is not installed",
        )
    if overlay.status != "in_force" and not facts.study:
        _refuse_overlay(
            "已核实并启用的行业细则 / an overlay that is confirmed and in force",
            f"{overlay.key} 为样例，使用前请核实 / {overlay.key} is a sample: confirm before use",
        )
    if not overlay.covers(facts.year) or not library.speaks(overlay.key, date(facts.year, 12, 31)):
        _refuse_overlay(
            f"{facts.year} 年有效的行业细则 / an overlay in force in {facts.year}",
            f"{overlay.key} 不适用于 {facts.year} 年 / {overlay.key} does not speak for {facts.year}",
        )
    return yardstick_of(overlay)


def _refuse_overlay(expected: str, message: str) -> NoReturn:
    raise FactsError("/overlay", expected, message)


def _with_exceptions(rules: Ruleset, facts: Facts, day: date) -> Ruleset:
    if not facts.exceptions:
        return rules
    granted: dict[str, ExceptionDecision] = {}
    notes = list(rules.notes)
    for number, exception in enumerate(facts.exceptions):
        article = _check_exception(rules, exception, number, day)
        figure = _figure(rules, exception, number)
        detail = {
            "document": exception.decision_no,
            "day": str(exception.decided_on or "—"),
            "category": exception.category,
            "value": _text(figure),
            "reason": exception.reason,
        }
        if exception.approved_by_authority:
            granted[exception.category] = exception
        notes.append(
            Note(
                "exception" if exception.approved_by_authority else "exception_not_approved", article, detail
            )
        )
    names = (f"exception:{exception.decision_no}" for _, exception in sorted(granted.items()))
    return replace(rules, exceptions=granted, names=(*rules.names, *names), notes=tuple(notes))


def _figure(rules: Ruleset, exception: ExceptionDecision, number: int) -> Decimal:
    """Return what an exception allows, which must be more than the general figure does."""
    settings = rules.settings
    general: Decimal = getattr(settings, EXCEPTION_TO[exception.category])
    if exception.minimum is not None:
        least = share_at_least(settings.professional_ratio, settings.required_total)
        name, figure, general, wider = "minimum", exception.minimum, least, exception.minimum < least
    elif exception.daily_cap is not None:
        name, figure, wider = "daily_cap", exception.daily_cap, exception.daily_cap > general
    else:
        name, figure = "cap", exception.cap or ZERO
        wider = figure > general
    if not wider:
        raise FactsError(
            f"/exceptions/{number}/{name}",
            f"比一般规定的 {hours_text(general)} 宽 / wider than the general {hours_text(general)}",
            "例外不比一般规定宽 / the exception allows no more than the general figure",
        )
    return figure


def _check_exception(rules: Ruleset, exception: ExceptionDecision, number: int, day: date) -> str:
    """Refuse an exception where the text leaves no room; return the article of the figure that it opens."""
    name = EXCEPTION_TO.get(exception.category)
    value = rules.pack.parameters[name].on(day) if name else None
    if name is None or value is None or value.strength not in OPEN_TO_EXCEPTION:
        raise FactsError(
            f"/exceptions/{number}/category",
            "“原则上”或“一般”的规定 / a figure that holds in principle or normally",
            f"{exception.category} 的规定不允许例外 / the rule on {exception.category} allows no exception",
        )
    return value.text()


def _text(value: object) -> str:
    return hours_text(value) if isinstance(value, Decimal) else str(value)
