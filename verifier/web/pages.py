"""The pages: put a certificate in, read the answer, see whom this service trusts."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from verifier.config import Settings
from verifier.ground import Ground
from verifier.web import problems
from verifier.web.assets import Assets
from verifier.web.checking import Checker
from verifier.web.drawing import Pages
from verifier.web.intake import (
    FORM,
    MULTIPART,
    Upload,
    media_type,
    read_form_text,
    read_multipart,
    unsupported,
)
from verifier.web.problems import ProblemError
from verifier.web.rates import Rates

_READ = ("GET", "HEAD")


def routes(pages: Pages, assets: Assets, checker: Checker) -> APIRouter:
    """Return the routes of all pages."""
    settings = checker.settings
    rates = Rates(settings.per_minute, settings.client_header)
    router = APIRouter(include_in_schema=False)

    def draw_home(request: Request, *, empty: bool = False) -> Response:
        status = 422 if empty else 200
        limit = settings.max_upload // 1_000_000
        return pages.draw(request, "home.html", status, empty=empty, ground=_ground(checker), limit=limit)

    @router.api_route("/", methods=list(_READ))
    async def home(request: Request) -> Response:
        return draw_home(request)

    @router.post("/verify")
    async def verify(request: Request) -> Response:
        upload = await _read(request, settings)
        if upload is None:
            return draw_home(request, empty=True)
        rates.take(request, 1)
        verified = await checker.check(upload)
        return pages.draw(request, "result.html", verified=verified, report=verified.report)

    @router.get("/verify")
    async def verify_again(request: Request) -> Response:
        english = "?lang=en" if request.query_params.get("lang") == "en" else ""
        return RedirectResponse(f"/{english}", 303)

    @router.api_route("/v", methods=list(_READ))
    async def scanned(request: Request) -> Response:
        return pages.draw(request, "scanned.html")

    @router.api_route("/trust", methods=list(_READ))
    async def trust(request: Request) -> Response:
        ground = checker.opened().ground
        return pages.draw(request, "trust.html", ground=ground)

    @router.api_route("/static/{digest}/{name}", methods=list(_READ))
    async def static(request: Request, digest: str, name: str) -> Response:
        response = assets.respond(request, digest, name)
        if response is None:
            raise ProblemError(problems.NOT_FOUND, "没有这个文件。", "There is no such file.")
        return response

    return router


async def _read(request: Request, settings: Settings) -> Upload | None:
    """Read what the form brings: one file, or pasted text; None when both are empty."""
    kind = media_type(request)
    if kind == FORM:
        return await read_form_text(request, settings)
    if kind != MULTIPART:
        raise unsupported(MULTIPART, FORM)
    try:
        uploads = await read_multipart(request, settings)
    except ProblemError as problem:
        if problem.type is problems.NOTHING_GIVEN:
            return None
        raise
    if len(uploads) > 1:
        raise ProblemError(
            problems.TOO_MANY,
            "这一页一次核验一份。多份请用命令行 xueshi verify，或接口 POST /verifications。",
            "This page verifies one at a time. For more use the command line, xueshi verify, or POST /verifications.",
        )
    return uploads[0]


def _ground(checker: Checker) -> Ground | None:
    try:
        return checker.opened().ground
    except ProblemError:
        return None
