"""Where the headings stand, and which column is what. Pure: nothing is guessed between two that fit."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import Any

from openpyxl.utils import get_column_letter

from issuer.intake.cells import Value
from issuer.intake.errors import CellRefused, FileRefused
from issuer.intake.profiles import FIELDS, Profile, plain_label

TOP = 20
"""Rows among which the headings are looked for: titles and notes stand above them."""


@dataclass(frozen=True)
class Heading:
    """Which column is what. `row`: the headings' own, from 1; 0 where each row names its fields itself."""

    row: int
    places: Mapping[str, int]
    names: dict[str, str]
    """The column of each field as people see it: C（学时）; of JSON, the name that the file last used."""
    unused: tuple[str, ...]
    """Headings that the profile does not know; their columns are not read."""
    labels: Mapping[str, str]

    @classmethod
    def of_json(cls, profile: Profile) -> "Heading":
        """Of JSON lines, which name their fields."""
        return cls(
            0, {}, {field: some[0] for field, some in profile.written.columns.items()}, (), profile.labels
        )

    def pick(self, cells: Sequence[Value]) -> dict[str, Value]:
        """Take the cells that are known out of a row; one that ends early has empty ones."""
        fields, width, take = self._taking
        if len(cells) < width:
            cells = [*cells, *[None] * (width - len(cells))]
        return dict(zip(fields, take(cells), strict=True))

    @cached_property
    def _taking(self) -> tuple[tuple[str, ...], int, Callable[[Sequence[Value]], tuple[Value, ...]]]:
        """The fields, how many cells a row must have for them, and what takes theirs out of it; three at least, so a tuple."""
        return tuple(self.places), max(self.places.values()) + 1, itemgetter(*self.places.values())

    def pick_named(self, one: Mapping[str, Any]) -> dict[str, Value]:
        """Take the fields that are known out of an object.

        Raises:
            CellRefused: a value that is itself an object or a list, or one thing under two names.
        """
        found: dict[str, Value] = {}
        for label, value in one.items():
            field = self.labels.get(plain_label(label))
            if field is None or value is None:
                continue
            self.names[field] = label
            if field in found:
                raise CellRefused(field, "two_names", "同一内容写了两次 one thing stands under two names")
            if isinstance(value, dict | list):
                raise CellRefused(field, "nested", "不是一个值 is not one value")
            found[field] = value
        return found


def find_heading(top: Sequence[Sequence[Value]], profile: Profile) -> Heading:
    """Find the row of headings among the first rows; cells merged downward lend theirs to the row below.

    Raises:
        FileRefused: there is none, or two columns have one meaning.
    """
    best: tuple[int, dict[str, list[int]]] = (0, {})
    for number, row in enumerate(top):
        above = top[number - 1] if number else ()
        seen = _fields(row, profile)
        if profile.required <= seen.keys():
            return _heading(number + 1, seen, _texts(row), profile)
        lent = [_text(one) or (_text(above[at]) if at < len(above) else "") for at, one in enumerate(row)]
        with_lent = _fields(lent, profile)
        if seen and profile.required <= with_lent.keys():
            return _heading(number + 1, with_lent, lent, profile)
        best = max(best, (len(seen), seen), key=itemgetter(0))
    missing = [field for field in FIELDS if field in profile.required - best[1].keys()]
    wanted = "；".join("/".join(profile.written.columns[field]) for field in missing)
    raise FileRefused(
        "no_heading", f"前 {TOP} 行没有表头，缺少列“{wanted}” no row of headings; these columns are missing"
    )


def _heading(row: int, seen: dict[str, list[int]], texts: Sequence[str], profile: Profile) -> Heading:
    for field, some in seen.items():
        if len(some) > 1:
            letters = "、".join(get_column_letter(at + 1) for at in some)
            raise FileRefused(
                "column_twice",
                f"{letters} 列都是“{texts[some[0]]}”，不知以哪列为准 two columns mean the same ({field})",
            )
    places = {field: some[0] for field, some in seen.items()}
    names = {field: f"{get_column_letter(at + 1)}（{texts[at]}）" for field, at in places.items()}
    unused = tuple(one for at, one in enumerate(texts) if one and at not in places.values())
    return Heading(row, places, names, unused, profile.labels)


def _fields(row: Sequence[Value], profile: Profile) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for at, one in enumerate(row):
        if field := profile.labels.get(_text(one)):
            found.setdefault(field, []).append(at)
    return found


def _texts(row: Sequence[Value]) -> list[str]:
    return [_text(one) for one in row]


def _text(value: Value) -> str:
    """A heading's words; what people write behind them (学时*, 学时：) does not change what it is."""
    return plain_label(value).strip("*:： \ufeff") if isinstance(value, str) else ""
