"""Audits from the public files alone: by our own auditor, and by other people's code in Go."""

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from typer.testing import CliRunner

from ledger import auditor, checkpoint
from ledger.checkpoint import Checkpoint
from ledger.cli import app
from ledger.cosignature import Cosigner
from ledger.entry import Content
from ledger.note import Note, parse
from ledger.receipts import prove_index
from ledger.store import reading
from tests.ledger.logs import (
    ORIGIN,
    OTHER_SIGNER,
    SIGNER,
    START,
    Log,
    noise,
    private_event,
    public_files,
    write_files,
)

VKEY = SIGNER.verifier().vkey()
TRUST = auditor.Trust(auditor.Key.read(VKEY))
WITNESS = Cosigner("witness.example", Ed25519PrivateKey.from_private_bytes(noise("witness")))


def visit(log: Log, state: Path, trust: auditor.Trust = TRUST, *, full: bool = False) -> tuple[int, int]:
    head, before = auditor.audit(
        auditor.fetch_from(str(log.public)), trust, state, full=full, progress=lambda *_: None
    )
    return head.size, before


@pytest.fixture
def published(sqlite_log: Log) -> Iterator[Log]:
    sqlite_log.grow(600)
    sqlite_log.publish()
    return sqlite_log


@pytest.mark.parametrize("full", [False, True])
def test_visit_after_visit(published: Log, tmp_path: Path, *, full: bool) -> None:
    state = tmp_path / "state.json"
    assert visit(published, state) == (600, 0)
    assert visit(published, state, full=full) == (600, 600)
    for step, size in ((1, 601), (167, 768), (300, 1068)):
        published.grow(step)
        published.publish()
        assert visit(published, state, full=full) == (size, size - step)


def flip(path: Path, at: int = 40) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(bytes(data))


def resign(log: Log, size: int, root: bytes, signer: object = SIGNER) -> None:
    (log.public / "checkpoint").write_bytes(checkpoint.sign(Checkpoint(ORIGIN, size, root), signer))


def put_head(log: Log, text: str, signatures: int = 1) -> None:
    """A head that our own code refuses to sign, rightly signed all the same."""
    note = Note(text.encode(), (SIGNER.sign(text.encode()),) * signatures)
    (log.public / "checkpoint").write_bytes(note.encode())


def later_version(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b'"v":1}', b'"v":2}'))


