"""The same hours in two provinces: what was declared here of days on which the person still belonged to the origin. Only reads.

A certificate tells years, not days. What is known is until when the person was there (the move), and for somebody who
came back since when (our own transfer certificate). Records here on days in between are shown; people decide.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from issuer.credentials.tables import credential, transfer
from issuer.instance import SHANGHAI
from issuer.registration.days import days_of
from issuer.registration.tables import activity, declaration
from issuer.transfers.tables import transfer_in, transfer_in_year
from rules.activity import Status

_UNDER_WAY = (Status.SUBMITTED, Status.EMPLOYER_APPROVED)
_NO_DAYS = frozenset({"transfer_in", "self_study", "credits"})
"""Categories of which only the year is known: their days say nothing."""


@dataclass(frozen=True)
class Overlap:
    """A record here on days of which the origin may have certified hours too."""

    title: str
    category: str
    first: str
    last: str
    state: str


@dataclass(frozen=True)
class Doubts:
    """All that hints at the same hours in two provinces. `others`: by year, origins from which it is taken in too."""

    overlaps: tuple[Overlap, ...]
    others: Mapping[int, tuple[str, ...]]

    def __bool__(self) -> bool:
        """Whether there is anything to look at."""
        return bool(self.overlaps or self.others)


def doubts_about(connection: sa.Connection, row: sa.Row[Any], years: Sequence[int]) -> Doubts:
    """What somebody should look at before the years of a transfer count."""
    others: dict[int, set[str]] = {}
    # An older version and the newer in its place are one.
    another = transfer_in.c.replaced_by.is_distinct_from(row.id) & transfer_in.c.id.is_distinct_from(
        row.replaced_by
    )
    elsewhere = (transfer_in_year.c.person_id == row.person_id) & transfer_in_year.c.stands
    for other in connection.execute(
        sa.select(transfer_in_year.c.year, transfer_in.c.origin)
        .join(transfer_in, transfer_in.c.id == transfer_in_year.c.transfer_id)
        .where(
            elsewhere, transfer_in_year.c.transfer_id != row.id, transfer_in_year.c.year.in_(years), another
        )
    ):
        others.setdefault(other.year, set()).add(other.origin)
    found = find_overlaps(connection, row.person_id, years, row.moved_on)
    return Doubts(found, {year: tuple(sorted(names)) for year, names in others.items()})


def find_overlaps(
    connection: sa.Connection, person_id: int, years: Sequence[int], moved_on: date
) -> tuple[Overlap, ...]:
    """What was declared or registered here in the transferred years, on days before the move."""
    since = _left(connection, person_id, moved_on)
    found: list[Overlap] = []
    for title, state, raw in _records(connection, person_id):
        if raw["category"] in _NO_DAYS:
            continue
        first, last = days_of(raw)
        for year in years:
            begins = max(date(year, 1, 1), since or date(year, 1, 1)).isoformat()
            ends = min(date(year, 12, 31), moved_on - timedelta(days=1)).isoformat()
            if first and first <= ends and last >= begins:
                found.append(Overlap(title, str(raw["category"]), first, last, state))
                break
    return tuple(sorted(found, key=lambda one: (one.first, one.title)))


def _left(connection: sa.Connection, person_id: int, moved_on: date) -> date | None:
    """The day after the latest transfer certificate of ours before the move: until it, the days were ours."""
    issued = connection.scalars(
        sa.select(credential.c.issued_at)
        .join(transfer, transfer.c.serial == credential.c.serial)
        .where(transfer.c.person_id == person_id)
    )
    days = [one.astimezone(SHANGHAI).date() for one in issued]
    return max((day + timedelta(days=1) for day in days if day <= moved_on), default=None)


def _records(connection: sa.Connection, person_id: int) -> list[tuple[str, str, dict[str, Any]]]:
    titles = {}
    found = []
    for row in connection.execute(sa.select(declaration).where(declaration.c.person_id == person_id)):
        titles[str(row.id)] = row.title
        if row.state in _UNDER_WAY:
            found.append((str(row.title), str(row.state), json.loads(row.facts, parse_float=Decimal)))
    standing = (activity.c.person_id == person_id) & (activity.c.status == Status.REGISTERED)
    for row in connection.execute(sa.select(activity).where(standing)):
        raw = json.loads(row.facts, parse_float=Decimal)
        found.append((titles.get(row.source_id, str(raw.get("title", ""))), str(row.status), raw))
    return found
