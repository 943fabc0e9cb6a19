"""Where registration systems get their access tokens. A form in, JSON out, errors as RFC 6749 has them."""

from typing import Literal
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from issuer.access.oauth import TokenAnswer, answer_token
from issuer.portal.calls import Streamed, calls
from issuer.portal.gate import Gate
from issuer.portal.problems import LENGTH, THROTTLED
from issuer.portal.visitors import Door
from verifier.web import problems
from verifier.web.problems import ProblemError, documented

FORM = "application/x-www-form-urlencoded"
LONGEST = 4000
_ASKED = {
    "type": "object",
    "required": ["grant_type"],
    "properties": {
        "grant_type": {"type": "string", "enum": ["client_credentials"]},
        "scope": {"type": "string", "description": "import:对照表编号，空格隔开；不写即全部 import:PROFILE …; all without it"},
        "client_id": {"type": "string"},
        "client_secret": {"type": "string", "description": "或用 HTTP Basic Or by HTTP Basic"},
    },
}  # fmt: skip


class AccessToken(BaseModel):
    """RFC 6749, section 5.1."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int = Field(description="秒 seconds")
    scope: str


class TokenRefused(BaseModel):
    """RFC 6749, section 5.2."""

    error: Literal[
        "invalid_request", "invalid_client", "unauthorized_client", "unsupported_grant_type", "invalid_scope"
    ]
    error_description: str | None = None


def routes(door: Door, gate: Gate) -> APIRouter:
    """Return the token endpoint."""
    router = calls("imports", gate, Streamed)
    refused = {"model": TokenRefused, "description": "RFC 6749, section 5.2"}
    told = documented(LENGTH, problems.TOO_LARGE, problems.BAD_MEDIA_TYPE, THROTTLED, problems.WRONG_FIELDS)

    @router.post(
        "/oauth/token",
        response_model=AccessToken,
        summary="登记系统取得访问令牌 An access token for a registration system (OAuth 2, client credentials)",
        responses={**told, 400: refused, 401: refused},
        openapi_extra={"requestBody": {"required": True, "content": {FORM: {"schema": _ASKED}}}},
    )
    async def token(request: Request) -> Response:
        door.count_try(request)
        form = await _form(request)
        if form is None:
            return _answer(TokenAnswer(400, {"error": "invalid_request"}, {"Cache-Control": "no-store"}))
        authorization = request.headers.get("authorization", "")
        return _answer(await run_in_threadpool(answer_token, door.instance, authorization, form))

    return router


async def _form(request: Request) -> dict[str, str] | None:
    """The form's fields; None where one stands twice, or it is none (RFC 6749, section 3.2).

    Raises:
        ProblemError: no length, too long, or another media type.
    """
    length = request.headers.get("content-length", "")
    if not length.isdecimal():
        raise ProblemError(LENGTH, "请求没有写明长度。", "The request has no Content-Length.")
    if int(length) > LONGEST:
        raise ProblemError(problems.TOO_LARGE, "请求太长。", "The request is too long.")
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise ProblemError(problems.BAD_MEDIA_TYPE, "这里只接受表单。", "Only forms are taken here.")
    try:
        pairs = parse_qsl((await request.body()).decode("ascii"), keep_blank_values=True, max_num_fields=20)
    except ValueError:
        return None
    form = dict(pairs)
    return form if len(form) == len(pairs) else None


def _answer(told: TokenAnswer) -> Response:
    return JSONResponse(dict(told.body), told.status, dict(told.headers))
