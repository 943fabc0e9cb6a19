"""What a row tells was learned, read by the rules' own models. Pure; once for each content, not for each row."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_FLOOR, Decimal
from typing import Any, NamedTuple
from uuid import UUID

from issuer.intake.errors import CellRefused
from issuer.intake.profiles import Learning, Profile
from issuer.registration.errors import StepRefused
from issuer.registration.reading import read_activity, refuse_unlearned
from issuer.registration.roster import facts_text
from ledger.entry import canonical
from rules.activity import Status
from rules.errors import FactsError

NAMELESS = UUID(int=0)
"""Stands in a content for the id that each person's activity gets."""
_ID = f'"id":"{NAMELESS}"'
_ID_INSIDE = json.dumps(_ID)[1:-1]
"""The same inside another JSON text. Neither can stand in a title or key: the quotes there are written otherwise."""
_BEFORE_ID, _BEFORE_ID_INSIDE = (one.partition(str(NAMELESS))[0] for one in (_ID, _ID_INSIDE))
REMEMBERED = 20_000
"""Contents kept, the most recently used: a file mostly has far fewer courses than rows."""
_PLACES: Mapping[str, str] = {
    "window": "last_day",
    "total_hours": "hours",
    "credits": "hours",
    "completed_on": "completed_on",
    "exam_passed": "exam_passed",
    "year": "year",
    "title": "title",
    "event_key": "event_key",
}
"""The field behind each part of an activity, for saying where the rules found something wrong."""


@dataclass(frozen=True)
class Content:
    """What was learned, whoever learned it. `facts`: the activity as facts, before and after its id; `identity`: all of
    it but id and moment of registration, so that what is sent again is known again. `payload`: what its ledger entry
    commits to, in canonical JSON, before and after the activity's id and the person's key.
    """

    facts: tuple[str, str]
    identity: bytes
    payload: tuple[str, str, str]
    category: str
    event_key: str | None
    title: str
    first: date | None
    last: date | None
    hours: Decimal


class Told(NamedTuple):
    """What the cells of a row tell of the learning. `figure` in the profile's unit."""

    learning: Learning
    figure: Decimal
    first: date | None
    last: date | None
    completed: date | None
    passed: bool | None
    year: int | None
    title: str
    event_key: str


class Contents:
    """Makes contents, each once. `at`: the moment of registration; nothing may end after `today`."""

    def __init__(self, profile: Profile, at: datetime, today: date) -> None:
        self._profile, self._at, self._today = profile, at.isoformat(timespec="seconds"), today

    def read(self, told: Told) -> Content:
        """Make the activity and let the rules read it.

        Raises:
            CellRefused: it is not over, was not passed, or the rules refuse it.
        """
        self._refuse_future(told)
        figure = told.figure
        if per_hour := self._profile.written.unit.minutes_per_hour:
            # Rules count in halves at the finest, rounded down: two decimals, rounded down, change nothing.
            figure = (figure / per_hour).quantize(Decimal("0.01"), ROUND_FLOOR)
        raw = self._activity(told, figure)
        try:
            read = read_activity(raw | {"registered_at": self._at}, NAMELESS, Status.REGISTERED, self._today)
            if self._profile.written.channel == "base_platform":
                refuse_unlearned(read)
        except StepRefused as refused:
            raise CellRefused("exam_passed", "exam_not_passed", str(refused)) from None
        except FactsError as error:
            field = _PLACES.get(error.pointer.split("/")[1] if error.pointer else "", "hours")
            (zh, _, en), (wanted, _, expected) = (
                words.partition(" / ") for words in (error.message, error.expected)
            )
            raise CellRefused(field, "rules", f"{zh}（应为 {wanted}） {en}; expected {expected}") from None
        text = facts_text(read)
        same = {
            name: one for name, one in json.loads(text, parse_float=str).items() if name != "registered_at"
        }
        first, last = told.first or told.completed, told.last or told.completed
        before, _, after = text.partition(_ID)
        return Content(
            (before + _BEFORE_ID, '"' + after),
            canonical(same),
            self._payload(text),
            read.category,
            told.event_key or None,
            told.title,
            first,
            last,
            figure,
        )

    def _payload(self, text: str) -> tuple[str, str, str]:
        told = canonical({"person": "", "source": self._profile.system, "activity": text}).decode()
        before, _, rest = told.partition(_ID_INSIDE)
        between, name, after = rest.rpartition('"person":"')
        return before + _BEFORE_ID_INSIDE, '\\"' + between + name, after

    def _refuse_future(self, told: Told) -> None:
        for field, day in (("completed_on", told.completed), ("last_day", told.last)):
            if day is not None and day > self._today:
                raise CellRefused(field, "not_over", "还没有结束 is not over yet")
        if told.year is not None and told.year > self._today.year:
            raise CellRefused("year", "not_over", "年度还没有开始 the year has not begun")

    def _activity(self, told: Told, figure: Decimal) -> dict[str, Any]:
        learning, end = told.learning, told.last or told.completed
        raw: dict[str, Any] = {"category": learning.category, "channel": self._profile.written.channel}
        if learning.category == "credits":
            raw |= {"year": told.year, "class": learning.credit_class, "credits": figure}
        else:
            raw |= {"total_hours": figure}
        if told.first is not None and end is not None:
            raw["window"] = {"from": told.first, "to": end}
        if told.completed is not None:
            raw |= {"completed_on": told.completed, "exam_passed": told.passed}
        named = {"title": told.title, "event_key": told.event_key}
        named |= {"mode": learning.mode or "", "subject": learning.subject or ""}
        return raw | {name: value for name, value in named.items() if value}


def for_person(content: Content, one: UUID, person_key: bytes) -> tuple[str, bytes]:
    """Write a content as the activity `one` of a person: its facts, and the payload of its ledger entry."""
    name, (before, between, after) = str(one), content.payload
    payload = f"{before}{name}{between}{person_key.hex()}{after}"
    return name.join(content.facts), payload.encode()
