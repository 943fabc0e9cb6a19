"""The disk fails: strace makes a system call answer EIO or ENOSPC, or kills the process there. Then everything must still fit.

"Failed" is a call that did nothing; "failed but persisted" is one that did its work and then the process was gone.
`XUESHI_SOAK=1` tries every call instead of a sample.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from tests.ledger.crashing import prepare
from tests.ledger.test_crash import continue_after, fresh_sqlite

STRACE = shutil.which("strace")
pytestmark = pytest.mark.skipif(STRACE is None, reason="the program strace is not installed")
ROOT = Path(__file__).parents[2]
PROGRAM = "import sys; from pathlib import Path; from tests.ledger.crashing import work; work(sys.argv[1], Path(sys.argv[2]))"
STEP = 1 if os.environ.get("XUESHI_SOAK") else 20
FLUSHES, WRITES, RENAMES = "fdatasync,fsync", "pwrite64", "rename,renameat,renameat2"


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[bytes]:
    """Run `crashing.work` under strace."""
    command = [str(STRACE), "-f", "-qq", "-o", str(folder / "trace"), *options]
    program = [sys.executable, "-c", PROGRAM, f"sqlite:///{folder}/ledger.db", str(folder)]
    return subprocess.run([*command, *program], cwd=ROOT, capture_output=True, check=False, timeout=300)


@pytest.fixture(scope="module")
def start(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("faults") / "start"
    prepare(fresh_sqlite(sqlite_template, folder), folder)
    return folder


@pytest.fixture(scope="module")
def counted(start: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """Count the calls of each sort in an undisturbed run."""
    folder = tmp_path_factory.mktemp("counted") / "log"
    shutil.copytree(start, folder)
    done = run(folder, "-e", f"trace={FLUSHES},{WRITES},{RENAMES}")
    if b"ptrace" in done.stderr and done.returncode:
        pytest.skip("strace may not trace here")
    assert done.returncode == 0, done.stderr
    trace = (folder / "trace").read_text()
    return {
        calls: len(re.findall(rf"^\d+ +(?:{calls.replace(',', '|')})\(", trace, re.MULTILINE))
        for calls in (FLUSHES, WRITES, RENAMES)
    }


def cases(counted: dict[str, int]) -> Iterator[tuple[str, str, int]]:
    for calls, faults in (
        (FLUSHES, ("error=EIO", "signal=KILL")),
        (WRITES, ("error=EIO", "error=ENOSPC", "signal=KILL")),
        (RENAMES, ("error=EIO", "error=ENOSPC")),
    ):
        for fault, when in product(
            faults, range(1, counted[calls] + 1, STEP if calls != FLUSHES else min(STEP, 6))
        ):
            yield calls, fault, when


def test_every_fault_leaves_a_log_that_goes_on(start: Path, counted: dict[str, int], tmp_path: Path) -> None:
    tried = 0
    assert all(counted.values())
    for number, (calls, fault, when) in enumerate(cases(counted)):
        folder = tmp_path / str(number)
        shutil.copytree(start, folder)
        done = run(folder, "-e", f"trace={calls}", "-e", f"inject={calls}:{fault}:when={when}")
        if "KILL" in fault:
            assert done.returncode != 0
        continue_after(f"sqlite:///{folder}/ledger.db", folder)
        shutil.rmtree(folder)
        tried += 1
    assert tried > 10
