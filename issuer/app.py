"""The issuer's web service: the public files, whether the service is well, and the portal behind its gate.

What is served publicly is a list of kinds of files, not a folder: a file that is none of them is not there, whatever
lies in the folder. Nothing of a person is public.
"""

import hashlib
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from fastapi import FastAPI, Request, Response
from pydantic import BaseModel, Field

from issuer.instance import Instance
from issuer.portal.app import add_portal, make_shell
from ledger.errors import TileFormatError
from ledger.tiles import WIDTH, parse_path
from verifier.web import problems
from verifier.web.problems import ProblemError, documented
from verifier.web.service import Service

DESCRIPTION = """\
签发机关的公开文件：任何人可读，不含个人信息。The issuer's public files: for anybody to read, nothing of a person in them.

Errors are `application/problem+json` (RFC 9457), one `type` for each cause; see the schema `ProblemAnswer`."""

_TEXT, _BYTES, _JWT = "text/plain; charset=utf-8", "application/octet-stream", "application/jwt"
_KINDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\.well-known/did\.json"), "application/did+json"),
    (re.compile(r"keys/jwks\.json"), "application/jwk-set+json"),
    (re.compile(r"status/[rs][1-9][0-9]{0,5}"), "application/vc+jwt"),
    (re.compile(r"status/details[1-9][0-9]{0,5}"), _JWT),
    (re.compile(r"trust-list\.jwt"), _JWT),
    (re.compile(r"ns/xueshi/v1"), "application/ld+json"),
    (re.compile(r"ns/xueshi/v1\.schema\.json"), "application/schema+json"),
    (re.compile(r"checkpoint"), _TEXT),
    (re.compile(r"ledger\.vkey"), _TEXT),
    (re.compile(r"issuances/[0-9]{4}/head"), _TEXT),
)
"""Every kind of file served, beside the log's tiles, with its media type."""
_ISSUANCES = re.compile(r"issuances/[0-9]{4}/(0|[1-9][0-9]{0,15})")
"""A year's list of issuances, named after their number: it never changes."""
_FRESH = "public, max-age=60"
"""Status lists, keys and the checkpoint change: a revocation must be seen within a minute."""
_FOR_EVER = "public, max-age=31536000, immutable"
"""A full tile never changes (C2SP tlog-tiles)."""
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
        description="`.well-known/did.json`, `keys/jwks.json`, `ns/xueshi/…`, `status/…`, `trust-list.jwt`, `ledger.vkey`, "
        "`checkpoint`, `tile/…` (C2SP tlog-tiles), `issuances/<year>/…`.",
        tags=["public files"],
        response_class=Response,
        responses={200: {"content": {_BYTES: {}}}, 304: {}, **documented(problems.NOT_FOUND)},
    )
    def public_file(request: Request, path: str) -> Response:
        return _serve(request, public.resolve(), path)

    return app


def _serve(request: Request, public: Path, path: str) -> Response:
    kind, keep = _kind(path)
    target = (public / path).resolve()
    try:
        if not target.is_relative_to(public):
            raise _missing()
        data = target.read_bytes()
    except OSError:
        raise _missing() from None
    headers = {**_OPEN, "Cache-Control": keep, "ETag": f'"{hashlib.sha256(data).hexdigest()[:32]}"'}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(data, media_type=kind, headers=headers)


def _kind(path: str) -> tuple[str, str]:
    """Return media type and cache rule of a public path.

    Raises:
        ProblemError: not the path of a public file, in its one spelling.
    """
    if path.startswith("tile/"):
        try:
            _, _, width = parse_path(path)
        except TileFormatError:
            raise _missing() from None
        return _BYTES, _FOR_EVER if width == WIDTH else _FRESH
    if _ISSUANCES.fullmatch(path):
        return _BYTES, _FOR_EVER
    for pattern, kind in _KINDS:
        if pattern.fullmatch(path):
            return kind, _FRESH
    raise _missing()


def _missing() -> ProblemError:
    return ProblemError(
        problems.NOT_FOUND,
        "没有这个公开文件；有哪些，见 /openapi.json。",
        "There is no such public file; /openapi.json says which there are.",
        headers=_OPEN,
    )
