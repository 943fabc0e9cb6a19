"""Papers of another province: how it counts, what they become, sending them. JSON."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response

from issuer.access.roles import Actor
from issuer.errors import NotFound
from issuer.evidence.schemas import proofs_of
from issuer.instance import Transaction
from issuer.portal.calls import Keyed, Matched, act, act_once, calls, says, show, turn_seen
from issuer.portal.gate import Gate, Visit
from issuer.portal.problems import MISSING, PROOF_REFUSED, REFUSED
from issuer.portal.service import Answer
from issuer.portal.visitors import Door, person_of
from issuer.transfers.bringing import origins_of
from issuer.transfers.copying import Copied, copy, copy_again
from issuer.transfers.filling import regions
from issuer.transfers.paper import map_paper
from issuer.transfers.paper_schemas import (
    MappingAnswer,
    OriginAnswer,
    OriginsAnswer,
    PaperAsked,
    PaperSent,
    mapping_answer,
    origin_answer,
    province_answer,
)
from issuer.transfers.routes import standing
from issuer.transfers.schemas import TransferStanding

Region = Annotated[str, Path(pattern="^[0-9]{6}$", examples=["440000"])]
Year = Annotated[int | None, Query(ge=2000, le=2100, description="默认今年 By default this year")]


def routes(door: Door, gate: Gate) -> APIRouter:
    """Return the calls of papers."""
    router = calls("transfers", gate)
    its = _Calls(door)
    router.get("/origins", response_model=OriginsAnswer, summary="各省 The provinces", **says())(
        its.provinces
    )
    router.get(
        "/origins/{region}",
        response_model=OriginAnswer,
        summary="流出地在某年怎样计学时：单位、类别、对应 How an origin counts in a year",
        **says(MISSING, REFUSED),
    )(its.origin)
    router.post(
        "/papers/mapping",
        response_model=MappingAnswer,
        summary="看怎样对应，什么也不保存 What a paper becomes here; nothing is kept",
        **says(changes=True),
    )(its.map)
    router.post(
        "/papers",
        status_code=201,
        response_model=TransferStanding,
        summary="照证明转入，等单位审核 Bring what was copied from papers; the employer reviews it",
        **says(MISSING, PROOF_REFUSED, keyed=True),
    )(its.bring)
    router.put(
        "/transfers/{transfer_id}/paper",
        response_model=TransferStanding,
        summary="补正退回的，再提交 Fill a returned one in anew, and send it again",
        **says(PROOF_REFUSED, matched=True),
    )(its.send_again)
    return router


class _Calls:
    def __init__(self, door: Door) -> None:
        self._instance = door.instance

    def provinces(self, request: Request, _visitor: Visit) -> Response:
        return show(request, OriginsAnswer(items=tuple(map(province_answer, regions().values()))))

    def origin(self, request: Request, _visitor: Visit, region: Region, year: Year = None) -> Response:
        if region not in regions():
            raise NotFound("没有这个省级行政区 there is no such province")
        found = origins_of(self._instance).of_region(region, year or self._instance.today().year)
        return show(request, origin_answer(found))

    def map(self, asked: PaperAsked, _visitor: Visit) -> MappingAnswer:
        return mapping_answer(*map_paper(asked.paper(), origins_of(self._instance)))

    def bring(self, sent: Keyed, asked: PaperSent) -> Response:
        person = person_of(sent.visitor)

        def keep(work: Transaction, actor: Actor) -> Answer:
            return standing(work, copy(work, person, self._copied(actor, asked)), 201)

        return act_once(self._instance, sent, keep)

    def send_again(self, sent: Matched, transfer_id: UUID, asked: PaperSent) -> Response:
        turn = turn_seen(sent)

        def send(work: Transaction, actor: Actor) -> Answer:
            copy_again(work, actor, transfer_id, turn, self._copied(actor, asked))
            return standing(work, transfer_id)

        return act(self._instance, sent.visitor, send)

    def _copied(self, actor: Actor, asked: PaperSent) -> Copied:
        return Copied(asked.paper(), proofs_of(self._instance, actor.person_key, asked.proofs))
