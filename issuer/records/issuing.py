"""The year of everyone: whose record is complete, or was certified before and has changed. The caller opens the transaction."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa

from issuer.certificates import fonts
from issuer.credentials.sealing import Issued
from issuer.credentials.tables import credential, withdrawal
from issuer.errors import Problem
from issuer.instance import Transaction
from issuer.people.tables import affiliation, professional
from issuer.records.gathering import Gathered, gather
from issuer.records.making import Made, keep, make
from issuer.records.service import Year
from issuer.records.tables import year_record
from issuer.registration.roster import whole_text
from ledger.entry import canonical
from rules.changes import same_result


@dataclass(frozen=True)
class Portion:
    """What became of some people's year."""

    issued: tuple[Issued, ...] = ()
    unchanged: int = 0
    incomplete: int = 0
    problems: tuple[Problem, ...] = ()
    unanswered: int = 0
    """Transfers of the year whose origin could not be asked whether they still stand."""
    differing: tuple[int, ...] = ()
    """People who keep what was issued, and whom the rules in force now would tell something else."""

    def with_more(self, more: "Portion") -> "Portion":
        """Both together."""
        return Portion(
            self.issued + more.issued,
            self.unchanged + more.unchanged,
            self.incomplete + more.incomplete,
            self.problems + more.problems,
            self.unanswered + more.unanswered,
            self.differing + more.differing,
        )


def everyone(connection: sa.Connection, year: int) -> list[int]:
    """The ids of all professionals, in the order in which their years are issued."""
    return list(connection.scalars(everyone_of(year).order_by(professional.c.id)))


def everyone_of(year: int) -> sa.Select[tuple[int]]:
    """The ids of all professionals whose year can be issued, for a query.

    Whoever came by a roster alone, and has no employer on record, is among them where a roster told of that year.
    """
    entered = sa.select(affiliation.c.id).where(affiliation.c.person_id == professional.c.id)
    recorded = sa.select(year_record.c.id).where(
        year_record.c.person_id == professional.c.id, year_record.c.year == year
    )
    return sa.select(professional.c.id).where(entered.exists() | recorded.exists())


@dataclass(frozen=True)
class Prepared:
    """Some people's year, made ready: what becomes of it, and who they are."""

    portion: Portion
    made: Made
    people: Mapping[bytes, int]


def issue_portion(
    work: Transaction, people: Sequence[int], year: int, *, statements: bool = False
) -> Portion:
    """Certify a year at once: `prepare_portion` and `keep_portion` in one transaction."""
    return keep_portion(work, prepare_portion(work, people, year, statements=statements))


def prepare_portion(
    work: Transaction, people: Sequence[int], year: int, *, statements: bool = False, anew: bool = False
) -> Prepared:
    """Certify the year of those whose record is complete and not certified as it is; the version before is superseded.

    A year that was certified and is complete no more gets a statement of hours in its place. With `statements`, so does
    one that never was complete, where hours are recognised or something is deemed. Nothing is written yet.

    A year that was issued stays under the rules of that time (`year_record.ruled_by`), so that no document that comes into
    force later changes anybody's certificate. `anew`: it is decided again by those in force now.

    Raises:
        NoPackInForce: no rules are loaded for the year.
        ReleaseRefused: a credential did not verify.
    """
    newest = _newest(work.connection, people, year)
    held = {} if anew else {person: one.ruled_by for person, one in newest.items()}
    gathered, problems = gather_held(work, people, year, held)
    chosen: list[Gathered] = []
    unchanged = incomplete = 0
    for one in gathered:
        if absent := fonts.missing(one.name + one.employer + one.affiliation.registrar):
            message = f"没有字体能印出 no font has {', '.join(absent)}"
            problems.append(Problem(f"/person/{one.person_id}", "characters of GB 18030-2022", message))
            continue
        before = newest.get(one.person_id)
        stated = statements and (one.decision.total > 0 or one.decision.deemed_articles)
        if before is None and not one.decision.complete and not stated:
            incomplete += 1
        elif before is not None and says_the_same(before, one):
            unchanged += 1
        else:
            chosen.append(one)
    rules = [held.get(one.person_id, work.rules.number) for one in chosen]
    years = [Year(one.person_key, one, one.decision, by) for one, by in zip(chosen, rules, strict=True)]
    ids = {one.person_key: one.person_id for one in chosen}
    differing = _differing(work, gathered, year, held)
    portion = Portion((), unchanged, incomplete, tuple(problems), differing=differing)
    return Prepared(portion, make(work, years), ids)


