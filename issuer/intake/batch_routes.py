"""Batches of any way in, by API or from the server's terminal, for administrators and inspectors. JSON."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from issuer.database import Paging
from issuer.intake.batches import faults_after
from issuer.intake.overview import Line, list_batches
from issuer.intake.receipts import read_receipt
from issuer.intake.routes import JOSE, After, Limit, fault_page
from issuer.intake.schemas import BatchAnswer, FaultAnswer, batch_answer
from issuer.intake.scope import batches_for, hold_batch
from issuer.intake.tables import import_batch
from issuer.portal.calls import Pages, calls, says, show
from issuer.portal.gate import Gate, Visit
from issuer.portal.paging import cut
from issuer.portal.problems import BAD_CURSOR, MISSING, NOT_ENDED
from issuer.portal.schemas import Page
from issuer.portal.visitors import Door, Visitor
from ledger.store import reading
from verifier.web.problems import ProblemError


def routes(door: Door, gate: Gate) -> APIRouter:
    """Return the calls of batches."""
    router = calls("batches", gate)
    its, at = _Calls(door), "/batches/{batch_id}"
    router.get(
        "/batches",
        response_model=Page[BatchAnswer],
        summary="导入的批次，最新的在前 Batches that were imported, the latest first",
        **says(BAD_CURSOR),
    )(its.all)
    router.get(at, response_model=BatchAnswer, summary="一个批次 A batch", **says(MISSING))(its.one)
    router.get(
        at + "/faults",
        response_model=Page[FaultAnswer],
        summary="有误的行，写明行和列 Rows that were not taken, with row and column",
        **says(MISSING),
    )(its.faults)
    receipt: dict[str, Any] = says(MISSING, NOT_ENDED)
    receipt["responses"][200] = {"content": {JOSE: {}}, "description": "A compact JWS"}
    router.get(
        at + "/receipt",
        response_class=Response,
        summary="签名回执，写明台账位置 The signed receipt, with the places in the ledger",
        **receipt,
    )(its.receipt)
    return router


class _Calls:
    def __init__(self, door: Door) -> None:
        self._instance = door.instance

    def all(self, request: Request, visitor: Visit, paging: Pages) -> Response:
        with reading(self._instance.engine).connect() as connection:
            seen = batches_for(connection, visitor.actor)
            found = list_batches(connection, paging.one_more(), seen)
        shown, more = cut(found, paging.limit, lambda one: (one.started_at, one.id))
        return show(request, Page[BatchAnswer](items=tuple(map(batch_answer, shown)), next=more))

    def one(self, request: Request, visitor: Visit, batch_id: UUID) -> Response:
        return show(request, batch_answer(self._find(visitor, batch_id)))

    def faults(
        self, request: Request, visitor: Visit, batch_id: UUID, after: After = 0, limit: Limit = 100
    ) -> Response:
        one = self._find(visitor, batch_id)
        with reading(self._instance.engine).connect() as connection:
            found = faults_after(connection, one.id, after, limit + 1)
        return show(request, fault_page(found, limit))

    def receipt(self, visitor: Visit, batch_id: UUID) -> Response:
        one = self._find(visitor, batch_id)
        if not one.has_receipt:
            raise ProblemError(NOT_ENDED, "还没有回执。", "There is no receipt yet.")
        with reading(self._instance.engine).connect() as connection:
            token = read_receipt(connection, one.id)
        return Response(token, media_type=JOSE, headers={"ETag": f'"{one.id}"'})

    def _find(self, visitor: Visitor, one: UUID) -> Line:
        with reading(self._instance.engine).connect() as connection:
            hold_batch(connection, visitor.actor, one)
            return list_batches(connection, Paging(limit=1), import_batch.c.id == one)[0]
