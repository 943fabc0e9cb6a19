"""Signing in and out, one's own account. HTML."""

from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from issuer.access import service
from issuer.access.errors import AccountRefused, SignInRefused, SignInThrottled
from issuer.access.local import local
from issuer.access.tables import account
from issuer.portal.gate import Gate, Visit, form_of
from issuer.portal.problems import problem_of
from issuer.portal.shell import Shell
from issuer.portal.visitors import Door, Visitor
from ledger.store import reading
from verifier.web.problems import ProblemError


def routes(shell: Shell, door: Door, gate: Gate) -> APIRouter:
    """Return the routes of sign-in and of one's own account."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(gate)])
    pages = _Pages(shell, door)
    router.get("/sign-in")(pages.ask)
    router.post("/sign-in")(pages.sign_in)
    router.post("/sign-out")(pages.sign_out)
    router.get("/account")(pages.account)
    router.post("/account/password")(pages.change_password)
    return router


class _Pages:
    def __init__(self, shell: Shell, door: Door) -> None:
        self._shell, self._door, self._instance = shell, door, door.instance

    def ask(self, request: Request, visitor: Visit, to: str = "/", *, left: bool = False) -> Response:
        if visitor.session is not None:
            return RedirectResponse(local(to), 303)
        return self._form(request, local(to), left=left)

    def sign_in(self, request: Request) -> Response:
        form = form_of(request)
        to, login = local(form.text("to")), form.text("login")
        if not same_site(request):
            raise problem_of(SignInRefused())
        self._door.count_try(request)
        try:
            session = service.sign_in(self._instance, login, form.text("password"), form.text("code"))
        except (SignInRefused, SignInThrottled) as error:
            refused = problem_of(error)
            return self._form(request, to, login=login[:60], refused=refused)
        answer = RedirectResponse(to, 303)
        self._door.let_in(answer, session.token or "")
        return answer

    def _form(
        self,
        request: Request,
        to: str,
        *,
        login: str = "",
        refused: ProblemError | None = None,
        left: bool = False,
    ) -> Response:
        """The form, with the way to the provider where one is set, and the way out of it for who has just left."""
        provider = self._door.provider
        context = {
            "to": to,
            "login": login,
            "refused": refused,
            "provider": None if provider is None else f"/sign-in/oidc?to={quote(to)}",
            "leave_provider": provider.end() if provider is not None and left else None,
        }
        status = 200 if refused is None else refused.type.status.value
        return self._shell.draw(request, "sign_in.html", status, **context)

    def sign_out(self, visitor: Visit) -> Response:
        service.sign_out(self._instance, visitor.token)
        by_provider = visitor.session is not None and visitor.session.by_provider
        answer = RedirectResponse("/sign-in?left=true" if by_provider else "/sign-in", 303)
        self._door.let_out(answer)
        answer.headers["Clear-Site-Data"] = '"cache"'
        return answer

    def account(self, request: Request, visitor: Visit) -> Response:
        return self._draw(request, visitor)

    def change_password(self, request: Request, visitor: Visit) -> Response:
        form = form_of(request)
        old, new = form.text("password"), form.text("new_password")
        try:
            service.change_password(self._instance, visitor.actor.account_id, visitor.token, old, new)
        except (SignInRefused, SignInThrottled, AccountRefused) as error:
            return self._draw(request, visitor, 422, refused=problem_of(error))
        return self._draw(request, visitor, done=True)

    def _draw(self, request: Request, visitor: Visitor, status: int = 200, **more: object) -> Response:
        with reading(self._instance.engine).connect() as connection:
            row = connection.execute(account.select().where(account.c.id == visitor.actor.account_id)).one()
        context = {
            "login": row.login,
            "strong": row.totp_sealed is not None,
            "roles": sorted(visitor.roles),
            "refused": None,
            "done": False,
        }
        return self._shell.draw(request, "account.html", status, **(context | more))


def same_site(request: Request) -> bool:
    """Whether the form was sent from our own page: there is no session yet to hold a form's key (login CSRF)."""
    return request.headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}
