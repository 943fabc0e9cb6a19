"""What is held beside declarations, and deciding on it. JSON, for the authority that registered the declaration."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from issuer.access.roles import Actor
from issuer.instance import Transaction
from issuer.intake.held_schemas import DecisionAnswer, DecisionAsked, HeldAnswer, held_answer
from issuer.intake.holding import Decision, decide, list_held, read_held
from issuer.portal.calls import KeyedAndMatched, Pages, act_once, calls, says, show
from issuer.portal.gate import Gate, Visit
from issuer.portal.paging import cut
from issuer.portal.problems import BAD_CURSOR, MISSING
from issuer.portal.schemas import Page
from issuer.portal.service import Answer
from issuer.portal.visitors import Door
from ledger.store import reading


def routes(door: Door, gate: Gate) -> APIRouter:
    """Return the calls of held imports."""
    router = calls("imports", gate)
    its = _Calls(door)
    router.get(
        "/held-imports",
        response_model=Page[HeldAnswer],
        summary="与申报重复、待定的导入 Imports held beside declarations",
        **says(BAD_CURSOR),
    )(its.all)
    router.get(
        "/held-imports/{held_id}",
        response_model=HeldAnswer,
        summary="一条待定的导入 A held import",
        **says(MISSING),
    )(its.one)
    router.post(
        "/held-imports/{held_id}/decision",
        response_model=DecisionAnswer,
        summary="决定计入哪一条 Decide which of the two counts",
        **says(keyed=True, matched=True),
    )(its.decide)
    return router


class _Calls:
    def __init__(self, door: Door) -> None:
        self._instance = door.instance

    def all(self, request: Request, visitor: Visit, paging: Pages) -> Response:
        with reading(self._instance.engine).connect() as connection:
            found = list_held(
                connection, self._instance.rulebook.now(connection).library, visitor.actor, paging.one_more()
            )
        shown, more = cut(found, paging.limit, lambda one: (one.at, one.id))
        return show(request, Page[HeldAnswer](items=tuple(map(held_answer, shown)), next=more))

    def one(self, request: Request, visitor: Visit, held_id: UUID) -> Response:
        with reading(self._instance.engine).connect() as connection:
            found = read_held(
                connection, self._instance.rulebook.now(connection).library, visitor.actor, held_id
            )
        return show(request, held_answer(found), found.seen)

    def decide(self, sent: KeyedAndMatched, held_id: UUID, asked: DecisionAsked) -> Response:
        def decided(work: Transaction, actor: Actor) -> Answer:
            decide(work, actor, held_id, Decision(asked.take, sent.seen, asked.words))
            return Answer(DecisionAnswer(id=held_id, counts=asked.take))

        return act_once(self._instance, sent, decided)
