"""Papers of another province and what they become here, as programs see them."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from issuer.evidence.schemas import Tickets
from issuer.portal.schemas import Hours, Part, Yes
from issuer.transfers.filling import Region as Province
from issuer.transfers.mapping import YearIn
from issuer.transfers.origins import Profile, Region
from issuer.transfers.paper import YEARS_MOST, Line, Paper, Shown, read_paper
from issuer.transfers.schemas import CopiedRow, YearBrought
from rules.scalars import Day, Word
from rules.scalars import Hours as Figure

Amounts = Annotated[dict[Word, Figure], Field(min_length=1, max_length=20)]


class PaperYearAsked(Part):
    """A year as the paper has it: amounts by the origin's kinds, in one of its units, and its conclusion."""

    year: Annotated[int, Field(strict=True, ge=2000, le=2100)]
    unit: Word
    amounts: Amounts
    complete: Yes


class PaperAsked(Part):
    """What is copied from a paper. Kinds and units are those of `GET /api/origins/{region}`."""

    region: Region
    office: Line
    document_no: Line
    moved_on: Day
    years: Annotated[tuple[PaperYearAsked, ...], Field(min_length=1, max_length=YEARS_MOST)]

    def paper(self) -> Paper:
        """As it is mapped.

        Raises:
            FactsError: what was copied cannot be; pointer into it.
        """
        raw = {name: getattr(self, name) for name in ("region", "office", "document_no", "moved_on")}
        return read_paper({**raw, "years": [year.model_dump() for year in self.years]})


class PaperSent(PaperAsked):
    """A paper, and the files of it that were kept before (`PUT /api/proofs/…`)."""

    proofs: Tickets = ()


class MappingAnswer(Part):
    """What a paper becomes here: each amount, then each year."""

    profiles: tuple[str, ...]
    rows: tuple[CopiedRow, ...]
    years: tuple[YearBrought, ...]


class OriginInList(Part):
    """A province."""

    region: Region
    zh: str
    en: str


class UnitAnswer(Part):
    """A unit of the origin, and how many hours one of it is."""

    id: str
    zh: str
    en: str
    hours: Hours


class KindAnswer(Part):
    """A kind of the origin, and what it is here."""

    id: str
    zh: str
    en: str
    becomes: str


class OriginAnswer(Part):
    """How an origin counts in a year. `status`: whether an authority has confirmed it."""

    profile: str
    zh: str
    en: str
    status: Literal["in_force", "confirm_before_use"]
    source_zh: str
    source_en: str
    units: tuple[UnitAnswer, ...]
    kinds: tuple[KindAnswer, ...]


class OriginsAnswer(Part):
    """The provinces from which papers can come."""

    items: tuple[OriginInList, ...]


def mapping_answer(years: Sequence[YearIn], shown: Sequence[Shown], used: Sequence[str]) -> MappingAnswer:
    """As programs see it."""
    rows = (
        CopiedRow(
            year=row.year,
            kind=row.kind_zh,
            amount=row.amount,
            unit=row.unit_zh,
            hours=row.hours,
            becomes=row.becomes,
        )
        for row in shown
    )
    brought = (YearBrought(year=one.year, hours=one.hours, complete=one.complete) for one in years)
    return MappingAnswer(profiles=tuple(used), rows=tuple(rows), years=tuple(brought))


def province_answer(one: Province) -> OriginInList:
    """As programs see it."""
    return OriginInList(region=one.code, zh=one.zh, en=one.en)


def origin_answer(one: Profile) -> OriginAnswer:
    """As programs see it."""
    return OriginAnswer(
        profile=one.key,
        zh=one.name.zh,
        en=one.name.en,
        status=one.status,
        source_zh=one.source.zh,
        source_en=one.source.en,
        units=tuple(UnitAnswer(id=unit.id, zh=unit.zh, en=unit.en, hours=unit.hours) for unit in one.units),
        kinds=tuple(KindAnswer(id=kind.id, zh=kind.zh, en=kind.en, becomes=kind.kind) for kind in one.kinds),
    )
