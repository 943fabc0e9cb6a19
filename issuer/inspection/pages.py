"""The inspector's pages: what stands where, whom to look up, files and ways once a reason is given. HTML; no record is changed."""

import json
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from issuer.access.local import local
from issuer.access.offices import read_units
from issuer.errors import IssuerError
from issuer.evidence.pages import original_of, picture_of
from issuer.findings.reading import Wanted as FindingsWanted
from issuer.findings.reading import list_findings
from issuer.governance.forms import FORMS
from issuer.governance.listing import Wanted as WantedEntries
from issuer.governance.listing import list_entries
from issuer.inspection import service
from issuer.inspection.errors import FileClosed
from issuer.inspection.files import read_file
from issuer.inspection.overview import (
    SHOWN as STATES,
)
from issuer.inspection.overview import (
    Wanted,
    draw_sample,
    list_registrations,
    read_overview,
)
from issuer.inspection.reading import ledger_proof, read_inspected_year
from issuer.inspection.way import pack, proof_of, read_way
from issuer.instance import Instance
from issuer.people.identifier import IdType, read_identifier
from issuer.portal.gate import Gate, Visit, form_of
from issuer.portal.paging import FIRST, SHOWN, Page, cut
from issuer.portal.problems import problem_of
from issuer.portal.shell import Shell
from issuer.portal.visitors import Door, Visitor
from issuer.registration.errors import StepRefused
from issuer.registration.procedure import REASONS
from rules.words import CATEGORIES
from verifier.web.problems import ProblemError

Digest = Annotated[str, Path(pattern="^[0-9a-f]{1,64}$")]
Year = Annotated[int, Path(ge=1950, le=2200)]
Word = Annotated[str, Query(max_length=80)]


