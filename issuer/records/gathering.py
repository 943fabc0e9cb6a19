"""What the rules may know of a person's year, gathered from what was registered and what authorities entered.

The number of queries depends on neither the people nor their records. Only what touches the year goes into its facts,
so that a record of another year never makes a new version of this one.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from issuer.errors import Problem
from issuer.instance import SHANGHAI
from issuer.people.tables import professional, title_series
from issuer.records.belonging import belonging_on
from issuer.registration.entries import EntryKind, EntryState
from issuer.registration.roster import Affiliation, whole_text
from issuer.registration.tables import activity, authority_entry
from rules.activity import Channel, Status
from rules.contradictions import first_day
from rules.decision import Decision
from rules.engine import decide
from rules.errors import FactsError
from rules.facts import Facts, parse_facts
from rules.library import Library


@dataclass(frozen=True)
class Gathered:
    """One person's year, ready to be certified (`Judged`), with its decision."""

    person_id: int
    person_key: bytes
    name: str
    masked: str
    employer: str
    affiliation: Affiliation
    facts: Facts
    decision: Decision

    @property
    def facts_text(self) -> str:
        return whole_text(self.facts)


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


def gather(
    connection: sa.Connection, library: Library, people: Sequence[int], year: int, today: date
) -> tuple[list[Gathered], list[Problem]]:
    """Gather and decide the year of several people; answers them in the order of their ids, and what cannot be decided.

    Raises:
        NoPackInForce: no rules are loaded for the year.
    """
    lists = read_lists(connection)
    registered = read_registered(connection, library, people, year)
    where_on_day = belonging_on(connection, people, min(date(year, 12, 31), today))
    rows = connection.execute(
        sa.select(professional).where(professional.c.id.in_(people)).order_by(professional.c.id)
    )
    found: list[Gathered] = []
    problems: list[Problem] = []
    for row in rows:
        where = where_on_day.get(row.id)
        if where is None:
            problems.append(Problem(f"/person/{row.id}", "an affiliation", "没有人事隶属记录"))
            continue
        employer, belongs = where
        try:
            facts, decision = judge(registered[row.id], lists, year, today, library)
        except FactsError as error:
            problems.append(Problem(f"/person/{row.id}{error.pointer}", error.expected, error.message))
            continue
        found.append(
            Gathered(
                row.id, row.person_key, row.name, row.masked_identifier, employer, belongs, facts, decision
            )
        )
    return found, problems


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


def judge(
    known: Registered, lists: Lists, year: int, today: date, library: Library
) -> tuple[Facts, Decision]:
    """Decide one person's year from everything registered, then keep in the facts only what touches the year.

    Raises:
        FactsError: what was registered contradicts itself.
        NoPackInForce: no rules for the year.
    """
    raw = told(known, lists, year, today)
    whole = parse_facts(raw)
    decision = decide(whole, library)
    elsewhere = _elsewhere(whole, decision)
    if not elsewhere:
        return whole, decision
    kept = [one for one in raw["activities"] if one["id"] not in elsewhere]
    keys = {one.get("event_key") for one in kept} - {None}
    used = sorted(
        {
            one["event_key"]
            for one in raw["activities"]
            if one["id"] in elsewhere and one.get("event_key") in keys
        }
    )
    reduced = parse_facts({**raw, "activities": kept} | ({"keys_used_in_other_years": used} if used else {}))
    again = decide(reduced, library)
    same = (again.professional, again.public, again.complete) == (
        decision.professional,
        decision.public,
        decision.complete,
    )
    return (reduced, again) if same else (whole, decision)


def read_lists(connection: sa.Connection) -> Lists:
    """Read the lists that are in force."""
    rows = connection.execute(
        sa.select(authority_entry.c.kind, authority_entry.c.body).where(
            authority_entry.c.kind.in_([EntryKind.EXAM, EntryKind.CONTEST]),
            authority_entry.c.state == EntryState.IN_FORCE,
        )
    )
    exams: dict[str, list[tuple[date, date | None]]] = defaultdict(list)
    contests = set()
    for row in rows:
        body = json.loads(row.body)
        if row.kind == EntryKind.CONTEST:
            contests.add(body["event_key"])
        else:
            last = None if body.get("last") is None else date.fromisoformat(body["last"])
            exams[body["name"]].append((date.fromisoformat(body["first"]), last))
    return Lists(exams, frozenset(contests))


def read_registered(
    connection: sa.Connection, library: Library, people: Sequence[int], year: int
) -> dict[int, Registered]:
    """Read what was registered of several people and entered about them, each with the overlay of the year."""
    overlays = _overlays(connection, library, people, year)
    found = {person: Registered(overlay=overlays.get(person)) for person in people}
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


def _elsewhere(facts: Facts, decision: Decision) -> set[str]:
    """Activities of which nothing belongs to the year: every line of theirs went to another."""
    lines = defaultdict(list)
    for line in decision.lines:
        lines[line.activity].append(line)
    gone = set()
    for one in facts.activities:
        its = lines[one.id]
        first = first_day(one)
        if its and all(line.recognised == 0 for line in its):
            rules = {cut.rule for line in its for cut in line.cuts}
            strange = rules == {"other_year"}
            duplicate = "duplicate_key" in rules and first is not None and first[1].year != facts.year
            if strange or duplicate:
                gone.add(one.id)
    return gone


def _overlays(
    connection: sa.Connection, library: Library, people: Sequence[int], year: int
) -> dict[int, str]:
    """The sector rule of each person's series in the year (A29), where one is in force; a sample never is."""
    ours = {
        series: overlay.key
        for overlay in library.overlays.values()
        if overlay.status == "in_force" and overlay.covers(year)
        for series in overlay.applies_to.series
    }
    if not ours:
        return {}
    rows = connection.execute(
        sa.select(title_series.c.person_id, title_series.c.series).where(
            title_series.c.person_id.in_(people), title_series.c.year == year
        )
    )
    return {row.person_id: ours[row.series] for row in rows if row.series in ours}
