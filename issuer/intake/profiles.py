"""Mapping profiles as data: which column is what, in which unit, and which words mean which kind of learning.

A profile is a YAML file. Those beside this module are samples, to be confirmed before use; an authority keeps its own
anywhere and names the file. `digest` goes into each batch, so that it stays known how a file was read.
"""

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, ValidationError, model_validator

from issuer.import_settings import SAMPLES
from issuer.intake.errors import ProfileRefused
from rules.errors import InputError
from rules.reading import load_yaml
from rules.refusals import facts_error
from rules.scalars import Frozen, Word

LARGEST = 200_000
"""Bytes of a profile file."""
FIELDS = (
    "identifier",
    "id_type",
    "name",
    "record_id",
    "revision",
    "deleted",
    "kind",
    "title",
    "event_key",
    "organiser",
    "first_day",
    "last_day",
    "completed_on",
    "hours",
    "exam_passed",
    "year",
)
"""What a row may tell, in the order of reading."""
_DAYS, _ONLINE = ("first_day", "last_day", "hours"), ("completed_on", "hours", "exam_passed")
NEEDS: Mapping[tuple[str, str | None], tuple[str, ...]] = {
    ("training", "offline"): _DAYS,
    ("training", "online"): ("first_day", *_ONLINE),
    ("academic", None): _DAYS,
    ("public_offline", None): _DAYS,
    ("public_online", None): _ONLINE,
    ("credits", None): ("year", "hours"),
}
"""What each kind of learning must tell (第五条; 第六条第（一）（三）项; 第七条). Others come in by declaration."""


def plain_label(text: str) -> str:
    """A heading or word as cells are compared: full width made plain, spaces folded."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


Label = Annotated[str, StringConstraints(min_length=1, max_length=60), AfterValidator(plain_label)]
Labels = Annotated[tuple[Label, ...], Field(min_length=1, max_length=30, strict=False)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]


class Learning(Frozen):
    """What a word in the kind column means. `credit_class`: of credits only, as the sector's overlay names it."""

    category: Literal["training", "academic", "public_offline", "public_online", "credits"]
    mode: Literal["offline", "online"] | None = None
    subject: Literal["professional", "public"] | None = None
    credit_class: Word | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.category, self.mode) not in NEEDS:
            raise ValueError("mode 只用于 training，且必填 mode belongs to training, and training needs it")
        if (self.credit_class is not None) != (self.category == "credits"):
            raise ValueError("credit_class 只用于 credits，且必填 credit_class belongs to credits")
        if self.subject is not None and self.category != "credits":
            raise ValueError("subject 只用于 credits subject belongs to credits")
        return self

    @property
    def needs(self) -> tuple[str, ...]:
        """The fields that a row of this kind must fill."""
        return NEEDS[self.category, self.mode]


class Amount(Frozen):
    """What the figures count, and the words that may stand behind them. Minutes need the length of a class hour (A07)."""

    of: Literal["hours", "minutes", "credits"]
    words: Annotated[tuple[Label, ...], Field(strict=False)] = ()
    minutes_per_hour: Annotated[int, Field(ge=1, le=60)] | None = None

    @model_validator(mode="after")
    def _factor(self) -> Self:
        if (self.of == "minutes") != (self.minutes_per_hour is not None):
            raise ValueError("minutes_per_hour 只用于 minutes，且必填 minutes_per_hour belongs to minutes")
        return self


