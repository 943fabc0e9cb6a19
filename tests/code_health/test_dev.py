"""`./dev` is the first thing a newcomer runs: it explains itself and says what it lacks."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.code_health.checkout import ROOT

SCRIPT = (ROOT / "dev").read_text("utf-8")
TARGETS = re.findall(r"^([a-z]+)(?: \|.*)?\)$", SCRIPT, re.MULTILINE)
LISTS = sorted((ROOT / "docker").glob("apt-*.txt"))


def dev(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["./dev", *arguments],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )


def test_help_explains_every_target() -> None:
    asked = {"help", "demo", "test", "lint", "serve", "bench", "vectors", "fsck"}
    assert asked <= set(TARGETS)
    explained = re.findall(r"^  ([a-z]+) ", dev(ROOT, "help").stdout, re.MULTILINE)
    assert sorted(explained) == sorted(TARGETS)


def test_an_unknown_target_is_refused() -> None:
    done = dev(ROOT, "tset")
    assert done.returncode == 2
    assert "tset" in done.stderr


def stand_in(folder: Path, program: str, prints: str) -> None:
    path = folder / program
    path.write_text(f"#!/bin/sh\necho '{prints}'\n")
    path.chmod(0o755)


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A copy of the script on a system that has none of the packages, used by somebody who is not root."""
    shutil.copy(ROOT / "dev", tmp_path)
    shutil.copytree(ROOT / "docker", tmp_path / "docker")
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    programs = tmp_path / "programs"
    programs.mkdir()
    stand_in(programs, "id", "1000")
    stand_in(programs, "dpkg-query", "not-installed python3-venv")
    return tmp_path


@pytest.mark.parametrize(
    ("target", "lists"),
    [("lint", ["verifier"]), ("demo", ["verifier", "issuer"]), ("test", ["verifier", "issuer", "dev"])],
)
def test_without_root_it_names_what_is_missing(bare: Path, target: str, lists: list[str]) -> None:
    done = dev(bare, target, PATH=f"{bare}/programs:/usr/bin:/bin")
    assert done.returncode == 2
    command = done.stderr.splitlines()[-1]
    wanted = [p for kind in lists for p in packages(ROOT / "docker" / f"apt-{kind}.txt")]
    assert command.split("--no-install-recommends ")[1].split() == wanted
    assert not (bare / ".venv").exists(), "nothing is begun that cannot be finished"


def packages(path: Path) -> list[str]:
    lines = (line.partition("#")[0].strip() for line in path.read_text("utf-8").splitlines())
    return [line for line in lines if line]


@pytest.mark.parametrize("path", LISTS, ids=lambda p: p.stem)
def test_package_lists_hold_one_name_a_line(path: Path) -> None:
    assert packages(path)
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9.+-]+", p) for p in packages(path))


def test_the_lists_do_not_repeat_each_other() -> None:
    names = [p for path in LISTS for p in packages(path)]
    assert len(names) == len(set(names))


def test_ci_runs_the_two_commands_and_nothing_else() -> None:
    lines = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    work = [line for line in lines if line and not line.startswith(("#", "set ", "cd "))]
    assert work == ["./dev lint", "./dev test"]
