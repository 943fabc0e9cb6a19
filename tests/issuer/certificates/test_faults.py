"""The disk fails while certificates are drawn: strace makes a system call answer ENOSPC or EIO, each call in its turn.

Drawn by one process, and by two that it forked: the batch stops and says why, what is there is whole, and the next run does the rest.
`XUESHI_SOAK=1` tries every call of those that were forked, too, instead of a sample.
"""

import json
import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import pytest

from issuer.certificates import fonts
from issuer.certificates.errors import CertificateError
from issuer.certificates.service import draw_all
from issuer.credentials.sealing import Issued
from issuer.errors import WorkerDied
from issuer.instance import Instance, open_instance
from issuer.service import issue_roster
from tests.issuer.conftest import NEW, PEOPLE, quiet, roster_of
from tests.issuer.worlds import instance_at

STRACE = shutil.which("strace")
pytestmark = pytest.mark.skipif(STRACE is None, reason="the program strace is not installed")
STEP = 1 if os.environ.get("XUESHI_SOAK") else 9
STAMPED = (0, 1, 2, 3, 4, 5, 9, 10)
"""Those of the demonstration's people whose certificates are made by the fast path."""
DRAWN, STOPPED, WORDLESS = 0, 3, 4
"""How a process that draws ends: with all of it, with an error in words, with another."""
CALLS = {
    "mkdir": ("ENOSPC",),
    "openat": ("ENOSPC",),
    "write": ("ENOSPC", "EIO"),
    "fsync": ("ENOSPC", "EIO"),
    "rename": ("ENOSPC", "EIO"),
}
_fork = get_context("fork")


class Drawing:
    """Certificates that are issued, and drawn once by this process, so that those forked from it have fonts and sheets already."""

    def __init__(self, instance: Instance, issued: list[Issued], folder: Path) -> None:
        self._instance, self._issued, self._whole = instance, issued, dict[str, bytes]()
        for number in range(1, len(issued) + 1):
            path = self.draw(folder, number)[-1]
            self._whole[path.name] = path.read_bytes()

    def draw(self, folder: Path, count: int) -> list[Path]:
        return draw_all(self._instance, self._issued[:count], folder, lambda _done, _all: None)

    def work(self, folder: Path, count: int) -> None:
        """Draw in a process that was forked."""
        self._instance.engine.dispose(close=False)
        self.draw(folder, count)

    def check(self, folder: Path, count: int, *, stopped: bool) -> None:
        """Nothing is there by half; the next run draws the rest and lets what is there alone."""
        whole = dict(list(self._whole.items())[:count])
        there = {path.name: path.stat().st_mtime_ns for path in folder.glob("*")}
        assert stopped or there.keys() == whole.keys()
        assert there.keys() <= whole.keys(), "a half"
        self.draw(folder, count)
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == whole
        assert there == {name: (folder / name).stat().st_mtime_ns for name in there}


def under_strace(work: Callable[[], object], trace: Path, *options: str) -> int:
    """Do `work` in a process that strace watches from its first call on; returns how that ended."""
    ready, go = _fork.Pipe(duplex=False)

    def run() -> None:
        ready.recv_bytes()
        try:
            work()
        except (CertificateError, WorkerDied) as error:
            os._exit(STOPPED if re.search("再运行一次.*run again", str(error)) else WORDLESS)
        os._exit(DRAWN)

    child = _fork.Process(target=run)
    child.start()
    command = [str(STRACE), "-f", "-o", str(trace), *options, "-p", str(child.pid)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
        assert tracer.stderr is not None
        said = tracer.stderr.readline()
        go.send_bytes(b"go")
        child.join()
    if "attached" not in said:
        pytest.skip(f"strace may not trace here: {said}")
    assert child.exitcode is not None
    return child.exitcode


def faults(work: Callable[[], object], trace: Path) -> list[tuple[str, str, int]]:
    """Each call that `work` undisturbed makes in writing, with each way in which it may fail."""
    assert under_strace(work, trace, "-e", f"trace={','.join(CALLS)}") == DRAWN
    numbers: Counter[tuple[str, str]] = Counter()
    found = dict[tuple[str, str, int], None]()
    for process, call, rest in re.findall(r"^(\d+) +(\w+)\((.*)", trace.read_text(), re.MULTILINE):
        numbers[process, call] += 1
        if call != "openat" or "O_CREAT" in rest:
            found |= {(call, error, numbers[process, call]): None for error in CALLS[call]}
    return list(found)


def fail(work: Callable[[], object], trace: Path, fault: tuple[str, str, int]) -> int:
    call, error, when = fault
    return under_strace(work, trace, "-e", f"trace={call}", "-e", f"inject={call}:error={error}:when={when}")


@pytest.fixture(scope="module")
def drawing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drawing]:
    folder = tmp_path_factory.mktemp("faults")
    instance_at(folder / "instance", NEW)
    people = json.loads(PEOPLE.read_text("utf-8"))
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("XUESHI_PROCESSES", "2")
        with open_instance(folder / "instance") as instance:
            results, _ = issue_roster(instance, roster_of([people[number] for number in STAMPED]), quiet)
            yield Drawing(instance, [one.issued for one in results], folder / "whole")


@pytest.mark.parametrize(
    ("count", "step"),
    [pytest.param(2, 1, id="one process"), pytest.param(8, STEP, id="two that it forked")],
)
def test_every_fault_leaves_what_is_whole_and_the_next_run_goes_on(
    drawing: Drawing, tmp_path: Path, count: int, step: int
) -> None:
    trace, stopped = tmp_path / "trace", 0
    found = faults(partial(drawing.work, tmp_path / "undisturbed", count), trace)
    assert {call for call, *_ in found} == set(CALLS)
    for number, fault in enumerate(found[::step]):
        folder = tmp_path / str(number)
        how = fail(partial(drawing.work, folder, count), trace, fault)
        assert how in {DRAWN, STOPPED}, fault
        drawing.check(folder, count, stopped=how == STOPPED)
        stopped += how == STOPPED
    assert stopped > len(found[::step]) / 2


def test_no_room_for_the_settings_of_fontconfig(drawing: Drawing, tmp_path: Path) -> None:
    """They are a temporary file, written when a process draws first."""
    del drawing  # the faces are made

    def work() -> None:
        fonts.configuration.cache_clear()
        fonts.configuration()

    trace = tmp_path / "trace"
    for fault in faults(work, trace):
        assert fail(work, trace, fault) == STOPPED, fault
