"""What stands out in a place and year, by the rules of `rules`. Only reads.

Whatever one file, one account or one unit's day is about is asked over all records at once. What is a person's own is gone
through person by person, at most `MOST` records at a time: a larger place is looked at in several parts, in the order of its people.
"""

import json
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from heapq import merge
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from issuer.access.roles import Actor
from issuer.evidence.tables import declaration_evidence
from issuer.inspection.files import login_of
from issuer.inspection.narrowing import Node, narrow, people_of
from issuer.inspection.rules import BULK, Claim, Decided, Rule, Standout, at_two_events, is_swift, too_long
from issuer.inspection.scope import declarations_of
from issuer.instance import SHANGHAI, Instance
from issuer.people.tables import unit
from issuer.registration.days import days_of
from issuer.registration.procedure import Duty, Step
from issuer.registration.tables import activity, declaration, procedure_step
from ledger.store import reading
from rules.activity import Status

MOST = 100_000
"""Records after which a part ends, with the person whose they are."""
SHOWN = 200
_AT_A_TIME = 2_000
_COUNTS = (Status.SUBMITTED, Status.EMPLOYER_APPROVED, Status.REGISTERED)
_FORWARD, _BACK = (Step.APPROVE, Step.REGISTER), (Step.RETURN, Step.REJECT)


@dataclass(frozen=True)
class Found:
    """What stands out, by rule. `whole`: how many records there are; `seen`: those of this part, whose people the two rules about
    a person's days are told of; `after`: the person after whom the next part begins, None where this is the last.
    """

    place: Node
    year: int
    whole: int
    seen: int
    after: int | None
    standouts: Mapping[Rule, tuple[Standout, ...]]


def find_standouts(instance: Instance, actor: Actor, code: str, year: int, after: int = 0) -> Found:
    """Go through a place's records of a year; of what is a person's own, the part that begins after the person `after`.

    Raises:
        NotFound: no such place of the actor's jurisdiction.
    """
    with reading(instance.engine).connect() as connection:
        place, here = narrow(connection, actor, code)
        found: dict[Rule, list[Standout]] = {rule: [] for rule in Rule}
        seen, following = 0, None
        with closing(_by_person(connection, here, after)) as people:
            for person, count, claims in people:
                if seen >= MOST:
                    following = after
                    break
                found[Rule.OVER_A_DAY] += too_long(claims, year)
                found[Rule.TWO_EVENTS] += at_two_events(claims, year)
                seen, after = seen + count, person
        found[Rule.SHARED_PROOF] += _shared(connection, here)
        found[Rule.SWIFT] += _swift(connection, here, year)
        found[Rule.LATE_BULK] += _late(connection, here, year)
        whole = _count(connection, here)
    return Found(place, year, whole, seen, following, {rule: tuple(one) for rule, one in found.items()})


def _count(connection: sa.Connection, here: Actor) -> int:
    queries = (
        sa.select(sa.func.count())
        .select_from(declaration)
        .where(declarations_of(here), declaration.c.state.in_(_COUNTS)),
        sa.select(sa.func.count())
        .select_from(activity)
        .where(activity.c.person_id.in_(people_of(here)), activity.c.status == Status.REGISTERED),
    )
    return sum(int(connection.execute(query).scalar_one()) for query in queries)


def _by_person(
    connection: sa.Connection, here: Actor, after: int
) -> Generator[tuple[int, int, list[Claim]], None, None]:
    """What is claimed, person by person: declared at the place, or imported of its people; and in how many records that stands."""
    its, more = declaration.c, activity.c
    declared = (
        sa.select(its.person_id, its.id, its.title, its.facts)
        .where(declarations_of(here), its.state.in_(_COUNTS), its.person_id > after)
        .order_by(its.person_id)
    )
    others = (
        sa.select(more.person_id, more.source_id, more.facts)
        .where(more.person_id.in_(people_of(here)), more.status == Status.REGISTERED)
        .where(more.person_id > after)
        .order_by(more.person_id)
    )
    with _streamed(connection, declared) as first, _streamed(connection, others) as second:
        rows = merge(first, second, key=lambda row: int(row.person_id))
        for person, group in groupby(rows, key=lambda row: int(row.person_id)):
            known = list(group)
            found: dict[str, Claim] = {}
            for row in known:
                raw = _facts(row.facts)
                if hasattr(row, "title"):
                    found[str(row.id)] = Claim(person, str(row.id), row.title, raw)
                elif row.source_id not in found:  # what was declared and registered came before
                    found[row.source_id] = Claim(person, None, str(raw.get("title", "")), raw)
            yield person, len(known), list(found.values())