def gather_held(
    work: Transaction, people: Sequence[int], year: int, held: Mapping[int, int]
) -> tuple[list[Gathered], list[Problem]]:
    """Gather people, each by the rules to which their year is held; the others by those in force."""
    by_rules: dict[int, list[int]] = {}
    for person in people:
        by_rules.setdefault(held.get(person, work.rules.number), []).append(person)
    found: list[Gathered] = []
    problems: list[Problem] = []
    for number, some in by_rules.items():
        library = work.instance.rulebook.as_of(work.connection, number)
        good, bad = gather(work.connection, library, some, year, work.day)
        found += good
        problems += bad
    return sorted(found, key=lambda one: one.person_id), problems


def _differing(
    work: Transaction, gathered: Sequence[Gathered], year: int, held: Mapping[int, int]
) -> tuple[int, ...]:
    """Who is told something else by the rules in force than by those to which their year is held."""
    older = {
        one.person_id: one
        for one in gathered
        if held.get(one.person_id, work.rules.number) < work.rules.number
    }
    if not older:
        return ()
    again, _ = gather(work.connection, work.rules.library, list(older), year, work.day)
    return tuple(
        one.person_id for one in again if not same_result(older[one.person_id].decision, one.decision)
    )


def keep_portion(work: Transaction, prepared: Prepared) -> Portion:
    """Save what was prepared."""
    return replace(prepared.portion, issued=tuple(keep(work, prepared.made, prepared.people)))


@dataclass(frozen=True)
class _Before:
    facts: str
    decision: str
    ruled_by: int


def says_the_same(before: _Before, now: Gathered) -> bool:
    """Whether the newest version says what a new one would: the day of judgement alone makes none."""
    if before.decision != canonical(now.decision.to_json()).decode():
        return False
    as_of = date.fromisoformat(json.loads(before.facts)["as_of"])
    return before.facts == whole_text(now.facts.model_copy(update={"as_of": as_of}))


def _newest(connection: sa.Connection, people: Sequence[int], year: int) -> dict[int, _Before]:
    rows = connection.execute(
        sa.select(
            year_record.c.person_id, year_record.c.facts, year_record.c.decision, year_record.c.ruled_by
        )
        .where(year_record.c.person_id.in_(people), year_record.c.year == year)
        .order_by(year_record.c.version)
    )
    return {row.person_id: _Before(row.facts, row.decision, row.ruled_by) for row in rows}


def standing_of(connection: sa.Connection, year: int) -> list[Issued]:
    """The newest credential of everyone who has one for the year, those revoked left out."""
    latest = year_record.alias("latest")
    newest = (
        sa.select(sa.func.max(latest.c.version))
        .where(latest.c.person_id == year_record.c.person_id, latest.c.year == year)
        .scalar_subquery()
    )
    revoked = sa.select(withdrawal.c.serial).where(withdrawal.c.serial == credential.c.serial)
    rows = connection.execute(
        sa.select(credential)
        .join(year_record, year_record.c.id == credential.c.record_id)
        .where(year_record.c.year == year, year_record.c.version == newest, ~revoked.exists())
        .order_by(year_record.c.person_id)
    )
    return [
        Issued(row.serial, row.document, row.jws, row.lines.encode() if row.lines else None, fresh=False)
        for row in rows
    ]
