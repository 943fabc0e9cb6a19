"""The use cases of the issuer: the only place that opens transactions.

Issuing a roster goes in steps, each of which may be cut short and is gone on with by asking again:

1. check     read every entry, decide it, look for characters that no font has; nothing is written
2. record    person, registrations, decision, credential and their pending ledger rows, a transaction a portion
3. sequence  the ledger gives the pending rows their places and signs a checkpoint, in transactions of its own, after each portion
4. publish   witnesses sign it, status lists and the log become static files; only now are certificates drawn
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from issuer.access.errors import NotAllowed
from issuer.access.roles import Actor
from issuer.bulk import in_bulk
from issuer.checking import Checked, Tick, check
from issuer.clock import last_signed, on_time
from issuer.credentials.sealing import Issued
from issuer.credentials.service import Withdrawal, reissue, withdraw
from issuer.credentials.transfers import known_transfer, reissue_transfer
from issuer.errors import InputRefused, Problem
from issuer.governance.entering import Entering, confirm, enter, proposed_revocation
from issuer.governance.entries import Revocation
from issuer.instance import Instance, Transaction, drafting, writing
from issuer.keys.ring import Use
from issuer.people.service import keep_all
from issuer.publication import publish
from issuer.records.issuing import Portion, Prepared, everyone, keep_portion, prepare_portion
from issuer.records.making import Made, keep, make
from issuer.records.service import Year
from issuer.registration.roster import Entry, Roster
from issuer.registration.service import register_all
from issuer.transfers.findings import Held, undecided
from issuer.transfers.rechecking import ask_again
from issuer.workers import processes, shared_out
from ledger.event import Event
from ledger.store import reading
from rules.decision import Decision
from verifier.status import Reason

PORTION = 500
"""Entries a transaction: large enough that the disk's flush is shared, small enough that a kill repeats little."""
A = TypeVar("A")
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Result:
    """One issued year, for the terminal: what became of it, in the order of the roster."""

    entry: Entry
    decision: Decision
    issued: Issued


def issue_roster(
    instance: Instance, roster: Roster, tick: Tick, *, keep_good: bool = False, portion: int = PORTION
) -> tuple[list[Result], list[Problem]]:
    """Issue every year of a roster that is not issued yet; answers all of them, old and new, and what was left out.

    Raises:
        InputRefused: something is wrong with an entry and `keep_good` was not asked for: nothing is recorded.
        ReleaseRefused: a credential did not verify; its portion is not recorded, those before it are.
        KeyUnavailable: the key's place stopped answering; likewise.
        ledger.errors.LedgerHaltedError: the ledger contradicts what is known outside it.
    """
    good, problems = check(instance, roster, tick)
    if problems and not keep_good:
        raise InputRefused(roster.source, tuple(problems))
    with in_bulk(instance) as roomy:
        results = record(roomy, good, tick, portion)
        publish(roomy)
    return results, problems


def record(instance: Instance, good: Sequence[Checked], tick: Tick, portion: int = PORTION) -> list[Result]:
    """Save, sign and queue what was decided, a transaction a portion; answers old and new, in the order given.

    Raises:
        ReleaseRefused, KeyUnavailable: as `issue_roster`.
        WorkerDied: one of several processes ended; likewise.
        ClockWentBack: the clock is behind the log; this portion is not recorded, those before it are.
    """
    results: list[Result] = []
    sequencer = instance.sequencer()
    portions = [good[start : start + portion] for start in range(0, len(good), portion)]
    with _drafted(
        instance, len(portions), lambda work, number: make(work, _years(work, portions[number]))
    ) as drafts:
        for some, (made, events) in zip(portions, drafts, strict=True):
            # A crash before this commit leaves nothing of the portion. After it, people, decisions, credentials and
            # their pending ledger rows stand together; asking again finds them and goes on with the next portion.
            with writing(instance) as work:
                results += _record(work, some, made, events)
            sequencer.drain()  # while other processes make the next ones
            tick("record", len(results), len(good))
    log.info("recorded entries=%d fresh=%d", len(results), sum(result.issued.fresh for result in results))
    return results


def issue_year(
    instance: Instance, year: int, tick: Tick, portion: int = PORTION, *, anew: bool = False
) -> Portion:
    """Issue a year for everyone whose registered record is complete; asking again goes on where it stopped.

    The origins of transferred hours are asked first. Who counts hours that were revoked there is among the problems, and
    is not issued before the authority has decided; where there was no answer, that is told and the year goes on.
    A year that was issued stays under the rules of that time, unless it is to be decided `anew` by those in force.

    Raises:
        NoPackInForce: no rules are loaded for the year.
        ReleaseRefused, KeyUnavailable, ClockWentBack: as `record`.
    """
    with in_bulk(instance) as roomy:
        return _issue_year(roomy, year, tick, portion, anew=anew)