def _streamed(connection: sa.Connection, query: sa.Select[Any]) -> sa.Result[Any]:
    """The rows as they are read: all of a province's would not fit into memory."""
    return connection.execute(query.execution_options(yield_per=_AT_A_TIME))


def _shared(connection: sa.Connection, here: Actor) -> Iterator[Standout]:
    people = sa.func.count(declaration.c.person_id.distinct())
    digests = (
        sa.select(declaration_evidence.c.digest)
        .join(declaration, declaration.c.id == declaration_evidence.c.declaration_id)
        .where(declarations_of(here), declaration.c.state.in_(_COUNTS))
        .group_by(declaration_evidence.c.digest)
        .having(people > 1, sa.func.count(declaration.c.title.distinct()) > 1)
    )
    rows = connection.execute(
        sa.select(declaration_evidence.c.digest, declaration.c.id, declaration.c.person_id)
        .join(declaration, declaration.c.id == declaration_evidence.c.declaration_id)
        .where(declarations_of(here), declaration.c.state.in_(_COUNTS))
        .where(declaration_evidence.c.digest.in_(digests))
        .order_by(declaration_evidence.c.digest, declaration.c.changed_at)
    )
    for digest, its in groupby(rows, key=lambda row: bytes(row.digest)):
        found = list(its)
        ids = tuple(str(row.id) for row in found)
        yield Standout(f"SHA-256 {digest.hex()[:16]}…", len({row.person_id for row in found}), ids)


def _swift(connection: sa.Connection, here: Actor, year: int) -> Iterator[Standout]:
    its = procedure_step.c
    first, last = (datetime(one, 1, 1, tzinfo=SHANGHAI) for one in (year, year + 1))
    rows = _streamed(
        connection,
        sa.select(its.actor_key, its.duty, its.step, its.at, login_of(its.actor_key).label("login"))
        .join(declaration, declaration.c.id == its.declaration_id)
        .where(declarations_of(here), its.step.in_((*_FORWARD, *_BACK)))
        .where(its.duty.in_((Duty.REVIEWER, Duty.VERIFIER)), its.at >= first, its.at < last)
        .order_by(its.actor_key, its.at),
    )
    for _, steps in groupby(rows, key=lambda row: bytes(row.actor_key)):
        found = list(steps)
        if is_swift([Decided(row.at, row.step in _FORWARD) for row in found]):
            yield Standout(found[0].login or "—", len(found))


def _late(connection: sa.Connection, here: Actor, year: int) -> Iterator[Standout]:
    after = datetime(year + 1, 1, 1, tzinfo=SHANGHAI)
    rows = _streamed(
        connection,
        sa.select(declaration.c.id, declaration.c.facts, procedure_step.c.at, unit.c.name)
        .join(procedure_step, procedure_step.c.declaration_id == declaration.c.id)
        .outerjoin(unit, unit.c.id == declaration.c.review_unit_id)
        .where(declarations_of(here), declaration.c.state == Status.REGISTERED)
        .where(procedure_step.c.step == Step.REGISTER, procedure_step.c.at >= after)
        .where(declaration.c.facts.contains(str(year))),
    )
    days: dict[tuple[str, date], list[str]] = {}
    for row in rows:
        if days_of(_facts(row.facts))[1][:4] == str(year):
            day = row.at.astimezone(SHANGHAI).date()
            days.setdefault((row.name or "—", day), []).append(str(row.id))
    for (name, day), ids in sorted(days.items()):
        if len(ids) >= BULK:
            yield Standout(f"{name}，{day}", len(ids), tuple(ids))


def _facts(text: str) -> Mapping[str, Any]:
    facts: Mapping[str, Any] = json.loads(text, parse_float=Decimal)
    return facts
