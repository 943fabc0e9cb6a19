"""Proofs of a declaration, as bytes."""

from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Response

from issuer.access.roles import Actor
from issuer.errors import NotFound
from issuer.evidence.pages import original_of, picture_of
from issuer.evidence.proof import Proof
from issuer.evidence.routes import (
    Digest,
    PageNumber,
    SentFile,
    file_calls,
    keep_as,
    offer_proof,
    takes_file,
)
from issuer.evidence.service import attached
from issuer.instance import Transaction
from issuer.portal.calls import Matched, act, says, turn_seen
from issuer.portal.gate import Gate, Visit
from issuer.portal.problems import MISSING
from issuer.portal.service import Answer
from issuer.portal.visitors import Door
from issuer.registration.proving import Change, change_proofs, hold_to_own, proof_for
from issuer.registration.routes import standing
from issuer.registration.schemas import StandingAnswer
from ledger.store import reading


def routes(door: Door, gate: Gate) -> APIRouter:
    """Return the calls of proofs."""
    router = file_calls(gate)
    its = _Calls(door)
    at = "/declarations/{declaration_id}/proofs/{digest}"
    router.put(
        at,
        response_model=StandingAnswer,
        summary="附上证明材料，网址里是它的 SHA-256 Add a proof; its address has its SHA-256",
        **takes_file(matched=True),
    )(its.add)
    router.delete(
        at,
        response_model=StandingAnswer,
        summary="去掉证明材料 Take a proof away",
        **says(MISSING, matched=True),
    )(its.drop)
    offer_proof(router, at, its.original, its.preview)
    return router


class _Calls:
    def __init__(self, door: Door) -> None:
        self._instance = door.instance

    def add(self, sent: Matched, declaration_id: UUID, digest: Digest, file: SentFile) -> Response:
        with reading(self._instance.engine).connect() as connection:
            if not self._has(connection, sent.visitor.actor, declaration_id, digest):
                hold_to_own(connection, sent.visitor.actor, declaration_id)
        proof = keep_as(self._instance, digest, file)

        def add(work: Transaction, actor: Actor) -> Answer:
            if not self._has(work.connection, actor, declaration_id, digest):
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
        return original_of(self._instance, self._find(visitor.actor, declaration_id, digest))

    def preview(self, visitor: Visit, declaration_id: UUID, digest: Digest, page: PageNumber = 1) -> Response:
        return picture_of(self._instance, self._find(visitor.actor, declaration_id, digest), page)

    def _find(self, actor: Actor, one: UUID, digest: str) -> Proof:
        with reading(self._instance.engine).connect() as connection:
            return proof_for(connection, actor, one, digest)

    @staticmethod
    def _has(connection: sa.Connection, actor: Actor, one: UUID, digest: str) -> bool:
        """Whether the caller's own declaration names it already: then sending it again changes nothing."""
        if digest not in {proof.digest for proof in attached(connection, [one]).get(one, ())}:
            return False
        try:
            proof_for(connection, actor, one, digest)
        except NotFound:
            return False
        return True
