"""Nothing of a person stays: a real service is used in every way, then its log and its folders are searched."""

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest

from tests.verifier.authority import NOW
from tests.verifier_web.conftest import Issued
from verifier.web.worker import check

NAME = "张伟"
FILE_NAME = "zhangwei-2025.pdf"


@dataclass(frozen=True)
class Left:
    """What a service leaves behind: its log, its temporary folder, what it remembers."""

    log: str
    temp: Path
    seen: Path


@contextmanager
def uvicorn_process(issued: Issued, temp: Path, seen: Path, log: Path) -> Iterator[httpx.Client]:
    """The documented command, with a temporary folder of its own and all that it says in `log`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "TMPDIR": str(temp),
        "XUESHI_VERIFIER_TRUST": str(issued.folder / "trust.jwt"),
        "XUESHI_VERIFIER_ROOT": str(issued.folder / "root.jwk"),
        "XUESHI_VERIFIER_PUBLIC": str(issued.folder / "public"),
        "XUESHI_VERIFIER_STATE": str(seen),
    }
    command = [sys.executable, "-m", "uvicorn", "--factory", "verifier.api:app_from_environment"]
    with (
        log.open("wb") as out,
        subprocess.Popen([*command, "--port", str(port)], env=environment, stdout=out, stderr=out) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as client,
    ):
        try:
            until = time.monotonic() + 60
            while not answers(client):
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < until
                time.sleep(0.05)
            yield client
        finally:
            process.terminate()


def answers(client: httpx.Client) -> bool:
    try:
        return client.get("/health").status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture(scope="module")
def left_behind(issued: Issued, tmp_path_factory: pytest.TempPathFactory) -> Left:
    """What there is after a day's work."""
    left = Left("", *(tmp_path_factory.mktemp(name) for name in ("temp", "seen")))
    log = tmp_path_factory.mktemp("log") / "log.txt"
    with uvicorn_process(issued, left.temp, left.seen, log) as client:
        large = issued.pdf + b"\n" * 3_000_000
        assert client.post("/verifications", files={"files": (FILE_NAME, large)}).status_code == 200
        assert client.post("/verifications", json={"token": issued.token}).status_code == 200
        client.post("/verify", data={"text": issued.qr}, headers={"accept": "text/html"})
        client.post("/verify", files={"files": (FILE_NAME, issued.edited_pdf)})
        client.post("/verifications", json={"token": f"{NAME} {issued.token}", "qr": NAME})
        client.post("/verifications", content=b"{" + issued.token.encode())
        client.get(f"/?name={NAME}&token={issued.token}")
        client.get(f"/{issued.token}")
        client.request("PUT", f"/verify/{NAME}")
        assert client.get("/metrics").status_code == 404, "there are none, so nothing of a person is in them"
    return replace(left, log=log.read_text())


def secrets(issued: Issued) -> list[str]:
    """What names a person or is worth a person's credential."""
    found = [NAME, "zhangwei", issued.token, issued.token[:40], issued.token.split(".")[1][:40]]
    return [*found, issued.qr.partition("#")[2][:40], "%E5%BC%A0", "name=", "token=", "620***", "GS2025"]


def test_the_log_has_no_person_no_token_no_query(left_behind: Left, issued: Issued) -> None:
    log = left_behind.log
    assert len(re.findall(r"verifier\.web\.guard: (GET|POST|PUT|\?) ", log)) >= 9, log
    for secret in secrets(issued):
        assert secret not in log
    assert "127.0.0.1:" not in re.sub(r"Uvicorn running on http://127.0.0.1:\d+", "", log)
    assert "POST /verifications 200" in log


def test_the_temporary_folder_is_empty(left_behind: Left) -> None:
    assert [path for path in left_behind.temp.rglob("*") if path.is_file()] == []


def test_what_was_seen_is_public(left_behind: Left, issued: Issued) -> None:
    """The one thing that it remembers: how new the trust data was."""
    kept = {path.suffix: path.read_text() for path in left_behind.seen.iterdir()}
    assert kept.keys() == {".json", ".lock"}
    assert json.loads(kept[".json"]).keys() == {"roots", "number", "lists", "heads"}
    assert json.loads(kept[".json"])["number"] == 7
    for secret in secrets(issued):
        assert secret not in kept[".json"]


class Writes:
    """Records every file that this process opens for writing, also those without a name."""

    def __init__(self) -> None:
        self.paths: list[object] | None = None
        sys.addaudithook(self._see)

    def _see(self, event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" and self.paths is not None:
            path, _, flags = arguments
            # A number is a file that is open already, such as a pipe to a worker: it was recorded when it was opened, if at all.
            if (
                not isinstance(path, int)
                and isinstance(flags, int)
                and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            ):
                self.paths.append(path)


@pytest.fixture(scope="module")
def writes() -> Writes:
    return Writes()


def test_no_file_is_opened_for_writing(service: httpx.Client, issued: Issued, writes: Writes) -> None:
    large = issued.pdf + b"\n" * 3_000_000  # Starlette's own form reading would spool this to a disk
    places = issued.settings().places
    writes.paths = []
    try:
        with tempfile.TemporaryFile():
            assert writes.paths, "the recorder sees unnamed temporary files"
        writes.paths.clear()
        assert service.post("/verifications", files={"files": (FILE_NAME, large)}).status_code == 200
        assert service.post("/verify", data={"text": issued.token}).status_code == 200
        assert check(places, FILE_NAME, issued.pdf, NOW)["tally"]
        assert writes.paths == []
    finally:
        writes.paths = None
