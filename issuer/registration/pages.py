"""Declaring, and following one's own declarations. HTML."""

from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from issuer.evidence.errors import EvidenceRefused
from issuer.instance import Instance
from issuer.portal.gate import Gate, Visit, form_of
from issuer.portal.problems import problem_of
from issuer.portal.shell import Shell
from issuer.portal.visitors import Door, Visitor, person_of
from issuer.registration import conduct
from issuer.registration.declarations import Draft, Taken
from issuer.registration.errors import StepRefused
from issuer.registration.filling import KINDS, WORKS, Filled, fill, values_of
from issuer.registration.own import hold_to_word, read_own
from issuer.registration.procedure import REASONS, Step
from issuer.registration.proof_pages import Tray, read_tray
from issuer.registration.turns import turn_of
from rules.errors import FactsError
from rules.words import CATEGORIES
from verifier.web.problems import ProblemError


def routes(shell: Shell, door: Door, gate: Gate) -> APIRouter:
    """Return the routes of declaring."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(gate)])
    pages = _Pages(shell, door.instance)
    router.get("/declare")(pages.choose)
    router.post("/declare")(pages.declare)
    router.get("/declarations/{declaration_id}")(pages.follow)
    router.post("/declarations/{declaration_id}")(pages.change)
    router.post("/declarations/{declaration_id}/withdraw")(pages.withdraw)
    return router


class _Pages:
    def __init__(self, shell: Shell, instance: Instance) -> None:
        self._shell, self._instance = shell, instance

    def choose(self, request: Request, kind: str = "") -> Response:
        if kind in KINDS:
            return self._draw_form(request, kind, {}, None)
        return self._shell.draw(request, "kinds.html", kinds=KINDS.values())

    def declare(self, request: Request, visitor: Visit) -> Response:
        values = form_of(request).firsts()
        kind = values.get("category", "")
        if kind not in KINDS:
            return RedirectResponse("/declare", 303)
        filled = fill(kind, values, self._instance.today())
        tray = read_tray(self._instance, visitor, form_of(request))
        if filled.problems or tray.refused:
            return self._draw_form(request, kind, values, filled, tray=tray)
        try:
            new = Draft(values["title"], filled.activity)
            made = conduct.draft(self._instance, person_of(visitor), new, tray.proofs)
        except (FactsError, StepRefused, EvidenceRefused) as error:
            return self._draw_form(request, kind, values, None, refused=problem_of(error), tray=tray)
        return RedirectResponse(f"/declarations/{made}", 303)

    def follow(
        self, request: Request, visitor: Visit, declaration_id: UUID, do: Literal["", "edit"] = ""
    ) -> Response:
        if do != "edit":
            return self._draw_one(request, visitor, declaration_id)
        found = read_own(self._instance, person_of(visitor), declaration_id)
        return self._draw_form(request, found.category, values_of(found.title, found.facts), None, one=found)

    def change(self, request: Request, visitor: Visit, declaration_id: UUID) -> Response:
        values = form_of(request).firsts()
        if values.get("do") == "revise" and values.get("category") in KINDS:
            return self._revise(request, visitor, declaration_id, values)
        try:
            found = read_own(self._instance, person_of(visitor), declaration_id)
            hold_to_word(found, true=values.get("true") == "yes", another=values.get("twin") == "other")
            taken = Taken(Step.SUBMIT, turn_of(values), None, values.get("words", ""))
            conduct.take(self._instance, visitor.actor, declaration_id, taken)
        except StepRefused as error:
            return self._draw_one(request, visitor, declaration_id, problem_of(error))
        return RedirectResponse(f"/declarations/{declaration_id}", 303)

    def withdraw(self, request: Request, visitor: Visit, declaration_id: UUID) -> Response:
        taken = Taken(Step.WITHDRAW, turn_of(form_of(request).firsts()))
        conduct.take(self._instance, visitor.actor, declaration_id, taken)
        return RedirectResponse(f"/declarations/{declaration_id}", 303)

    def _revise(self, request: Request, visitor: Visitor, one: UUID, values: dict[str, str]) -> Response:
        kind = values["category"]
        filled = fill(kind, values, self._instance.today())
        own = read_own(self._instance, person_of(visitor), one)
        if filled.problems:
            return self._draw_form(request, kind, values, filled, one=own)
        try:
            new = Draft(values["title"], filled.activity)
            conduct.revise(self._instance, visitor.actor, one, turn_of(values), new)
        except (FactsError, StepRefused) as error:
            return self._draw_form(request, kind, values, None, refused=problem_of(error), one=own)
        return RedirectResponse(f"/declarations/{one}", 303)

    def _draw_form(
        self, request: Request, kind: str, values: dict[str, str], filled: Filled | None, **more: Any
    ) -> Response:
        context = {
            "kind": KINDS[kind],
            "values": values,
            "works": WORKS,
            "problems": filled.problems if filled else {},
            "today": self._instance.today(),
            "one": None,
            "refused": None,
            "tray": Tray((), ()),
        }
        bad = filled is not None or more.get("refused") is not None
        return self._shell.draw(request, "declare.html", 422 if bad else 200, **(context | more))

    def _draw_one(
        self, request: Request, visitor: Visitor, one: UUID, refused: ProblemError | None = None
    ) -> Response:
        status = refused.type.status.value if refused else 200
        return self._shell.draw(
            request,
            "declaration.html",
            status,
            one=read_own(self._instance, person_of(visitor), one),
            refused=refused,
            reasons=REASONS,
            categories=CATEGORIES,
            form=getattr(request.state, "form", None),
        )
