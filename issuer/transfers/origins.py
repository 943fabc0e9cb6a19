"""Mapping profiles: how an origin counts, as data. Shipped ones beside the code, an authority's own in a folder of its own.

A profile says from which years on it holds, where it was read, and whether anybody has confirmed it. One that nobody has
confirmed maps nothing without people looking on. An issuer of credentials is known by the profile that names its DID.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, ValidationError, model_validator

from issuer.transfers.errors import ProfileRefused
from rules.reading import load_yaml
from rules.refusals import facts_error
from rules.scalars import Frozen, Name, Text, Word
from verifier.fields import Did

SHIPPED = Path(__file__).parent / "profiles"
Region = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]


class Words(Frozen):
    """The same in Chinese and in English."""

    zh: Text
    en: Text


class Years(Frozen):
    """First and last year for which a profile holds, both included; `last` is None while it goes on."""

    first: Annotated[int, Field(ge=2000, le=2200)]
    last: Annotated[int, Field(ge=2000, le=2200)] | None = None


class OriginUnit(Words):
    """A unit in which the origin counts, and how many hours one of it is."""

    id: Word
    hours: Annotated[Decimal, Field(gt=0, le=100, decimal_places=4, strict=False)]


class OriginKind(Words):
    """A kind of the origin, in its own words, and the kind that the rules know for it."""

    id: Word
    kind: Literal["professional", "public", "elective", "sector_public"]


class Profile(Frozen):
    """How one origin counts in some years. `region` None: any province without a profile of its own."""

    id: Word
    version: Annotated[str, StringConstraints(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$")]
    region: Region | None
    name: Words
    years: Years
    status: Literal["in_force", "confirm_before_use"]
    source: Words
    issuer: Did | None = None
    """The DID under which the origin signs credentials of this format, where it does."""
    units: Annotated[tuple[OriginUnit, ...], Field(min_length=1, max_length=10, strict=False)]
    kinds: Annotated[tuple[OriginKind, ...], Field(min_length=1, max_length=20, strict=False)]

    @property
    def key(self) -> Name:
        """Id and version: what records name."""
        return f"{self.id}@{self.version}"

    def covers(self, year: int) -> bool:
        """Whether it holds in a year."""
        return self.years.first <= year <= (self.years.last or year)

    def kind(self, own: str) -> OriginKind:
        """The origin's kind of that id.

        Raises:
            KeyError: it has none.
        """
        return {one.id: one for one in self.kinds}[own]

    def unit(self, own: str) -> OriginUnit:
        """The origin's unit of that id.

        Raises:
            KeyError: it has none.
        """
        return {one.id: one for one in self.units}[own]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for of in (self.units, self.kinds):
            if len({one.id for one in of}) != len(of):
                raise ValueError("kinds, units: each id once")
        if self.issuer is not None and not {"professional", "public"} <= {one.id for one in self.kinds}:
            raise ValueError("kinds: professional and public, which credentials of this format have")
        if self.issuer is not None and self.region is None:
            raise ValueError("region: an issuer is in one")
        return self


@dataclass(frozen=True)
class Origins:
    """The profiles that are loaded; an authority's own come first."""

    profiles: tuple[Profile, ...]

    def of_issuer(self, did: str) -> Profile | None:
        """The newest profile that names an issuer's DID."""
        found = [one for one in self.profiles if one.issuer == did]
        return max(found, key=lambda one: one.years.first, default=None)

    def of_region(self, region: str, year: int) -> Profile:
        """The profile of a province in a year; for one without its own, the general one.

        Raises:
            ProfileRefused: none speaks of that year.
        """
        for wanted in (region, None):
            for one in self.profiles:
                if one.region == wanted and one.covers(year):
                    return one
        raise ProfileRefused(
            f"没有适用于 {region} {year} 年的对照表 no mapping profile for {region} in {year}"
        )


def load_origins(own: Path | None) -> Origins:
    """Load the profiles, an authority's own first.

    Raises:
        ProfileRefused: a file that is none; file, place and what was expected.
    """
    folders = [SHIPPED] if own is None else [own, SHIPPED]
    return Origins(tuple(one for folder in folders for one in _read_folder(folder)))


def _read_folder(folder: Path) -> Iterator[Profile]:
    if not folder.is_dir():
        raise ProfileRefused(f"没有这个文件夹 there is no such folder: {folder}")
    for file in sorted(folder.glob("*.yaml")):
        try:
            yield Profile.model_validate(load_yaml(file.read_bytes(), str(file)))
        except ValidationError as error:
            found = facts_error(error)
            raise ProfileRefused(
                f"{file}{found.pointer}: {found.message}（应为 expected: {found.expected}）"
            ) from None
