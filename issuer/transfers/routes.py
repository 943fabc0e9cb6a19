"""Transfers in: bringing a credential, following it, and deciding on it. JSON.

What must be verified is, before the transaction and its Idempotency-Key's row: a call that is sent again gets its kept
answer even where the origin cannot be asked any more.
"""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from issuer.access.roles import Actor
from issuer.errors import IssuerError, NotFound
from issuer.evidence.schemas import proofs_of
from issuer.evidence.service import bytes_of
from issuer.instance import Transaction
from issuer.portal.calls import Keyed, KeyedAndMatched, Pages, act_once, calls, says, show, turn_seen
from issuer.portal.gate import Gate, Visit
from issuer.portal.paging import cut
from issuer.portal.problems import BAD_CURSOR, MISSING, PROOF_REFUSED, REFUSED, STORE_AWAY
from issuer.portal.schemas import Page
from issuer.portal.service import Answer
from issuer.portal.visitors import Door, Visitor, person_of
from issuer.registration.procedure import Step
from issuer.transfers.bringing import Ready, Upload, bring, look, look_again
from issuer.transfers.errors import TransferRefused
from issuer.transfers.listing import Waiting, list_gone, list_own, list_registered, list_waiting
from issuer.transfers.reading import read_case, read_own
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
from issuer.transfers.service import ask_now
from issuer.transfers.stepping import Taken, row_of, take
from rules.activity import Status


def routes(door: Door, gate: Gate) -> APIRouter:
    """Return the calls of transfers."""
    router = calls("transfers", gate)
    its = _Calls(door)
    for at, call, zh, en in (
        ("/transfers", its.own, "我的转入", "The caller's transfers"),
        ("/incoming", its.waiting, "等自己办理的转入", "Transfers that wait for the caller"),
        ("/incoming/registered", its.registered, "已登记的转入", "Transfers that were registered"),
        (
            "/incoming/gone",
            its.gone,
            "已登记、流出地已撤销或更新的转入",
            "Registered ones that stand no more at their origin",
        ),
    ):
        router.get(
            at,
            response_model=Page[TransferInList],
            name=at[1:].replace("/", "-"),
            summary=f"{zh}，最近变动的在前 {en}, the latest first",
            **says(BAD_CURSOR, MISSING),
        )(call)
    router.post(
        "/transfers",
        status_code=201,
        response_model=ReceivedAnswer,
        summary="凭证书转入 Bring another province's certificate",
        **says(MISSING, PROOF_REFUSED, STORE_AWAY, keyed=True),
    )(its.bring)
    router.get(
        "/transfers/{transfer_id}",
        response_model=TransferAnswer,
        summary="一次转入 A transfer",
        **says(MISSING, REFUSED),
    )(its.one)
    router.post(
        "/transfers/{transfer_id}/ask",
        response_model=TransferAnswer,
        summary="现在向流出地核对是否仍然有效 Ask the origin now whether it still stands",
        description="没有答复时 askedAt 晚于 answeredAt。Without an answer askedAt is later than answeredAt.",
        **says(MISSING, REFUSED, keyed=True),
    )(its.ask)
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

    def registered(self, request: Request, visitor: Visit, paging: Pages) -> Response:
        found = list_registered(self._instance, visitor.actor, paging.one_more())
        return _listed(request, found, paging.limit)

    def gone(self, request: Request, visitor: Visit, paging: Pages) -> Response:
        return _listed(request, list_gone(self._instance, visitor.actor, paging.one_more()), paging.limit)

    def one(self, request: Request, visitor: Visit, transfer_id: UUID) -> Response:
        try:
            found = read_case(self._instance, visitor.actor, transfer_id)
        except NotFound:
            found = read_own(self._instance, person_of(visitor), transfer_id)
        return show(request, transfer_answer(found), str(found.turn))

    def bring(self, sent: Keyed, asked: TransferAsked) -> Response:
        person = person_of(sent.visitor)
        looked: Ready | IssuerError
        try:
            looked = look(self._instance, person, self._upload(sent.visitor, asked))
        except IssuerError as error:
            looked = error

        def keep(work: Transaction, _actor: Actor) -> Answer:
            if not isinstance(looked, Ready):
                raise looked
            found = bring(work, person, looked)
            turn = row_of(work.connection, found.id).turn
            headers = {"ETag": f'"{turn}"', "Location": f"/api/transfers/{found.id}"}
            return Answer(received_answer(found, turn), 201, headers)

        return act_once(self._instance, sent, keep)

    def _upload(self, visitor: Visitor, asked: TransferAsked) -> Upload:
        proofs = proofs_of(self._instance, visitor.actor.person_key, asked.proofs)
        if asked.token is not None:
            return Upload(asked.token.encode(), asked.moved_on, asked.on_paper, proofs)
        if not proofs:
            raise TransferRefused("请给出凭证文字，或先存的文件 give a token, or a file that was kept before")
        return Upload(bytes_of(self._instance, proofs[0]), asked.moved_on, asked.on_paper, proofs)

    def ask(self, sent: Keyed, transfer_id: UUID) -> Response:
        refused: IssuerError | None = None
        try:
            ask_now(self._instance, sent.visitor.actor, transfer_id)
        except IssuerError as error:
            refused = error

        def tell(_work: Transaction, actor: Actor) -> Answer:
            if refused is not None:
                raise refused
            found = read_case(self._instance, actor, transfer_id)
            return Answer(transfer_answer(found), headers={"ETag": f'"{found.turn}"'})

        return act_once(self._instance, sent, tell)

    def step(self, sent: KeyedAndMatched, transfer_id: UUID, asked: TransferStepAsked) -> Response:
        taken = Taken(asked.step, turn_seen(sent), asked.how, asked.reason, asked.words)
        refused: IssuerError | None = None
        if asked.step is Step.REGISTER:
            try:
                read_case(self._instance, sent.visitor.actor, transfer_id)
                look_again(self._instance, transfer_id)
            except IssuerError as error:
                refused = error

        def decide(work: Transaction, actor: Actor) -> Answer:
            if refused is not None:
                raise refused
            take(work, actor, transfer_id, taken)
            return standing(work, transfer_id)

        return act_once(self._instance, sent, decide)


def standing(work: Transaction, one: UUID, status: int = 200) -> Answer:
    """Answer what a transfer is now, with its ETag; with its address too where it was just made."""
    row = row_of(work.connection, one)
    headers = {"ETag": f'"{row.turn}"'} | ({"Location": f"/api/transfers/{one}"} if status == 201 else {})
    return Answer(TransferStanding(id=one, turn=row.turn, state=Status(row.state)), status, headers)


def _listed(request: Request, found: list[Waiting], limit: int) -> Response:
    shown, more = cut(found, limit, lambda one: (one.changed_at, one.id))
    return show(request, Page[TransferInList](items=tuple(map(in_list, shown)), next=more))
