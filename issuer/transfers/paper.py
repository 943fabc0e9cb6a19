"""On paper: what somebody copies from an origin's papers, row by row, read strictly and mapped by the origin's profile. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, ValidationError

from issuer.transfers.mapping import YearIn, overlapping
from issuer.transfers.origins import Origins, Profile, Region
from rules.activity import Block
from rules.errors import FactsError
from rules.quantity import STEP, hours_text
from rules.refusals import facts_error
from rules.scalars import Day, Frozen, Hours, Word

YEARS_MOST = 10
HOURS_MOST = Decimal(2000)
"""Hours of one year that anybody can have copied rightly: more is a slip of the pen."""
Line = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]*\S[^\x00-\x1f\x7f]*$")]


class PaperYear(Frozen):
    """One year as the paper has it: amounts by the origin's own kinds, in one of its units, and its conclusion."""

    year: Annotated[int, Field(ge=2000, le=2100)]
    unit: Word
    amounts: Annotated[dict[Word, Hours], Field(min_length=1, max_length=20)]
    complete: bool


class Paper(Frozen):
    """All that is copied from a paper: the province, who issued it, its number, the day of the move, and its years."""

    region: Region
    office: Line
    document_no: Line
    moved_on: Day
    years: Annotated[tuple[PaperYear, ...], Field(min_length=1, max_length=YEARS_MOST, strict=False)]


@dataclass(frozen=True)
class Shown:
    """One amount in front of the user: the origin's kind and unit, and what it becomes here."""

    year: int
    kind_zh: str
    kind_en: str
    amount: Decimal
    unit_zh: str
    unit_en: str
    hours: Decimal
    becomes: str


def read_paper(raw: Mapping[str, Any]) -> Paper:
    """Read what was copied.

    Raises:
        FactsError: pointer into `raw`, what was expected.
    """
    try:
        return Paper.model_validate(dict(raw))
    except ValidationError as error:
        raise facts_error(error) from None


def read_kept(checks: Mapping[str, Any]) -> Paper | None:
    """The paper that a record keeps (`as_copied`); None of one that came by credential."""
    if "paper" not in checks:
        return None
    raw = checks["paper"]
    years = [
        {**year, "amounts": {kind: Decimal(amount) for kind, amount in year["amounts"].items()}}
        for year in raw["years"]
    ]
    return read_paper({**raw, "years": years})


def map_paper(
    paper: Paper, origins: Origins
) -> tuple[tuple[YearIn, ...], tuple[Shown, ...], tuple[str, ...]]:
    """Map each year; answers the years, each amount beside what it becomes, and the profiles that were used.

    Raises:
        FactsError: a year twice, a kind or unit that the origin does not have, an amount that is no hours, or nothing at all.
        TransferRefused: a year after the one of the move.
        ProfileRefused: no profile speaks of a year.
    """
    overlapping([one.year for one in paper.years], paper.moved_on.year)
    years, shown, used = [], [], []
    seen: set[int] = set()
    for number, one in enumerate(paper.years):
        at = f"/years/{number}"
        if one.year in seen:
            raise FactsError(
                f"{at}/year", "每年一行 / one row a year", "这一年写了两行 / this year has two rows"
            )
        seen.add(one.year)
        profile = origins.of_region(paper.region, one.year)
        used.append(profile.key)
        rows = _amounts(at, one, profile)
        shown += rows
        blocks = tuple(_block(row) for row in rows if row.hours)
        if not blocks and not one.complete:
            raise FactsError(
                f"{at}/amounts",
                "学时，或结论为完成 / hours, or complete there",
                "这一年什么也没有 / this year has nothing",
            )
        years.append(YearIn(one.year, blocks, one.complete))
    return tuple(years), tuple(shown), tuple(dict.fromkeys(used))


def _amounts(at: str, one: PaperYear, profile: Profile) -> list[Shown]:
    units = {unit.id: unit for unit in profile.units}
    kinds = {kind.id: kind for kind in profile.kinds}
    if one.unit not in units:
        raise FactsError(
            f"{at}/unit",
            f"{'、'.join(units)} / one of them",
            "流出地没有这个单位 / the origin has no such unit",
        )
    unit, rows = units[one.unit], []
    for name, amount in one.amounts.items():
        if name not in kinds:
            raise FactsError(
                f"{at}/amounts/{name}",
                f"{'、'.join(kinds)} / one of them",
                "流出地没有这一类 / the origin has no such kind",
            )
        hours = amount * unit.hours
        if hours % STEP or hours > HOURS_MOST:
            raise FactsError(
                f"{at}/amounts/{name}",
                f"折合学时至多两位小数，不超过 {HOURS_MOST} / at most {HOURS_MOST} hours, two decimals",
                f"折合 {hours_text(hours)} 学时 / it is {hours_text(hours)} hours",
            )
        kind = kinds[name]
        rows.append(Shown(one.year, kind.zh, kind.en, amount, unit.zh, unit.en, hours, kind.kind))
    return rows


def _block(row: Shown) -> Block:
    return Block.model_validate({"kind": row.becomes, "hours": row.hours})


def as_copied(paper: Paper, shown: tuple[Shown, ...], used: tuple[str, ...]) -> dict[str, Any]:
    """What the record keeps of the paper: as it was copied, and in the origin's own words, beside what it became."""
    return {
        "paper": paper.model_dump(mode="json"),
        "profiles": list(used),
        "copied": [
            {
                "year": row.year,
                "kind": row.kind_zh,
                "amount": hours_text(row.amount),
                "unit": row.unit_zh,
                "hours": hours_text(row.hours),
                "becomes": row.becomes,
            }
            for row in shown
        ],
    }
