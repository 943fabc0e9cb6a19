"""Transfers in as an inspector reads them: the same as the pages. JSON."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from issuer.evidence.pages import original_of, picture_of
from issuer.evidence.routes import Digest, PageNumber, file_calls, offer_proof
from issuer.inspection.moved import list_brought, proof_moved, read_moved
from issuer.inspection.schemas import BroughtInList, MovedAnswer, brought, moved_answer
from issuer.portal.calls import Pages, calls, says, show
from issuer.portal.gate import Gate, Visit
from issuer.portal.paging import cut
from issuer.portal.problems import BAD_CURSOR, MISSING, REASON_NEEDED
from issuer.portal.schemas import Page
from issuer.portal.visitors import Door
from rules.activity import Status

AT = "/inspection/transfers/{transfer_id}"


def routes(door: Door, gate: Gate) -> APIRouter:
    """Return the calls of transfers under inspection."""
    router, its = calls("inspection", gate), _Calls(door)
    router.get(
        "/inspection/transfers",
        response_model=Page[BroughtInList],
        summary="辖区的转入，最近变动的在前 Transfers in of the jurisdiction, the latest changed first",
        **says(BAD_CURSOR),
    )(its.all)
    router.get(
        AT,
        response_model=MovedAnswer,
        summary="一次转入和它的办理过程 A transfer with its way",
        **says(MISSING, REASON_NEEDED),
    )(its.one)
    files = file_calls(gate)
    offer_proof(files, f"{AT}/proofs/{{digest}}", its.original, its.preview)
    router.routes += files.routes
    return router


class _Calls:
    def __init__(self, door: Door) -> None:
        self._instance = door.instance

    def all(
        self,
        request: Request,
        visitor: Visit,
        paging: Pages,
        state: Annotated[Status | None, Query()] = None,
    ) -> Response:
        found = list_brought(self._instance, visitor.actor, paging.one_more(), state)
        shown, more = cut(found, paging.limit, lambda one: (one.changed_at, one.id))
        return show(request, Page[BroughtInList](items=tuple(map(brought, shown)), next=more))

    def one(self, request: Request, visitor: Visit, transfer_id: UUID) -> Response:
        return show(request, moved_answer(read_moved(self._instance, visitor.actor, transfer_id)))

    def original(self, visitor: Visit, transfer_id: UUID, digest: Digest) -> Response:
        return original_of(self._instance, proof_moved(self._instance, visitor.actor, transfer_id, digest))

    def preview(self, visitor: Visit, transfer_id: UUID, digest: Digest, page: PageNumber = 1) -> Response:
        found = proof_moved(self._instance, visitor.actor, transfer_id, digest)
        return picture_of(self._instance, found, page)
