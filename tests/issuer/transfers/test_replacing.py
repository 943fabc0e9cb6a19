"""A new version that says other hours (Art. 11): it waits, holds the year, and takes the old one's place in one step. Hours are
neither doubled nor lost, whatever anybody does.
"""

import itertools
from decimal import Decimal
from uuid import UUID

import pytest

from issuer.database import Paging
from issuer.instance import writing
from issuer.registration.errors import Overtaken, StepRefused
from issuer.registration.procedure import Duty, Step
from issuer.service import issue_year
from issuer.transfers.errors import TransferRefused
from issuer.transfers.findings import There
from issuer.transfers.listing import list_gone, list_waiting
from issuer.transfers.reading import Transfer, read_case
from issuer.transfers.rechecking import ask_again
from issuer.transfers.service import ask_now, decide, issue_to_leave
from issuer.transfers.stepping import How, Taken, take
from issuer.year.service import Year, read_year
from rules.activity import Status
from tests.issuer.conftest import quiet
from tests.issuer.registration.office import DAYS
from tests.issuer.town import declarant, training
from tests.issuer.transfers.provinces import MOVED, WHOLE_2025, Province
from tests.issuer.transfers.test_killed import failing, queued

Pair = tuple[Province, Province]
MORE = [{"from": "2025-11-03", "to": "2025-11-04", "unit": "full_day"}]
"""Two days more: 16 hours."""


def moved(pair: Pair) -> UUID:
    """The person's 2025 is registered at the other province, with 120 hours."""
    a, b = pair
    a.office.register(training(schedule=WHOLE_2025))
    b.belong(MOVED)
    return b.take_in(a.leave(), MOVED).id


def newer(pair: Pair, schedule: list[dict[str, str]] = MORE) -> bytes:
    """The origin registers more, and issues a new version."""
    pair[0].office.register(training(schedule=schedule))
    return pair[0].leave()


def case(b: Province, one: UUID) -> Transfer:
    return read_case(b.instance, b.office.verifier, one)


def year(b: Province) -> Year:
    return read_year(b.instance, b.person, 2025)


def step(b: Province, one: UUID, what: Step, **more: str) -> Status:
    taken = Taken(what, case(b, one).turn, How.MACHINE if what is Step.REGISTER else None, **more)
    return decide(b.instance, b.office.verifier, one, taken)


def test_the_authority_puts_it_in_the_old_ones_place(provinces: Pair) -> None:
    _, b = provinces
    old = moved(provinces)
    (certified,) = issue_year(b.instance, 2025, quiet).issued
    brought = b.receive(newer(provinces), MOVED)
    assert (brought.state, [one.hours for one in brought.years]) == (Status.EMPLOYER_APPROVED, [136])

    # The old one counts meanwhile, and nothing new is certified on it; the person is told what is next.
    told = year(b)
    assert (told.decision.total, told.pending_total) == (120, 16)
    ((now,),) = (told.changed,)
    assert (now.standing, now.replaced_by, now.next, now.held) == (
        There.SUPERSEDED,
        brought.id,
        Duty.VERIFIER,
        True,
    )
    held = issue_year(b.instance, 2025, quiet)
    assert (held.issued, [str(brought.id) in one.message for one in held.problems]) == ((), [True])
    with pytest.raises(TransferRefused, match="the authority decides"):
        b.leave()
    assert case(b, brought.id).replaces[0].years == {2025: (Decimal(120), True)}

    assert step(b, brought.id, Step.REGISTER) is Status.REGISTERED
    assert (case(b, old).state, case(b, old).replaced_by, year(b).decision.total) == (
        "superseded",
        brought.id,
        136,
    )
    assert (year(b).changed, [one.transfer for one in year(b).replaced]) == ((), [brought.id])
    (after,) = issue_year(b.instance, 2025, quiet).issued
    assert after.serial != certified.serial
    assert (list_gone(b.instance, b.office.verifier, Paging()), ask_again(b.instance).count) == ([], 1)


def test_the_authority_keeps_the_old_one(pair: Pair) -> None:
    _, b = pair
    old = moved(pair)
    data = newer(pair)
    brought = b.receive(data, MOVED)
    assert step(b, brought.id, Step.REJECT, reason="R05", words="流出地来函：新版有误") is Status.REJECTED
    assert (case(b, old).replaced_by, year(b).decision.total, year(b).pending_total) == (None, 120, 0)
    assert len(issue_year(b.instance, 2025, quiet).issued) == 1
    assert year(b).changed[0].next is Duty.DECLARANT
    # It may be brought again: the authority decides again.
    assert step(b, b.receive(data, MOVED).id, Step.REGISTER) is Status.REGISTERED
    assert year(b).decision.total == 136


