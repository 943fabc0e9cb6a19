"""Where proofs are read: a process for each (`issuer.apart`)."""

import json
import logging
from typing import Any

from issuer.apart import TooMuch, read_apart
from issuer.evidence.errors import EvidenceRefused
from issuer.evidence.proof import Read

log = logging.getLogger(__name__)


def proof_apart(data: bytes, name: str) -> Read:
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
    try:
        told = read_apart("issuer.evidence.worker", json.dumps(asked).encode() + b"\n" + data)
    except TooMuch as error:
        log.warning("a proof could not be read: %s size=%d", error, len(data))
        raise EvidenceRefused(
            "这个文件打开时占用太多时间或内存。请重新拍照，或另存为 PDF",
            "reading this file takes too long or too much memory: take a picture, or save it as PDF",
        ) from None
    head, _, picture = told.partition(b"\n")
    return json.loads(head), picture
