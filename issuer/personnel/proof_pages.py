"""Proofs of a change: looking at a picture of one, and downloading the original."""

from uuid import UUID

from fastapi import APIRouter, Depends, Response

from issuer.evidence.pages import original_of, picture_of
from issuer.evidence.proof import Proof
from issuer.evidence.routes import Digest, PageNumber
from issuer.personnel.reading import proof_for
from issuer.portal.gate import Gate, Visit
from issuer.portal.shell import Shell
from issuer.portal.visitors import Door, Visitor
from ledger.store import reading


def routes(shell: Shell, door: Door, gate: Gate) -> APIRouter:
    """Return the routes of a change's proofs."""
    del shell
    router = APIRouter(include_in_schema=False, dependencies=[Depends(gate)])
    its = Proofs(door)
    router.get("/changes/{change_id}/evidence/{digest}")(its.original)
    router.get("/changes/{change_id}/evidence/{digest}/preview")(its.preview)
    return router


class Proofs:
    """Answers with the bytes of proofs, to pages and to programs alike."""

    def __init__(self, door: Door) -> None:
        self._instance = door.instance

    def original(self, visitor: Visit, change_id: UUID, digest: Digest) -> Response:
        """The file as it was sent."""
        return original_of(self._instance, self._find(visitor, change_id, digest))

    def preview(self, visitor: Visit, change_id: UUID, digest: Digest, page: PageNumber = 1) -> Response:
        """A picture of a page."""
        return picture_of(self._instance, self._find(visitor, change_id, digest), page)

    def _find(self, visitor: Visitor, one: UUID, digest: str) -> Proof:
        with reading(self._instance.engine).connect() as connection:
            return proof_for(connection, visitor.actor, one, digest)
