"""Finding a person by document, and looking at a document's number for a reason. HTML; the number stands in one answer and nowhere else."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import RedirectResponse

from issuer.access.roles import Role
from issuer.errors import IssuerError
from issuer.instance import Instance
from issuer.people.identifier import IdType, read_identifier
from issuer.personnel import service
from issuer.personnel.numbers import read_known
from issuer.portal.gate import Gate, Visit, form_of
from issuer.portal.problems import problem_of
from issuer.portal.shell import Shell
from issuer.portal.visitors import Door, Visitor
from issuer.registration.errors import StepRefused
from verifier.web.problems import ProblemError

Id = Annotated[int, Path(ge=1, le=2**31 - 1)]


def routes(shell: Shell, door: Door, gate: Gate) -> APIRouter:
    """Return the routes of people and their numbers."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(gate)])
    pages = _Pages(shell, door.instance)
    router.get("/people/find")(pages.ask)
    router.post("/people/find")(pages.find)
    router.get("/people/{person_id}/number")(pages.one)
    router.post("/people/{person_id}/number")(pages.reveal)
    return router


class _Pages:
    def __init__(self, shell: Shell, instance: Instance) -> None:
        self._shell, self._instance = shell, instance

    def ask(self, request: Request, _visitor: Visit) -> Response:
        return self._shell.draw(request, "person_find.html", values={}, refused=None)

    def find(self, request: Request, visitor: Visit) -> Response:
        sent = form_of(request)
        try:
            kind = sent.text("id_type") or IdType.RESIDENT_ID
            if kind not in set(IdType):
                raise StepRefused("请选择证件类型 choose the kind of document")
            identifier = read_identifier(IdType(kind), sent.text("number"))
            person = service.look_up(self._instance, visitor.actor, identifier)
        except IssuerError as error:
            refused = problem_of(error)
            values = {"id_type": sent.text("id_type")}
            status = refused.type.status.value
            return self._shell.draw(request, "person_find.html", status, values=values, refused=refused)
        return RedirectResponse(f"/people/{person.id}/number", 303)

    def one(self, request: Request, visitor: Visit, person_id: Id) -> Response:
        return self._draw(request, visitor, person_id)

    def reveal(self, request: Request, visitor: Visit, person_id: Id) -> Response:
        reason = form_of(request).text("reason")
        try:
            number = service.reveal(self._instance, visitor.actor, person_id, reason)
        except StepRefused as error:
            return self._draw(request, visitor, person_id, _Shown(reason, refused=problem_of(error)))
        return self._draw(request, visitor, person_id, _Shown(reason, number))

    def _draw(
        self, request: Request, visitor: Visitor, person_id: int, shown: "_Shown | None" = None
    ) -> Response:
        refused = shown.refused if shown else None
        return self._shell.draw(
            request,
            "person_number.html",
            refused.type.status.value if refused else 200,
            person=read_known(self._instance, visitor.actor, person_id),
            shown=shown or _Shown(),
            verifies=Role.VERIFIER in visitor.roles,
        )


@dataclass(frozen=True)
class _Shown:
    """What the page shows beside the person: the reason as typed, and the number, or the refusal."""

    reason: str = ""
    number: str | None = None
    refused: ProblemError | None = None
