"""The verifier's web service: pages for people, POST /verifications for programs.

    uvicorn --factory verifier.api:app_from_environment

Importing this opens nothing. The service keeps nothing: uploads stay in memory, verification runs in worker processes
that write nowhere, and the log has no name, token, file name or query string.
"""

import contextlib
import logging
import os
from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse

from verifier.config import PREFIX, Settings, prepare_state, read_settings
from verifier.web import mirror, openapi, problems
from verifier.web.answers import Alive, Ready, ReportAnswer
from verifier.web.assets import Assets
from verifier.web.checking import Checker
from verifier.web.drawing import Pages
from verifier.web.intake import JSON, MULTIPART, media_type, read_json, read_multipart, unsupported
from verifier.web.pages import routes
from verifier.web.problems import ProblemAnswer, ProblemError, documented
from verifier.web.rates import Rates
from verifier.web.service import Service
from verifier.web.streaming import EVENTS, answer_one, stream
from verifier.web.workers import Workers

DESCRIPTION = """\
核验继续教育证明：不需要登录，不保存任何内容。Verifies continuing-education certificates: no sign-in, nothing is kept.

Errors are `application/problem+json` (RFC 9457), one `type` for each cause; see the schema `Problem`."""


def create_app(settings: Settings, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> FastAPI:
    """Make the service. `clock` gives aware UTC moments; workers start with the first verification.

    Raises:
        SettingsError: the folder of what was seen cannot be used.
    """
    prepare_state(settings)
    workers = Workers(settings)
    checker = Checker(settings, clock, workers)
    assets = Assets()
    pages = Pages(assets, demo=settings.demo)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        yield
        await workers.close()

    def draw_problem(request: Request, problem: ProblemError) -> Response:
        return pages.draw(request, "problem.html", problem.type.status.value, problem=problem)

    app = Service(
        title="学时核验 Xueshi verifier",
        description=DESCRIPTION,
        hosts=settings.hosts,
        page=draw_problem,
        lifespan=lifespan,
    )
    _add_state(app, checker)
    _add_verifications(app, checker)
    app.include_router(routes(pages, assets, checker))
    app.include_router(mirror.routes(assets, checker))
    return app


def app_from_environment() -> FastAPI:
    """Make the service from XUESHI_VERIFIER_* and, where XUESHI_VERIFIER_FILE names one, a TOML file.

    Raises:
        SettingsError: a setting is missing or wrong; the message names it.
    """
    file = os.environ.get(f"{PREFIX}FILE")
    # uvicorn's own access log has query strings and addresses; verifier.web.guard's has neither and takes its place.
    logging.getLogger("uvicorn.access").disabled = True
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    return create_app(read_settings(Path(file) if file else None))


def server_config(app: FastAPI, host: str, port: int) -> uvicorn.Config:
    """Return how uvicorn should run one of our services: our access log alone, no trust in a proxy's headers.

    Logging is left as the caller set it up.
    """
    return uvicorn.Config(
        app, host, port, access_log=False, proxy_headers=False, server_header=False, log_config=None
    )


def _add_state(app: FastAPI, checker: Checker) -> None:
    @app.get("/health", summary="存活 Liveness", tags=["state"])
    async def health() -> Alive:
        return Alive()

    @app.get(
        "/ready",
        summary="信任名单可用，及其时间 The trust list opens, and its age",
        tags=["state"],
        responses=documented(problems.TRUST_UNUSABLE),
    )
    async def ready() -> Ready:
        ground = checker.opened().ground
        trust, source = ground.trust, ground.source
        return Ready(
            number=trust.number,
            issued=trust.issued,
            expires=trust.expires,
            age_seconds=max(0, int((ground.now - trust.issued).total_seconds())),
            current=trust.current(ground.now),
            as_of=source.as_of if source else None,
        )


def _add_verifications(app: FastAPI, checker: Checker) -> None:
    rates = Rates(checker.settings.per_minute, checker.settings.client_header)

    @app.post(
        "/verifications",
        summary="核验 Verify",
        tags=["verification"],
        response_model=ReportAnswer | list[ReportAnswer | ProblemAnswer],
        response_description=(
            "JSON 请求：一份报告。multipart 请求：列表，按文件次序，每项是一份报告或一个问题，互不影响。"
            "For JSON one report; for multipart a list in the order of the files, each a report or a problem."
        ),
        responses={
            200: {"content": {JSON: {"examples": openapi.ANSWERS}, EVENTS: openapi.EVENT_STREAM}},
            **documented(*openapi.VERIFICATION_PROBLEMS),
        },
        openapi_extra={"requestBody": openapi.REQUEST_BODY},
    )
    async def verifications(request: Request) -> Response | ReportAnswer | list[ReportAnswer | ProblemAnswer]:
        kind = media_type(request)
        if kind == JSON:
            upload = await read_json(request, checker.settings)
            rates.take(request, 1)
            return (await checker.check(upload)).report
        if kind != MULTIPART:
            raise unsupported(MULTIPART, JSON)
        uploads = await read_multipart(request, checker.settings)
        rates.take(request, len(uploads))
        if EVENTS in request.headers.get("accept", ""):
            return StreamingResponse(stream(checker, uploads), media_type=EVENTS)
        return [await answer_one(checker, upload) for upload in uploads]
