"""Transfers in as an inspector reads them. HTML and proofs; nothing is changed."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from issuer.evidence.pages import original_of, picture_of
from issuer.findings.reading import Wanted, list_findings
from issuer.inspection.errors import FileClosed
from issuer.inspection.moved import list_brought, proof_moved, read_moved
from issuer.instance import Instance
from issuer.portal.gate import Gate, Visit
from issuer.portal.paging import FIRST, SHOWN, Page, cut
from issuer.portal.shell import Shell
from issuer.portal.visitors import Door
from issuer.transfers.pages import case_words
from rules.activity import Status

Digest = Annotated[str, Path(pattern="^[0-9a-f]{1,64}$")]
STATES = (
    Status.SUBMITTED, Status.EMPLOYER_APPROVED, Status.REGISTERED, Status.RETURNED, Status.REJECTED,
    Status.WITHDRAWN, Status.REVERSED,
)  # fmt: skip


def routes(shell: Shell, door: Door, gate: Gate) -> APIRouter:
    """Return the routes of transfers under inspection."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(gate)])
    pages, at = _Pages(shell, door.instance), "/inspection/transfers/{transfer_id}"
    router.get("/inspection/transfers")(pages.all)
    router.get(at)(pages.one)
    router.get(at + "/evidence/{digest}")(pages.original)
    router.get(at + "/evidence/{digest}/preview")(pages.preview)
    return router


class _Pages:
    def __init__(self, shell: Shell, instance: Instance) -> None:
        self._shell, self._instance = shell, instance

    def all(
        self,
        request: Request,
        visitor: Visit,
        paging: Page,
        state: Annotated[str, Query(max_length=20)] = "",
    ) -> Response:
        wanted = next((one for one in STATES if one == state), None)
        found = list_brought(self._instance, visitor.actor, paging, wanted)
        shown, more = cut(found, SHOWN, lambda one: (one.changed_at, one.id))
        return self._shell.draw(
            request, "inspected_transfers.html", listed=shown, more=more, states=STATES, state=wanted
        )

    def one(self, request: Request, visitor: Visit, transfer_id: UUID) -> Response:
        try:
            found = read_moved(self._instance, visitor.actor, transfer_id)
        except FileClosed as closed:
            to = request.url.path
            return self._shell.draw(
                request, "inspection_reason.html", 403, person_id=closed.person_id, to=to, refused=None
            )
        findings = list_findings(self._instance, visitor.actor, Wanted(FIRST, transfer=transfer_id))
        return self._shell.draw(
            request,
            "transfer.html",
            one=found.transfer,
            at="/inspection/transfers",
            marks=found.marks,
            findings=findings,
            **case_words(),
            refused=None,
            problems={},
        )

    def original(self, visitor: Visit, transfer_id: UUID, digest: Digest) -> Response:
        return original_of(self._instance, proof_moved(self._instance, visitor.actor, transfer_id, digest))

    def preview(self, visitor: Visit, transfer_id: UUID, digest: Digest, page: int = 1) -> Response:
        found = proof_moved(self._instance, visitor.actor, transfer_id, digest)
        return picture_of(self._instance, found, page)
