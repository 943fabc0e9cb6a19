"""What the origin withdraws after it was registered here: found, told, decided by people, and never decided by itself."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from issuer.credentials.service import Withdrawal
from issuer.credentials.tables import withdrawal
from issuer.database import Paging
from issuer.instance import SHANGHAI
from issuer.registration.procedure import FALSE, Step
from issuer.service import issue_year, revoke
from issuer.serving import Keeper
from issuer.transfers.errors import TransferRefused
from issuer.transfers.findings import There
from issuer.transfers.listing import list_gone
from issuer.transfers.reading import Transfer, read_case
from issuer.transfers.rechecking import ask_again
from issuer.transfers.service import decide, issue_to_leave
from issuer.transfers.stepping import Taken
from issuer.transfers.tables import transfer_in_finding
from rules.activity import Status
from tests.issuer.conftest import quiet
from tests.issuer.registration.office import DAYS
from tests.issuer.town import training
from tests.issuer.transfers.provinces import MOVED, WHOLE_2025, Province, altered, away

Pair = tuple[Province, Province]


def moved(pair: Pair) -> str:
    """The person's 2025 is registered at the other province; answers the serial of the certificate that it stands on."""
    a, b = pair
    a.office.register(training(schedule=WHOLE_2025))
    b.belong(MOVED)
    issued = issue_to_leave(a.instance, a.person.id)
    b.take_in(issued.jws.encode(), MOVED)
    return issued.serial


def case(b: Province, transfer: object) -> Transfer:
    return read_case(b.instance, b.office.verifier, transfer)  # type: ignore[arg-type]


def test_revoked_there_after_it_was_registered_here(provinces: Pair) -> None:
    a, b = provinces
    serial = moved(provinces)
    (certified,) = issue_year(b.instance, 2025, quiet).issued
    assert ask_again(b.instance).gone == ()
    revoke(a.instance, Withdrawal(serial, "revocation", "false-evidence"))

    ((transfer, answer),) = ask_again(b.instance).gone
    assert (answer.there, answer.document_no) == (There.REVOKED, serial)
    # It is told to the authority, and nothing has changed by itself.
    assert [one.id for one in list_gone(b.instance, b.office.verifier, Paging())] == [transfer]
    assert list_gone(b.instance, b.office.reviewer, Paging()) == []
    assert "材料不实" in case(b, transfer).asked.finding.zh  # type: ignore[union-attr]
    assert (b.year(2025).total, case(b, transfer).documents) == (120, (certified.serial,))
    # What counts it is not certified anew before somebody has decided; others are.
    b.office.register(training(schedule=[{"from": "2025-11-03", "to": "2025-11-04", "unit": "full_day"}]))
    held = issue_year(b.instance, 2025, quiet)
    assert (held.issued, [str(transfer) in problem.message for problem in held.problems]) == ((), [True])
    with pytest.raises(TransferRefused, match="revoked at its origin"):
        b.leave()

    taken = Taken(Step.REVERSE, 2, reason=FALSE, words="流出地已撤销")
    assert decide(b.instance, b.office.verifier, transfer, taken) is Status.REVERSED
    (after,) = issue_year(b.instance, 2025, quiet).issued
    assert (b.year(2025).total, after.document) == (16, "HoursStatement")
    with b.instance.engine.connect() as connection:
        gone = connection.execute(sa.select(withdrawal)).one()
    assert (gone.serial, gone.reason, gone.successor) == (certified.serial, "hours-corrected", after.serial)
    assert (list_gone(b.instance, b.office.verifier, Paging()), ask_again(b.instance).count) == ([], 0)