def test_nobody_takes_a_verified_version_away(pair: Pair) -> None:
    """Else the person could choose which of the origin's words holds."""
    _, b = pair
    moved(pair)
    brought = b.receive(newer(pair), MOVED)
    turn = case(b, brought.id).turn
    with pytest.raises(StepRefused, match="in the old one's place"), writing(b.instance) as work:
        take(work, declarant(b.person), brought.id, Taken(Step.WITHDRAW, turn))
    with pytest.raises(StepRefused, match="in the old one's place"):
        step(b, brought.id, Step.RETURN, reason="R05")
    assert year(b).changed[0].held


def test_brought_twice_and_a_still_newer_one(pair: Pair) -> None:
    _, b = pair
    moved(pair)
    data = newer(pair)
    first = b.receive(data, MOVED)
    with pytest.raises(TransferRefused, match="brought before"):
        b.receive(data, MOVED)
    second = b.receive(newer(pair, [{"from": "2025-12-01", "to": "2025-12-01", "unit": "full_day"}]), MOVED)
    assert (case(b, first.id).state, [one.hours for one in second.years]) == ("withdrawn", [144])
    assert [one.id for one in list_waiting(b.instance, b.office.verifier, Paging())] == [second.id]
    assert step(b, second.id, Step.REGISTER) is Status.REGISTERED
    assert year(b).decision.total == 144


def test_a_year_that_the_new_version_lacks_is_not_lost(pair: Pair) -> None:
    a, b = pair
    a.office.register(training(schedule=DAYS))
    assert {one.year for one in case(b, moved(pair)).years} == {2025, 2026}
    a.office.register(training(schedule=MORE))
    only = issue_to_leave(a.instance, a.person.id, [2025]).jws.encode()
    with pytest.raises(TransferRefused, match="2026 年度"):
        b.receive(only, MOVED)
    assert year(b).decision.total == 120
    whole = b.receive(a.leave(), MOVED)
    assert [one.year for one in whole.years] == [2025, 2026]
    assert step(b, whole.id, Step.REGISTER) is Status.REGISTERED
    assert year(b).decision.total == 136


def test_the_old_one_is_reversed_while_the_new_one_waits(pair: Pair) -> None:
    """One wins, the other is told; either way the hours count once."""
    _, b = pair
    old = moved(pair)
    brought = b.receive(newer(pair), MOVED)
    seen = case(b, brought.id).turn
    assert step(b, old, Step.REVERSE, reason="R05") is Status.REVERSED
    assert year(b).decision.total == 0
    assert step(b, brought.id, Step.REGISTER) is Status.REGISTERED
    assert year(b).decision.total == 136
    with pytest.raises(Overtaken):
        decide(b.instance, b.office.verifier, brought.id, Taken(Step.REGISTER, seen, How.MACHINE))


def test_one_origin_is_asked_now(pair: Pair) -> None:
    _, b = pair
    old = moved(pair)
    newer(pair)
    assert case(b, old).asked.standing is None
    ask_now(b.instance, b.office.verifier, old)
    assert case(b, old).asked.standing is There.SUPERSEDED
    assert step(b, old, Step.REVERSE, reason="R05") is Status.REVERSED
    with pytest.raises(StepRefused, match="only what was registered"):
        ask_now(b.instance, b.office.verifier, old)


def test_failing_at_any_statement(pair: Pair) -> None:
    """Superseded and registered, or neither: the hours count once after every failure."""
    _, b = pair
    old = moved(pair)
    new = b.receive(newer(pair), MOVED).id
    taken, before = Taken(Step.REGISTER, case(b, new).turn, How.MACHINE), queued(b.instance)
    for at in itertools.count(1):
        with failing(b.instance.engine, at):
            try:
                with writing(b.instance) as work:
                    take(work, b.office.verifier, new, taken)
            except OSError:
                pass
            else:
                break
        found = case(b, old).state, case(b, new).state, year(b).decision.total, queued(b.instance)
        assert found == ("registered", "employer_approved", 120, before), f"statement {at}"
    assert (at > 10, case(b, old).state, year(b).decision.total) == (True, "superseded", 136)
