"""The witness's own commands, run as a program."""

import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from ledger.policy import parse_policy
from ledger.witness.asking import cosign_head
from tests.ledger.logs import SIGNER, Log

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from ledger.witness.cli import app; app()"]
SECRET = {**os.environ, "XUESHI_WITNESS_PASSPHRASE": "a passphrase for tests", "PYTHONUNBUFFERED": "1"}


def run(*arguments: object, environment: dict[str, str] = SECRET) -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, *map(str, arguments)]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60
    )


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    arguments = [
        "serve",
        "--name",
        "w.example",
        "--key",
        folder / "w.pem",
        "--database",
        f"sqlite:///{folder}/w.db",
    ]
    arguments += ["--log", SIGNER.verifier().vkey(), "--listen", "127.0.0.1:0"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    with subprocess.Popen([*COMMAND, *map(str, arguments)], cwd=ROOT, env=SECRET, **pipes) as server:
        try:
            assert server.stdout is not None
            found = re.search(r"http://\S+", server.stdout.readline())
            assert found is not None
            yield found[0]
        finally:
            server.terminate()


def test_a_witness_from_key_to_cosignature(sqlite_log: Log, tmp_path: Path) -> None:
    made = run("init", "--name", "w.example", "--key", tmp_path / "w.pem")
    assert made.returncode == 0, made.stderr
    vkey = made.stdout.strip()
    assert stat.S_IMODE((tmp_path / "w.pem").stat().st_mode) == 0o600
    assert b"ENCRYPTED" in (tmp_path / "w.pem").read_bytes()
    for step in (5, 5):
        head = sqlite_log.grow(step)
        with (
            serving(tmp_path) as url,
            httpx.Client(timeout=60) as client,
        ):  # it remembers what it signed from one start to the next
            policy = parse_policy(
                f"log {SIGNER.verifier().vkey()}\nwitness w {vkey} {url}\nquorum w\n".encode()
            )
            assert cosign_head(sqlite_log.engine, SIGNER.verifier(), policy, client) == {}
        sqlite_log.publish()
        assert policy.check((sqlite_log.public / "checkpoint").read_bytes()) == head


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "w.pem").write_text("mine")
    assert run("init", "--name", "w.example", "--key", tmp_path / "w.pem").returncode == 2
    assert (tmp_path / "w.pem").read_text() == "mine"


@pytest.mark.parametrize("verb", ["init", "serve"])
def test_no_passphrase_no_key(tmp_path: Path, verb: str) -> None:
    bare = {name: value for name, value in SECRET.items() if name != "XUESHI_WITNESS_PASSPHRASE"}
    key = tmp_path / "w.pem"
    if verb == "serve":
        run("init", "--name", "w.example", "--key", key)
    more = (
        ["--database", f"sqlite:///{tmp_path}/w.db", "--log", SIGNER.verifier().vkey()]
        if verb == "serve"
        else []
    )
    done = run(verb, "--name", "w.example", "--key", key, *more, environment=bare)
    assert (done.returncode, "XUESHI_WITNESS_PASSPHRASE" in done.stderr) == (2, True)
