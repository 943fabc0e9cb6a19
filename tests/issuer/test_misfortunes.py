"""A disk without room, a status list without room: a clear error or the next list, and never a half of anything."""

import functools
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from issuer.certificates.errors import CertificateError
from issuer.certificates.service import draw_all
from issuer.credentials.sealing import COLUMNS
from issuer.credentials.tables import credential
from issuer.instance import Instance, open_instance
from issuer.reconciliation import reconcile_all
from issuer.service import issue_roster
from ledger.bulk import insert_rows
from ledger.fsck import fsck
from tests.issuer.conftest import quiet, roster_of
from tests.issuer.keys.test_rotation import report_of
from tests.issuer.test_cli import ROOT, write
from tests.ledger.crashing import run_child
from verifier.report import Verdict
from verifier.status import MIN_BITS

SMALL = 100_000
"""Bytes that a file may have: enough to open the instance, too little for fifteen people in the database's log."""


def whole(instance: Instance, count: int) -> None:
    """As many certificates as people, the ledger clean, every entry with its row and every row with its entry."""
    with instance.engine.connect() as connection:
        found = connection.execute(sa.select(sa.func.count()).select_from(credential)).scalar_one()
    result = fsck(instance.engine, instance.log_signer.verifier())
    assert (found, result.findings, result.pending) == (count, (), 0)
    assert not reconcile_all(instance.engine)


def no_room(size: int) -> None:
    """From now on no file of this process grows past `size` bytes, as on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def test_a_full_disk_at_the_terminal(home: Path, tmp_path: Path, people: list[dict[str, Any]]) -> None:
    """It says what is wrong, in words that name nobody; with room again, the same command does it."""
    roster = write(tmp_path / "roster.json", people)
    issue = functools.partial(
        subprocess.run,
        [sys.executable, "-c", "from issuer.cli import main; main()", "issue", roster, "--home", home],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    refused = issue(preexec_fn=lambda: no_room(SMALL))
    assert refused.returncode == 2, refused.stderr
    assert "run again" in " ".join(refused.stderr.split())
    assert "Traceback" not in refused.stderr
    for person in people:
        assert person["person"]["name"] not in refused.stderr
    with open_instance(home) as instance:
        whole(instance, 0)
    assert issue().returncode == 0
    with open_instance(home) as instance:
        whole(instance, len(people))


def test_a_disk_that_fills_in_the_middle_of_a_batch(home: Path, people: list[dict[str, Any]]) -> None:
    """What was committed before stays; the next run issues the others, each person once."""

    def fill(step: str, done: int, _all: int) -> None:
        if (step, done) == ("record", 4):
            no_room((home / "xueshi.db-wal").stat().st_size + 4096)

    def run() -> None:
        with open_instance(home) as instance, pytest.raises((sa.exc.OperationalError, OSError)):
            issue_roster(instance, roster_of(people[:8]), fill, portion=2)

    assert run_child(run) == 0
    with open_instance(home) as instance:
        results = issue_roster(instance, roster_of(people[:8]), quiet)[0]
        assert sum(not one.issued.fresh for one in results) == 4
        whole(instance, 8)


@pytest.mark.parametrize("size", [0, 50_000])
def test_a_disk_that_fills_while_certificates_are_drawn(
    home: Path, tmp_path: Path, people: list[dict[str, Any]], size: int
) -> None:
    """What was drawn before stays, nothing is there by half; with room again, the rest is drawn."""
    drawn = tmp_path / "drawn"
    with open_instance(home) as instance:
        results = issue_roster(instance, roster_of(people[:3]), quiet)[0]
    issued = [one.issued for one in results]

    def run() -> None:
        with (
            open_instance(home) as instance,
            pytest.raises(CertificateError, match=r"File too large.*run again"),
        ):
            draw_all(instance, issued, drawn, lambda _done, _all: no_room(size))

    assert run_child(run) == 0
    assert [path.name for path in drawn.iterdir()] == [f"{issued[0].serial}.pdf"]
    first = (drawn / f"{issued[0].serial}.pdf").stat()
    with open_instance(home) as instance:
        paths = draw_all(instance, issued, drawn, lambda _done, _all: None)
    assert sorted(drawn.iterdir()) == sorted(paths)
    assert paths[0].stat().st_mtime_ns == first.st_mtime_ns


def test_a_full_status_list_is_followed_by_the_next(
    home: Path, instance: Instance, people: list[dict[str, Any]]
) -> None:
    """Half of a list is all that is given away: two places are left of the first, and three people come."""
    taken = MIN_BITS // 2 - 2
    rows = {
        "serial": [f"GS2020-{n:07d}-1" for n in range(taken)],
        "record_id": [None] * taken,
        "digest": [n.to_bytes(32, "big") for n in range(taken)],
        "status_list": [1] * taken,
        "status_index": range(taken),
        "issued_at": [instance.now()] * taken,
        "event_id": [instance.fresh_id() for _ in range(taken)],
    }
    columns = [rows.get(name, ["x"] * taken) for name in COLUMNS]
    with instance.engine.begin() as connection:
        insert_rows(connection, credential, COLUMNS, list(zip(*columns, strict=True)))
    results = issue_roster(instance, roster_of(people[:3]), quiet)[0]
    lists = [one.issued.serial.rpartition("-")[2] for one in results]
    assert lists == ["1", "1", "2"]
    assert {path.name for path in (home / "public/status").iterdir()} >= {"r1", "s1", "r2", "s2", "details2"}
    assert {report_of(instance, one.issued.jws).verdict for one in results} == {Verdict.GENUINE}
