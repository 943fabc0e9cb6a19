"""The first day, a backup beside the running service, and a drill of restoring it, by the very lines of docs/operating.md."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.e2e.test_sending import serving

DOCUMENT = Path(__file__).parents[2] / "docs/operating.md"
BIN = Path(sys.executable).parent
SEAL = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 42 42"><circle cx="21" cy="21" r="20"/></svg>'
ACCOUNTS = {"wang": "11010119900307803X", "li": "110101199003075891"}


def block(name: str) -> str:
    found = re.search(rf"<!-- {name}: .*?-->\n```\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    assert found is not None, name
    return found[1]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in the place of the root of the file system, and the environment of whoever is signed in."""
    for name in ("srv/xueshi", "media", "backup"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.setenv("XUESHI_HOME", str(tmp_path / "srv/xueshi/instance"))
    monkeypatch.setenv("XUESHI_PASSPHRASE_FILE", str(tmp_path / "srv/xueshi/passphrase"))
    return tmp_path


def run(machine: Path, script: str) -> str:
    """Run lines of the document, its places inside `machine` and the answers to its questions given as options."""
    for login, number in ACCOUNTS.items():
        script = re.sub(rf"(xueshi accounts .*\b{login}\b)", rf"\1 --number {number}", script)
    script = re.sub(r"(?<![\w.])/(srv/xueshi|media|backup|drill)\b", rf"{machine}/\1", script)
    script = script.replace("/opt/xueshi/bin", str(BIN)).replace(" XUESHI_FONTS=/opt/xueshi/fonts", "")
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME"} or "XUESHI" in name}
    done = subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", script],
        cwd=machine / "srv/xueshi",
        env=kept | {"XUESHI_NEW_PASSWORD": "a long password", "PATH": f"{BIN}:{kept['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_lines_of_the_document(machine: Path) -> None:
    (machine / "srv/xueshi/seal.svg").write_text(SEAL, "utf-8")
    told = run(machine, block("first day"))
    assert told.count("TOTP secret") == 2
    home = machine / "srv/xueshi/instance"
    assert not list((home / "keys").glob("trust-root-*")), "the root was moved away"
    with serving(home) as host:
        assert httpx.get(f"http://{host}/ready", trust_env=False).json()["status"] == "ready"
        run(machine, block("backup"))
    shutil.rmtree(home / "public")  # the drill needs nothing of the machine that was lost
    run(machine, block("drill"))
    assert (machine / "drill/xueshi.db").stat().st_mode & 0o077 == 0