ROOT64 = base64.b64encode(noise(1)).decode()
TAMPERED = {
    "a byte of an entry": lambda log: flip(log.public / "tile/entries/001"),
    "a byte of the last bundle": lambda log: flip(log.public / "tile/entries/002.p/88"),
    "a length": lambda log: flip(log.public / "tile/entries/000", 1),
    "a bundle cut short": lambda log: (log.public / "tile/entries/000").write_bytes(b""),
    "two bundles exchanged": lambda log: shutil.copy(
        log.public / "tile/entries/001", log.public / "tile/entries/000"
    ),
    "the checkpoint's root": lambda log: resign(log, 600, noise(1)),
    "the checkpoint's key": lambda log: resign(log, 600, noise(1), OTHER_SIGNER),
    "the checkpoint's text": lambda log: flip(log.public / "checkpoint", 0),
    "a size beyond 2^53": lambda log: put_head(log, f"{ORIGIN}\n{2**53 + 1}\n{ROOT64}\n"),
    "control characters": lambda log: put_head(log, f"{ORIGIN}\n600\n{ROOT64}\n\x1b[31m\n"),
    "a thousand signatures": lambda log: put_head(log, f"{ORIGIN}\n600\n{ROOT64}\n", 1000),
    "entries of a later version": lambda log: later_version(log.public / "tile/entries/000"),
    "no checkpoint at all": lambda log: (log.public / "checkpoint").write_bytes(b"hello"),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_what_was_changed_is_noticed(published: Log, tmp_path: Path, name: str) -> None:
    TAMPERED[name](published)
    with pytest.raises(auditor.AuditError):
        visit(published, tmp_path / "state.json")
    assert not (tmp_path / "state.json").exists()


def rewritten(size: int) -> dict[str, bytes]:
    """The files of another log of the same key: what an operator who rewrites history would publish."""
    event = private_event(77)
    return public_files([Content(event.kind, START.date(), event.commitment, None)] * size)


@pytest.mark.parametrize(
    ("size", "full", "reason"),
    [
        pytest.param(600, False, "two different roots", id="same size"),
        pytest.param(599, False, "went back", id="smaller"),
        pytest.param(700, False, "does not name the hash", id="larger"),
        pytest.param(700, True, "the first 600 entries are not those", id="larger, read anew"),
    ],
)
def test_a_rewritten_history_is_noticed(
    published: Log, tmp_path: Path, size: int, reason: str, *, full: bool
) -> None:
    """Everything in it fits together; only the last visit tells."""
    state = tmp_path / "state.json"
    visit(published, state)
    shutil.rmtree(published.public / "tile")
    for path, data in rewritten(size).items():
        (published.public / path).parent.mkdir(parents=True, exist_ok=True)
        (published.public / path).write_bytes(data)
    with pytest.raises(auditor.AuditError, match=reason):
        visit(published, state, full=full)
    assert json.loads(state.read_text())["size"] == 600


def test_witnesses(published: Log, tmp_path: Path) -> None:
    state, key = tmp_path / "state.json", auditor.Key.read(WITNESS.verifier().vkey())
    needed = auditor.Trust(TRUST.log, (key,), 1)
    with pytest.raises(auditor.AuditError, match="0 of 1 witnesses"):
        visit(published, state, needed)
    note = (published.public / "checkpoint").read_bytes()
    cosigned = note + WITNESS.cosign(parse(note).text, START).line().encode()
    (published.public / "checkpoint").write_bytes(cosigned)
    assert visit(published, state, needed) == (600, 0)
    flipped = cosigned.replace(cosigned[-10:], b"A" * 7 + cosigned[-3:])
    (published.public / "checkpoint").write_bytes(flipped)
    with pytest.raises(auditor.AuditError, match="false"):
        visit(published, state, needed)


def test_a_missing_file_is_not_a_verdict(published: Log, tmp_path: Path) -> None:
    (published.public / "tile/entries/000").unlink()
    with pytest.raises(auditor.UnreadableError):
        visit(published, tmp_path / "state.json")


@pytest.mark.parametrize("change", [{"size": 5}, {"stack": []}, {"note": "x"}, {"previous": 1}], ids=str)
def test_a_state_that_was_touched_is_not_believed(published: Log, tmp_path: Path, change: dict) -> None:
    state = tmp_path / "state.json"
    visit(published, state)
    state.write_text(json.dumps(json.loads(state.read_text()) | change))
    with pytest.raises(auditor.UnreadableError):
        visit(published, state)


def test_the_file_runs_by_itself(published: Log, tmp_path: Path) -> None:
    """Copied elsewhere, with nothing of ours in reach, it still audits."""
    alone = Path(shutil.copy(auditor.__file__, tmp_path / "auditor.py"))

    def run(place: Path) -> tuple[int, str]:
        command = [sys.executable, "-I", alone, place, "--vkey", VKEY, "--state", tmp_path / "state.json"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    assert run(published.public) == (0, "OK: 600 entries, 600 new; witnesses: none\n")
    assert run(tmp_path / "nowhere")[0] == 2
    flip(published.public / "checkpoint", 0)
    assert run(published.public)[0] == 1


def command(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return result.exit_code, result.output


def test_the_commands(published: Log, tmp_path: Path) -> None:
    state, url = tmp_path / "state.json", f"sqlite:///{tmp_path}/ledger.db"
    key = published.public / "ledger.vkey"
    assert command("audit", published.public, "--vkey", key, "--state", state)[0] == 0
    code, text = command("prove", url, "--index", 7)
    with reading(published.engine).connect() as connection:
        assert (code, text.encode()) == (0, prove_index(connection, 7))
    assert command("prove", url, "--digest", noise("credential", 7).hex()) == (0, text)
    proof = tmp_path / "p.tlog-proof"
    proof.write_text(text, "utf-8")
    assert command("verify", proof, "--vkey", key) == (
        0,
        "成立 / holds: 7 issuance 2026-01-15, 检查点 checkpoint 600\n",
    )
    assert command("verify", proof, "--vkey", OTHER_SIGNER.verifier().vkey())[0] == 1
    assert command("verify", tmp_path / "nothing", "--vkey", key)[0] == 2
    assert command("prove", url, "--index", 600)[0] == 2
    assert command("prove", url, "--digest", "00" * 32)[0] == 2
    assert command("prove", url)[0] == 2
    flip(published.public / "checkpoint", 0)
    assert command("audit", published.public, "--vkey", key, "--state", state)[0] == 1
    assert command("audit", tmp_path / "nowhere", "--vkey", key, "--state", state)[0] == 2


GO_PATH = Path("/usr/share/gocode")


@pytest.mark.skipif(
    shutil.which("go") is None or not (GO_PATH / "src/golang.org/x/mod").exists(),
    reason="the packages golang-go and golang-golang-x-mod-dev are not installed",
)
def test_other_peoples_code_agrees(tmp_path: Path) -> None:
    """Go's sumdb takes a log of 70,000 entries as it is, and notices one flipped byte."""
    public = write_files(tmp_path / "public", rewritten(70_000))
    environment = {
        **os.environ,
        "GOPATH": str(GO_PATH),
        "GO111MODULE": "off",
        "GOCACHE": str(tmp_path / "cache"),
        "GOFLAGS": "",
    }
    program = tmp_path / "check"
    source = Path(__file__).parent / "external/check.go"
    subprocess.run(["go", "build", "-o", program, source], env=environment, check=True, timeout=300)

    def run() -> tuple[int, str]:
        done = subprocess.run([program, public, VKEY], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout

    assert run() == (0, "OK 70000\n")
    flip(public / "tile/entries/100", 300)
    assert run() == (1, "FAIL entry 25601 hash mismatch\n")
