"""Time, memory, and how many at once: what is past a limit is told so, and the next one is served."""

import asyncio
import os
import signal
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.verifier.authority import NOW
from tests.verifier_web.conftest import Issued
from tests.verifier_web.serving import serving
from verifier.api import create_app
from verifier.web.worker import check
from verifier.web.workers import WorkerError, Workers


@pytest.fixture
def silent_server() -> Iterator[str]:
    """An address that takes connections and never answers: a verification that asks it hangs."""
    with socket.create_server(("127.0.0.1", 0), backlog=16) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"


def test_a_verification_past_its_time_is_stopped(issued: Issued, silent_server: str) -> None:
    with serving(create_app(issued.settings(public=silent_server, seconds=6), lambda: NOW)) as client:
        response = client.post("/verifications", json={"token": issued.token})
        assert (response.status_code, response.json()["type"]) == (422, "urn:problem-type:xueshi:too-heavy")
        after = client.post("/verifications", json={"token": "no token"})
        assert after.json()["type"] == "urn:problem-type:xueshi:unusable-input"


def test_more_than_may_wait_are_told_to_come_back(issued: Issued, silent_server: str) -> None:
    settings = issued.settings(public=silent_server, seconds=2, workers=1, waiting=0)
    app = create_app(settings, lambda: NOW)
    with serving(app) as client, ThreadPoolExecutor(3) as pool:
        start = threading.Barrier(3)

        def ask() -> httpx.Response:
            start.wait()
            return client.post("/verifications", json={"token": issued.token})

        found = [future.result() for future in [pool.submit(ask) for _ in range(3)]]
    busy = [response for response in found if response.status_code == 503]
    assert [response.status_code for response in found if response not in busy] == [422]
    assert {response.headers["retry-after"] for response in busy} == {"30"}
    assert busy[0].json()["type"] == "urn:problem-type:xueshi:busy"


def test_workers_are_kept_and_replaced(issued: Issued) -> None:
    async def use() -> None:
        workers = Workers(issued.settings())
        first = await workers.check("", issued.token.encode(), NOW)
        (worker,) = workers._idle
        assert await workers.check("", issued.token.encode(), NOW) == first
        assert workers._idle == [worker]
        worker.process.kill()
        await worker.process.wait()
        assert await workers.check("", issued.token.encode(), NOW) == first
        assert workers._idle != [worker]
        (running,) = workers._idle
        await workers.close()
        assert running.process.returncode == -signal.SIGKILL

    asyncio.run(use())


def test_a_worker_that_falls_over_is_an_error_and_the_next_one_works(
    issued: Issued, silent_server: str
) -> None:
    async def use() -> None:
        workers = Workers(issued.settings(public=silent_server))
        await workers.check("", b"no token", NOW)
        pid = workers._idle[0].process.pid
        asyncio.get_running_loop().call_later(0.5, os.kill, pid, signal.SIGKILL)
        with pytest.raises(WorkerError):
            await workers.check("", issued.token.encode(), NOW)
        assert (await workers.check("", b"no token", NOW))["refused"] == "unusable"
        await workers.close()

    asyncio.run(use())


def test_a_fault_is_answered_with_a_number(issued: Issued, caplog: pytest.LogCaptureFixture) -> None:
    app = create_app(issued.settings(), lambda: NOW)

    @app.get("/fault/{name}")
    def fault(name: str) -> None:
        raise RuntimeError(name)

    with serving(app) as client:
        response = client.get("/fault/zhangwei")
        page = client.get("/fault/zhangwei", headers={"accept": "text/html"})
    problem = response.json()
    assert (response.status_code, problem["type"]) == (500, "urn:problem-type:xueshi:internal")
    assert f"fault {problem['reference']}: RuntimeError at " in caplog.text
    assert "zhangwei" not in caplog.text
    assert "把编号" in page.text


@pytest.mark.parametrize(
    ("file", "content"),
    [
        pytest.param("trust.jwt", "", id="an empty trust list"),
        pytest.param("trust.jwt", "不是名单", id="no ASCII"),
        pytest.param("root.jwk", "{}", id="a root that is no key"),
        pytest.param("root.jwk", None, id="no root"),
    ],
)
def test_a_worker_refuses_bad_trust_data(
    issued: Issued, tmp_path_factory: pytest.TempPathFactory, file: str, content: str | None
) -> None:
    spoilt = issued.copy(tmp_path_factory.mktemp("spoilt"))
    places = spoilt.settings().places
    if content is None:
        (spoilt.folder / file).unlink()
    else:
        (spoilt.folder / file).write_text(content)
    assert check(places, "", issued.token.encode(), NOW)["refused"] == "trust"
