"""What a process that reads somebody's file may use, with programs of our own in the place of a decoder that a file made run on."""

from functools import partial
from pathlib import Path

import pytest

from issuer import apart
from issuer.apart import TooMuch, read_apart
from issuer.evidence import workshop
from issuer.evidence.errors import EvidenceRefused
from tests.issuer.evidence.samples import endless

SPINS = "while True: pass"
SLEEPS = "import time; time.sleep(2.5); answers.write(b'read'); answers.flush()"
WAITS = "import signal; signal.pause()"
GROWS = "held = bytearray(2_000_000_000)"
WRITES = "__import__('pathlib').Path('written').write_text('x')"


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in the place of the checkout, whose `reader` runs what a test writes there."""
    (tmp_path / "issuer").mkdir()
    (tmp_path / "issuer" / "apart.py").write_bytes(Path(apart.__file__).read_bytes())
    monkeypatch.setattr(apart, "_ROOT", tmp_path)
    return tmp_path / "reader.py"


def run(program: Path, does: str, **limits: float) -> bytes:
    program.write_text(f"from issuer.apart import begin\nanswers = begin()\n{does}\n")
    return read_apart("reader", b"", **limits)


def test_who_spins_is_ended_by_the_time_of_the_processor(program: Path) -> None:
    with pytest.raises(TooMuch, match="ended with -9"):
        run(program, SPINS, cpu_seconds=1)


def test_who_only_waits_longer_than_that_is_read(program: Path) -> None:
    """As on a computer that is busy with other things: two and a half seconds pass, hardly any of them used."""
    assert run(program, SLEEPS, cpu_seconds=1) == b"read"


def test_who_waits_for_ever_is_ended_at_last(program: Path) -> None:
    with pytest.raises(TooMuch, match="waited"):
        run(program, WAITS, last_resort=0.1)


@pytest.mark.parametrize(("does", "dies_of"), [(GROWS, "MemoryError"), (WRITES, "OSError")])
def test_who_takes_memory_or_writes_files_is_ended(program: Path, does: str, dies_of: str) -> None:
    with pytest.raises(TooMuch, match=dies_of):
        run(program, does)


def test_a_page_without_end_is_refused(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(workshop, "read_apart", partial(read_apart, cpu_seconds=1))
    with pytest.raises(EvidenceRefused, match="太多时间或内存"):
        workshop.proof_apart(endless(), "a.pdf")
    assert "ended with -9" in caplog.text
