"""The loaded packs: which one judges a year, and with which figures."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TypeVar

from pydantic import ValidationError

from rules.errors import NoPackInForce, PackError
from rules.overlay import Overlay
from rules.pack import Activation, Ending, InterpretationNote, Law, Pack
from rules.refusals import facts_error
from rules.scalars import Frozen
from rules.settings import Settings

Model = TypeVar("Model", bound=Frozen)


class Library:
    """Immutable from outside. Of two versions of a pack, the later one judges; the earlier can still be found."""

    def __init__(  # noqa: PLR0913 - one for each kind of document
        self,
        packs: Iterable[Pack],
        *,
        overlays: Iterable[Overlay] = (),
        notes: Iterable[InterpretationNote] = (),
        activations: Iterable[Activation] = (),
        endings: Iterable[Ending] = (),
        laws: Iterable[Law] = (),
    ) -> None:
        """Check that what is loaded goes together.

        Raises:
            PackError: two documents with one key, or a note, activation or ending that names what is not loaded.
        """
        self.packs = tuple(sorted(packs, key=lambda pack: (pack.first_day, version_of(pack))))
        installed = tuple(overlays)
        self.overlays = {overlay.key: overlay for overlay in installed}
        self.notes = tuple(notes)
        self.activations = tuple(activations)
        self.endings = tuple(endings)
        self.laws = tuple(sorted(laws, key=version_of))
        self._last = {ending.ends: ending.last for ending in self.endings}
        active = {activation.pack for activation in self.activations}
        self.judging = tuple(pack for pack in self.packs if pack.level == "provincial" or pack.key in active)
        """Those that may judge: the national fallback only where an authority activated it."""
        self._on: dict[date, Pack | None] = {}
        self._citations: dict[str, dict[str, str]] = {}
        self._settled: dict[tuple[str, date], Settings] = {}
        self._read_as: dict[tuple[str, date, tuple[str, ...]], Settings] = {}
        self._sectors: dict[int, dict[str, Overlay]] = {}
        keys = [pack.key for pack in self.packs]
        others = [*(overlay.key for overlay in installed), *(note.key for note in self.notes)]
        texts = [law.key for law in self.laws]  # called as the pack that quotes them, and apart from it
        for key, times in (*Counter([*keys, *others]).items(), *Counter(texts).items()):
            if times > 1:
                raise PackError(key, "/version", "编号与版本重复 / loaded twice")
        for named, times in Counter(ending.ends for ending in self.endings).items():
            if named not in {*keys, *others}:
                raise PackError(named, "/ends", "未加载，不能终止 / not loaded, cannot be ended")
            if times > 1:
                raise PackError(named, "/ends", "已有终止 / ended twice")
        for note in self.notes:
            _check_note(note, self.packs)
        for activation in self.activations:
            if activation.pack not in keys:
                raise PackError(activation.pack, "", "未加载，不能启用 / not loaded, cannot be activated")

    def in_force(self, year: int) -> Pack:
        """Return the pack that judges `year`: the one in force on its 31 December (A35).

        Raises:
            NoPackInForce: none is.
        """
        pack = self.on(date(year, 12, 31))
        if pack is None:
            raise NoPackInForce(year)
        return pack

    def on(self, day: date) -> Pack | None:
        """Return the pack that judges `day`, if one does."""
        if day not in self._on:
            covering = [pack for pack in self.judging if pack.covers(day) and self.speaks(pack.key, day)]
            self._on[day] = max(covering, key=_precedence, default=None)
        return self._on[day]

    def expiring_in(self, year: int) -> Pack | None:
        """Return the pack whose last day lies in `year`, before its 31 December (A40)."""
        provincial = [pack for pack in self.packs if pack.level == "provincial"]
        ending = [pack for pack in provincial if self.last_day(pack).year == year]
        return max(ending, key=lambda pack: (self.last_day(pack), version_of(pack)), default=None)

    def speaks(self, key: str, day: date) -> bool:
        """Say whether no ending of the document called `id@version` lies before `day`."""
        return day <= self._last.get(key, date.max)

    def last_day(self, pack: Pack) -> date:
        """Return the last day for which a pack judges: its own, or the earlier one on which the authority ended it."""
        return min(pack.last_day, self._last.get(pack.key, date.max))

    def nearest(self, day: date) -> Pack:
        """Return the pack in force on `day`, else the last one before it, else the first."""
        provincial = [pack for pack in self.packs if pack.level == "provincial"]
        return self.on(day) or next((p for p in reversed(provincial) if p.first_day <= day), provincial[0])

    def find(self, key: str) -> Pack | None:
        """Return the pack called `id@version`, in force or not."""
        return next((pack for pack in self.packs if pack.key == key), None)

    def note(self, key: str) -> InterpretationNote | None:
        """Return the interpretation note called `id@version`, whatever its day."""
        return next((note for note in self.notes if note.key == key), None)

    def overlay(self, key: str) -> Overlay | None:
        """Return the installed overlay called `id@version`."""
        return self.overlays.get(key)

    def sector_rules(self, year: int) -> dict[str, Overlay]:
        """Return the overlay of each title series in `year` (A29): one in force, of one id the newest version.

        Of two for one series the one that began later speaks. One that was ended is silent, and so are its versions before.
        """
        if year not in self._sectors:
            newest: dict[str, Overlay] = {}
            for overlay in sorted(self.overlays.values(), key=version_of):
                if overlay.status == "in_force" and overlay.covers(year):
                    newest[overlay.id] = overlay
            found: dict[str, Overlay] = {}
            for overlay in sorted(newest.values(), key=lambda one: (one.valid[0], version_of(one))):
                if self.speaks(overlay.key, date(year, 12, 31)):
                    found |= dict.fromkeys(overlay.applies_to.series, overlay)
            self._sectors[year] = found
        return self._sectors[year]

    def settings(self, pack: Pack, day: date) -> Settings:
        """Return the figures of `pack` on `day`, the interpretation notes that speak then applied."""
        settled = self._settled.get((pack.key, day))
        if settled is None:
            settled = self._settled[pack.key, day] = settings_of(pack, day, self.notes_on(pack, day))
        return settled

    def settings_as(self, pack: Pack, day: date, notes: Sequence[InterpretationNote]) -> Settings:
        """Return the figures of `pack` on `day` as these notes of the library read them, whatever their day."""
        key = (pack.key, day, tuple(note.key for note in notes))
        settled = self._read_as.get(key)
        if settled is None:
            settled = self._read_as[key] = settings_of(pack, day, notes)
        return settled

    def citations(self, pack: Pack) -> dict[str, str]:
        """Return the articles of a pack's provisions and parameters in citation form, by name."""
        cites = self._citations.get(pack.key)
        if cites is None:
            places = pack.provisions | {name: found.values[-1] for name, found in pack.parameters.items()}
            cites = self._citations[pack.key] = {name: place.text() for name, place in places.items()}
        return cites

    def notes_on(self, pack: Pack, day: date) -> tuple[InterpretationNote, ...]:
        """Return the notes that speak for `pack` on `day`, the latest of each parameter.

        Of one id the newest version; where that was ended, none.
        """
        begun = [note for note in self.notes if note.pack == pack.id and note.since <= day]
        newest = {note.id: note for note in sorted(begun, key=version_of)}
        latest: dict[str, InterpretationNote] = {}
        for note in sorted(newest.values(), key=lambda note: (note.since, note.decided_on, version_of(note))):
            if self.speaks(note.key, day):
                latest[note.parameter] = note
        return tuple(latest[name] for name in sorted(latest))


