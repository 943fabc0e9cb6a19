"""The demonstration as a stranger runs it: it ends well, writes what it says, and prints what the READMEs quote."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.auditor import main as audit

ROOT = Path(__file__).parents[2]
QUOTED = re.compile(r"<!-- demo: .*? -->\n```\n(.*?)\n```", re.DOTALL)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    out = tmp_path_factory.mktemp("demo") / "out"
    done = subprocess.run(
        [sys.executable, "-m", "demo", str(out)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": "80"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return out, done.stdout


def lines_of(text: str) -> list[str]:
    """Lines as they compare: days differ from run to run, and so does the folder."""
    text = re.sub(r"\d{4}-\d\d-\d\d", "YYYY-MM-DD", text)
    text = re.sub(r"thumbnails: \S+", "thumbnails: …", text)
    return [line.rstrip() for line in text.splitlines() if line.strip()]


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_it_prints_what_the_readme_quotes(run: tuple[Path, str], readme: str) -> None:
    quoted = QUOTED.search((ROOT / readme).read_text("utf-8"))
    assert quoted is not None
    printed = lines_of(run[1])
    wanted = lines_of(quoted[1])
    start = printed.index(wanted[0])
    assert printed[start : start + len(wanted)] == wanted


def test_it_writes_what_it_says(run: tuple[Path, str]) -> None:
    out, printed = run
    for name in ("trust-list.jwt", "trust-root.jwk", "index.html", "public/checkpoint", "public/ledger.vkey"):
        assert (out / name).is_file()
        assert (out / name).stat().st_size
    for name in (
        "public/.well-known/did.json",
        "public/keys/jwks.json",
        "public/status/r1",
        "public/status/s1",
    ):
        assert (out / name).is_file()
    serials = {path.stem for path in (out / "certificates").glob("*.pdf")}
    assert len(serials) == 15
    assert {path.stem for path in (out / "thumbnails").iterdir()} == serials
    assert "11/11" in printed


def test_an_auditor_accepts_the_public_log(run: tuple[Path, str], tmp_path: Path) -> None:
    public = run[0] / "public"
    vkey = (public / "ledger.vkey").read_text().strip()
    assert audit([str(public), "--vkey", vkey, "--state", str(tmp_path / "state.json")]) == 0


def test_it_leaves_alone_what_it_did_not_make(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    done = subprocess.run(
        [sys.executable, "-m", "demo", str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert (tmp_path / "thesis.txt").read_text() == "mine"
