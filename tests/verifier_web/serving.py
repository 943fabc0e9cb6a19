"""An application behind a real server on a loopback port, for tests over HTTP."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import uvicorn
from fastapi import FastAPI

from verifier.api import server_config


@contextmanager
def serving(app: FastAPI, at: int = 0) -> Iterator[httpx.Client]:
    """The application behind a real server, on a free port or `at` one; the client trusts no proxy of the environment."""
    server = uvicorn.Server(server_config(app, "127.0.0.1", at))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()