def _issue_year(instance: Instance, year: int, tick: Tick, portion: int, *, anew: bool) -> Portion:
    asked = ask_again(instance, year=year)
    with reading(instance.engine).connect() as connection:
        people, held = everyone(connection, year), undecided(connection, year=year)
    done = Portion(problems=_undecided(held), unanswered=len(asked.unanswered))
    sequencer = instance.sequencer()
    parts = [people[start : start + portion] for start in range(0, len(people), portion)]

    def draft(work: Transaction, number: int) -> Prepared:
        return prepare_portion(work, [one for one in parts[number] if one not in held], year, anew=anew)

    with _drafted(instance, len(parts), draft) as drafts:
        for number, (prepared, events) in enumerate(drafts, 1):
            # A crash before this commit leaves nothing of the portion; after it, the next run finds these years issued.
            with writing(instance) as work:
                work.events.extend(events)
                part = keep_portion(work, prepared)
            sequencer.drain()
            done = done.with_more(part)
            tick("record", min(number * portion, len(people)), len(people))
    log.info("year=%d issued=%d unchanged=%d", year, len(done.issued), done.unchanged)
    publish(instance)
    return done


def _undecided(held: Mapping[int, Sequence[Held]]) -> tuple[Problem, ...]:
    return tuple(
        Problem(
            f"/person/{person}",
            "转入的证明在流出地有效 a transfer that stands at its origin",
            f"{one.zh}，先由主管部门处理 {one.en}: the authority decides first",
        )
        for person, transfers in held.items()
        for one in transfers
    )


@dataclass(frozen=True)
class Proposal:
    """A revocation as one person proposes it: of which certificate, by which code, on which document, for what reason."""

    serial: str
    code: Reason
    document_no: str
    reason: str


def propose_revocation(instance: Instance, actor: Actor, new: Proposal) -> None:
    """Propose to revoke a certificate that is false. Nothing is revoked before another person confirms it.

    Raises:
        NotFound, NotAllowed, SamePerson, StepRefused: as `governance.entering.enter`.
    """
    # A crash before the commit leaves nothing; after it, the proposal waits.
    with writing(instance) as work:
        body = Revocation(serial=new.serial, code=new.code)
        enter(work, actor, Entering(body, new.document_no, new.reason))
    log.info("revocation proposed serial=%s account=%d", new.serial, actor.account_id)


def confirm_revocation(instance: Instance, actor: Actor, serial: str) -> None:
    """Confirm what another person proposed: the certificate is revoked, and that is published.

    Raises:
        NotFound: nothing waits for a second person.
        NotAllowed, SamePerson, Overtaken, AlreadyWithdrawn: as `governance.entering.confirm`.
    """
    # A crash before the commit leaves the proposal; after it, the next publishing tells of the revocation.
    with writing(instance) as work:
        confirm(work, actor, proposed_revocation(work, serial))
    log.info("revoked serial=%s account=%d", serial, actor.account_id)
    publish(instance)


def revoke(instance: Instance, what: Withdrawal) -> None:
    """Revoke one credential of a demonstration, whose people have no accounts, and publish that it was.

    Raises:
        NotAllowed: no demonstration: two people must act.
        NotFound: no such serial.
        AlreadyWithdrawn: it was done before.
    """
    if not instance.settings.demo:
        raise NotAllowed
    # A crash before the commit leaves nothing; after it, the next publishing tells of it.
    with writing(instance) as work:
        withdraw(work, what)
    log.info("withdrawn serial=%s purpose=%s", what.serial, what.purpose)
    publish(instance)


def reissue_one(instance: Instance, serial: str, reason: Reason) -> Issued:
    """Issue a certificate again with the same facts: its key was compromised, or it was issued in error.

    Raises:
        NotFound, AlreadyWithdrawn: as `credentials.service.reissue`.
        ClockWentBack: the clock is behind the log.
    """
    on_time(instance.now(), last_signed(instance))
    # As in revoke: all of it or nothing, and publishing again is always safe.
    with writing(instance) as work:
        is_transfer = known_transfer(work.connection, serial)
        issued = (reissue_transfer if is_transfer else reissue)(work, serial, reason)
    log.info("issued again serial=%s successor=%s reason=%s", serial, issued.serial, reason)
    publish(instance)
    return issued


@contextmanager
def _drafted(
    instance: Instance, portions: int, draft: Callable[[Transaction, int], A]
) -> Iterator[Iterator[tuple[A, list[Event]]]]:
    """Draft the portions of a batch by their numbers, in several processes: what is to be saved of each, with its events."""
    count, last = min(processes(instance, Use.CREDENTIAL), max(1, portions)), last_signed(instance)

    def hold_the_clock() -> None:
        nonlocal last
        last = on_time(instance.now(), last)

    def one(number: int) -> tuple[A, list[Event]]:
        hold_the_clock()
        with drafting(instance, (number % count, count)) as work:
            return draft(work, number), work.events

    def timely(drafts: Iterator[tuple[A, list[Event]]]) -> Iterator[tuple[A, list[Event]]]:
        for each in drafts:
            hold_the_clock()
            yield each

    with shared_out(instance, count, one, range(portions)) as drafts:
        yield timely(drafts)


def _years(work: Transaction, portion: Sequence[Checked]) -> list[Year]:
    secret = work.instance.person_secret
    return [
        Year(one.entry.identifier.person_key(secret), one.entry, one.decision, one.ruled_by)
        for one in portion
    ]


def _record(
    work: Transaction, portion: Sequence[Checked], made: Made, events: Sequence[Event]
) -> list[Result]:
    """Record a portion in a few statements for all of it."""
    entries = [one.entry for one in portion]
    people = keep_all(work, entries)
    register_all(work, people, entries)
    work.events.extend(events)
    issued = keep(work, made, {person.key: person.id for person in people})
    return [Result(one.entry, one.decision, each) for one, each in zip(portion, issued, strict=True)]
