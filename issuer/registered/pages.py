"""What was registered, and reversing it. HTML. A reversal for false evidence leads on to revoking the certificate."""

from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from issuer.instance import Instance
from issuer.portal.gate import Gate, Visit, form_of
from issuer.portal.paging import SHOWN, Page, cut
from issuer.portal.problems import problem_of
from issuer.portal.shell import Shell
from issuer.portal.visitors import Door, Visitor
from issuer.registered.service import list_registered, read_registered_one
from issuer.registration import conduct
from issuer.registration.declarations import Taken
from issuer.registration.errors import StepRefused
from issuer.registration.procedure import FALSE, REASONS, Step
from issuer.registration.turns import turn_of
from rules.words import CATEGORIES
from verifier.web.problems import ProblemError


def routes(shell: Shell, door: Door, gate: Gate) -> APIRouter:
    """Return the routes of what was registered."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(gate)])
    pages = _Pages(shell, door.instance)
    router.get("/registered")(pages.all)
    router.get("/registered/{declaration_id}")(pages.one)
    router.post("/registered/{declaration_id}")(pages.reverse)
    return router


class _Pages:
    def __init__(self, shell: Shell, instance: Instance) -> None:
        self._shell, self._instance = shell, instance

    def all(self, request: Request, visitor: Visit, paging: Page) -> Response:
        found = list_registered(self._instance, visitor.actor, paging)
        shown, more = cut(found, SHOWN, lambda one: (one.changed_at, one.id))
        return self._shell.draw(request, "registered.html", listed=shown, more=more, categories=CATEGORIES)

    def one(self, request: Request, visitor: Visit, declaration_id: UUID) -> Response:
        return self._draw(request, visitor, declaration_id)

    def reverse(self, request: Request, visitor: Visit, declaration_id: UUID) -> Response:
        values = form_of(request).firsts()
        reason = values.get("reason") or None
        taken = Taken(Step.REVERSE, turn_of(values), reason, values.get("words", ""))
        try:
            conduct.take(self._instance, visitor.actor, declaration_id, taken)
        except StepRefused as error:
            return self._draw(request, visitor, declaration_id, values, problem_of(error))
        standing = read_registered_one(self._instance, visitor.actor, declaration_id).serials
        if reason == FALSE and standing:
            return RedirectResponse(f"/entries/revocation?declaration={declaration_id}", 303)
        return RedirectResponse(f"/registered/{declaration_id}", 303)

    def _draw(
        self,
        request: Request,
        visitor: Visitor,
        one: UUID,
        values: dict[str, str] | None = None,
        refused: ProblemError | None = None,
    ) -> Response:
        found = read_registered_one(self._instance, visitor.actor, one)
        return self._shell.draw(
            request,
            "registered_one.html",
            refused.type.status.value if refused else 200,
            one=found,
            values=values or {},
            refused=refused,
            reasons=REASONS,
            false=FALSE,
            categories=CATEGORIES,
        )
