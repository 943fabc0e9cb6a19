"""The rules, as programs see them."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from issuer.portal.schemas import Line, Part
from issuer.rulebook.documents import Kind
from issuer.rulebook.effect import Counted, Effect
from issuer.rulebook.figures import Coming, Figure, YearRules
from issuer.rulebook.proposing import State, Step
from issuer.rulebook.reading import Document, Own

Text = Annotated[str, Field(min_length=1, max_length=200_000)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class DraftAsked(Part):
    """A document of the rules, as YAML (`xueshi rules schema KIND`), on a document (文号) and for a reason."""

    text: Text
    document_no: Annotated[Line, Field(max_length=60)]
    reason: Line


class StepAsked(Part):
    """A step with a document, by the SHA-256 of the text that was read; a reason where it is refused or taken back."""

    step: Step
    sha256: Digest
    words: Annotated[str, Field(max_length=400)] = ""


class Words(Part):
    """Words in both languages."""

    zh: str
    en: str


class NoteAnswer(Part):
    """The interpretation that reads a parameter otherwise than the law's text alone."""

    key: str
    document: str
    decided_on: date
    since: date
    text: Words


class FigureAnswer(Part):
    """A parameter as it judges a year: its value in words, the law's place and words, and how firmly they speak."""

    parameter: str
    name: Words
    value: Words
    strength: Words
    citation: str
    quote: str
    since: date
    note: NoteAnswer | None


class SectorAnswer(Part):
    """A title series whose years a sector's rule judges."""

    series: str
    overlay: str


class ComingAnswer(Part):
    """Something that changes with a day."""

    day: date
    what: Words
    key: str


class OwnAnswer(Part):
    """A document of the authority's own that is in force. `id`: null for one that lies in the instance's folder."""

    id: UUID | None
    kind: Kind
    key: str
    name: str
    sha256: str
    first: date
    last: date | None
    document_no: str | None
    confirmed_at: datetime | None


class RulesAnswer(Part):
    """What judges a year. `pack`: null for a year without rules."""

    year: int
    pack: str | None
    figures: tuple[FigureAnswer, ...]
    sectors: tuple[SectorAnswer, ...]
    coming: tuple[ComingAnswer, ...]
    own: tuple[OwnAnswer, ...]


class DocumentAnswer(Part):
    """A document of the authority's rules. Its ETag is its state. `author`, `decider`: logins, for who oversees the rules."""

    id: UUID
    kind: Kind
    key: str
    name: str
    state: State
    sha256: str
    first: date
    document_no: str
    reason: str
    made_at: datetime
    decided_at: datetime | None
    words: str | None
    author: str | None
    decider: str | None
    text: str | None = None
    """Where one document is asked for."""


class StandingAnswer(Part):
    """What became of a document."""

    id: UUID
    state: State


class CountedAnswer(Part):
    """People of a year: how many there are, how many were looked at, and of how many of these the result differs."""

    people: int
    looked_at: int
    completed: int
    no_longer: int
    otherwise: int


class YearEffectAnswer(Part):
    """What a document means for people of a year. `serials`: documents that stay, and whose holders would be told something else."""

    year: int
    waiting: CountedAnswer
    issued: CountedAnswer
    serials: tuple[str, ...]


class ChangeAnswer(Part):
    """A figure that a year is judged by otherwise; null: there is none."""

    year: int
    name: str
    before: str | None
    after: str | None


class EffectAnswer(Part):
    """What a document changes. `undecided`: years that have rules only before, or only with it. `places`: of a pack, parameters
    with the same figures, but another day, strength or place in the law.
    """

    figures: tuple[ChangeAnswer, ...]
    years: tuple[YearEffectAnswer, ...]
    undecided: tuple[int, ...]
    places: tuple[str, ...]


def document_answer(one: Document, text: str | None = None) -> DocumentAnswer:
    """Tell of a document."""
    names = set(DocumentAnswer.model_fields) - {"text"}
    return DocumentAnswer(**{name: getattr(one, name) for name in names}, text=text)


def rules_answer(rules: YearRules, coming: list[Coming], own: tuple[Own, ...]) -> RulesAnswer:
    """Tell what judges a year."""
    return RulesAnswer(
        year=rules.year,
        pack=None if rules.pack is None else rules.pack.key,
        figures=tuple(map(_figure, rules.figures)),
        sectors=tuple(SectorAnswer(series=series, overlay=one.key) for series, one in rules.sectors),
        coming=tuple(ComingAnswer(day=one.day, what=_words(one.what), key=one.key) for one in coming),
        own=tuple(map(_own, own)),
    )


def effect_answer(effect: Effect) -> EffectAnswer:
    """Tell what a document changes."""
    figures = [
        ChangeAnswer(year=one.year, name=one.name, before=one.before, after=one.after)
        for one in effect.figures
    ]
    years = [
        YearEffectAnswer(
            year=one.year, waiting=_counted(one.waiting), issued=_counted(one.issued), serials=one.serials
        )
        for one in effect.years
    ]
    return EffectAnswer(
        figures=tuple(figures), years=tuple(years), undecided=effect.undecided, places=effect.places
    )


def _counted(one: Counted) -> CountedAnswer:
    return CountedAnswer(**{name: getattr(one, name) for name in CountedAnswer.model_fields})


def _words(words: tuple[str, str]) -> Words:
    return Words(zh=words[0], en=words[1])


def _figure(one: Figure) -> FigureAnswer:
    note = None
    if one.note is not None:
        its = one.note
        text = Words(zh=its.text.zh, en=its.text.en)
        note = NoteAnswer(
            key=its.key, document=its.document, decided_on=its.decided_on, since=its.since, text=text
        )
    return FigureAnswer(
        parameter=one.parameter,
        name=_words(one.name),
        value=_words(one.value),
        strength=_words(one.strength),
        citation=one.citation,
        quote=one.quote,
        since=one.since,
        note=note,
    )


def _own(one: Own) -> OwnAnswer:
    its = one.document
    return OwnAnswer(
        id=None if its is None else its.id,
        kind=one.kind,
        key=one.key,
        name=one.name,
        sha256=one.sha256,
        first=one.first,
        last=None if one.ending is None else one.ending.last,
        document_no=None if its is None else its.document_no,
        confirmed_at=None if its is None else its.decided_at,
    )
