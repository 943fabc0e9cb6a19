"""What was registered of people and what authorities entered, read for the rules: for the year's record, the year's page, and
what a declaration would add.

The number of queries depends on neither the people, nor their records, nor the years.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from issuer.instance import SHANGHAI
from issuer.people.tables import title_series
from issuer.registration.entered import EntryKind, EntryState
from issuer.registration.tables import activity, authority_entry
from rules.activity import Channel, Status
from rules.library import Library


@dataclass(frozen=True)
class Lists:
    """What is on the lists: examinations with the days for which they stand, contests by their key."""

    exams: Mapping[str, list[tuple[date, date | None]]]
    contests: frozenset[str]


@dataclass
class Registered:
    """What was registered of one person, entered about them, and the sector rule of their series."""

    activities: list[dict[str, Any]] = field(default_factory=list)
    entries: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    overlay: str | None = None


def told(known: Registered, lists: Lists, year: int, today: date) -> dict[str, Any]:
    """Say to the rules everything that is known of a person, as `parse_facts` takes it."""
    raw: dict[str, Any] = {
        "year": year,
        "as_of": today,
        "activities": [_completed(one, known.entries, lists) for one in known.activities],
        "deferrals": [
            {"year": one["year"], "reason_code": one["reason_code"], "due": one["due"]}
            | {"employer_certificate": True, "approved": True}
            for one in known.entries[EntryKind.DEFERRAL]
        ],
        "exceptions": _exceptions(known.entries[EntryKind.EXCEPTION], year),
    }
    return raw if known.overlay is None else raw | {"overlay": known.overlay}


def read_lists(connection: sa.Connection) -> Lists:
    """Read the lists that are in force."""
    rows = connection.execute(
        sa.select(authority_entry.c.kind, authority_entry.c.body).where(
            authority_entry.c.kind.in_([EntryKind.EXAM, EntryKind.EXAM_END, EntryKind.CONTEST]),
            authority_entry.c.state == EntryState.IN_FORCE,
        )
    )
    exams: dict[str, list[tuple[date, date | None]]] = defaultdict(list)
    contests = set()
    ends: list[tuple[str, date]] = []
    for row in rows:
        body = json.loads(row.body)
        if row.kind == EntryKind.CONTEST:
            contests.add(body["event_key"])
        elif row.kind == EntryKind.EXAM_END:
            ends.append((body["name"], date.fromisoformat(body["last"])))
        else:
            last = None if body.get("last") is None else date.fromisoformat(body["last"])
            exams[body["name"]].append((date.fromisoformat(body["first"]), last))
    for name, end in ends:
        spans = exams[name]
        exams[name] = [(first, min(last or end, end) if first <= end else last) for first, last in spans]
    return Lists(exams, frozenset(contests))


def read_registered(
    connection: sa.Connection, library: Library, people: Sequence[int], year: int
) -> dict[int, Registered]:
    """Read what was registered of several people and entered about them, each with the overlay of the year."""
    return read_years(connection, lambda _person, _year: library, people, [year])[year]


def read_years(
    connection: sa.Connection,
    rules_of: Callable[[int, int], Library],
    people: Sequence[int],
    years: Collection[int],
) -> dict[int, dict[int, Registered]]:
    """The same for several years, by year: only the overlays differ. As many queries as for one. `rules_of`: by person and year."""
    found = _read_registered(connection, people)
    overlays = _overlays(connection, rules_of, people, years)
    return {
        year: {person: replace(one, overlay=overlays.get((person, year))) for person, one in found.items()}
        for year in years
    }


def _read_registered(connection: sa.Connection, people: Sequence[int]) -> dict[int, Registered]:
    found = {person: Registered() for person in people}
    rows = connection.execute(
        sa.select(activity.c.person_id, activity.c.facts)
        .where(activity.c.person_id.in_(people), activity.c.status == Status.REGISTERED)
        .order_by(activity.c.person_id, activity.c.source_id, activity.c.event_id)
    )
    for row in rows:
        found[row.person_id].activities.append(json.loads(row.facts, parse_float=Decimal))
    entered = connection.execute(
        sa.select(
            authority_entry.c.person_id,
            authority_entry.c.kind,
            authority_entry.c.body,
            authority_entry.c.document_no,
            authority_entry.c.reason,
            authority_entry.c.entered_at,
        )
        .where(authority_entry.c.person_id.in_(people), authority_entry.c.state == EntryState.IN_FORCE)
        .order_by(authority_entry.c.entered_at, authority_entry.c.id)
    )
    for one in entered:
        body = json.loads(one.body, parse_float=Decimal)
        entered_on = one.entered_at.astimezone(SHANGHAI).date()
        by_whom = {"document_no": one.document_no, "reason": one.reason, "entered_on": str(entered_on)}
        found[one.person_id].entries[one.kind].append(body | by_whom)
    return found


def _completed(
    raw: dict[str, Any], entries: Mapping[str, list[dict[str, Any]]], lists: Lists
) -> dict[str, Any]:
    """An activity with what authorities say of it today; what came in by other doors brings its own."""
    whole = dict(raw)
    for one in entries[EntryKind.MAKE_UP]:
        if one["activity"] == raw["id"]:
            whole["makes_up_year"] = one["year"]
    if raw["channel"] != Channel.DECLARED:
        return whole
    match raw["category"]:
        case "exam":
            day = date.fromisoformat(raw["approved_on"])
            spans = lists.exams.get(raw.get("exam_name", ""), [])
            whole["listed"] = any(first <= day <= (last or date.max) for first, last in spans)
        case "contest":
            whole["recognised_by_authority"] = raw.get("event_key") in lists.contests
        case "major_assignment":
            filed = {year for one in entries[EntryKind.FILING] for year in one["years"]}
            if raw.get("start") and raw.get("end"):
                filed &= set(range(int(raw["start"][:4]), int(raw["end"][:4]) + 1))
            whole |= {"provincial_filing": bool(filed), "filed_years": sorted(filed)}
    return whole


def _exceptions(entries: Sequence[dict[str, Any]], year: int) -> list[dict[str, Any]]:
    """The exceptions of a year; of two for one category, the later."""
    newest = {one["category"]: one for one in entries if one["year"] == year}
    return [
        {name: _figure(one[name]) for name in ("cap", "daily_cap", "minimum") if name in one}
        | {
            "category": category,
            "approved_by_authority": True,
            "reason": one["reason"],
            "decision_no": one["document_no"],
            "decided_on": one["entered_on"],
        }
        for category, one in newest.items()
    ]


def _figure(value: object) -> Decimal:
    """Hours are written as text in an entry, so that they stay exact."""
    return Decimal(str(value))


def _overlays(
    connection: sa.Connection,
    rules_of: Callable[[int, int], Library],
    people: Sequence[int],
    years: Collection[int],
) -> dict[tuple[int, int], str]:
    """The sector rule of each person's series in a year (A29), where one is in force; a sample never is."""
    every = {rules_of(person, year) for person in people for year in years}
    if not any(library.sector_rules(year) for library in every for year in years):
        return {}
    rows = connection.execute(
        sa.select(title_series).where(title_series.c.person_id.in_(people), title_series.c.year.in_(years))
    )
    return {
        (row.person_id, row.year): overlay.key
        for row in rows
        if (overlay := rules_of(row.person_id, row.year).sector_rules(row.year).get(row.series))
    }
