"""What a batch came to: rows and hours by outcome, and the rows that were not taken. Pure."""

import itertools
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from issuer.intake.planning import Outcome, Wanted, hours_of
from issuer.intake.rows import Fault, Skipped

NAMES = {
    Outcome.REGISTERED: "登记 registered",
    Outcome.HELD: "与手工申报重复，暂存 held beside a declaration",
    Outcome.CORRECTED: "更正 corrected",
    Outcome.WITHDRAWN: "来源撤销 withdrawn by the sender",
    Outcome.AGAIN: "重复行或已登记 sent before",
    Outcome.RESENT: "换编号重发 sent again under another number",
    Outcome.STALE: "旧版本 an earlier revision",
    Outcome.CONTRADICTED: "同一记录自相矛盾 contradicting itself",
    Outcome.REFUSED: "有误未登记 refused",
    Outcome.SKIPPED: "空行、合计行 empty or totals",
}

_WORD = re.compile(r"[A-Za-z]+('s)?[,;:.]?")


@dataclass
class Totals:
    """Reconciliation of a batch: each row is counted once. `hours` (or credits) by outcome; of a refused row none are known."""

    rows: Counter[str] = field(default_factory=Counter)
    hours: dict[str, Decimal] = field(default_factory=dict)
    faults: Counter[str] = field(default_factory=Counter)
    """Refused rows by code."""

    def add(self, outcomes: Sequence[tuple[Wanted, Outcome]]) -> None:
        """Count rows that were planned."""
        for row, outcome in outcomes:
            self.rows[outcome] += 1
            if hours := hours_of(row):
                self.hours[outcome] = self.hours.get(outcome, Decimal(0)) + hours

    def refuse(self, faults: Sequence[Fault]) -> None:
        """Count rows that were not taken."""
        for fault in faults:
            self.rows[Outcome.REFUSED] += 1
            self.faults[fault.code] += 1

    def skip(self, skipped: Sequence[Skipped]) -> None:
        """Count rows that say nothing."""
        for _ in skipped:
            self.rows[Outcome.SKIPPED] += 1

    @property
    def said(self) -> int:
        """Rows that say something: what a sender counts."""
        return sum(self.rows.values()) - self.rows[Outcome.SKIPPED]

    @property
    def hours_said(self) -> Decimal:
        """Hours or credits of all rows that could be read."""
        return sum(self.hours.values(), Decimal(0))

    def as_json(self) -> dict[str, Any]:
        """For the receipt and the report; hours as text, so that they stay exact."""
        return {
            "rows": {name: self.rows[name] for name in Outcome if self.rows[name]},
            "hours": {name: format(self.hours[name], "f") for name in Outcome if name in self.hours},
            "faults": dict(sorted(self.faults.items())),
        }

    @classmethod
    def read(cls, text: str) -> "Totals":
        """What `as_json` wrote."""
        raw = json.loads(text)
        hours = {name: Decimal(figure) for name, figure in raw["hours"].items()}
        return cls(Counter(raw["rows"]), hours, Counter(raw["faults"]))


@dataclass(frozen=True)
class Alike:
    """Rows with the same thing wrong in the same column. `rows` as people read them: `3–52、60`."""

    rows: str
    count: int
    column: str
    message: str


def alike(faults: Sequence[tuple[Fault, str]]) -> list[Alike]:
    """Rows that were not taken, each with its column, put together by what is wrong; in the order of the first of each."""
    found: dict[tuple[str, str], list[int]] = {}
    for one, column in faults:
        found.setdefault((column, one.message), []).append(one.number)
    return [Alike(_spans(rows), len(rows), *what) for what, rows in found.items()]


def _spans(rows: Sequence[int]) -> str:
    """Numbers that grow, those that follow each other as one span."""
    spans: list[list[int]] = []
    for number in rows:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return "、".join(f"{first}–{last}" if first != last else f"{first}" for first, last in spans)


def languages(text: str) -> tuple[str, str]:
    """A message of ours as Chinese and English: it has the one, then the other.

    Figures and names between the two (`2026-05-11`, `.xlsx`) belong to the Chinese.
    """
    last = max(
        (at for at, one in enumerate(text) if "\u3000" <= one <= "\u9fff" or one in "）；”"), default=-1
    )
    tail = text[last + 1 :].split()
    words = list(itertools.dropwhile(lambda word: not _WORD.fullmatch(word), tail))
    zh = text[: last + 1] + " ".join(["", *tail[: len(tail) - len(words)]])
    return zh.strip() or text, " ".join(words) or text
