"""Work of a batch shared out to processes forked from this one: jobs go in, answers come out in the same order.

The processes read the database and sign; this one alone writes. A process has one job at a time and gets its next when
whoever asked has worked its answer off, so that it reads what was written of its job before. It ends when its pipe is closed, also
by the death of this one. With one process all is done here, in the same order.
"""

import gc
import os
import pickle
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from issuer.errors import WorkerDied
from issuer.instance import Instance
from issuer.keys.ring import MODULE, Use

J = TypeVar("J")
A = TypeVar("A")
MOST = 8
"""Processes by default, at most: the one that writes has work for no more, and each keeps its own sheets of certificates."""
_fork = get_context("fork")


def processes(instance: Instance, use: Use) -> int:
    """How many processes share a batch that signs with keys of a use.

    As the settings say, else as many as there are processors. A PKCS#11 module's session does not outlive a fork, and the
    module does one thing at a time: what is signed in one is made by one process.
    """
    if any(
        info.use is use and info.place == MODULE and info.ending is None for info in instance.keys.infos()
    ):
        return 1
    return instance.settings.processes or min(MOST, len(os.sched_getaffinity(0)))


@contextmanager
def shared_out(
    instance: Instance, count: int, work: Callable[[J], A], jobs: Sequence[J]
) -> Iterator[Iterator[A]]:
    """Answer `work(job)` for each job, in their order, from `count` processes at most.

    `work` must not write into the database, and has what it closes over as it is now. What it raises is raised here, in
    the place of its answer: those before it are whole.

    Raises:
        WorkerDied: from the iterator, when a process ends before it has answered.
    """
    gc.freeze()  # what is there already is not looked through again and again, here and in those forked
    try:
        if min(count, len(jobs)) <= 1:
            yield map(work, jobs)
        else:
            with _forked(instance, min(count, len(jobs)), work) as ends:
                yield _answers(ends, jobs)
    finally:
        gc.unfreeze()


@contextmanager
def _forked(instance: Instance, count: int, work: Callable[[Any], Any]) -> Iterator[Sequence[Connection]]:
    """Our ends of the pipes to `count` processes, which end with this context."""
    instance.engine.dispose()  # a connection must not be open in two processes
    ends: list[Connection] = []
    children = []
    try:
        for _ in range(count):
            ours, theirs = _fork.Pipe()
            ends.append(ours)
            child = _fork.Process(target=_serve, args=(instance, ends, theirs, work), daemon=True)
            child.start()
            children.append(child)
            theirs.close()
        yield ends
    finally:
        for end in ends:
            end.close()
        for child in children:
            child.join()


def _answers(ends: Sequence[Connection], jobs: Sequence[Any]) -> Iterator[Any]:
    todo = iter(jobs)
    for end in ends:
        _tell(end, next(todo))
    for end, _ in zip(cycle(ends), jobs, strict=False):
        yield _hear(end)
        if (job := next(todo, None)) is not None:
            _tell(end, job)


def _tell(end: Connection, job: object) -> None:
    try:
        end.send(job)
    except OSError:
        raise _died() from None


def _hear(end: Connection) -> Any:
    try:
        error, answer = end.recv()
    except (EOFError, OSError):
        raise _died() from None
    if error is not None:
        kind, said, more = answer
        error = kind.__new__(kind, *said)
        error.__dict__.update(more)
        raise error
    return answer


def _died() -> WorkerDied:
    return WorkerDied(
        "一个工作进程中途结束（可能内存不足）。此前写入的都在，再运行一次即可继续。"
        "A working process ended half-way (out of memory?). What was written stays; run again to go on."
    )


def _serve(
    instance: Instance, others: Sequence[Connection], end: Connection, work: Callable[[Any], Any]
) -> None:
    """Work off jobs until the pipe is closed; `others` are the ends of the process that asks, which hold no pipe open here."""
    for other in others:
        other.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal tells everybody; whoever writes ends this one
    instance.engine.dispose(close=False)
    while True:
        try:
            answer = _done(work, end.recv())
            end.send_bytes(answer)
        except (EOFError, OSError):
            return


def _done(work: Callable[[Any], Any], job: object) -> bytes:
    """The answer, or what the other process is to raise in its place."""
    try:
        return pickle.dumps((None, work(job)), pickle.HIGHEST_PROTOCOL)
    except Exception as error:  # noqa: BLE001 - the outermost loop of this process
        return pickle.dumps((True, (type(error), error.args, vars(error))))
