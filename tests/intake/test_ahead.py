"""A file that is read by a process of its own: the same rows, the same refusals; and what is left when either process ends."""

import os
import pickle
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from issuer.intake.ahead import CHILD, Asking, Rows, read_rows, reading_ahead
from issuer.intake.errors import FileRefused, ReaderFailed
from issuer.intake.profiles import find_profile
from issuer.intake.rows import Manner
from issuer.intake.sheets import look_at
from tests.intake.dirt import row
from tests.intake.sending import write

MANNER = Manner(
    find_profile("base-platform"), datetime(2026, 1, 5, tzinfo=UTC), date(2026, 1, 5), "", bytes(32)
)


def asking(path: Path, rows: Sequence[Sequence[object]], size: int = 2, **manner: object) -> Asking:
    return Asking(look_at(write(path, rows)), replace(MANNER, **manner), 1, size)


def apart(asked: Asking) -> list[Rows]:
    with reading_ahead(asked, 0) as portions:
        return list(portions)


def children() -> set[str]:
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


def test_the_same_rows_as_in_this_process(tmp_path: Path) -> None:
    rows = [
        row(0, 1),
        row(0, 1, K="8学分"),
        [""] * 14,
        row(1, 2, N="作废"),
        row(0, 1, A="x"),
        row(2, 3, E="𠮷"),
    ]
    asked = asking(tmp_path / "a.csv", rows)
    assert apart(asked) == list(read_rows(asked))
    assert [one.last for one in apart(replace(asked, after=5))] == [7]
    headings_alone = apart(asking(tmp_path / "b.csv", []))
    assert [(one.last, one.said, one.share) for one in headings_alone] == [(1, [], 1.0)]


def test_what_it_refuses_is_refused_here(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [row(0, 1), row(0, 2)])
    with path.open("a") as file:
        file.write('"open')
    with reading_ahead(Asking(look_at(path), MANNER, 1, 2), 0) as portions:
        assert next(portions).last == 3, "what comes before is read"
        with pytest.raises(FileRefused, match="引号") as refused:
            next(portions)
    assert refused.value.code == "csv"


def test_a_mistake_of_ours_is_told_without_the_row(tmp_path: Path) -> None:
    with pytest.raises(ReaderFailed, match=r"TypeError at .*\.py:\d+$"):
        apart(asking(tmp_path / "a.csv", [row(0, 1)], secret="示例甲"))


def test_when_the_reader_is_ended(tmp_path: Path) -> None:
    """Killed while it waits to be asked for more than a pipe holds."""
    asked = asking(tmp_path / "a.csv", [row(0, one) for one in range(3000)], size=1000)
    before = children()
    with reading_ahead(asked, 0) as portions:
        next(portions)
        (reader,) = children() - before
        os.kill(int(reader), signal.SIGKILL)
        with pytest.raises(ChildProcessError, match="was ended"):
            list(portions)


def test_when_nobody_is_left_to_take_what_it_reads(tmp_path: Path) -> None:
    asked = asking(tmp_path / "a.csv", [row(0, one) for one in range(3000)], size=1000)
    pipe = subprocess.PIPE
    with subprocess.Popen(CHILD, stdin=pipe, stdout=pipe, stderr=pipe) as child:
        assert (child.stdin, child.stdout, child.stderr) != (None, None, None)
        pickle.dump(asked, child.stdin)  # type: ignore[arg-type]
        child.stdin.close()  # type: ignore[union-attr]
        assert child.stdout.read(1)  # type: ignore[union-attr]
        child.stdout.close()  # type: ignore[union-attr]
        assert child.stderr.read() == b""  # type: ignore[union-attr]
        assert child.wait() == 1
