"""A file that somebody sent is read in a process of its own: it meets limits there, and neither keys nor the service's environment.

What the process may use is counted in CPU time and memory, which do not depend on what else the computer does. The time on
the wall is only the last resort, against a process that waits and uses none.
"""

import os
import resource
import subprocess
import sys
import threading
from pathlib import Path
from typing import BinaryIO

MEMORY, CPU_SECONDS = 1_500_000_000, 20
LAST_RESORT = 600
"""Seconds on the wall: a computer that is thirty times too busy still reads what it can."""
AT_ONCE = 2
"""Processes at the same time: each may take a core and its memory."""
_TURN = threading.BoundedSemaphore(AT_ONCE)
_ROOT = Path(__file__).resolve().parents[1]


class TooMuch(Exception):
    """The process was ended by a limit, or by an error of its own; says how, never in words that may quote the file."""


def read_apart(
    module: str, sent: bytes, cpu_seconds: int = CPU_SECONDS, last_resort: float = LAST_RESORT
) -> bytes:
    """Run a module that calls `begin` first, with `sent` as its standard input; answers its standard output.

    Raises:
        TooMuch: it used more than it may, or did not end well.
    """
    with _TURN:
        try:
            return subprocess.run(
                [sys.executable, "-P", "-m", module, str(cpu_seconds)],
                input=sent,
                capture_output=True,
                timeout=last_resort,
                check=True,
                cwd=_ROOT,
                env={"PYTHONPATH": str(_ROOT)},
            ).stdout
        except subprocess.TimeoutExpired:
            raise TooMuch(f"waited {last_resort} s") from None
        except subprocess.CalledProcessError as error:
            told = error.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
            raise TooMuch(f"ended with {error.returncode} {told.partition(':')[0][:60]}") from None


def begin() -> BinaryIO:
    """Set this process's limits; answers where its answer goes. Whatever a library prints must not stand in it.

    Libraries are to be loaded after it: what they do then counts too.
    """
    seconds = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    answers = os.fdopen(os.dup(1), "wb")
    # A pipe to nobody holds no limit on files.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return answers