def settings_of(pack: Pack, day: date, notes: Iterable[InterpretationNote]) -> Settings:
    """Return the figures of `pack` on `day` as these notes read them."""
    values = {name: parameter.on(day).value for name, parameter in pack.parameters.items()}
    return Settings.model_validate(values | {note.parameter: note.value for note in notes})


def _precedence(pack: Pack) -> tuple[bool, date, tuple[int, ...]]:
    return pack.level == "provincial", pack.first_day, version_of(pack)


def version_of(document: Pack | Overlay | InterpretationNote | Law) -> tuple[int, ...]:
    """Return a version as figures, so that 1.10.0 comes after 1.9.0."""
    return tuple(int(part) for part in document.version.split("."))


def read_model(model: type[Model], raw: object, name: str, prefix: str = "") -> Model:
    """Validate a document of the rules.

    Raises:
        PackError: with the place and what was expected.
    """
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        found = facts_error(error)
        raise PackError(
            name, prefix + found.pointer, f"{found.message}；应为 / expected: {found.expected}"
        ) from None


def _check_note(note: InterpretationNote, packs: tuple[Pack, ...]) -> None:
    named = [pack for pack in packs if pack.id == note.pack]
    if not named:
        raise PackError(note.document, "/pack", f"未加载 {note.pack} / {note.pack} is not loaded")
    for pack in named:
        if note.parameter not in pack.parameters:
            raise PackError(
                note.document, "/parameter", f"{note.pack} 无此参数 / no such parameter of {note.pack}"
            )
        values = {name: found.on(note.since).value for name, found in pack.parameters.items()}
        read_model(Settings, values | {note.parameter: note.value}, note.document, "")
