"""The rules in force as people read them: each figure with where it comes from, and what changes from which day. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rules.changes import figure_text
from rules.library import Library
from rules.overlay import Overlay
from rules.pack import InterpretationNote, Pack
from rules.parameters import PARAMETERS, STRENGTH, Words, name_of, words_for


@dataclass(frozen=True)
class Figure:
    """A parameter as it judges: its value, and the law's place and words; `note` where the authority reads it otherwise."""

    parameter: str
    name: Words
    value: Words
    strength: Words
    article: int
    citation: str
    quote: str
    since: date
    of_law: Words
    note: InterpretationNote | None = None
    ambiguity: str | None = None


@dataclass(frozen=True)
class YearRules:
    """What judges a year, on its 31 December (A35). No pack: the year cannot be decided."""

    year: int
    pack: Pack | None
    figures: tuple[Figure, ...]
    sectors: tuple[tuple[str, Overlay], ...]
    """Title series, and the sector's rule that speaks for it."""


@dataclass(frozen=True)
class Coming:
    """Something that changes with a day."""

    day: date
    what: Words
    key: str


def rules_of(library: Library, year: int) -> YearRules:
    """The figures of a year."""
    day = date(year, 12, 31)
    pack = library.on(day)
    sectors = tuple(sorted(library.sector_rules(year).items()))
    if pack is None:
        return YearRules(year, None, (), sectors)
    return YearRules(year, pack, tuple(figures_of(library, pack, day)), sectors)


def figures_of(library: Library, pack: Pack, day: date) -> Iterator[Figure]:
    """Each figure of a pack on a day, as the notes that speak then read it."""
    settings = library.settings(pack, day)
    notes = {note.parameter: note for note in library.notes_on(pack, day)}
    for name in PARAMETERS:
        found = pack.parameters[name].on(day)
        note = notes.get(name)
        yield Figure(
            name, name_of(name), words_for(name, figure_text(getattr(settings, name))), STRENGTH[found.strength],
            found.article, found.text(), found.quote, found.since if note is None else note.since,
            words_for(name, figure_text(found.value)), note, pack.parameters[name].ambiguity,
        )  # fmt: skip


def coming(library: Library, today: date) -> list[Coming]:
    """What changes after today, by day."""
    found = [
        *_of_packs(library, today),
        *_of_notes(library, today),
        *_of_sectors(library, today),
        *(
            Coming(
                one.last + timedelta(days=1),
                (f"{one.ends} 不再适用", f"{one.ends} no longer speaks"),
                one.ends,
            )
            for one in library.endings
            if today <= one.last < date.max
        ),
    ]
    return sorted(found, key=lambda one: (one.day, one.key))


def content_of(library: Library, key: str, kind: str) -> Words:
    """What a document says, in a few words: a note's figure, otherwise a title."""
    ending = next((one for one in library.endings if one.ends == key), None)
    if kind == "ending" and ending is not None:
        return f"{key} 至 {ending.last} 为止", f"{key} until {ending.last}"
    note = library.note(key) if kind == "note" else None
    if note is not None:
        return _becomes(note.parameter, note.value)
    laws = {one.key: one for one in library.laws}
    titled = (
        laws.get(key) if kind == "law" else library.overlay(key) if kind == "overlay" else library.find(key)
    )
    return ("", "") if titled is None else (f"《{titled.title.zh}》", titled.title.en)


def _of_packs(library: Library, today: date) -> Iterator[Coming]:
    for pack in library.judging:
        if pack.first_day > today:
            yield Coming(
                pack.first_day, (f"《{pack.title.zh}》开始适用", f"{pack.title.en} begins"), pack.key
            )
        if today <= pack.last_day < date.max:
            end = pack.last_day + timedelta(days=1)
            yield Coming(end, (f"《{pack.title.zh}》到期", f"{pack.title.en} has ended"), pack.key)
        for name, parameter in pack.parameters.items():
            for value in parameter.values:
                if value.since > max(today, pack.first_day):
                    yield Coming(value.since, _becomes(name, value.value), pack.key)


def _of_notes(library: Library, today: date) -> Iterator[Coming]:
    for note in library.notes:
        if note.since > today and library.speaks(note.key, note.since):
            yield Coming(note.since, _becomes(note.parameter, note.value), note.key)


def _of_sectors(library: Library, today: date) -> Iterator[Coming]:
    for overlay in library.overlays.values():
        first = max(overlay.valid[0], date(overlay.applies_to.from_year, 1, 1))
        if overlay.status == "in_force" and first > today:
            yield Coming(
                first, (f"行业细则《{overlay.title.zh}》开始适用", f"{overlay.title.en} begins"), overlay.key
            )


def _becomes(parameter: str, value: object) -> Words:
    name, its = name_of(parameter), words_for(parameter, figure_text(value))
    return f"{name[0]}改为 {its[0]}", f"{name[1]}: {its[1]}"


def in_runs(years: Sequence[int]) -> str:
    """Write years shortly: 2024–2026, 2028."""
    runs: list[list[int]] = []
    for year in sorted(years):
        if runs and runs[-1][-1] == year - 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return "、".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
