"""Entering a professional who came by no roster, and inviting who has no account yet. HTML."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from issuer.access.roles import Role
from issuer.errors import IssuerError
from issuer.instance import Instance
from issuer.people.identifier import IdType, read_identifier
from issuer.people.series import offered
from issuer.people.wording import read_name
from issuer.personnel import service
from issuer.personnel.newcomer_list import SHOWN, list_waiting
from issuer.personnel.newcomers import Newcomer
from issuer.personnel.units import find_units, list_agencies, own_units
from issuer.personnel.wanted import NewEmployer
from issuer.portal.forms import Form
from issuer.portal.gate import Gate, Visit, form_of
from issuer.portal.problems import problem_of
from issuer.portal.shell import Shell
from issuer.portal.visitors import Door, Visitor
from issuer.registration.errors import StepRefused
from verifier.web.problems import ProblemError


def routes(shell: Shell, door: Door, gate: Gate) -> APIRouter:
    """Return the routes of newcomers."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(gate)])
    pages = _Pages(shell, door.instance)
    router.get("/people")(pages.waiting)
    router.get("/people/new")(pages.form)
    router.post("/people/new")(pages.enter)
    router.post("/people/{person_id}/invitation")(pages.invite)
    return router


class _Pages:
    def __init__(self, shell: Shell, instance: Instance) -> None:
        self._shell, self._instance = shell, instance

    def waiting(
        self, request: Request, visitor: Visit, before: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0
    ) -> Response:
        return self._draw_list(request, visitor, before)

    def form(self, request: Request, visitor: Visit, find: str = "") -> Response:
        return self._draw_form(request, visitor, {"find": find})

    def enter(self, request: Request, visitor: Visit) -> Response:
        sent = form_of(request)
        try:
            person = service.enter(self._instance, visitor.actor, _read(sent))
        except IssuerError as error:
            return self._draw_form(request, visitor, sent.firsts(), problem_of(error))
        return RedirectResponse(f"/people#p-{person.id}", 303)

    def invite(self, request: Request, visitor: Visit, person_id: int) -> Response:
        try:
            login = form_of(request).text("login") or f"p{person_id}"
            code = service.let_in(self._instance, visitor.actor, person_id, login)
        except IssuerError as error:
            return self._draw_list(request, visitor, 0, problem_of(error))
        answer = self._shell.draw(request, "invited.html", code=code, secret=False, back="/people")
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def _draw_list(
        self, request: Request, visitor: Visitor, before: int, refused: ProblemError | None = None
    ) -> Response:
        found = list_waiting(self._instance, visitor.actor, before)
        return self._shell.draw(
            request,
            "people.html",
            refused.type.status.value if refused else 200,
            listed=found[:SHOWN],
            more=found[SHOWN - 1].id if len(found) > SHOWN else None,
            refused=refused,
            finds=bool({Role.VERIFIER, Role.ADMINISTRATOR} & visitor.roles),
        )

    def _draw_form(
        self, request: Request, visitor: Visitor, values: dict[str, str], refused: ProblemError | None = None
    ) -> Response:
        looked_for = values.get("find") or values.get("unit", "")
        mine = own_units(self._instance, visitor.actor)
        found = find_units(self._instance, looked_for)
        return self._shell.draw(
            request,
            "person_form.html",
            refused.type.status.value if refused else 200,
            values=values,
            found=[*mine, *(one for one in found if one.code not in {each.code for each in mine})],
            agencies=list_agencies(self._instance),
            offered=offered(self._instance.library),
            today=self._instance.today(),
            refused=refused,
        )


def _read(sent: Form) -> Newcomer:
    """Read the form.

    Raises:
        IdentifierError, StepRefused: a field is missing or cannot be what it says.
    """
    name = read_name(sent.text("name"))
    kind = sent.text("id_type") or "resident_id"
    if kind not in set(IdType):
        raise StepRefused("请选择证件类型 choose the kind of document")
    identifier = read_identifier(IdType(kind), sent.text("number"))
    unit, agency = sent.text("unit") or None, sent.text("agency") or None
    if unit is None and agency is None:
        raise StepRefused("请选择单位，没有单位的选代理机构 choose a unit, or an agency where there is none")
    try:
        first = date.fromisoformat(sent.text("first"))
    except ValueError:
        raise StepRefused("请填写到岗日期 give the first day there") from None
    try:
        where = NewEmployer(unit=unit, agency=agency, first=first)
    except ValueError:
        raise StepRefused("请从列表中选单位 choose the unit from the list") from None
    return Newcomer(identifier, name, where, sent.text("series") or None)
