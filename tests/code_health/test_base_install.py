"""The wheel with the base requirements, in an environment of its own: what a committee's laptop gets.

Builds the wheel, makes a virtual environment, and installs from the package index with hashes.
"""

import json
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.code_health.checkout import ROOT, module
from tests.code_health.test_layers import HEAVY, verifier_alone

PIP = ["-m", "pip", "--quiet", "--quiet", "--disable-pip-version-check", "--no-input"]


def run(python: Path | str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(python), *arguments], cwd=cwd, capture_output=True, text=True, check=False, timeout=300
    )


def must(python: Path | str, *arguments: str, cwd: Path) -> str:
    done = run(python, *arguments, cwd=cwd)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def laptop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment with the base install; its tests run in a folder far from the checkout."""
    folder = tmp_path_factory.mktemp("laptop")
    must(
        sys.executable,
        *PIP,
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        "wheels",
        str(ROOT),
        cwd=folder,
    )
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / "bin" / "python"
    pins = str(ROOT / "requirements" / "base.txt")
    must(
        python,
        *PIP,
        "install",
        "--no-deps",
        "--require-hashes",
        "--only-binary",
        ":all:",
        "-r",
        pins,
        cwd=folder,
    )
    (wheel,) = (folder / "wheels").glob("*.whl")
    must(python, *PIP, "install", "--no-deps", str(wheel), cwd=folder)
    return python


def test_installs_nothing_that_only_the_issuer_needs(laptop: Path) -> None:
    listed = json.loads(must(laptop, "-m", "pip", "list", "--format", "json", cwd=laptop.parent))
    assert not {p["name"].lower() for p in listed} & {name.lower() for name in HEAVY}
    assert "No broken requirements" in must(laptop, "-m", "pip", "check", cwd=laptop.parent)


def test_every_part_of_the_verifier_imports(laptop: Path) -> None:
    modules = [module(p) for p in verifier_alone() if p.stem != "__main__"]
    must(
        laptop,
        "-c",
        "import importlib, sys\nfor m in sys.argv[1:]: importlib.import_module(m)",
        *modules,
        cwd=laptop.parent,
    )


def test_the_rules_come_with_their_law(laptop: Path) -> None:
    must(
        laptop, "-c", "from rules.packs import load_library; load_library().in_force(2025)", cwd=laptop.parent
    )


def test_the_command_explains_itself(laptop: Path) -> None:
    assert "--trust" in must(laptop, "-m", "verifier", "--help", cwd=laptop.parent)


def test_a_file_that_is_no_certificate_is_not_usable(laptop: Path, tmp_path: Path) -> None:
    rubbish = tmp_path / "rubbish.pdf"
    rubbish.write_bytes(b"this is not a certificate")
    done = run(laptop, "-m", "verifier", str(rubbish), cwd=tmp_path)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