def routes(shell: Shell, door: Door, gate: Gate) -> APIRouter:
    """Return the routes of inspection."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(gate)])
    pages = _Pages(shell, door.instance)
    at = "/inspection/registrations/{declaration_id}"
    router.get("/inspection")(pages.start)
    router.post("/inspection/people")(pages.look_up)
    router.get("/inspection/people/{person_id}")(pages.file)
    router.post("/inspection/people/{person_id}")(pages.open)
    router.get("/inspection/people/{person_id}/years/{year}")(pages.year)
    router.get("/inspection/registrations")(pages.registrations)
    router.get("/inspection/sample")(pages.sample)
    router.get(at)(pages.way)
    router.get(at + "/pack")(pages.pack)
    router.get(at + "/evidence/{digest}")(pages.original)
    router.get(at + "/evidence/{digest}/preview")(pages.preview)
    router.get("/inspection/entries")(pages.entries)
    router.get("/inspection/proofs/{index}")(pages.proof)
    return router


class _Pages:
    def __init__(self, shell: Shell, instance: Instance) -> None:
        self._shell, self._instance = shell, instance

    def start(self, request: Request, visitor: Visit, find: Word = "") -> Response:
        return self._draw_start(request, visitor, find)

    def look_up(self, request: Request, visitor: Visit) -> Response:
        sent = form_of(request)
        try:
            identifier = read_identifier(IdType(sent.text("id_type") or "resident_id"), sent.text("number"))
            person = service.open_by_document(self._instance, visitor.actor, identifier, sent.text("reason"))
        except ValueError:
            refused = problem_of(StepRefused("请选择证件类型 choose the kind of document"))
            return self._draw_start(request, visitor, "", sent.firsts(), refused)
        except IssuerError as error:
            return self._draw_start(request, visitor, "", sent.firsts(), problem_of(error))
        return RedirectResponse(f"/inspection/people/{person.id}", 303)

    def file(self, request: Request, visitor: Visit, person_id: int) -> Response:
        try:
            found = read_file(self._instance, visitor.actor, person_id)
        except FileClosed as closed:
            return self._ask(request, closed)
        return self._shell.draw(
            request, "inspected.html", file=found, categories=CATEGORIES, forms=FORMS, today=self._instance.today()
        )  # fmt: skip

    def open(self, request: Request, visitor: Visit, person_id: int) -> Response:
        sent = form_of(request)
        try:
            service.open_by_id(self._instance, visitor.actor, person_id, sent.text("reason"))
        except StepRefused as error:
            return self._ask(request, FileClosed(person_id), sent.text("to"), problem_of(error))
        return RedirectResponse(local(sent.text("to") or f"/inspection/people/{person_id}"), 303)

    def year(self, request: Request, visitor: Visit, person_id: int, year: Year) -> Response:
        try:
            found = read_inspected_year(self._instance, visitor.actor, person_id, year)
        except FileClosed as closed:
            return self._ask(request, closed)
        return self._shell.draw(
            request, "inspected_year.html", year=found, person_id=person_id, categories=CATEGORIES
        )

    def registrations(
        self, request: Request, visitor: Visit, paging: Page, state: Word = "", unit: Word = ""
    ) -> Response:
        wanted = Wanted(paging, next((one for one in STATES if one == state), None), unit or None)
        found = list_registrations(self._instance, visitor.actor, wanted)
        shown, more = cut(found, SHOWN, lambda one: (one.changed_at, one.id))
        return self._shell.draw(
            request, "inspected_list.html", listed=shown, states=STATES, state=wanted.state, unit=unit, word="",
            more=more, categories=CATEGORIES,
        )  # fmt: skip

    def sample(self, request: Request, visitor: Visit, word: Word = "") -> Response:
        found = draw_sample(self._instance, visitor.actor, word.strip()) if word.strip() else []
        return self._shell.draw(
            request, "inspected_list.html", listed=found, states=STATES, state=None, unit="", word=word.strip(), more=None,
            categories=CATEGORIES,
        )  # fmt: skip

    def way(self, request: Request, visitor: Visit, declaration_id: UUID) -> Response:
        try:
            found = read_way(self._instance, visitor.actor, declaration_id)
        except FileClosed as closed:
            return self._ask(request, closed)
        return self._shell.draw(
            request, "inspected_way.html", one=found, reasons=REASONS, categories=CATEGORIES,
            findings=list_findings(self._instance, visitor.actor, FindingsWanted(FIRST, declaration=declaration_id)),
        )  # fmt: skip

    def pack(self, visitor: Visit, declaration_id: UUID) -> Response:
        told = json.dumps(pack(self._instance, visitor.actor, declaration_id), ensure_ascii=False, indent=1)
        return _to_keep(told, "application/json", f"registration-{declaration_id}.json")

    def original(self, visitor: Visit, declaration_id: UUID, digest: Digest) -> Response:
        return original_of(self._instance, proof_of(self._instance, visitor.actor, declaration_id, digest))

    def preview(self, visitor: Visit, declaration_id: UUID, digest: Digest, page: int = 1) -> Response:
        found = proof_of(self._instance, visitor.actor, declaration_id, digest)
        return picture_of(self._instance, found, page)

    def entries(self, request: Request, visitor: Visit, paging: Page, kind: Word = "") -> Response:
        form = FORMS.get(kind)
        wanted = WantedEntries(paging, None if form is None else form.kind)
        found = list_entries(self._instance, visitor.actor, wanted)
        shown, more = cut(found, SHOWN, lambda one: (one.entered_at, one.id))
        return self._shell.draw(
            request, "inspected_entries.html", listed=shown, more=more, forms=FORMS, kind=kind if form else ""
        )  # fmt: skip

    def proof(self, _visitor: Visit, index: Annotated[int, Path(ge=0, le=2**53 - 1)]) -> Response:
        return _to_keep(ledger_proof(self._instance, index), "text/plain", f"entry-{index}.tlog-proof")

    def _draw_start(
        self,
        request: Request,
        visitor: Visitor,
        find: str,
        values: dict[str, str] | None = None,
        refused: ProblemError | None = None,
    ) -> Response:
        words = find.strip()
        return self._shell.draw(
            request, "inspection.html", refused.type.status.value if refused else 200,
            overview=read_overview(self._instance, visitor.actor),
            find=find, units=read_units(self._instance, words)[:SHOWN] if words else [], values=values or {}, refused=refused,
        )  # fmt: skip

    def _ask(
        self, request: Request, closed: FileClosed, to: str = "", refused: ProblemError | None = None
    ) -> Response:
        """Ask for the reason, and lead back to what was asked for."""
        return self._shell.draw(
            request, "inspection_reason.html", refused.type.status.value if refused else 403,
            person_id=closed.person_id, to=local(to or request.url.path), refused=refused,
        )  # fmt: skip


def _to_keep(content: str | bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=kind, headers=headers)
