"""Files in calls, as bytes. A file's address has its SHA-256, so that sending it twice is sending it once."""

import hashlib
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response, Security

from issuer.evidence.errors import EvidenceRefused
from issuer.evidence.proof import PAGES_MOST, SUFFIXES, Proof
from issuer.evidence.schemas import KeptAnswer, kept_answer
from issuer.evidence.service import SIZE_MOST, Upload, keep, ticket
from issuer.instance import Instance
from issuer.portal.calls import BEARER, says
from issuer.portal.gate import Gate, Visit
from issuer.portal.problems import LENGTH, MISSING, PROOF_REFUSED, STORE_AWAY
from issuer.portal.visitors import Door
from verifier.web import problems
from verifier.web.problems import ProblemError

Digest = Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="SHA-256 of the file, in hex")]
OCTETS = "application/octet-stream"
PageNumber = Annotated[int, Query(ge=1, le=PAGES_MOST, description="第几页，从 1 起 Which page, from 1")]
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_ORIGINALS = dict.fromkeys(SUFFIXES, _BINARY)
_PICTURE = {"image/jpeg": _BINARY}
FILES = _ORIGINALS | {OCTETS: _BINARY}
"""What a file can be sent as."""


async def _file(request: Request) -> Upload:
    """Read the file within limits. The content decides its type; its media type must not promise another.

    Raises:
        ProblemError: no length, too large, or another media type.
    """
    length = request.headers.get("content-length", "")
    if not length.isdecimal():
        raise ProblemError(LENGTH, "请求没有写明长度。", "The request has no Content-Length.")
    if int(length) > SIZE_MOST:
        raise ProblemError(problems.TOO_LARGE, "每个文件不超过 10 MB。", "A file has at most 10 MB.")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in FILES:
        words = "请以 PDF、JPEG、PNG、HEIC 的类型发送。", "Send it as PDF, JPEG, PNG or HEIC."
        raise ProblemError(problems.BAD_MEDIA_TYPE, *words)
    name = f"proof.{SUFFIXES[kind]}" if kind in SUFFIXES else "proof"
    return Upload(name, await request.body())


SentFile = Annotated[Upload, Depends(_file)]


def file_calls(gate: Gate) -> APIRouter:
    """A router for calls whose bodies are files, behind the gate."""
    return APIRouter(prefix="/api", tags=["proofs"], dependencies=[Depends(gate), Security(BEARER)])


def takes_file(*, matched: bool) -> dict[str, Any]:
    """What OpenAPI says of a call that takes a file."""
    told = says(MISSING, PROOF_REFUSED, STORE_AWAY, matched=matched, changes=True)
    told["openapi_extra"] = (told["openapi_extra"] or {}) | {
        "requestBody": {"required": True, "content": FILES}
    }
    return told


def offer_proof(
    router: APIRouter, at: str, original: Callable[..., Response], preview: Callable[..., Response]
) -> None:
    """Add the two calls that answer the proof at an address: the file as it was sent, and a page of it as a picture."""
    router.get(at, response_class=Response, summary="下载原件 Download the original", **_gives(_ORIGINALS))(
        original
    )
    router.get(
        f"{at}/preview", response_class=Response, summary="一页的图片 A picture of a page", **_gives(_PICTURE)
    )(preview)


def _gives(content: dict[str, Any]) -> dict[str, Any]:
    told = says(MISSING, STORE_AWAY)
    told["responses"][200] = {"content": content, "description": "The bytes"}
    return told


def keep_as(instance: Instance, digest: str, file: Upload) -> Proof:
    """Keep a file under the digest that its address has.

    Raises:
        EvidenceRefused: its digest is another; or as `service.keep`.
        EvidenceMissing: the store does not answer.
    """
    if hashlib.sha256(file.data).hexdigest() != digest:
        raise EvidenceRefused(
            "文件的 SHA-256 与网址不符，可能没有传完整", "the file's SHA-256 is not the address's: it may be incomplete"
        )  # fmt: skip
    return keep(instance, file)


def routes(door: Door, gate: Gate) -> APIRouter:
    """Return the call that keeps a file for what will name it."""
    router = file_calls(gate)
    instance = door.instance

    @router.put(
        "/proofs/{digest}",
        response_model=KeptAnswer,
        summary="先存一个文件，半天内在转入或变更里写上它的 ticket Keep a file; its ticket names it in a transfer or change for half a day",
        **takes_file(matched=False),
    )
    def keep_file(visitor: Visit, digest: Digest, file: SentFile) -> KeptAnswer:
        proof = keep_as(instance, digest, file)
        return kept_answer(proof, ticket(instance, visitor.actor.person_key, proof))

    return router
