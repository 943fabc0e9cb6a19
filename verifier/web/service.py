"""The frame of both HTTP services: guarded, every error a problem, no documentation page from other sites."""

from collections.abc import Callable, Collection
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from verifier.web import problems
from verifier.web.guard import Guard, ProblemAnswerer
from verifier.web.problems import ProblemError

_OF_STATUS = {kind.status.value: kind for kind in (problems.NOT_FOUND, problems.BAD_METHOD)}

API_VERSION = "0"
"""Of the interfaces of issuer and verifier, which may still change; the formats have versions of their own."""


class Service(FastAPI):
    """A FastAPI application as both services start from."""

    def __init__(
        self,
        *,
        title: str,
        description: str,
        hosts: Collection[str] | None = None,
        page: ProblemAnswerer | None = None,
        lifespan: Callable[[Any], Any] | None = None,
    ) -> None:
        """Make the application. `hosts` as in Guard; with `page`, which draws one, browsers get problems as pages."""
        super().__init__(
            title=title,
            description=description,
            version=API_VERSION,
            docs_url=None,
            redoc_url=None,
            lifespan=lifespan,
            redirect_slashes=False,
        )
        self._page = page
        self.kinds = problems.ALL
        """Every kind of problem that this application tells; its routers may add their own."""
        self.members: dict[str, dict[str, Any]] = {}
        """What its problems say beside the members that all have: JSON schemas by name."""
        self.add_middleware(Guard, hosts=hosts, answer=self.respond)
        self.exception_handler(ProblemError)(self._answer)
        self.exception_handler(HTTPException)(self._answer_http)
        self.exception_handler(RequestValidationError)(self._answer_fields)

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document, with the problems that any operation may answer."""
        if self.openapi_schema is None:
            document = super().openapi()
            components = document.setdefault("components", {})
            schemas = components.setdefault("schemas", {})
            schemas["ProblemAnswer"] = problems.ProblemAnswer.model_json_schema()
            properties = schemas["ProblemAnswer"]["properties"]
            properties["type"]["enum"] = [kind.uri for kind in self.kinds]
            properties |= self.members
            # FastAPI describes its own answer to wrong parameters; ours is a problem (_answer_fields).
            if schemas.pop("HTTPValidationError", None):
                del schemas["ValidationError"]
            everywhere = problems.documented(*problems.EVERYWHERE)
            fields = problems.documented(problems.WRONG_FIELDS)[422]
            for operation in (each for path in document["paths"].values() for each in path.values()):
                responses = operation["responses"]
                if "HTTPValidationError" in str(responses.get("422")):
                    responses["422"] = fields
                for status, described in everywhere.items():
                    responses.setdefault(str(status), described)
            unknown = problems.documented(problems.NOT_FOUND, problems.BAD_METHOD)
            components["responses"] = {"NotFound": unknown[404], "MethodNotAllowed": unknown[405]}
        return self.openapi_schema or {}

    def respond(self, request: Request, problem: ProblemError) -> Response:
        """Answer a problem: as a page to a browser that can have one, else as JSON."""
        if self._page is not None and "text/html" in request.headers.get("accept", ""):
            return self._page(request, problem)
        return problem.to_response()

    async def _answer(self, request: Request, error: ProblemError) -> Response:
        return self.respond(request, error)

    async def _answer_http(self, request: Request, error: HTTPException) -> Response:
        kind = _OF_STATUS.get(error.status_code, problems.BAD_BODY)
        problem = ProblemError(
            kind,
            "请检查网址和请求的方法；接口说明在 /openapi.json。",
            "Check the address and the method; /openapi.json describes both.",
            headers=error.headers or {},
        )
        return self.respond(request, problem)

    async def _answer_fields(self, request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        pointer = "/" + "/".join(map(str, first["loc"]))
        problem = ProblemError(
            problems.WRONG_FIELDS,
            f"{pointer} 不对。",
            f"{pointer}: {first['type']}.",
            {"pointer": pointer},
        )
        return self.respond(request, problem)
