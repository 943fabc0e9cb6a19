"""Proofs of a change, as bytes, for whoever is concerned and both desks."""

from fastapi import APIRouter

from issuer.evidence.routes import file_calls, offer_proof
from issuer.personnel.proof_pages import Proofs
from issuer.portal.gate import Gate
from issuer.portal.visitors import Door


def routes(door: Door, gate: Gate) -> APIRouter:
    """Return the calls of a change's proofs."""
    router = file_calls(gate)
    its = Proofs(door)
    at = "/changes/{change_id}/proofs/{digest}"
    offer_proof(router, at, its.original, its.preview)
    return router
