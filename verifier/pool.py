"""Verifying many documents in processes of their own: one that takes too long or falls over takes no other with it."""

import multiprocessing
import os
import resource
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

from verifier.errors import VerifierError
from verifier.ground import Ground
from verifier.opening import Places, open_places
from verifier.seen import Seen

D = TypeVar("D")
A = TypeVar("A")

SECONDS = 60.0
"""For one document; then its process is killed."""
STARTING = 60.0
"""Seconds for a process to start."""
MEMORY = 2_000_000_000
"""Bytes of address space of one process."""
TOO_LONG = "核验超过时间上限，已停止 / stopped after the limit of time"
FELL_OVER = "核验时出错或超过内存上限，已停止 / stopped: out of memory, or a defect"


@dataclass
class _Worker:
    process: BaseProcess
    pipe: Connection
    job: int | None = None
    deadline: float = 0.0


@dataclass
class Pool(ABC, Generic[D, A]):
    """A batch of documents under way, each becoming an answer. `seen` becomes what the workers saw."""

    places: Places
    now: datetime
    workers: int = field(default_factory=lambda: max(1, os.cpu_count() or 1))
    seconds: float = SECONDS
    memory: int = MEMORY
    seen: Seen = field(default_factory=Seen)

    @staticmethod
    @abstractmethod
    def work(document: D, ground: Ground) -> A:
        """Answer a document, in a process of its own; what is wrong with it is an answer too."""

    @staticmethod
    @abstractmethod
    def stopped(document: D, why: str) -> A:
        """Return the answer of a document whose process was stopped."""

    def run(self, documents: Sequence[D]) -> Iterator[tuple[int, A]]:
        """Yield number and answer of each document, as they are done.

        Raises:
            VerifierError: no process starts; nothing is the documents' fault.
        """
        waiting = list(reversed(range(len(documents))))
        crew = [self._start() for _ in range(min(self.workers, len(documents)))]
        try:
            for worker in crew:
                _await(worker)
            while waiting or any(worker.job is not None for worker in crew):
                for place, worker in enumerate(crew):
                    if worker.job is None and waiting:
                        crew[place] = self._give(worker, waiting.pop(), documents)
                yield from self._collect(crew, documents)
        finally:
            for worker in crew:
                _end(worker)

    def _start(self) -> _Worker:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(
            target=_serve, args=(theirs, type(self), self.places, self.now, self.memory), daemon=True
        )
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def _give(self, worker: _Worker, job: int, documents: Sequence[D]) -> _Worker:
        try:
            worker.pipe.send(documents[job])
        except OSError:  # it fell over while it had nothing to do
            _end(worker)
            worker = _await(self._start())
            worker.pipe.send(documents[job])
        worker.job, worker.deadline = job, time.monotonic() + self.seconds
        return worker

    def _collect(self, crew: list[_Worker], documents: Sequence[D]) -> Iterator[tuple[int, A]]:
        busy = [worker for worker in crew if worker.job is not None]
        patience = max(0.0, min(worker.deadline for worker in busy) - time.monotonic())
        ready = set(wait([worker.pipe for worker in busy], patience))
        for worker in busy:
            job = worker.job
            if job is None:
                continue
            if worker.pipe in ready:
                try:
                    found, seen = worker.pipe.recv()
                    self.seen = self.seen.joined(seen)
                    worker.job = None
                    yield job, found
                    continue
                except (EOFError, OSError):
                    why = FELL_OVER
            elif time.monotonic() >= worker.deadline:
                why = TOO_LONG
            else:
                continue
            _end(worker)
            crew[crew.index(worker)] = _await(self._start())
            yield job, self.stopped(documents[job], why)


def _await(worker: _Worker) -> _Worker:
    """Wait until a worker has opened the trust data."""
    try:
        if worker.pipe.poll(STARTING):
            worker.pipe.recv()
            return worker
    except (EOFError, OSError):
        pass
    _end(worker)
    raise VerifierError(
        "核验进程没有起来，可能内存不够 / a verifying process does not start: perhaps too little memory"
    )


def _end(worker: _Worker) -> None:
    worker.pipe.close()
    worker.process.kill()
    worker.process.join()


def _serve(pipe: Connection, kind: type[Pool[Any, Any]], places: Places, now: datetime, memory: int) -> None:
    """Answer documents until the pipe closes."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ground = open_places(places, now).ground
    pipe.send("ready")
    try:
        while True:
            document = pipe.recv()
            try:
                found = kind.work(document, ground)
            except MemoryError:
                found = kind.stopped(document, FELL_OVER)
            pipe.send((found, ground.seen or Seen()))
    except (EOFError, KeyboardInterrupt, BrokenPipeError):
        return
