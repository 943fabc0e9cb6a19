"""`xueshi import` from the terminal: exit codes, the list of refused rows, the receipt."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from issuer.cli import app
from issuer.instance import open_instance
from tests.intake.dirt import row
from tests.intake.sending import write
from tests.issuer import town
from tests.issuer.conftest import NEW
from tests.issuer.worlds import instance_at


@pytest.fixture
def home(tmp_path: Path) -> Path:
    instance_at(tmp_path / "instance", NEW)
    with open_instance(tmp_path / "instance") as opened:
        town.build(opened)
    return tmp_path / "instance"


def run(home: Path, path: Path, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(
        app, ["import", str(path), "--profile", "base-platform", "--home", str(home), *words]
    )
    return done.exit_code, done.output


def test_from_the_terminal(home: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [row(0, 1), row(1, 2, K="10学分")])
    faults, receipt = tmp_path / "faults.csv", tmp_path / "receipt.jwt"
    code, said = run(home, path, "--dry-run")
    assert (code, receipt.exists()) == (1, False)
    assert "Checked only" in said
    assert "第3行K（课程学时）" in "".join(said.split())
    code, said = run(home, path, "--faults", str(faults), "--receipt", str(receipt))
    assert code == 1, said
    assert faults.read_text("utf-8-sig").splitlines()[1].startswith("3,K（课程学时）,credits,")
    assert receipt.read_text("ascii").count(".") == 2
    assert run(home, write(tmp_path / "b.csv", [row(2, 3)]))[0] == 0
    assert "had been imported" in run(home, tmp_path / "b.csv")[1]


@pytest.mark.parametrize(
    "words",
    [["--profile", "nobody-s"], ["--rows", "5"], ["--as-of", "yesterday"], ["--hours", "many"]],
    ids=lambda words: words[0],
)
def test_what_cannot_be_used_as_given(home: Path, tmp_path: Path, words: list[str]) -> None:
    assert run(home, write(tmp_path / "a.csv", [row(0, 1)]), *words)[0] == 2


def test_a_file_that_is_no_table(home: Path, tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504))
    code, said = run(home, tmp_path / "a.xls")
    assert code == 2
    assert ".xlsx" in said


def test_a_system_is_admitted_and_withdrawn_at_the_terminal(home: Path) -> None:
    def told(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["accounts", *words, "--home", str(home)])
        return done.exit_code, done.output

    add = ("add-client", "sector-one", "--profile", "sector-training", "--authority", "gs-health")
    code, said = told(*add)
    assert (code, "xueshi-secret-" in said) == (0, True), said
    assert told(*add)[0] == 2, "the name is taken"
    assert told("add-client", "two", "--profile", "nobody-s", "--authority", "gs")[0] == 2
    assert told("end-client", "sector-one")[0] == 0
    assert told("end-client", "sector-one")[0] == 2
