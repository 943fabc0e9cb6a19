"""The portal put together: every router behind the one gate, every refusal a problem in the visitor's language."""

from pathlib import Path

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

import issuer.access.invitation_pages
import issuer.access.oauth_routes
import issuer.access.office_pages
import issuer.access.office_routes
import issuer.access.oidc_pages
import issuer.access.pages
import issuer.access.routes
import issuer.evidence.routes
import issuer.findings.pages
import issuer.findings.routes
import issuer.governance.pages
import issuer.governance.routes
import issuer.inspection.moved_pages
import issuer.inspection.moved_routes
import issuer.inspection.pages
import issuer.inspection.report_pages
import issuer.inspection.report_routes
import issuer.inspection.routes
import issuer.intake.batch_routes
import issuer.intake.held_pages
import issuer.intake.held_routes
import issuer.intake.pages
import issuer.intake.routes
import issuer.people.routes
import issuer.personnel.newcomer_pages
import issuer.personnel.newcomer_routes
import issuer.personnel.number_pages
import issuer.personnel.pages
import issuer.personnel.proof_pages
import issuer.personnel.proof_routes
import issuer.personnel.routes
import issuer.personnel.series_pages
import issuer.registered.pages
import issuer.registered.routes
import issuer.registration.archive_pages
import issuer.registration.archive_routes
import issuer.registration.desk_pages
import issuer.registration.desk_routes
import issuer.registration.pages
import issuer.registration.proof_pages
import issuer.registration.proof_routes
import issuer.registration.routes
import issuer.rulebook.pages
import issuer.rulebook.routes
import issuer.transfers.case_pages
import issuer.transfers.leaving_routes
import issuer.transfers.pages
import issuer.transfers.paper_pages
import issuer.transfers.paper_routes
import issuer.transfers.proof_routes
import issuer.transfers.routes
import issuer.year.pages
import issuer.year.routes
from issuer.access.local import local
from issuer.errors import IssuerError
from issuer.instance import Instance
from issuer.portal.gate import Gate, Visit
from issuer.portal.problems import MEMBERS, OURS, problem_of
from issuer.portal.shell import TABS, Shell
from issuer.portal.visitors import LANGUAGE, Door
from ledger.errors import EventConflictError
from rules.errors import FactsError, NoPackInForce
from verifier.web import problems
from verifier.web.assets import Assets
from verifier.web.problems import ProblemError
from verifier.web.service import Service

LAW = Path(__file__).resolve().parents[2] / "rules" / "law"
MEASURE = "gs-2023-03-31-"
PAGES = (
    issuer.access.pages.routes,
    issuer.access.oidc_pages.routes,
    issuer.access.invitation_pages.routes,
    issuer.year.pages.routes,
    issuer.personnel.series_pages.routes,
    issuer.personnel.pages.routes,
    issuer.personnel.newcomer_pages.routes,
    issuer.personnel.number_pages.routes,
    issuer.personnel.proof_pages.routes,
    issuer.registration.pages.routes,
    issuer.registration.proof_pages.routes,
    issuer.registration.desk_pages.routes,
    issuer.governance.pages.routes,
    issuer.rulebook.pages.routes,
    issuer.registered.pages.routes,
    issuer.access.office_pages.routes,
    issuer.inspection.pages.routes,
    issuer.inspection.moved_pages.routes,
    issuer.inspection.report_pages.routes,
    issuer.findings.pages.routes,
    issuer.intake.pages.routes,
    issuer.intake.held_pages.routes,
    issuer.registration.archive_pages.routes,
    issuer.transfers.paper_pages.routes,
    issuer.transfers.pages.routes,
    issuer.transfers.case_pages.routes,
)
CALLS = (
    issuer.access.routes.routes,
    issuer.year.routes.routes,
    issuer.personnel.routes.routes,
    issuer.personnel.newcomer_routes.routes,
    issuer.personnel.proof_routes.routes,
    issuer.evidence.routes.routes,
    issuer.transfers.leaving_routes.routes,
    issuer.transfers.paper_routes.routes,
    issuer.transfers.proof_routes.routes,
    issuer.transfers.routes.routes,
    issuer.registration.routes.routes,
    issuer.registration.desk_routes.routes,
    issuer.governance.routes.routes,
    issuer.rulebook.routes.routes,
    issuer.registration.proof_routes.routes,
    issuer.registration.archive_routes.routes,
    issuer.registered.routes.routes,
    issuer.access.office_routes.routes,
    issuer.people.routes.routes,
    issuer.access.oauth_routes.routes,
    issuer.inspection.routes.routes,
    issuer.inspection.moved_routes.routes,
    issuer.inspection.report_routes.routes,
    issuer.findings.routes.routes,
    issuer.intake.routes.routes,
    issuer.intake.batch_routes.routes,
    issuer.intake.held_routes.routes,
)


def make_shell(instance: Instance) -> Shell:
    """Make what draws the pages."""
    return Shell(Assets(), instance.settings.region, demo=instance.settings.demo)


def add_portal(app: Service, instance: Instance, shell: Shell) -> None:
    """Add the portal's pages to the issuer's service."""
    door = Door(instance)
    gate = Gate(door)
    for make in PAGES:
        app.include_router(make(shell, door, gate))
    for calls_of in CALLS:
        app.include_router(calls_of(door, gate))
    app.include_router(_frame(shell, gate))
    app.kinds += OURS
    app.members |= MEMBERS

    async def refuse(
        request: Request, error: IssuerError | FactsError | NoPackInForce | EventConflictError
    ) -> Response:
        return app.respond(request, problem_of(error))

    for kind in (IssuerError, FactsError, NoPackInForce, EventConflictError):
        app.exception_handler(kind)(refuse)


def _frame(shell: Shell, gate: Gate) -> APIRouter:
    """The start, the language, the measure's text, and the files of the pages."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(gate)])
    articles = [
        (path.stem.removeprefix(MEASURE), _body(path)) for path in sorted(LAW.glob(MEASURE + "art-*.md"))
    ]

    @router.get("/")
    def start(_request: Request, visitor: Visit) -> Response:
        if visitor.session is None:
            return RedirectResponse("/sign-in", 303)
        mine = [tab.href for tab in TABS if tab.roles & visitor.roles]
        return RedirectResponse(mine[0] if mine else "/account", 303)

    @router.get("/language/{code}")
    def language(_request: Request, visitor: Visit, code: str, to: str = "/", again: str = "") -> Response:
        answer: Response | None = shell.draw_again(visitor, again, english=code == "en")
        if answer is None:
            answer = RedirectResponse(local(to), 303)
        answer.set_cookie(LANGUAGE, "en" if code == "en" else "zh", max_age=31_536_000, samesite="lax")
        return answer

    @router.get("/measure")
    def measure(request: Request, _visitor: Visit) -> Response:
        return shell.draw(request, "measure.html", articles=articles)

    @router.get("/static/{digest}/{name}")
    def static(request: Request, _visitor: Visit, digest: str, name: str) -> Response:
        response = shell.assets.respond(request, digest, name)
        if response is None:
            raise ProblemError(problems.NOT_FOUND, "没有这个文件。", "There is no such file.")
        return response

    return router


def _body(path: Path) -> str:
    """An article's text, without the header of its file."""
    return path.read_text("utf-8").split("---", 2)[2].strip()
