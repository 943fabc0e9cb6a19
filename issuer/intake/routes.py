"""Batches by API: a registration system sends a file, asks how far it is, and gets its faults and its receipt."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from issuer.access.clients import Client
from issuer.intake import sendings
from issuer.intake.batches import FaultRow
from issuer.intake.errors import FileRefused, ProfileRefused
from issuer.intake.pages import trial_of
from issuer.intake.receipts import read_receipt
from issuer.intake.receiving import Order, read_digest, receive
from issuer.intake.report import languages
from issuer.intake.schemas import (
    FaultAnswer,
    SendingAnswer,
    SendQuery,
    TrialAnswer,
    fault_answer,
    sending_answer,
    trial_answer,
)
from issuer.intake.scope import sendings_for
from issuer.intake.sendings import Sending
from issuer.intake.tables import import_sending
from issuer.intake.trying import try_file
from issuer.portal.calls import Keyed, Pages, Streamed, calls, says, show
from issuer.portal.forms import read_form
from issuer.portal.gate import Gate, Visit
from issuer.portal.paging import cut
from issuer.portal.problems import BAD_CURSOR, DIGEST, FORBIDDEN, MISSING, NOT_ENDED, REFUSED
from issuer.portal.schemas import Page
from issuer.portal.visitors import Door, Visitor
from ledger.store import reading
from verifier.web import problems
from verifier.web.problems import ProblemError

MEDIA = (
    "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/jsonl",
    "application/octet-stream",
)
"""What a file is, its bytes say; its media type must not promise something else."""
JOSE = "application/jose"
_FILE = {"schema": {"type": "string", "format": "binary"}}
_DIGEST = {
    "name": "Content-Digest",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "pattern": "^sha-256=:[A-Za-z0-9+/]{43}=:$"},
    "description": "文件的 SHA-256（RFC 9530） SHA-256 of the file (RFC 9530)",
}
After = Annotated[int, Query(ge=0, le=2**31 - 1, description="上一页的 next。`next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=1000, description="一页几条 Items a page")]


def routes(door: Door, gate: Gate) -> APIRouter:
    """Return the calls of imports."""
    router = calls("imports", gate, Streamed)
    its, at = _Calls(door), "/imports/{sending_id}"
    router.post(
        "/imports",
        status_code=202,
        response_model=SendingAnswer,
        summary="报送一个文件：试读，或登记 Send a file: to be checked, or to be registered",
        **_sends(),
    )(its.send)
    router.post(
        "/imports/trials",
        response_model=TrialAnswer,
        summary="试读一个文件：会登记什么，什么也不写入 Try a file: what an import would do; nothing is written",
        **_tries(),
    )(its.try_out)
    router.get(
        "/imports",
        response_model=Page[SendingAnswer],
        summary="报送过的文件，最新的在前 Files that were sent, the latest first",
        **says(BAD_CURSOR),
    )(its.all)
    router.get(
        at,
        response_model=SendingAnswer,
        summary="状态、进度、对账 State, progress and totals",
        **says(MISSING),
    )(its.one)
    router.get(
        at + "/faults",
        response_model=Page[FaultAnswer],
        summary="有误的行，写明行和列 Rows that were not taken, with row and column",
        **says(MISSING),
    )(its.faults)
    receipt = says(MISSING, NOT_ENDED)
    receipt["responses"][200] = {"content": {JOSE: {}}, "description": "A compact JWS"}
    router.get(
        at + "/receipt",
        response_class=Response,
        summary="签名回执，写明台账位置 The signed receipt, with the places in the ledger",
        **receipt,
    )(its.receipt)
    return router


def _sends() -> dict[str, Any]:
    told = says(DIGEST, keyed=True)
    told["openapi_extra"]["parameters"].append(_DIGEST)
    told["openapi_extra"]["requestBody"] = {"required": True, "content": dict.fromkeys(MEDIA, _FILE)}
    return told


def _tries() -> dict[str, Any]:
    told = says(changes=True)
    words = {
        "profile": {"type": "string", "description": "对照表编号 Id of a mapping profile"},
        "own": _FILE["schema"] | {"description": "或自己的对照表，YAML Or a profile of one's own"},
    }
    schema = {"type": "object", "required": ["file"], "properties": {"file": _FILE["schema"], **words}}
    body = {"required": True, "content": {"multipart/form-data": {"schema": schema}}}
    return told | {"openapi_extra": {"requestBody": body}}


class _Calls:
    def __init__(self, door: Door) -> None:
        self._instance = door.instance

    async def send(self, request: Request, sent: Keyed, asked: Annotated[SendQuery, Query()]) -> Response:
        client = _client(sent.visitor)
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in MEDIA:
            words = "请以 CSV、XLSX 或 JSON lines 的类型发送。", "Send it as CSV, XLSX or JSON lines."
            raise ProblemError(problems.BAD_MEDIA_TYPE, *words)
        digest = read_digest(request.headers.get("content-digest", ""))
        if digest is None:
            words = (
                "请带上 Content-Digest，即文件的 SHA-256。",
                "Send Content-Digest, the SHA-256 of the file.",
            )
            raise ProblemError(DIGEST, *words)
        order = Order(
            client, sent.key, asked.profile, asked.read(client.within), asked.dry_run, digest, asked.again
        )
        found, again = await receive(self._instance, order, request.stream())
        answer = await run_in_threadpool(show, request, sending_answer(found))
        answer.status_code = 202
        answer.headers["Location"] = f"/api/imports/{found.id}"
        if again:
            answer.headers["Idempotency-Replayed"] = "true"
        return answer

    async def try_out(self, request: Request, visitor: Visit) -> Response:
        form = await read_form(request)
        try:
            trial = trial_of(form)
            report = await run_in_threadpool(try_file, self._instance, visitor.actor, trial)
        except (FileRefused, ProfileRefused) as error:
            raise ProblemError(REFUSED, *languages(str(error))) from error
        return await run_in_threadpool(show, request, trial_answer(report))

    def all(self, request: Request, visitor: Visit, paging: Pages) -> Response:
        with reading(self._instance.engine).connect() as connection:
            found = sendings.list_sendings(connection, paging.one_more(), _seen(connection, visitor))
        shown, more = cut(found, paging.limit, lambda one: (one.received_at, one.id))
        return show(request, Page[SendingAnswer](items=tuple(map(sending_answer, shown)), next=more))

    def one(self, request: Request, visitor: Visit, sending_id: UUID) -> Response:
        return show(request, sending_answer(self._find(visitor, sending_id)))

    def faults(
        self, request: Request, visitor: Visit, sending_id: UUID, after: After = 0, limit: Limit = 100
    ) -> Response:
        sending = self._find(visitor, sending_id)
        with reading(self._instance.engine).connect() as connection:
            found = sendings.faults_of(connection, sending, after, limit + 1)
        return show(request, fault_page(found, limit))

    def receipt(self, visitor: Visit, sending_id: UUID) -> Response:
        sending = self._find(visitor, sending_id)
        if sending.batch_id is None or not sending.has_receipt:
            raise ProblemError(NOT_ENDED, "还没有回执。", "There is no receipt yet.")
        with reading(self._instance.engine).connect() as connection:
            token = read_receipt(connection, sending.batch_id)
        return Response(token, media_type=JOSE, headers={"ETag": f'"{sending.batch_id}"'})

    def _find(self, visitor: Visitor, one: UUID) -> Sending:
        with reading(self._instance.engine).connect() as connection:
            return sendings.read_sending(connection, one, _seen(connection, visitor))


def fault_page(found: Sequence[FaultRow], limit: int) -> Page[FaultAnswer]:
    """Tell of at most `limit` faults; one more than that says that there is a next page."""
    shown = tuple(fault_answer(*one) for one in found[:limit])
    return Page[FaultAnswer](items=shown, next=str(shown[-1].row) if len(found) > limit else None)


def _seen(connection: sa.Connection, visitor: Visitor) -> sa.ColumnElement[bool]:
    """A client sees its own alone; administrators and inspectors as `scope` says."""
    if visitor.client is not None:
        return import_sending.c.client_id == visitor.client.id
    return sendings_for(connection, visitor.actor)


def _client(visitor: Visitor) -> Client:
    """The client. Only a client comes here; this is for the type."""
    if visitor.client is None:
        raise ProblemError(FORBIDDEN, "只有登记系统报送。", "Registration systems send, nobody else.")
    return visitor.client
