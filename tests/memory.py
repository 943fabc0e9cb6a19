"""Where the tests keep files: in memory where there is room, so that a slow disk does not slow them.

It takes nothing from the tests that kill: what a process has handed to the kernel outlives the process on either.
"""

import os
import shutil
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108 folders in it are made unguessable, or refused if somebody else's
_ROOM = 2 * 2**30


def _in_memory() -> Path | None:
    """None where the system has no such folder, runs no programs in it, or gives it little room, as containers do."""
    if not os.access(_MEMORY, os.W_OK) or os.statvfs(_MEMORY).f_flag & os.ST_NOEXEC:
        return None
    return _MEMORY if shutil.disk_usage(_MEMORY).free > _ROOM else None


IN_MEMORY = _in_memory()
