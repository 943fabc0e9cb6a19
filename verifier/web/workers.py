"""Verification in processes of its own.

A process and not a thread, for three reasons: a PDF or picture made to take for ever can be stopped only by killing what
reads it; PDFium must not run in two threads at once; and a parser that falls over takes nobody else's request with it.
Workers live on between verifications, because starting one costs about half a second.
"""

import asyncio
import contextlib
import json
import logging
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime

from verifier.config import Settings
from verifier.web import problems
from verifier.web.problems import ProblemError
from verifier.web.worker import PLACES

log = logging.getLogger(__name__)

RETIRE_AFTER = 500
"""Verifications after which a worker is replaced, so that what a library leaks stays small."""
LENGTH_BYTES = 4


@dataclass
class _Worker:
    process: Process
    jobs: int = 0


class WorkerError(Exception):
    """A worker ended or answered nonsense. Its input is not named."""


class Workers:
    """A fixed number of worker processes, started when first needed."""

    def __init__(self, settings: Settings) -> None:
        """Remember the limits; nothing is started yet."""
        self._settings = settings
        self._slots = asyncio.Semaphore(settings.workers)
        self._idle: list[_Worker] = []
        self._waiting = 0

    async def check(self, name: str, data: bytes | bytearray, now: datetime) -> dict[str, object]:
        """Verify one input at the moment `now`; return the worker's answer (see verifier.web.worker).

        Raises:
            ProblemError: too many are waiting, or the input took longer than allowed.
            WorkerError: the worker fell over.
        """
        async with self._slot():
            worker = await self._take()
            try:
                async with asyncio.timeout(self._settings.seconds):
                    answer = await _ask(worker.process, name, data, now)
            except TimeoutError:
                log.warning("a verification was stopped after %g s", self._settings.seconds)
                await _end(worker.process)
                raise ProblemError(
                    problems.TOO_HEAVY,
                    f"{self._settings.seconds:g} 秒内没有核验完，已停止。请改用凭证文字或二维码网址。",
                    f"Stopped after {self._settings.seconds:g} s. Try the token or the QR's text instead.",
                ) from None
            except BaseException:
                await _end(worker.process)
                raise
            await self._give_back(worker)
            return answer

    async def close(self) -> None:
        """End every worker."""
        while self._idle:
            await _end(self._idle.pop().process)

    @contextlib.asynccontextmanager
    async def _slot(self) -> AsyncGenerator[None]:
        if self._slots.locked() and self._waiting >= self._settings.waiting:
            raise ProblemError(
                problems.BUSY,
                "正在核验的很多，请半分钟后再试。",
                "Many verifications are under way: try again in half a minute.",
                headers={"Retry-After": "30"},
            )
        self._waiting += 1
        try:
            await self._slots.acquire()
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._slots.release()

    async def _take(self) -> _Worker:
        while self._idle:
            worker = self._idle.pop()
            if worker.process.returncode is None:
                return worker
        return _Worker(
            await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "verifier.web.worker",
                str(self._settings.memory),
                PLACES.dump_json(self._settings.places).decode(),
                stdin=PIPE,
                stdout=PIPE,
            )
        )

    async def _give_back(self, worker: _Worker) -> None:
        worker.jobs += 1
        if worker.jobs >= RETIRE_AFTER:
            await _end(worker.process)
        else:
            self._idle.append(worker)


async def _ask(process: Process, name: str, data: bytes | bytearray, now: datetime) -> dict[str, object]:
    if process.stdin is None or process.stdout is None:
        raise WorkerError
    head = json.dumps({"name": name, "size": len(data), "now": now.isoformat()})
    try:
        process.stdin.write(head.encode() + b"\n")
        process.stdin.write(data)
        await process.stdin.drain()
        length = int.from_bytes(await process.stdout.readexactly(LENGTH_BYTES), "big")
        answer = json.loads(await process.stdout.readexactly(length))
    except (ConnectionError, asyncio.IncompleteReadError):
        raise WorkerError from None
    if not isinstance(answer, dict):
        raise WorkerError
    return answer


async def _end(process: Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    if process.stdin is not None:
        process.stdin.close()
    await process.wait()
