"""Proofs of a transfer, as bytes, for whoever brought it and both desks."""

from uuid import UUID

from fastapi import APIRouter, Response

from issuer.evidence.pages import original_of, picture_of
from issuer.evidence.proof import Proof
from issuer.evidence.routes import Digest, PageNumber, file_calls, offer_proof
from issuer.portal.gate import Gate, Visit
from issuer.portal.visitors import Door, Visitor
from issuer.transfers.reading import proof_for
from ledger.store import reading


def routes(door: Door, gate: Gate) -> APIRouter:
    """Return the calls of a transfer's proofs."""
    router = file_calls(gate)
    instance = door.instance

    def original(visitor: Visit, transfer_id: UUID, digest: Digest) -> Response:
        return original_of(instance, _find(visitor, transfer_id, digest))

    def preview(visitor: Visit, transfer_id: UUID, digest: Digest, page: PageNumber = 1) -> Response:
        return picture_of(instance, _find(visitor, transfer_id, digest), page)

    def _find(visitor: Visitor, one: UUID, digest: str) -> Proof:
        with reading(instance.engine).connect() as connection:
            return proof_for(connection, visitor.actor, one, digest)

    offer_proof(router, "/transfers/{transfer_id}/proofs/{digest}", original, preview)
    return router
