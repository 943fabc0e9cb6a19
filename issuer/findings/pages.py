"""Findings: an inspector writes one where the thing is looked at; the authority concerned answers. HTML."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from issuer.access.roles import Role
from issuer.errors import IssuerError
from issuer.findings import service
from issuer.findings.reading import Wanted, list_findings, read_finding
from issuer.findings.recording import NewFinding, Taken
from issuer.findings.subject import About, find_subject
from issuer.findings.way import Kind, Sort, State, Step
from issuer.inspection.errors import FileClosed
from issuer.instance import Instance
from issuer.portal.gate import Gate, Visit, form_of
from issuer.portal.paging import SHOWN, Page, cut
from issuer.portal.problems import problem_of
from issuer.portal.shell import Shell
from issuer.portal.visitors import Door, Visitor
from issuer.registration.errors import StepRefused
from issuer.registration.turns import turn_of
from ledger.store import reading
from verifier.web.problems import ProblemError

Word = Annotated[str, Query(max_length=40)]
Choice = TypeVar("Choice", bound=StrEnum)
KIND = "请选择是哪方面的问题 choose what is the matter"
STEP = "请选择怎样办理 choose what to do"


def routes(shell: Shell, door: Door, gate: Gate) -> APIRouter:
    """Return the routes of findings."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(gate)])
    pages = _Pages(shell, door.instance)
    router.get("/findings")(pages.all)
    router.get("/findings/new")(pages.form)
    router.post("/findings")(pages.write)
    router.get("/findings/{finding_id}")(pages.one)
    router.post("/findings/{finding_id}")(pages.take)
    return router


class _Pages:
    def __init__(self, shell: Shell, instance: Instance) -> None:
        self._shell, self._instance = shell, instance

    def all(self, request: Request, visitor: Visit, paging: Page, show: Word = "") -> Response:
        show = show or ("open" if Role.VERIFIER in visitor.roles else "all")
        state = next((one for one in State if one == show), None)
        found = list_findings(self._instance, visitor.actor, Wanted(paging, state, show == "late"))
        shown, more = cut(found, SHOWN, lambda one: (one.changed_at, one.id))
        return self._shell.draw(request, "findings.html", listed=shown, more=more, show=show)

    def form(self, request: Request, visitor: Visit) -> Response:
        asked = request.query_params
        return self._draw_form(
            request, visitor, {name: asked.get(name, "")[:40] for name in ("about", "id", "year")}
        )

    def write(self, request: Request, visitor: Visit) -> Response:
        values = form_of(request).firsts()
        try:
            new = NewFinding(
                _about(values), _chosen(values, "kind", Kind, KIND), values.get("words", ""), _day(values)
            )
            made = service.write(self._instance, visitor.actor, new)
        except StepRefused as error:
            return self._draw_form(request, visitor, values, problem_of(error))
        return RedirectResponse(f"/findings/{made}", 303)

    def one(self, request: Request, visitor: Visit, finding_id: UUID) -> Response:
        return self._draw(request, visitor, finding_id)

    def take(self, request: Request, visitor: Visit, finding_id: UUID) -> Response:
        values = form_of(request).firsts()
        read_finding(self._instance, visitor.actor, finding_id)
        try:
            step = _chosen(values, "do", Step, STEP)
            due = _day(values) if step is Step.REOPEN else None
            taken = Taken(step, turn_of(values), values.get("words", ""), due)
            service.take(self._instance, visitor.actor, finding_id, taken)
        except IssuerError as error:
            return self._draw(request, visitor, finding_id, _Shown(values, problem_of(error)))
        return RedirectResponse(f"/findings/{finding_id}", 303)

    def _draw(self, request: Request, visitor: Visitor, one: UUID, shown: "_Shown | None" = None) -> Response:
        refused = shown.refused if shown else None
        return self._shell.draw(
            request,
            "finding.html",
            refused.type.status.value if refused else 200,
            one=read_finding(self._instance, visitor.actor, one),
            values=shown.values if shown else {},
            refused=refused,
            today=self._instance.today(),
        )

    def _draw_form(
        self, request: Request, visitor: Visitor, values: dict[str, str], refused: ProblemError | None = None
    ) -> Response:
        about = _about(values)
        try:
            with reading(self._instance.engine).connect() as connection:
                subject = find_subject(self._instance, connection, visitor.actor, about)
        except FileClosed as closed:
            to = f"/findings/new?about={about.sort}&id={about.id}&year={about.year or ''}"
            return self._shell.draw(
                request, "inspection_reason.html", 403, person_id=closed.person_id, to=to, refused=None
            )
        return self._shell.draw(
            request,
            "finding_form.html",
            refused.type.status.value if refused else 200,
            about=about,
            subject=subject,
            values=values,
            refused=refused,
            today=self._instance.today(),
        )


@dataclass(frozen=True)
class _Shown:
    """What was typed, and why it was refused."""

    values: dict[str, str]
    refused: ProblemError


def _about(values: dict[str, str]) -> About:
    """What a form is about.

    Raises:
        StepRefused: nothing that a finding can be about.
    """
    sort = _chosen(values, "about", Sort, "请从要检查的那一项打开 open the form from what it is about")
    year = values.get("year", "")
    return About(
        sort,
        values.get("id", ""),
        int(year) if year.isascii() and year.isdecimal() and len(year) < 6 else None,
    )


def _chosen(values: dict[str, str], name: str, among: type[Choice], words: str) -> Choice:
    """What was chosen or pressed.

    Raises:
        StepRefused: nothing, or none of them; says `words`.
    """
    one = next((one for one in among if one == values.get(name)), None)
    if one is None:
        raise StepRefused(words)
    return one


def _day(values: dict[str, str]) -> date:
    """The day by which an answer is due.

    Raises:
        StepRefused: it is none.
    """
    try:
        return date.fromisoformat(values.get("due", ""))
    except ValueError:
        raise StepRefused("请填写答复期限 give the day by which an answer is due") from None
