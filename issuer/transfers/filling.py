"""The paper form's fields into what `paper.read_paper` reads, and what it becomes in front of the user. Pure."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from issuer.transfers.mapping import YearIn
from issuer.transfers.origins import Profile
from issuer.transfers.paper import YEARS_MOST, Paper, Shown
from rules.reading import load_yaml

ROWS = 3
"""Rows that an empty form has."""
_REGIONS = Path(__file__).parent / "regions.yaml"
_AMOUNT = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?")
_YEAR = re.compile(r"[0-9]{4}")


@dataclass(frozen=True)
class Region:
    """A province by its code."""

    code: str
    zh: str
    en: str


@cache
def regions() -> Mapping[str, Region]:
    """The provinces, by code, in the order of their codes."""
    raw: Any = load_yaml(_REGIONS.read_bytes(), str(_REGIONS))
    return {one["code"]: Region(**one) for one in raw}


def rows_of(values: Mapping[str, str]) -> int:
    """How many rows a form has: those it was opened with, and one more where that was asked for."""
    text = values.get("rows", "")
    asked = int(text) if text.isascii() and text.isdecimal() and len(text) < 3 else ROWS
    return max(1, min(YEARS_MOST, asked + (values.get("do") == "row")))


def raw_of(values: Mapping[str, str], profile: Profile) -> dict[str, Any]:
    """A form's fields as `read_paper` takes them. Rows without a year and without amounts are left out; what cannot be
    read stays as it is, for `read_paper` to refuse at its place.
    """
    years = []
    for row in range(rows_of(values)):
        amounts = {
            kind.id: _amount(values[name])
            for kind in profile.kinds
            if values.get(name := f"amount-{row}-{kind.id}", "")
        }
        year = values.get(f"year-{row}", "")
        if year or amounts:
            unit = values.get(f"unit-{row}") or profile.units[0].id
            complete = values.get(f"complete-{row}") == "yes"
            nothing: dict[str, Decimal | str] = {profile.kinds[0].id: Decimal(0)} if complete else {}
            years.append(
                {
                    "year": int(year) if _YEAR.fullmatch(year) else year,
                    "unit": unit,
                    "amounts": amounts or nothing,
                    "complete": complete,
                }
            )
    words = {name: values.get(name, "") for name in ("region", "office", "document_no", "moved_on")}
    return {**words, "years": years}


def values_of(paper: Paper) -> dict[str, str]:
    """The form's fields of what was copied before."""
    values = {
        "region": paper.region,
        "office": paper.office,
        "document_no": paper.document_no,
        "moved_on": str(paper.moved_on),
        "rows": str(len(paper.years)),
    }
    for row, one in enumerate(paper.years):
        values |= {f"year-{row}": str(one.year), f"unit-{row}": one.unit}
        values |= {f"amount-{row}-{kind}": f"{amount.normalize():f}" for kind, amount in one.amounts.items()}
        values |= {f"complete-{row}": "yes"} if one.complete else {}
    return values


def field_of(pointer: str, rows: Sequence[int]) -> str:
    """The form's field that a pointer into `raw_of` names; `rows` are those that were not left out."""
    parts = pointer.strip("/").split("/")
    if parts[0] != "years" or len(parts) < 2 or not parts[1].isdecimal():
        return parts[0] if parts[0] != "years" else "year-0"
    row = rows[int(parts[1])] if int(parts[1]) < len(rows) else 0
    match parts[2:]:
        case ["amounts", kind]:
            return f"amount-{row}-{kind}"
        case ["unit"]:
            return f"unit-{row}"
        case _:
            return f"year-{row}"


def filled_rows(values: Mapping[str, str], profile: Profile) -> list[int]:
    """Rows that say something, in order."""
    return [
        row
        for row in range(rows_of(values))
        if values.get(f"year-{row}") or any(values.get(f"amount-{row}-{kind.id}") for kind in profile.kinds)
    ]


def seen_of(paper: Paper, years: Sequence[YearIn], shown: Sequence[Shown]) -> str:
    """A mark of what the user was shown: another one, and it is shown again before it is sent."""
    told = f"{paper!r} {years!r} {shown!r}"
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _amount(text: str) -> Decimal | str:
    return Decimal(text) if _AMOUNT.fullmatch(text) else text
