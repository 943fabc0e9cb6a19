"""Taking in a certificate, killed at each point of no return and failing at each statement: nothing of a step or all of it, and asking again goes on."""

import errno
import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from issuer.access.roles import Actor
from issuer.credentials.service import Withdrawal
from issuer.database import Paging
from issuer.instance import Instance, open_instance, writing
from issuer.people.service import Person
from issuer.reconciliation import reconcile_all
from issuer.registration.procedure import Step
from issuer.registration.tables import activity
from issuer.service import revoke
from issuer.transfers.bringing import Upload, bring, look
from issuer.transfers.listing import list_own
from issuer.transfers.rechecking import ask_again
from issuer.transfers.service import decide, issue_to_leave, receive
from issuer.transfers.stepping import How, Taken, take
from issuer.transfers.tables import transfer_in, transfer_in_finding, transfer_in_step, transfer_in_year
from ledger.fsck import fsck
from ledger.store import reading
from ledger.tables import pending
from tests.issuer.test_crash import KILLED
from tests.issuer.town import training
from tests.issuer.transfers.provinces import MOVED, WHOLE_2025, Province, two_provinces
from tests.ledger.crashing import Points, run_child

STRIDE = 1 if os.environ.get("XUESHI_SOAK") else 3
"""Every point in `./dev soak`, every third otherwise."""
TABLES = (transfer_in, transfer_in_year, transfer_in_step, activity, transfer_in_finding)
NOTHING, WAITING, REGISTERED, FOUND, REVERSED = (
    ("nothing", [0, 0, 0, 0, 0]),
    ("employer_approved", [1, 1, 1, 0, 0]),
    ("registered", [1, 1, 2, 1, 0]),
    ("registered", [1, 1, 2, 1, 1]),
    ("reversed", [1, 1, 3, 1, 1]),
)
"""All that there may ever be: where the transfer stands, and the rows of TABLES."""
CONFIRM, REVERSE = Taken(Step.REGISTER, 1, How.MACHINE), Taken(Step.REVERSE, 2, reason="R09")
REVOKED = ("revocation", "false-evidence")


@dataclass(frozen=True)
class Move:
    """Who brings which certificate, and who decides."""

    person: Person
    verifier: Actor
    token: bytes

    def stands(self, instance: Instance) -> tuple[str, list[int]]:
        found = list_own(instance, self.person, Paging())
        with reading(instance.engine).connect() as connection:
            rows = [connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in TABLES]
        return found[0].state if found else "nothing", rows

    def decide(self, instance: Instance, taken: Taken) -> None:
        (one,) = list_own(instance, self.person, Paging())
        decide(instance, self.verifier, one.id, taken)

    def bring_and_confirm(self, instance: Instance) -> None:
        if self.stands(instance) == NOTHING:
            receive(instance, self.person, Upload(self.token, MOVED))
        if self.stands(instance) == WAITING:
            self.decide(instance, CONFIRM)

    def ask_and_reverse(self, instance: Instance) -> None:
        if self.stands(instance)[0] == "registered":
            assert len(ask_again(instance).gone) == 1
            self.decide(instance, REVERSE)


def killed_everywhere(home: Path, move: Move, go_on: Callable[[Instance], None]) -> set[str]:
    """Killed at each point on a fresh copy, then gone on with; answers where it stood after the kills."""
    pristine = home.with_name("pristine")
    shutil.copytree(home, pristine)
    seen = set()
    for point in itertools.count(1, STRIDE):
        shutil.rmtree(home)
        shutil.copytree(pristine, home)

        def work(point: int = point) -> None:
            Points(point).watch(home)
            with open_instance(home) as instance:
                go_on(instance)

        ended = run_child(work)
        if ended != KILLED:
            assert ended == 0, f"point {point}"
            shutil.rmtree(pristine)
            return seen
        with open_instance(home) as instance:
            left = move.stands(instance)
            assert left in (NOTHING, WAITING, REGISTERED, FOUND, REVERSED), f"point {point}"
            seen.add(str(left))
            go_on(instance)
            assert whole(instance), f"point {point}"
    return seen


def whole(instance: Instance) -> bool:
    """The ledger is clean, every entry has its row and every row its entry."""
    instance.sequencer().drain()
    result = fsck(instance.engine, instance.log_signer.verifier())
    return (result.findings, result.pending, reconcile_all(instance.engine)) == ((), 0, ())


def start(a: Province, b: Province) -> tuple[Move, str]:
    a.office.register(training(schedule=WHOLE_2025))
    b.belong(MOVED)
    issued = issue_to_leave(a.instance, a.person.id)
    return Move(b.person, b.office.verifier, issued.jws.encode()), issued.serial


def test_killed_at_any_point(tmp_path: Path) -> None:
    with two_provinces(tmp_path, ("sqlite:///xueshi.db",) * 2) as (a, b):
        move, serial = start(a, b)
    seen = killed_everywhere(b.home, move, move.bring_and_confirm)
    assert seen >= {str(NOTHING), str(WAITING)}
    with open_instance(a.home) as instance:
        revoke(instance, Withdrawal(serial, *REVOKED))
    with open_instance(b.home) as instance:
        assert move.stands(instance) == REGISTERED
    seen = killed_everywhere(b.home, move, move.ask_and_reverse)
    assert seen >= {str(REGISTERED), str(FOUND)}
    with open_instance(b.home) as instance:
        assert move.stands(instance) == REVERSED


@contextmanager
def failing(engine: sa.Engine, at: int) -> Iterator[None]:
    """The statement of that number does not reach the database."""
    statements = itertools.count(1)

    def fail(*_statement: Any) -> None:
        if next(statements) == at:
            raise OSError(errno.EIO, "示例 no disk")

    sa.event.listen(engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        sa.event.remove(engine, "before_cursor_execute", fail)


def fails_everywhere(instance: Instance, move: Move, step: Callable[[], object]) -> int:
    """Let each statement of a step fail in turn: nothing of it is there. Answers how many there were."""
    before = (*move.stands(instance), queued(instance))
    for at in itertools.count(1):
        with failing(instance.engine, at):
            try:
                step()
            except OSError:
                pass
            else:
                return at - 1
        assert (*move.stands(instance), queued(instance)) == before, f"statement {at}"
    raise AssertionError


def queued(instance: Instance) -> int:
    """Entries that wait for the ledger."""
    with reading(instance.engine).connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(pending)) or 0


def test_failing_at_any_statement(pair: tuple[Province, Province]) -> None:
    a, b = pair
    move, serial = start(a, b)
    ready = look(b.instance, b.person, Upload(move.token, MOVED))

    def writes(act: Callable[[Any], object]) -> Callable[[], None]:
        def step() -> None:
            with writing(b.instance) as work:
                act(work)

        return step

    def takes(taken: Taken) -> Callable[[], None]:
        def act(work: Any) -> None:
            one = work.connection.scalar(sa.select(transfer_in.c.id))
            take(work, move.verifier, one, taken)

        return writes(act)

    statements = [fails_everywhere(b.instance, move, writes(lambda work: bring(work, b.person, ready)))]
    statements.append(fails_everywhere(b.instance, move, takes(CONFIRM)))
    revoke(a.instance, Withdrawal(serial, *REVOKED))
    statements.append(fails_everywhere(b.instance, move, lambda: ask_again(b.instance)))
    statements.append(fails_everywhere(b.instance, move, takes(REVERSE)))
    assert (move.stands(b.instance), min(statements) > 3) == (REVERSED, True)
    assert b.year(2025).total == 0
