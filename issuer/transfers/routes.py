"""Transfers in: bringing a credential, following it, and deciding on it. JSON.

What must be verified is, before the transaction and its Idempotency-Key's row: a call that is sent again gets its kept
answer even where the origin cannot be asked any more. Papers need pictures, and are brought on the pages alone.
"""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from issuer.access.roles import Actor
from issuer.errors import NotFound
from issuer.instance import Transaction
from issuer.portal.calls import Keyed, KeyedAndMatched, Pages, act_once, calls, cursor, says, show, turn_seen
from issuer.portal.gate import Gate, Visit
from issuer.portal.problems import BAD_CURSOR, MISSING, REFUSED
from issuer.portal.schemas import Page
from issuer.portal.service import Answer
from issuer.portal.visitors import Door
from issuer.records.pages import person_of
from issuer.registration.procedure import Step
from issuer.transfers.bringing import Ready, Upload, bring, look, look_again
from issuer.transfers.errors import TransferRefused
from issuer.transfers.reading import Waiting, list_own, list_waiting, read_case, read_own
from issuer.transfers.schemas import (
    ReceivedAnswer,
    TransferAnswer,
    TransferAsked,
    TransferInList,
    TransferStanding,
    TransferStepAsked,
    in_list,
    received_answer,
    transfer_answer,
)
from issuer.transfers.stepping import Taken, row_of, take
from rules.activity import Status


def routes(door: Door, gate: Gate) -> APIRouter:
    """Return the calls of transfers."""
    router = calls("transfers", gate)
    its = _Calls(door)
    for at, call, zh, en in (
        ("/transfers", its.own, "我的转入", "The caller's transfers"),
        ("/incoming", its.waiting, "等自己办理的转入", "Transfers that wait for the caller"),
    ):
        router.get(
            at,
            response_model=Page[TransferInList],
            name=at[1:],
            summary=f"{zh}，最近变动的在前 {en}, the latest first",
            **says(BAD_CURSOR, MISSING),
        )(call)
    router.post(
        "/transfers",
        status_code=201,
        response_model=ReceivedAnswer,
        summary="凭证书转入 Bring another province's certificate",
        **says(MISSING, keyed=True),
    )(its.bring)
    router.get(
        "/transfers/{transfer_id}",
        response_model=TransferAnswer,
        summary="一次转入 A transfer",
        **says(MISSING, REFUSED),
    )(its.one)
    router.post(
        "/transfers/{transfer_id}/steps",
        response_model=TransferStanding,
        summary="办理一步：审核、登记、退回、驳回、撤回、冲正 Take a step",
        **says(keyed=True, matched=True),
    )(its.step)
    return router


class _Calls:
    def __init__(self, door: Door) -> None:
        self._instance = door.instance

    def own(self, request: Request, visitor: Visit, paging: Pages) -> Response:
        return _listed(request, list_own(self._instance, person_of(visitor), paging.one_more()), paging.limit)

    def waiting(self, request: Request, visitor: Visit, paging: Pages) -> Response:
        return _listed(request, list_waiting(self._instance, visitor.actor, paging.one_more()), paging.limit)

    def one(self, request: Request, visitor: Visit, transfer_id: UUID) -> Response:
        try:
            found = read_case(self._instance, visitor.actor, transfer_id)
        except NotFound:
            found = read_own(self._instance, person_of(visitor), transfer_id)
        return show(request, transfer_answer(found), str(found.turn))

    def bring(self, sent: Keyed, asked: TransferAsked) -> Response:
        person = person_of(sent.visitor)
        upload = Upload(asked.token.encode(), asked.moved_on, asked.on_paper)
        looked: Ready | TransferRefused | NotFound
        try:
            looked = look(self._instance, person, upload)
        except (TransferRefused, NotFound) as error:
            looked = error

        def keep(work: Transaction, _actor: Actor) -> Answer:
            if not isinstance(looked, Ready):
                raise looked
            found = bring(work, person, looked)
            turn = row_of(work.connection, found.id).turn
            headers = {"ETag": f'"{turn}"', "Location": f"/api/transfers/{found.id}"}
            return Answer(received_answer(found, turn), 201, headers)

        return act_once(self._instance, sent, keep)

    def step(self, sent: KeyedAndMatched, transfer_id: UUID, asked: TransferStepAsked) -> Response:
        taken = Taken(asked.step, turn_seen(sent), asked.how, asked.reason, asked.words)
        refused: TransferRefused | NotFound | None = None
        if asked.step is Step.REGISTER:
            try:
                read_case(self._instance, sent.visitor.actor, transfer_id)
                look_again(self._instance, transfer_id)
            except (TransferRefused, NotFound) as error:
                refused = error

        def decide(work: Transaction, actor: Actor) -> Answer:
            if refused is not None:
                raise refused
            take(work, actor, transfer_id, taken)
            row = row_of(work.connection, transfer_id)
            body = TransferStanding(id=transfer_id, turn=row.turn, state=Status(row.state))
            return Answer(body, 200, {"ETag": f'"{row.turn}"'})

        return act_once(self._instance, sent, decide)


def _listed(request: Request, found: list[Waiting], limit: int) -> Response:
    shown = found[:limit]
    more = cursor(shown[-1].changed_at, shown[-1].id) if len(found) > limit else None
    return show(request, Page[TransferInList](items=tuple(map(in_list, shown)), next=more))
