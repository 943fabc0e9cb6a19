"""Proofs of a declaration, as bytes. A proof's address has its SHA-256, so that sending it twice is sending it once."""

import hashlib
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response, Security

from issuer.access.roles import Actor
from issuer.errors import NotFound
from issuer.evidence.errors import EvidenceRefused
from issuer.evidence.proof import SUFFIXES, Proof
from issuer.evidence.service import SIZE_MOST, Upload, attached, bytes_of, keep, preview_of
from issuer.instance import Transaction
from issuer.portal.calls import BEARER, Matched, act, says, turn_seen
from issuer.portal.gate import Gate, Visit
from issuer.portal.problems import LENGTH, MISSING, PROOF_REFUSED, STORE_AWAY
from issuer.portal.service import Answer
from issuer.portal.visitors import Door
from issuer.registration.proving import Change, change_proofs, proof_for
from issuer.registration.routes import standing
from issuer.registration.schemas import StandingAnswer
from ledger.store import reading
from verifier.web import problems
from verifier.web.problems import ProblemError

Digest = Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="SHA-256 of the file, in hex")]
OCTETS = "application/octet-stream"
_FILE = {media: {"schema": {"type": "string", "format": "binary"}} for media in (*SUFFIXES, OCTETS)}
_SEALED = "default-src 'none'; sandbox"


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
    if kind not in _FILE:
        words = "请以 PDF、JPEG、PNG、HEIC 的类型发送。", "Send it as PDF, JPEG, PNG or HEIC."
        raise ProblemError(problems.BAD_MEDIA_TYPE, *words)
    name = f"proof.{SUFFIXES[kind]}" if kind in SUFFIXES else "proof"
    return Upload(name, await request.body())


Sent = Annotated[Upload, Depends(_file)]


def routes(door: Door, gate: Gate) -> APIRouter:
    """Return the calls of proofs."""
    router = APIRouter(prefix="/api", tags=["proofs"], dependencies=[Depends(gate), Security(BEARER)])
    its = _Calls(door)
    at = "/declarations/{declaration_id}/proofs/{digest}"
    told = says(MISSING, PROOF_REFUSED, STORE_AWAY, matched=True)
    told["openapi_extra"]["requestBody"] = {"required": True, "content": _FILE}
    router.put(
        at,
        response_model=StandingAnswer,
        summary="附上证明材料，网址里是它的 SHA-256 Add a proof; its address has its SHA-256",
        **told,
    )(its.add)
    router.delete(
        at,
        response_model=StandingAnswer,
        summary="去掉证明材料 Take a proof away",
        **says(MISSING, matched=True),
    )(its.drop)
    router.get(
        at,
        response_class=Response,
        summary="下载原件 Download the original",
        **_answers({media: _FILE[media] for media in SUFFIXES}),
    )(its.original)
    router.get(
        at + "/preview",
        response_class=Response,
        summary="第一页的图片 A picture of its first page",
        **_answers({"image/jpeg": _FILE["image/jpeg"]}),
    )(its.preview)
    return router


def _answers(content: dict[str, Any]) -> dict[str, Any]:
    told = says(MISSING, STORE_AWAY)
    told["responses"][200] = {"content": content, "description": "The bytes"}
    return told


class _Calls:
    def __init__(self, door: Door) -> None:
        self._instance = door.instance

    def add(self, sent: Matched, declaration_id: UUID, digest: Digest, file: Sent) -> Response:
        if hashlib.sha256(file.data).hexdigest() != digest:
            raise EvidenceRefused(
                "文件的 SHA-256 与网址不符，可能没有传完整", "the file's SHA-256 is not the address's: it may be incomplete"
            )  # fmt: skip

        proof = keep(self._instance, file)

        def add(work: Transaction, actor: Actor) -> Answer:
            if not self._has(work, actor, declaration_id, digest):
                change_proofs(work, actor, declaration_id, turn_seen(sent), Change([proof]))
            return standing(work, declaration_id)

        return act(self._instance, sent.visitor, add)

    def drop(self, sent: Matched, declaration_id: UUID, digest: Digest) -> Response:
        def drop(work: Transaction, actor: Actor) -> Answer:
            proof_for(work.connection, actor, declaration_id, digest)
            change_proofs(work, actor, declaration_id, turn_seen(sent), Change(drop=[digest]))
            return standing(work, declaration_id)

        return act(self._instance, sent.visitor, drop)

    def original(self, visitor: Visit, declaration_id: UUID, digest: Digest) -> Response:
        proof = self._find(visitor.actor, declaration_id, digest)
        name = f"proof-{proof.digest[:12]}.{SUFFIXES[proof.media_type]}"
        headers = {
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Security-Policy": _SEALED,
        }
        return Response(bytes_of(self._instance, proof), media_type=proof.media_type, headers=headers)

    def preview(self, visitor: Visit, declaration_id: UUID, digest: Digest) -> Response:
        proof = self._find(visitor.actor, declaration_id, digest)
        headers = {"Content-Security-Policy": _SEALED, "Cache-Control": "private, max-age=600"}
        return Response(preview_of(self._instance, proof), media_type="image/jpeg", headers=headers)

    def _find(self, actor: Actor, one: UUID, digest: str) -> Proof:
        with reading(self._instance.engine).connect() as connection:
            return proof_for(connection, actor, one, digest)

    @staticmethod
    def _has(work: Transaction, actor: Actor, one: UUID, digest: str) -> bool:
        """Whether the caller's own declaration names it already: then sending it again changes nothing."""
        if digest not in {proof.digest for proof in attached(work.connection, [one]).get(one, ())}:
            return False
        try:
            proof_for(work.connection, actor, one, digest)
        except NotFound:
            return False
        return True
