"""Proofs of a change, as bytes, for whoever is concerned and both desks."""

from fastapi import APIRouter, Response

from issuer.evidence.routes import ORIGINALS, PICTURE, file_calls, gives_file
from issuer.personnel.proof_pages import Proofs
from issuer.portal.gate import Gate
from issuer.portal.visitors import Door


def routes(door: Door, gate: Gate) -> APIRouter:
    """Return the calls of a change's proofs."""
    router = file_calls(gate)
    its = Proofs(door)
    at = "/changes/{change_id}/proofs/{digest}"
    router.get(
        at, response_class=Response, summary="下载原件 Download the original", **gives_file(ORIGINALS)
    )(its.original)
    router.get(
        at + "/preview",
        response_class=Response,
        summary="一页的图片 A picture of a page",
        **gives_file(PICTURE),
    )(its.preview)
    return router
