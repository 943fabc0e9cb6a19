"""Where proofs are read: a process for each, so that a hostile file meets limits and no keys."""

import json
import logging
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from issuer.evidence.errors import EvidenceRefused
from issuer.evidence.proof import Read
from issuer.evidence.worker import SECONDS

AT_ONCE = 2
"""Files read at the same time: each may take a core and a gigabyte."""
_TURN = threading.BoundedSemaphore(AT_ONCE)
_ROOT = Path(__file__).resolve().parents[2]
log = logging.getLogger(__name__)


def read_apart(data: bytes, name: str) -> Read:
    """Read a proof in a process of its own.

    Raises:
        EvidenceRefused: as `reading.read_proof`, or reading it takes too long or too much memory.
    """
    answer, preview = _apart(name, data)
    if "zh" in answer:
        raise EvidenceRefused(answer["zh"], answer["en"])
    return Read(answer["media_type"], answer["pages"], preview)


def page_apart(data: bytes, number: int) -> bytes:
    """Draw a page of a PDF that was kept, as JPEG, in a process of its own.

    Raises:
        EvidenceRefused: it cannot be drawn, or that takes too long or too much memory.
    """
    return _apart(number, data)[1]


def _apart(asked: str | int, data: bytes) -> tuple[dict[str, Any], bytes]:
    with _TURN:
        try:
            done = subprocess.run(
                [sys.executable, "-P", "-m", "issuer.evidence.worker"],
                input=json.dumps(asked).encode() + b"\n" + data,
                capture_output=True,
                timeout=SECONDS + 10,
                check=True,
                cwd=_ROOT,
                env={"PYTHONPATH": str(_ROOT)},
            )
        except subprocess.SubprocessError as error:
            log.warning("a proof could not be read: %s size=%d", _why(error), len(data))
            raise EvidenceRefused(
                "这个文件打开时占用太多时间或内存。请重新拍照，或另存为 PDF",
                "reading this file takes too long or too much memory: take a picture, or save it as PDF",
            ) from None
    head, _, picture = done.stdout.partition(b"\n")
    return json.loads(head), picture


def _why(error: subprocess.SubprocessError) -> str:
    """Say how the process ended: the kind of error it died of, never its words, which may quote the file."""
    told = (getattr(error, "stderr", None) or b"").decode("utf-8", "replace").strip().rpartition("\n")[2]
    return f"{type(error).__name__} {told.partition(':')[0][:60]}"