def test_superseded_there_the_new_version_renews_what_has_not_changed(pair: Pair) -> None:
    a, b = pair
    moved(pair)
    a.office.register(training(schedule=DAYS))  # of another year: 2025 is as it was
    newer = issue_to_leave(a.instance, a.person.id)
    ((old, answer),) = ask_again(b.instance).gone
    assert (answer.there, answer.successor) == (There.SUPERSEDED, newer.serial)
    assert issue_year(b.instance, 2025, quiet).problems == ()
    with_more = b.receive(newer.jws.encode(), MOVED)
    assert [year.year for year in with_more.years] == [2026]
    assert (case(b, old).asked.standing, case(b, old).asked.finding.document_no) == (
        There.STANDS,
        newer.serial,
    )  # type: ignore[union-attr]
    assert ask_again(b.instance).gone == ()
    # Superseded once more, by one that adds nothing: it has nothing to register, and renews both.
    b.confirm(with_more.id)
    third = issue_to_leave(a.instance, a.person.id, [2025])
    fourth = issue_to_leave(a.instance, a.person.id)
    assert {answer.there for _, answer in ask_again(b.instance).gone} == {There.SUPERSEDED}
    assert b.receive(fourth.jws.encode(), MOVED).state is Status.REGISTERED
    assert (ask_again(b.instance).gone, third.serial != fourth.serial) == ((), True)


def test_a_changed_year_names_the_version_that_is_made_later(pair: Pair) -> None:
    """The year is issued anew first, which takes its transfer certificate with it; the next one is made when somebody asks."""
    a, b = pair
    moved(pair)
    issue_year(a.instance, 2025, quiet)
    a.office.register(training(schedule=[{"from": "2025-11-03", "to": "2025-11-04", "unit": "full_day"}]))
    (second,) = issue_year(a.instance, 2025, quiet).issued
    ((transfer, answer),) = ask_again(b.instance).gone
    assert (answer.there, answer.successor) == (There.SUPERSEDED, None)
    first = case(b, transfer).asked.finding
    assert "学时更正" in first.zh  # type: ignore[union-attr]

    newer = issue_to_leave(a.instance, a.person.id)
    for _ in range(2):  # the second time nothing is new
        ((_, answer),) = ask_again(b.instance).gone
        assert answer.successor == newer.serial
        assert newer.serial in answer.zh
    finding = case(b, transfer).asked.finding
    assert (finding.successor, finding.at > first.at) == (newer.serial, True)  # type: ignore[union-attr]
    with b.instance.engine.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(transfer_in_finding)) == 2
    brought = b.receive(newer.jws.encode(), MOVED)
    assert brought.years[0].hours == 136
    # A document that proves false takes its transfer certificate along too, and nothing takes the place of that.
    b.confirm(brought.id)
    revoke(a.instance, Withdrawal(second.serial, "revocation", "false-evidence"))
    a.office.register(training(schedule=DAYS))
    assert issue_to_leave(a.instance, a.person.id, [2026]).fresh
    ((_, answer),) = ask_again(b.instance).gone
    assert (answer.there, answer.successor) == (There.REVOKED, None)


def test_what_could_not_be_asked_is_told_and_stops_nothing(pair: Pair) -> None:
    a, b = pair
    moved(pair)
    assert ask_again(b.instance).unanswered == ()
    with away(a.home):
        (unknown,) = ask_again(b.instance).unanswered
        year = issue_year(b.instance, 2025, quiet)
        assert (len(year.issued), year.unanswered, year.problems) == (1, 1, ())
    asked = case(b, unknown).asked
    assert (asked.standing, asked.finding) == (There.STANDS, None)
    assert asked.answered_at is not None
    assert asked.asked_at is not None
    assert asked.answered_at < asked.asked_at
    none = altered(b.instance, origins_trust=None)
    assert ask_again(none).unanswered == (unknown,)


def test_the_keeper_asks_at_night(pair: Pair) -> None:
    a, b = pair
    serial = moved(pair)
    revoke(a.instance, Withdrawal(serial, "revocation", "false-evidence"))
    now = datetime.now(SHANGHAI)
    night = max(now, now.replace(hour=2, minute=30)).astimezone(UTC)
    Keeper(replace(b.instance, now=lambda: night)).look()
    (waiting,) = list_gone(b.instance, b.office.verifier, Paging())
    assert waiting.standing is There.REVOKED
