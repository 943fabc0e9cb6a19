"""What is held beside declarations, side by side, and deciding on it. HTML."""

from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from issuer.access.accounts import actor_of
from issuer.errors import IssuerError
from issuer.instance import Instance, writing
from issuer.intake.holding import Decision, decide, list_held
from issuer.portal.gate import Gate, Visit, form_of
from issuer.portal.paging import FIRST, SHOWN, Page, cut
from issuer.portal.problems import problem_of
from issuer.portal.shell import Shell
from issuer.portal.visitors import Door, Visitor
from ledger.store import reading
from rules.words import CATEGORIES
from verifier.web.problems import ProblemError


def routes(shell: Shell, door: Door, gate: Gate) -> APIRouter:
    """Return the routes of held imports."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(gate)])
    pages = _Pages(shell, door.instance)
    router.get("/held")(pages.all)
    router.post("/held/{held_id}")(pages.decide)
    return router


class _Pages:
    def __init__(self, shell: Shell, instance: Instance) -> None:
        self._shell, self._instance = shell, instance

    def all(self, request: Request, visitor: Visit, paging: Page) -> Response:
        return self._draw(request, visitor, paging)

    def decide(self, request: Request, visitor: Visit, held_id: UUID) -> Response:
        form = form_of(request)
        decision = Decision(
            "imported" if form.text("take") == "imported" else "declared",
            form.text("seen"),
            form.text("words"),
        )
        try:
            # A crash before this commit leaves both as they were.
            with writing(self._instance) as work:
                decide(work, actor_of(work, visitor.actor.account_id), held_id, decision)
        except IssuerError as error:
            return self._draw(request, visitor, FIRST, problem_of(error), {held_id: decision.words})
        return RedirectResponse("/held", 303)

    def _draw(
        self,
        request: Request,
        visitor: Visitor,
        paging: Page,
        refused: ProblemError | None = None,
        words: Mapping[UUID, str] | None = None,
    ) -> Response:
        with reading(self._instance.engine).connect() as connection:
            found = list_held(
                connection, self._instance.rulebook.now(connection).library, visitor.actor, paging
            )
        shown, more = cut(found, SHOWN, lambda one: (one.at, one.id))
        return self._shell.draw(
            request,
            "held.html",
            refused.type.status.value if refused else 200,
            held=shown,
            more=more,
            refused=refused,
            words=words or {},
            categories=CATEGORIES,
        )
