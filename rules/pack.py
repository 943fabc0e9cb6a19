"""The shape of a rule pack's YAML, as frozen types."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from rules.citation import Citation
from rules.scalars import Day, Frozen, Name, Text

Version = Annotated[str, StringConstraints(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$")]


RuleName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
"""The id of a pack, overlay or note, as credentials name it."""


class Strength(StrEnum):
    """How firmly the text speaks: 应 · 一般 · 原则上 · 可."""

    MUST = "must"
    NORMALLY = "normally"
    IN_PRINCIPLE = "in_principle"
    MAY = "may"


class Bilingual(Frozen):
    zh: Text
    en: Text


class Provision(Citation):
    """A place in the law and the words that stand there."""

    quote: Text


class Value(Provision):
    """What a parameter is from a day on. None lifts the limit."""

    since: Day = Field(alias="from")
    value: Any
    strength: Annotated[Strength, Field(strict=False)]


class Parameter(Frozen):
    unit: Text | None = None
    ambiguity: Annotated[str, StringConstraints(pattern=r"^A[0-9]{2}[a-z]?$")] | None = None
    """The entry of `ambiguities` that says why it is read so."""
    values: Annotated[tuple[Value, ...], Field(min_length=1, strict=False)]
    """Oldest first."""

    def on(self, day: date) -> Value:
        """Return the value in force on `day`; a pack's first values hold from its first day, and backwards in that year."""
        return next((value for value in reversed(self.values) if value.since <= day), self.values[0])


class Ambiguity(Frozen):
    """An open question of the text, the reading taken, and why."""

    article: Citation
    question: Bilingual
    parameter: Name | None = None
    options: Annotated[tuple[Text, ...], Field(min_length=1, strict=False)]
    default: Text
    ask: bool
    """Whether the interpreting authority (Article 16) should be asked."""
    reason: Bilingual

    @model_validator(mode="after")
    def _default_is_an_option(self) -> Self:
        if self.default not in self.options:
            raise ValueError(f"the default {self.default} is not among the options")
        return self


class Pack(Frozen):
    """One measure: which days it governs, its figures, its places, its readings."""

    id: RuleName
    version: Version
    level: Literal["provincial", "national"]
    status: Literal["in_force", "confirm_before_use"]
    title: Bilingual
    valid: tuple[Day, Day | None] = Field(strict=False)
    """First and last day, both included; None for no end."""
    law: Name
    """The first part of the names of the law's files."""
    checked: Day
    """The day on which someone last compared it with the text."""
    basis: Annotated[tuple[Bilingual, ...], Field(strict=False)]
    provisions: dict[Name, Provision]
    parameters: dict[Name, Parameter]
    ambiguities: dict[Name, Ambiguity]

    @property
    def key(self) -> str:
        return f"{self.id}@{self.version}"

    @property
    def first_day(self) -> date:
        return self.valid[0]

    @property
    def last_day(self) -> date:
        return self.valid[1] or date.max

    def covers(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day


class InterpretationNote(Frozen):
    """An interpretation under Article 16: a parameter's reading from a day on, with its document.

    Decisions and credentials name it `id@version`, so what it says is never changed under the same name.
    """

    id: RuleName
    version: Version
    pack: Name
    parameter: Name
    since: Day = Field(alias="from")
    value: Any
    document: Name
    decided_on: Day
    authority: Text
    text: Bilingual

    @property
    def key(self) -> str:
        return f"{self.id}@{self.version}"


class Activation(Frozen):
    """An authority's explicit decision that the national fallback judges what no provincial pack covers."""

    pack: Name
    """`id@version`."""
    document: Name
    decided_on: Day


class Law(Frozen):
    """The text of a measure that is not shipped, so that a pack's quotes can be compared with it. It decides nothing."""

    id: RuleName
    """The first part of the names of the law's files, as packs name it (`law`)."""
    version: Version
    title: Bilingual
    since: Day = Field(alias="from")
    document: Name
    articles: Annotated[
        dict[
            Annotated[int, Field(ge=1, le=99)],
            Annotated[str, StringConstraints(min_length=1, max_length=20_000)],
        ],
        Field(min_length=1),
    ]
    """By number: items begin with （一）, points on a line of their own with 1."""

    @property
    def key(self) -> str:
        return f"{self.id}@{self.version}"

    @property
    def texts(self) -> dict[str, str]:
        """The articles by the names of their files."""
        return {f"{self.id}-art-{number:02}.md": text.strip() for number, text in self.articles.items()}


class Ending(Frozen):
    """An authority's decision that a document of its own speaks for no day after `last`. It stays, for certificates name it."""

    ends: Name
    """`id@version`."""
    last: Day
    document: Name
    decided_on: Day
    text: Bilingual
