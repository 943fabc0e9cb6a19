"""What credentials are about: a person's year, or several of them in a row (docs/format.md, section 3).

The order of the fields is the order of the signed bytes.
"""

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, field_serializer, model_validator

from verifier.fields import (
    CATEGORIES,
    Amount,
    Category,
    DeemedFlag,
    Long,
    Masked,
    Measure,
    Part,
    Region,
    RuleId,
    Short,
)
from verifier.lines import LinesDigest

SERIAL = re.compile(r"^[A-Z]{2}([0-9]{4})-([0-9]{7})-([1-9][0-9]{0,5})$")
MAX_YEARS = 10
"""Rows of a transfer certificate: twice what a title asks for; more would not fit a QR that paper carries."""
Serial = Annotated[str, StringConstraints(pattern=SERIAL.pattern)]
Year = Annotated[int, Field(ge=2000, le=2999)]
REGION = "甘肃省"
USUAL_LETTERS = "GS"
MEASURE = "甘肃省专业技术人员继续教育学时认定管理办法"
"""Where a certificate is valid, and the measure that decided: signed only where they are others than these. And how that region's
serials begin."""


class Hours(Part):
    """Hours by subject: recognised, or required by the rules."""

    professional: Amount
    public: Amount
    total: Amount


class ExceptionNote(Part):
    """An exception decision by an authority, named by its document number."""

    exception: Short


class _Named(Part):
    serial: Serial
    version: Annotated[int, Field(ge=1, le=999)]
    name: Short
    identifier: Masked
    employer: Long


class YearFigures(Part):
    """How one year stands: what was recognised and required, what is deemed, and under which rules."""

    year: Year
    hours: Hours
    required: Hours
    categories: Mapping[Category, Amount]
    deemed: tuple[Mapping[DeemedFlag, Short], ...]
    conclusion: Literal["complete", "incomplete"]
    rules: Annotated[tuple[RuleId | ExceptionNote, ...], Field(min_length=1, max_length=16)]

    @field_serializer("categories")
    def _categories(self, categories: Mapping[str, str]) -> dict[str, str]:
        return in_order(categories)

    @model_validator(mode="after")
    def _plain(self) -> Self:
        if "0" in self.categories.values():
            raise ValueError("categories: only what is not zero")
        if any(len(flag) != 1 for flag in self.deemed):
            raise ValueError("deemed: objects of one entry each")
        return self


class _Registered(Part):
    registrar: Long
    self_verified: bool
    region: Region = Field(REGION, exclude_if=REGION.__eq__)
    measure: Measure = Field(MEASURE, exclude_if=MEASURE.__eq__)


# pydantic takes the fields of the last base first.
class Subject(_Registered, YearFigures, _Named):
    """What is certified about one person and year; whatever the certificate prints is here."""

    @property
    def latest_year(self) -> int:
        """The last year that is spoken of."""
        return self.year

    @model_validator(mode="after")
    def _own_year(self) -> Self:
        if self.serial[2:6] != str(self.year):
            raise ValueError("serial: the year of the credential")
        return self


class StatementSubject(Subject):
    """A statement's subject: the same, and the digest of its lines."""

    lines: LinesDigest


class _Certified(Part):
    certificate: Serial


class YearRow(YearFigures, _Certified):
    """One year of a transfer certificate, with the serial of that year's own credential."""

    @model_validator(mode="after")
    def _own_year(self) -> Self:
        if self.certificate[2:6] != str(self.year):
            raise ValueError("certificate: a serial of that year")
        return self


class _Years(Part):
    years: Annotated[tuple[YearRow, ...], Field(min_length=1, max_length=MAX_YEARS)]

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if any(before.year >= after.year for before, after in pairwise(self.years)):
            raise ValueError("years: rising, each once")
        return self


class TransferSubject(_Registered, _Years, _Named):
    """What a person takes along to another province: a row for each year (Art. 11)."""

    @property
    def latest_year(self) -> int:
        """The last year that is spoken of."""
        return self.years[-1].year


def in_order(categories: Mapping[str, str]) -> dict[str, str]:
    """Put the categories of a year into the order of the signed bytes."""
    return {name: categories[name] for name in CATEGORIES if name in categories}
