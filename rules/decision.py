"""What the engine answers: frozen, exact, and explained line by line."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from rules import words
from rules.completion import Deemed, Required
from rules.quantity import hours_text

__all__ = ["Cut", "Decision", "Deemed", "Line", "Note", "Required", "hours_text"]


@dataclass(frozen=True, slots=True)
class Cut:
    """Hours that a rule took from a claim."""

    rule: str
    """The rule's id, such as `self_study_cap`; `words.CUTS` has its sentences."""
    amount: Decimal
    parameter: str | None
    """The parameter of the pack that decided, where one did."""
    value: str | None
    article: str
    """In citation form: 第六条第（六）项第2目."""

    @property
    def zh(self) -> str:
        return words.cut_zh(self.rule, self.amount, self.value)

    @property
    def en(self) -> str:
        return words.cut_en(self.rule, self.amount, self.value)

    def to_json(self) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "amount": hours_text(self.amount),
            "parameter": self.parameter,
            "value": self.value,
            "article": self.article,
            "zh": self.zh,
            "en": self.en,
        }


class Line(NamedTuple):
    """One activity (one block of a transfer): claimed, recognised, and why they differ.

    `claimed` less the amounts of `cuts` is `recognised`; an overlay's value or an opened exception shows in
    `claimed`, because what is claimed is measured with the rules' own yardstick.
    """

    activity: str
    category: str
    subject: str | None
    """`professional` or `public`; None where no hours belong to the activity (a major assignment)."""
    claimed: Decimal
    recognised: Decimal
    article: str
    cuts: tuple[Cut, ...] = ()

    @property
    def zh(self) -> str:
        return words.line_zh(self)

    @property
    def en(self) -> str:
        return words.line_en(self)

    def to_json(self) -> dict[str, Any]:
        return {
            "activity": self.activity,
            "category": self.category,
            "subject": self.subject,
            "claimed": hours_text(self.claimed),
            "recognised": hours_text(self.recognised),
            "article": self.article,
            "cuts": [cut.to_json() for cut in self.cuts],
            "zh": self.zh,
            "en": self.en,
        }


@dataclass(frozen=True, slots=True)
class Note:
    """Something a clerk should see beside the sums: a hint, a flag, an exception, an interpretation."""

    code: str
    article: str
    detail: Mapping[str, str] = field(default_factory=dict)
    """What the sentence fills in: an activity's id, a document number, a day."""

    @property
    def zh(self) -> str:
        return words.note_zh(self.code, self.detail)

    @property
    def en(self) -> str:
        return words.note_en(self.code, self.detail)

    def to_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "article": self.article,
            "detail": dict(self.detail),
            "zh": self.zh,
            "en": self.en,
        }


@dataclass(frozen=True, slots=True)
class Decision:
    """One person's year under the rules."""

    year: int
    professional: Decimal
    public: Decimal
    total: Decimal
    """Recognised real hours, never inflated by deeming."""
    categories: Mapping[str, Decimal]
    """Recognised hours by category, zeros left out."""
    required: Required
    complete: bool
    deemed: str
    """A word of `Deemed`."""
    deemed_articles: tuple[tuple[str, str], ...]
    """Each flag that holds with its article: ("professional", "第六条第（六）项第2目")."""
    rules: tuple[str, ...]
    """The pack, interpretation notes and overlay with versions; an exception adds "exception:<document number>"."""
    lines: tuple[Line, ...]
    """By activity id, independent of the order of input."""
    notes: tuple[Note, ...] = ()
    hypothetical: bool = False
    """True when study overrides were used: never the ground of a certificate."""

    def to_json(self) -> dict[str, Any]:
        """Return JSON values; hours are decimal strings."""
        answer: dict[str, Any] = {
            "year": self.year,
            "professional": hours_text(self.professional),
            "public": hours_text(self.public),
            "total": hours_text(self.total),
            "categories": {name: hours_text(hours) for name, hours in self.categories.items()},
            "required": {
                "professional": hours_text(self.required.professional),
                "public": hours_text(self.required.public),
                "total": hours_text(self.required.total),
            },
            "complete": self.complete,
            "deemed": self.deemed,
            "deemed_articles": [list(pair) for pair in self.deemed_articles],
            "rules": list(self.rules),
            "lines": [line.to_json() for line in self.lines],
            "notes": [note.to_json() for note in self.notes],
        }
        if self.hypothetical:
            answer["hypothetical"] = True
        return answer
