"""What an upload holds, looked at in a process of its own (`worker`): its credential, and the checks that need its page.

Decoders of PDFs and pictures are where hostile files do harm, and the issuer holds keys. What comes back is text: the
token and the signatures, which are verified here, and the outcome of the two checks that only whoever has seen the page can make.
"""

import base64
import json
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from issuer.apart import TooMuch, read_apart
from issuer.transfers.errors import TransferRefused
from verifier.evidence import Evidence, Finding, InputKind, PdfSignature
from verifier.report import Check, Outcome, Says

SIZE_MOST = 10_000_000
"""Bytes of an upload, as of any proof."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Extracted:
    """One credential as text, with what surrounds it, and the checks that were made beside the page (1 and 10)."""

    evidence: Evidence
    page: tuple[Check, ...]


def extract(data: bytes) -> Extracted:
    """Look at an upload apart.

    Raises:
        TransferRefused: too large, no file that is known, no credential in it, or reading it takes too long.
    """
    if not 0 < len(data) <= SIZE_MOST:
        raise TransferRefused(
            f"文件不能是空的，最多 {SIZE_MOST // 1_000_000} MB a file of at most {SIZE_MOST // 1_000_000} MB that is not empty"
        )
    try:
        answer = json.loads(read_apart("issuer.transfers.worker", data))
    except TooMuch as error:
        log.warning("an upload could not be read: %s size=%d", error, len(data))
        raise TransferRefused(
            "这个文件打开时占用太多时间或内存 reading this file takes too long or too much memory"
        ) from None
    if "refused" in answer:
        raise TransferRefused(answer["refused"])
    return _read(answer)


def of_token(token: str) -> Extracted:
    """The same for a token that was kept: it has no page."""
    return Extracted(Evidence("token", InputKind.TOKEN, (Finding(token, "token"),)), ())


def _read(answer: dict[str, Any]) -> Extracted:
    found = answer["finding"]
    finding = Finding(found["jws"], found["where"], found["host"], found["index"])
    proof = None if answer["proof"] is None else base64.b64decode(answer["proof"])
    checks = tuple(
        Check(one["number"], Outcome(one["outcome"]), Says(one["zh"], one["en"]), one["against"])
        for one in answer["checks"]
    )
    signatures = tuple(map(_signature, answer["signatures"]))
    kind = InputKind(answer["kind"])
    evidence = Evidence("upload", kind, (finding,), proof=proof, pdf_signatures=signatures)
    return Extracted(evidence, checks)


def _signature(raw: dict[str, Any]) -> PdfSignature:
    return PdfSignature(
        kind=raw["kind"],
        contents=base64.b64decode(raw["contents"]),
        digest=None if raw["digest"] is None else bytes.fromhex(raw["digest"]),
        reaches_end=raw["reaches_end"],
        gap_is_contents=raw["gap_is_contents"],
        moment=None if raw["moment"] is None else datetime.fromisoformat(raw["moment"]),
    )
