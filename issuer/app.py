"""The issuer's web service: the public files, whether the service is well, and the portal behind its gate.

What is served publicly is a list of kinds of files, not a folder (`public_files`).
"""

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from fastapi import FastAPI, Request, Response
from pydantic import BaseModel, Field

from issuer.instance import Instance
from issuer.portal.app import add_portal, make_shell
from issuer.public_files import kind_of
from verifier.web import problems
from verifier.web.problems import ProblemError, documented
from verifier.web.service import Service

DESCRIPTION = """\
签发机关的公开文件：任何人可读，不含个人信息。The issuer's public files: for anybody to read, nothing of a person in them.

Errors are `application/problem+json` (RFC 9457), one `type` for each cause; see the schema `ProblemAnswer`."""

_OPEN = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
"""Verifiers on other sites read these files in the browser."""


@dataclass(frozen=True)
class Health:
    """Whether the issuer can do its work, and one line that says so; never a name or a number of a person."""

    ready: bool
    says: str


class Alive(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    """The issuer can do its work."""

    status: Literal["ready"] = "ready"
    detail: str = Field(examples=["log size 128"])


def create_app(
    public: Path,
    health: Callable[[], Health],
    hosts: Collection[str] | None = None,
    instance: Instance | None = None,
) -> FastAPI:
    """Make the service.

    Args:
        public: folder of the public files; read anew for each request.
        health: asked by /ready.
        hosts: host names that the service answers to; None takes any, for public files behind a web server.
        instance: whose portal is served too; None serves the public files alone.
    """
    shell = None if instance is None else make_shell(instance)
    page = None if shell is None else shell.problem
    app = Service(title="学时签发 Xueshi issuer", description=DESCRIPTION, hosts=hosts, page=page)

    @app.get("/health", summary="存活 Liveness", tags=["state"])
    def alive() -> Alive:
        return Alive()

    @app.get("/ready", summary="就绪 Readiness", tags=["state"], responses=documented(problems.NOT_READY))
    def ready() -> Ready:
        found = health()
        if not found.ready:
            raise ProblemError(problems.NOT_READY, f"{found.says}。", f"{found.says}.")
        return Ready(detail=found.says)

    if instance is not None and shell is not None:
        add_portal(app, instance, shell)

    @app.head("/{path:path}", include_in_schema=False)
    @app.get(
        "/{path:path}",
        summary="公开文件 Public files",
        description="`.well-known/did.json`, `keys/jwks.json`, `ns/xueshi/…`, `status/…`, `rules/…`, `trust-list.jwt`, `ledger.vkey`, "
        "`checkpoint`, `tile/…` (C2SP tlog-tiles), `issuances/<year>/…`.",
        tags=["public files"],
        response_class=Response,
        responses={
            200: {"content": {"application/octet-stream": {}}},
            304: {},
            **documented(problems.NOT_FOUND),
        },
    )
    def public_file(request: Request, path: str) -> Response:
        return _serve(request, public.resolve(), path)

    return app


def _serve(request: Request, public: Path, path: str) -> Response:
    kind = kind_of(path)
    if kind is None:
        raise _missing()
    target = (public / path).resolve()
    try:
        if not target.is_relative_to(public):
            raise _missing()
        data = target.read_bytes()
    except OSError:
        raise _missing() from None
    headers = {**_OPEN, "Cache-Control": kind.keep, "ETag": f'"{hashlib.sha256(data).hexdigest()[:32]}"'}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(data, media_type=kind.media_type, headers=headers)


def _missing() -> ProblemError:
    return ProblemError(
        problems.NOT_FOUND,
        "没有这个公开文件；有哪些，见 /openapi.json。",
        "There is no such public file; /openapi.json says which there are.",
        headers=_OPEN,
    )
