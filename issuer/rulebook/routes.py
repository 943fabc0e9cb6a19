"""The rules: in force, proposed, decided on. JSON."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from issuer.access.roles import Actor
from issuer.errors import NotFound
from issuer.instance import Transaction
from issuer.portal.calls import Keyed, KeyedAndMatched, Pages, act_once, calls, says, show
from issuer.portal.gate import Gate, Visit
from issuer.portal.paging import cut
from issuer.portal.problems import BAD_CURSOR, MISSING, REFUSED
from issuer.portal.schemas import Page
from issuer.portal.service import Answer
from issuer.portal.visitors import Door
from issuer.rulebook import proposing
from issuer.rulebook.figures import YearRules, coming, figures_of, rules_of
from issuer.rulebook.proposing import Draft, State, Taken
from issuer.rulebook.reading import Wanted, list_documents, overview, read_effect, read_one
from issuer.rulebook.schemas import (
    DocumentAnswer,
    DraftAsked,
    EffectAnswer,
    RulesAnswer,
    StandingAnswer,
    StepAsked,
    document_answer,
    effect_answer,
    rules_answer,
)

Year = Annotated[int, Query(ge=2000, le=2200, description="年度 Year")]


def routes(door: Door, gate: Gate) -> APIRouter:
    """Return the calls of the rules."""
    router = calls("rules", gate)
    its = _Calls(door)
    router.get(
        "/rules/in-force",
        response_model=RulesAnswer,
        summary="一个年度适用的规则和出处 What judges a year, and where it comes from",
        **says(),
    )(its.in_force)
    router.get(
        "/rules/packs/{key}",
        response_model=RulesAnswer,
        summary="一个规则集的各项数值 The figures of a pack",
        **says(MISSING),
    )(its.pack)
    router.get(
        "/rules",
        response_model=Page[DocumentAnswer],
        summary="主管部门的规则文件，最新的在前 The authority's documents, the newest first",
        **says(BAD_CURSOR),
    )(its.all)
    router.post(
        "/rules",
        status_code=201,
        response_model=StandingAnswer,
        summary="起草一份：检查，还不提出 Draft one: it is checked, not yet proposed",
        **says(keyed=True),
    )(its.draft)
    router.get(
        "/rules/{document_id}",
        response_model=DocumentAnswer,
        summary="一份文件 A document",
        **says(MISSING),
    )(its.one)
    router.get(
        "/rules/{document_id}/effect",
        response_model=EffectAnswer,
        summary="会改变什么：数值，和按本机关记录多少人的结果会不同 What it changes: figures, and how many people's results",
        **says(MISSING, REFUSED),
    )(its.effect)
    router.post(
        "/rules/{document_id}/steps",
        response_model=StandingAnswer,
        summary="提出、第二人确认或退回、收回 Propose; confirm or refuse as the second person; take back",
        **says(keyed=True, matched=True),
    )(its.take)
    return router


class _Calls:
    def __init__(self, door: Door) -> None:
        self._instance = door.instance

    def in_force(self, request: Request, visitor: Visit, year: Year | None = None) -> Response:
        found, today = overview(self._instance, visitor.actor), self._instance.today()
        rules = rules_of(found.library, year or today.year)
        return show(request, rules_answer(rules, coming(found.library, today), found.own))

    def pack(self, request: Request, _visitor: Visit, key: str) -> Response:
        library, today = self._instance.library, self._instance.today()
        pack = library.find(key)
        if pack is None:
            raise NotFound("没有这个规则集 there is no such pack")
        day = min(max(today, pack.first_day), pack.last_day)
        rules = YearRules(day.year, pack, tuple(figures_of(library, pack, day)), ())
        return show(request, rules_answer(rules, [], ()))

    def all(self, request: Request, visitor: Visit, paging: Pages, state: State | None = None) -> Response:
        found = list_documents(self._instance, visitor.actor, Wanted(paging.one_more(), state))
        shown, more = cut(found, paging.limit, lambda one: (one.made_at, one.id))
        return show(request, Page[DocumentAnswer](items=tuple(map(document_answer, shown)), next=more))

    def one(self, request: Request, visitor: Visit, document_id: UUID) -> Response:
        found = read_one(self._instance, visitor.actor, document_id)
        return show(request, document_answer(found.document, found.text), found.document.state)

    def effect(self, request: Request, visitor: Visit, document_id: UUID) -> Response:
        return show(request, effect_answer(read_effect(self._instance, visitor.actor, document_id)))

    def draft(self, sent: Keyed, asked: DraftAsked) -> Response:
        def draft(work: Transaction, actor: Actor) -> Answer:
            new = Draft(asked.text.encode(), asked.document_no, asked.reason)
            made = proposing.draft(work, actor, new)
            return _standing(made, State.DRAFT, 201, {"Location": f"/api/rules/{made}"})

        return act_once(self._instance, sent, draft)

    def take(self, sent: KeyedAndMatched, document_id: UUID, asked: StepAsked) -> Response:
        def take(work: Transaction, actor: Actor) -> Answer:
            taken = Taken(asked.step, sent.seen, bytes.fromhex(asked.sha256), asked.words)
            return _standing(document_id, proposing.take(work, actor, document_id, taken))

        return act_once(self._instance, sent, take)


def _standing(one: UUID, state: State, status: int = 200, more: dict[str, str] | None = None) -> Answer:
    return Answer(StandingAnswer(id=one, state=state), status, {"ETag": f'"{state}"', **(more or {})})
