"""Killed at any point of the move, the next run goes on: one of the two logs is the instance's, never both, and nothing is lost."""

import os
import shutil
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from issuer.config import read_settings
from issuer.continuing.service import Move, carry_out
from issuer.instance import open_instance
from issuer.keys.errors import KeyStateError
from tests.issuer.conftest import quiet
from tests.issuer.continuing.conftest import HOST, instance_of, issue
from tests.issuer.continuing.test_moving import by_qr, hold_whole
from tests.issuer.test_crash import count_points, die
from tests.ledger.crashing import run_child
from verifier.report import Verdict

STRIDE = 1 if os.environ.get("XUESHI_SOAK") else 4
"""Every point in `./dev soak`, every fourth otherwise."""


def test_killed_at_every_point(tmp_path: Path) -> None:
    home = instance_of(tmp_path / "instance", None)
    before = [one.issued for one in issue(home, 0, 3)]
    pristine = tmp_path / "pristine"
    shutil.copytree(home, pristine)

    def work() -> None:
        carry_out(home, Move(HOST), quiet, lambda: datetime.now(UTC))

    points = count_points(home, tmp_path / "points", work)
    assert points > 20
    seen = set()
    for point in range(1, points + 1, STRIDE):
        shutil.rmtree(home)
        shutil.copytree(pristine, home)
        die(home, point, work)
        seen.add(read_settings(home).log_number)
        assert run_child(work) == 0, f"the run after point {point}"
        with open_instance(home) as instance:
            assert instance.settings.log_number == 2, f"point {point}"
            hold_whole(instance)
            if point + STRIDE > points:
                assert {by_qr(instance, one).verdict for one in before} == {Verdict.GENUINE}
    assert seen == {1, 2}, "some kills came before the switch, some after it"


def test_a_closed_log_is_signed_by_nobody(tmp_path: Path) -> None:
    """Between the closing and the switch the instance does not open: neither log may grow unseen."""
    home = instance_of(tmp_path / "instance", None)

    def killed_after_closing() -> None:
        def audit(name: str, arguments: tuple[object, ...]) -> None:
            if name == "open" and str(arguments[0]).endswith("xueshi-2.db"):
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(audit)
        carry_out(home, Move(HOST), quiet, lambda: datetime.now(UTC))

    assert run_child(killed_after_closing) == -signal.SIGKILL
    assert read_settings(home).log_number == 1
    with pytest.raises(KeyStateError, match="xueshi continue"), open_instance(home):
        pass
    assert carry_out(home, Move(HOST), quiet, lambda: datetime.now(UTC)) is not None
    with open_instance(home) as instance:
        hold_whole(instance)
