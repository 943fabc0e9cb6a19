"""The VC-API's two endpoints that the W3C's test suites ask (w3c-ccg VC-API 0.3, /credentials/issue and /credentials/verify)."""

from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from issuer.conformance.errors import CredentialRefused
from issuer.conformance.schemas import ToIssue, ToVerify, Verified, envelope
from issuer.conformance.service import Throwaway, issue, verify
from verifier.web import problems
from verifier.web.problems import ProblemError, ProblemType, documented
from verifier.web.service import Service

LARGEST = 1_000_000
"""Bytes of a body."""
NO_CREDENTIAL = ProblemType("no-credential", HTTPStatus.BAD_REQUEST, "不是凭证", "Not a credential")
NOT_VERIFIED = ProblemType(
    "not-verified", HTTPStatus.BAD_REQUEST, "凭证不成立", "The credential does not verify"
)


def create_app(key: Throwaway, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> FastAPI:
    """Make the service."""
    app = Service(
        title="Xueshi, for conformance tests",
        description="一次性密钥，签什么都不作数。A throw-away key: nothing that it signs means anything.",
    )

    @app.middleware("http")
    async def small(request: Request, call_next: Any) -> Any:
        length = request.headers.get("content-length", "")
        if request.method == "POST" and not (length.isdigit() and int(length) <= LARGEST):
            return ProblemError(
                problems.TOO_LARGE, "内容超过上限或没有写明长度。", "Too large, or no Content-Length."
            ).to_response()
        return await call_next(request)

    @app.post(
        "/credentials/issue",
        status_code=201,
        responses=documented(NO_CREDENTIAL, problems.WRONG_FIELDS, problems.TOO_LARGE),
    )
    def issue_one(body: ToIssue) -> JSONResponse:
        try:
            token = issue(key, body.credential, clock())
        except (CredentialRefused, ValueError) as refused:
            raise _problem(NO_CREDENTIAL, refused) from None
        return JSONResponse({"verifiableCredential": envelope(token)}, 201)

    @app.post(
        "/credentials/verify",
        responses=documented(NOT_VERIFIED, problems.WRONG_FIELDS, problems.TOO_LARGE),
    )
    def verify_one(body: ToVerify) -> Verified:
        try:
            credential, unseen = verify(body.verifiable_credential.token, clock())
        except CredentialRefused as refused:
            raise _problem(NOT_VERIFIED, refused) from None
        return Verified(credential=credential, warnings=unseen)

    return app


def _problem(kind: ProblemType, error: Exception) -> ProblemError:
    return ProblemError(kind, f"{error}。", f"{error}.")
