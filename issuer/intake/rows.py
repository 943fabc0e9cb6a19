"""A row of a file read into what it says: of whom, which record, and what was learned. Pure.

Persons, records and activities go by keyed names from here on; a person's number goes no further.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from issuer.intake import cells
from issuer.intake.cells import Value
from issuer.intake.contents import REMEMBERED, Content, Contents, Told
from issuer.intake.errors import CellRefused
from issuer.intake.profiles import Profile
from issuer.naming import framed, keyed_id
from issuer.people.identifier import IdType

TOTALS = frozenset({"合计", "总计", "小计", "总 计", "合 计", "共计"})
_DAYS = ("first_day", "last_day", "completed_on")
_LEARNED = ("kind", "title", "event_key", *_DAYS, "hours", "exam_passed", "year")


class Said(NamedTuple):
    """What a row says. `key` is its record's keyed name, `activity` (16 bytes) that of what it says was done, None where its
    system withdrew it; `content` is None where no more is said of that.
    """

    number: int
    person_key: bytes
    name: str
    key: bytes
    revision: str
    activity: bytes | None
    content: Content | None
    organiser: str


@dataclass(frozen=True)
class Skipped:
    """A row that says nothing: empty, a total, or the headings once more."""

    number: int
    what: str


@dataclass(frozen=True)
class Fault:
    """A row that cannot be taken. `field` as in the profile."""

    number: int
    field: str
    code: str
    message: str


@dataclass(frozen=True)
class Manner:
    """How rows are read. `at`: the moment of registration; `today`: after which nothing can have ended; `as_of`: the
    revision of records that have none; `secret` keys the names.
    """

    profile: Profile
    at: datetime
    today: date
    as_of: str
    secret: bytes


class RowReader:
    """Reads rows in one manner. `epoch`: where a workbook's serial days begin."""

    def __init__(self, manner: Manner, epoch: date | None) -> None:
        self._manner, self._written, self._epoch = manner, manner.profile.written, epoch
        self._sender = manner.profile.system.encode()
        self._contents = Contents(manner.profile, manner.at, manner.today)
        self._learned = lru_cache(REMEMBERED, typed=True)(self._learn)
        self._whose = lru_cache(REMEMBERED, typed=True)(self._person_key)

    def read(self, number: int, row: Mapping[str, Value] | CellRefused) -> Said | Skipped | Fault:
        """Read one row; the first thing wrong with it is told."""
        try:
            if isinstance(row, CellRefused):
                raise row
            if (what := self._nothing(row)) is not None:
                return Skipped(number, what)
            return self._said(number, row)
        except CellRefused as refused:
            return Fault(number, refused.field, refused.code, refused.message)

    def _nothing(self, row: Mapping[str, Value]) -> str | None:
        first = row.get("identifier")
        if first is not None and first != "":
            return "heading" if first in self._written.columns["identifier"] else None
        seen = {cells.text("identifier", value) for value in row.values()} - {""}
        if not seen:
            return "blank"
        return "total" if seen & TOTALS else None

    def _said(self, number: int, row: Mapping[str, Value]) -> Said:
        person_key = self._whose(row.get("id_type"), row.get("identifier"))
        name = cells.text("name", row.get("name"))
        if not name:
            raise CellRefused("name", "required", "没有姓名 the name is missing")
        record_id = cells.text("record_id", row.get("record_id"))
        if "record_id" in self._written.columns and not record_id:
            raise CellRefused("record_id", "required", "没有记录编号 the record's number is missing")
        revision = cells.revision(row["revision"]) if "revision" in row else self._manner.as_of
        deleted = self._written.deleted and "deleted" in row and cells.text("deleted", row["deleted"])
        gone = bool(deleted) and cells.flag(
            "deleted", row["deleted"], self._written.deleted, self._written.kept
        )
        # A withdrawn record is known by its number; without one, by what it said.
        content = None if gone and record_id else self._learned(*map(row.get, _LEARNED))
        organiser = cells.text("organiser", row.get("organiser"))
        key = self._key(record_id, person_key, content)
        activity = None if gone or content is None else self._activity(person_key, content)
        return Said(number, person_key, name, key, revision, activity, content, organiser)

    def _person_key(self, id_type: Value, number: Value) -> bytes:
        """The keyed name of whoever has a document; once for each way in which it is written, not for each row."""
        kinds = self._written.id_types
        word = cells.word("id_type", id_type, kinds, needed=False) if kinds else ""
        read = cells.identifier(number, IdType(kinds.get(word, "resident_id")))
        return read.person_key(self._manner.secret)

    def _key(self, record_id: str, person_key: bytes, content: Content | None) -> bytes:
        """Sixteen bytes under which a record is found again: of its number, or of what it says where it has none."""
        said = b"" if content is None else content.identity
        told = (b"record", record_id.encode()) if record_id else (b"content", person_key, said)
        return hmac.digest(self._manner.secret, framed(b"import", self._sender, *told), "sha256")[:16]

    def _activity(self, person_key: bytes, content: Content) -> bytes:
        return keyed_id(self._manner.secret, "imported", person_key, self._sender, content.identity).bytes

    def _learn(self, *told: Value) -> Content:
        """Read what was learned; once for each way in which it is written, not for each row."""
        row = dict(zip(_LEARNED, told, strict=True))
        learning = self._written.always
        if learning is None:
            learning = self._written.kinds[cells.word("kind", row.get("kind"), self._written.kinds)]
        unit = self._written.unit
        hours = cells.figure(row.get("hours"), unit.of, unit.words)
        first, last, completed = (
            cells.day(field, row.get(field), self._epoch) if field in learning.needs else None
            for field in _DAYS
        )
        passed: bool | None = None
        if "exam_passed" in learning.needs:
            passed = cells.flag(
                "exam_passed", row.get("exam_passed"), self._written.passed, self._written.failed
            )
        year = cells.year(row.get("year")) if "year" in learning.needs else None
        title = cells.text("title", row.get("title"))
        key = cells.text("event_key", row.get("event_key"))
        return self._contents.read(Told(learning, hours, first, last, completed, passed, year, title, key))
