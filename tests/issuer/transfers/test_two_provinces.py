"""A person moves from one province to another and back, between two complete instances: hours are neither doubled nor lost."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest

from issuer.instance import writing
from issuer.registration.base_platform import learn
from issuer.registration.declarations import Draft, draft
from issuer.registration.errors import StepRefused
from issuer.registration.own import read_own
from issuer.registration.procedure import Step
from issuer.transfers.errors import TransferRefused
from issuer.transfers.service import decide
from issuer.transfers.stepping import How, Taken
from ledger.fsck import fsck
from rules.activity import Status
from tests.issuer.town import training
from tests.issuer.transfers.provinces import MOVED, WHOLE_2025, Province
from verifier import jws
from verifier.credential import parse_payload

Pair = tuple[Province, Province]


def days(first: str, last: str) -> dict[str, Any]:
    return training(schedule=[{"from": first, "to": last, "unit": "full_day"}])


def online(province: Province, hours: int, day: str) -> None:
    """A course of the public subject, from a base."""
    course = {"category": "public_online", "total_hours": hours, "completed_on": day, "exam_passed": True}
    with writing(province.instance) as work:
        learn(work, province.person, {**course, "event_key": f"示例课程 {day}"}, "示例基地")


def figures(province: Province, year: int) -> tuple[Decimal, Decimal, bool, str]:
    found = province.year(year)
    return found.professional, found.public, found.complete, str(found.deemed)


def test_there_and_back(provinces: Pair) -> None:
    a, b = provinces
    a.office.register(training(schedule=WHOLE_2025))
    a.office.register(days("2026-03-09", "2026-03-11"))
    online(a, 10, "2026-03-20")
    there = a.leave()

    b.belong(MOVED)
    came = b.take_in(there, MOVED)
    assert [(year.year, year.hours, year.complete) for year in came.years] == [
        (2025, 120, True),
        (2026, 34, False),
    ]
    # The whole year before: the origin's conclusion holds, though B itself would ask for 30 public hours.
    assert figures(b, 2025) == (120, 0, True, "origin")
    # The year of the move is B's to judge, with the hours of both.
    b.office.register(days("2026-06-08", "2026-06-12"))
    online(b, 20, "2026-07-01")
    assert figures(b, 2026) == (64, 30, True, "none")

    today = b.instance.today()
    back = b.leave()
    a.belong(today)
    again = a.take_in(back, today)
    assert [(year.year, year.hours) for year in again.years] == [(2026, 60)]
    assert [left.year for left in again.left_out] == [2025]
    assert again.overlaps == ()
    assert figures(a, 2025) == (120, 0, True, "none")
    professional, public, _, _ = figures(a, 2026)
    assert (professional, public) == (64, 30)

    # Both say the same of the year, and a second round finds everything where it is.
    for province in (a, b):
        subject = parse_payload(jws.split(province.leave().decode()).payload).credential_subject
        (row,) = [one for one in subject.years if one.year == 2026]  # type: ignore[union-attr]
        assert row.hours.total == "94"
    once_more = b.receive(a.leave(), today)
    assert (once_more.id, once_more.years) == (came.id, ()), (
        "a newer version, which says the same: it stands on that"
    )
    assert figures(b, 2026) == (64, 30, True, "none")
    for province in (a, b):
        province.published()
        assert fsck(province.instance.engine, province.instance.log_signer.verifier()).clean


def test_back_there_again_with_more_of_the_same_year(pair: Pair) -> None:
    """Hours of both in both, and then more at the first: the second takes its new version in place of the old, and no hour twice."""
    a, b = pair
    a.office.register(days("2026-03-09", "2026-03-11"))
    b.belong(MOVED)
    first = b.take_in(a.leave(), MOVED)
    b.office.register(days("2026-06-08", "2026-06-12"))
    today = a.instance.today()
    a.belong(today)
    a.take_in(b.leave(), today)
    a.office.register(days("2026-09-07", "2026-09-07"))
    newer = b.receive(a.leave(), today)
    assert [(one.year, one.hours) for one in newer.years] == [(2026, 32)]
    assert (b.year(2026).total, a.year(2026).total) == (64, 72), (
        "the old one counts until the authority has decided"
    )
    words = Taken(Step.REGISTER, 1, How.MACHINE, words="乙省 6 月的是另一期")
    assert decide(b.instance, b.office.verifier, newer.id, words) is Status.REGISTERED
    assert (b.year(2026).total, a.year(2026).total) == (72, 72)
    with pytest.raises(TransferRefused, match="2026"):
        b.receive(a.leave(), today)
    assert first.id != newer.id


def test_a_second_registration_of_the_same_year_is_refused(provinces: Pair) -> None:
    a, b = provinces
    a.office.register(training(schedule=WHOLE_2025))
    b.belong(MOVED)
    first = a.leave()
    waiting = b.receive(first, MOVED)
    with pytest.raises(TransferRefused, match="2025"):
        b.receive(first, MOVED)  # while it waits
    b.confirm(waiting.id)
    with pytest.raises(TransferRefused, match="2025"):
        b.receive(first, MOVED)  # and after
    assert figures(b, 2025)[0] == 120
    # A later version with one more year: that year alone is taken.
    a.office.register(days("2026-03-09", "2026-03-11"))
    more = b.receive(a.leave(), MOVED)
    assert ([one.year for one in more.years], [one.year for one in more.left_out]) == ([2026], [2025])


def test_transferred_hours_are_never_cut_and_use_up_the_room(provinces: Pair) -> None:
    a, b = provinces
    study = {"category": "self_study", "year": 2026, "determined_hours": Decimal(30), "kind": "individual"}
    a.office.register(study, attests=True)
    b.belong(MOVED)
    b.take_in(a.leave(), MOVED)
    b.office.register({**study, "determined_hours": Decimal(25)}, attests=True)
    found = b.year(2026)
    assert (found.categories["transfer_in"], found.categories["self_study"]) == (30, 10)


def test_a_record_here_of_days_before_the_move_is_shown(provinces: Pair) -> None:
    a, b = provinces
    a.office.register(days("2026-03-09", "2026-03-11"))
    b.office.register(days("2026-03-11", "2026-03-12"))
    b.office.register(days("2026-05-04", "2026-05-05"))
    b.belong(MOVED)
    found = b.receive(a.leave(), MOVED)
    assert [(one.first, one.last) for one in found.overlaps] == [("2026-03-11", "2026-03-12")]
    with pytest.raises(StepRefused, match="two provinces"):
        b.confirm(found.id)  # somebody must say how it was judged
    words = Taken(Step.REGISTER, 1, How.MACHINE, words="甲省那次是另一期")
    assert decide(b.instance, b.office.verifier, found.id, words) is Status.REGISTERED
    assert b.year(2026).total == 56


@pytest.mark.parametrize(
    ("first", "looks_alike"), [("2026-03-11", True), ("2026-05-03", True), ("2026-05-04", False)]
)
def test_what_is_declared_later_of_days_before_the_move_looks_alike(
    pair: Pair, first: str, *, looks_alike: bool
) -> None:
    a, b = pair
    a.office.register(days("2026-03-09", "2026-03-10"))
    b.belong(MOVED)
    b.take_in(a.leave(), MOVED)
    with writing(b.instance) as work:
        later = draft(work, b.person, Draft("示例", days(first, first)))
    twins = read_own(b.instance, b.person, later).twins
    assert [one.title for one in twins] == (["示例甲省签发机关转入2026年度学时"] if looks_alike else [])


def test_the_same_certificate_twice_at_the_same_moment(provinces: Pair) -> None:
    a, b = provinces
    a.office.register(training(schedule=WHOLE_2025))
    b.belong(MOVED)
    token = a.leave()

    def bring(_number: int) -> bool:
        try:
            b.receive(token, MOVED)
        except TransferRefused:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(bring, range(4))) == [False, False, False, True]
