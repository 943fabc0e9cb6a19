"""Rows read in portions; of a large file by a process of its own, a portion ahead: one processor reads, the other writes.

That process gets the file, the profile and the key of names, and no database. It waits until its portion is taken, and
ends when nobody is left to take it.
"""

import gc
import itertools
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from issuer.intake.errors import FileRefused, ReaderFailed
from issuer.intake.rows import Fault, Manner, RowReader, Said, Skipped
from issuer.intake.sheets import Source, open_table

WORTH = 4_000_000
"""Bytes of a file from which a process of its own is worth the second that its start takes."""
CHILD = (sys.executable, "-c", "from issuer.intake import ahead; ahead.serve()")


@dataclass(frozen=True)
class Rows:
    """Some rows, read: what they say, and what of them says nothing or is wrong. A file without rows is one of none.

    `last`: the last row's number; `share` of the file that was read; `names` and `unused` as its heading has them.
    """

    last: int
    share: float
    said: list[Said]
    skipped: list[Skipped]
    faults: list[Fault]
    names: Mapping[str, str]
    unused: tuple[str, ...]


@dataclass(frozen=True)
class Asking:
    """What is to be read: a file's rows behind `after`, `size` at a time."""

    source: Source
    manner: Manner
    after: int
    size: int


@contextmanager
def reading_ahead(asking: Asking, apart_from: int | None) -> Iterator[Iterator[Rows]]:
    """Read portions; by a process of its own where the file has `apart_from` bytes or more.

    Raises:
        FileRefused: no row of headings, one that is not clear, or a file that breaks off. Also while portions are taken.
        ChildProcessError: that process was ended by somebody.
        ReaderFailed: there is a mistake in the reading.
    """
    if apart_from is None or asking.source.size < apart_from:
        yield read_rows(asking)
        return
    # In a session of its own, so that an interrupt at the terminal reaches this process alone, which ends the other.
    pipe = subprocess.PIPE
    with subprocess.Popen(CHILD, stdin=pipe, stdout=pipe, start_new_session=True) as child:
        try:
            yield _taken(child, asking)
        finally:
            child.kill()


def read_rows(asking: Asking) -> Iterator[Rows]:
    """Read portions in this process. Raises as `reading_ahead`."""
    with ExitStack() as stack:
        table = open_table(stack, asking.source, asking.manner.profile)
        reader = RowReader(asking.manner, table.epoch)
        going = ((number, row) for number, row in table.rows if number > asking.after)
        last, names, unused = asking.after, table.heading.names, table.heading.unused
        while some := list(itertools.islice(going, asking.size)):
            read = [reader.read(number, row) for number, row in some]
            said = [one for one in read if isinstance(one, Said)]
            skipped = [one for one in read if isinstance(one, Skipped)]
            faults = [one for one in read if isinstance(one, Fault)]
            last = some[-1][0]
            yield Rows(last, table.done(), said, skipped, faults, names, unused)
        if last == asking.after:
            yield Rows(last, 1.0, [], [], [], names, unused)


def serve() -> None:
    """Read what standard input asks for, and write each portion to standard output; then None, or what went wrong."""
    asking: Asking = pickle.load(sys.stdin.buffer)  # noqa: S301 from the process that started this one
    gc.freeze()  # what was loaded to get here is no garbage, and need not be searched for it
    try:
        for one in itertools.chain(_to_the_end(asking), [None]):
            pickle.dump(one, sys.stdout.buffer)
            sys.stdout.buffer.flush()
    except BrokenPipeError:
        os._exit(1)  # nobody is left to take it


def _to_the_end(asking: Asking) -> Iterator[Rows | Exception]:
    try:
        yield from read_rows(asking)
    except FileRefused as refused:
        yield refused
    except Exception as error:  # noqa: BLE001 - told by type and place alone: its message may quote a row
        from verifier.web.guard import place_of  # noqa: PLC0415 - this process does without what serves pages

        yield ReaderFailed(f"{type(error).__name__} at {place_of(error)}")


def _taken(child: "subprocess.Popen[bytes]", asking: Asking) -> Iterator[Rows]:
    asked, told = child.stdin, child.stdout
    if asked is None or told is None:
        raise ChildProcessError("no pipes")
    try:
        with asked:
            pickle.dump(asking, asked)
        while (portion := pickle.load(told)) is not None:  # noqa: S301 from the process that this one started
            if isinstance(portion, Exception):
                raise portion
            yield portion
    except (EOFError, pickle.UnpicklingError, BrokenPipeError):
        raise ChildProcessError("读文件的进程中断 the process that reads the file was ended") from None