class _Written(Frozen):
    id: Key
    version: Annotated[int, Field(ge=1)]
    system: Key
    title: Label
    sample: bool = False
    channel: Literal["base_platform", "import"]
    unit: Amount
    columns: dict[str, Labels]
    kinds: dict[Label, Learning] = Field(default_factory=dict)
    always: Learning | None = None
    id_types: dict[Label, Literal["resident_id", "passport", "permit"]] = Field(default_factory=dict)
    passed: Annotated[tuple[Label, ...], Field(strict=False)] = ()
    failed: Annotated[tuple[Label, ...], Field(strict=False)] = ()
    deleted: Annotated[tuple[Label, ...], Field(strict=False)] = ()
    kept: Annotated[tuple[Label, ...], Field(strict=False)] = ()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if unknown := self.columns.keys() - set(FIELDS):
            raise ValueError(f"没有这些字段 no such fields: {', '.join(sorted(unknown))}")
        if missing := {"identifier", "name", "hours"} - self.columns.keys():
            raise ValueError(f"缺少列 columns missing: {', '.join(sorted(missing))}")
        if bool(self.kinds) == (self.always is not None) or bool(self.kinds) != ("kind" in self.columns):
            raise ValueError("kinds 与 kind 列同用，或只写 always: kinds go with a kind column, else always")
        labels = [label for some in self.columns.values() for label in some]
        if len(set(labels)) != len(labels):
            raise ValueError("同一列名用于两个字段 one heading stands for two fields")
        if "revision" in self.columns and "record_id" not in self.columns:
            raise ValueError("revision 须与 record_id 同用 revision goes with record_id")
        self._learnings()
        return self

    def _learnings(self) -> None:
        for one in [*self.kinds.values(), *([self.always] if self.always else [])]:
            if (one.category == "credits") != (self.unit.of == "credits"):
                raise ValueError("学分只能记作 credits credits are of the category credits, hours are not")
            if missing := set(one.needs) - self.columns.keys():
                raise ValueError(f"{one.category} 缺少列 columns missing: {', '.join(sorted(missing))}")
            if self.channel == "base_platform" and one.category in {"academic", "credits"}:
                raise ValueError("基地平台只有公需和培训 a base teaches the public subject and training")


@dataclass(frozen=True)
class Profile:
    """A profile that was read. `text`: its file, `digest`: that file's SHA-256."""

    written: _Written
    digest: bytes
    text: str

    @property
    def system(self) -> str:
        """The registration system that sends, as opposed to the profile that reads its files."""
        return self.written.system

    @property
    def key(self) -> str:
        """Id and version in one word."""
        return f"{self.written.id}@{self.written.version}"

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """Which field a heading stands for."""
        return {label: field for field, some in self.written.columns.items() for label in some}

    @cached_property
    def required(self) -> frozenset[str]:
        """Columns that a file must have: those that every row needs."""
        ones = [*self.written.kinds.values(), *([self.written.always] if self.written.always else [])]
        shared = set.intersection(*(set(one.needs) for one in ones))
        return frozenset({"identifier", "name", *(["kind"] if self.written.kinds else [])} | shared)


def read_profile(data: bytes, source: str) -> Profile:
    """Read a profile's bytes.

    Raises:
        ProfileRefused: not YAML, or not a profile; says where.
    """
    if len(data) > LARGEST:
        raise ProfileRefused(f"{source}: 对照表过大 the profile is too large")
    try:
        written = _Written.model_validate(load_yaml(data, source))
    except InputError as error:
        raise ProfileRefused(str(error)) from None
    except ValidationError as error:
        found = facts_error(error)
        raise ProfileRefused(f"{source} {found.pointer or '/'}: {found.message}") from None
    return Profile(written, hashlib.sha256(data).digest(), data.decode())


def find_profile(name: str) -> Profile:
    """Find a profile: one of the samples by its id, or any file.

    Raises:
        ProfileRefused: there is none, or it is none.
    """
    path = SAMPLES / f"{name}.yaml" if name in samples() else Path(name)
    try:
        data = path.read_bytes()
    except OSError:
        raise ProfileRefused(
            f"没有对照表 {name}；现有样例 there is no profile {name}; samples: {', '.join(samples())}"
        ) from None
    return read_profile(data, path.name)


def title_of(path: Path) -> str:
    """What people call a profile; the file's own name where it cannot be read."""
    try:
        return read_profile(path.read_bytes(), path.name).written.title
    except (OSError, ProfileRefused):
        return path.stem


def samples() -> tuple[str, ...]:
    """Ids of the profiles that come along."""
    return tuple(sorted(path.stem for path in SAMPLES.glob("*.yaml")))
