"""Declarations and their steps. JSON."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response

from issuer.access.roles import Actor
from issuer.instance import Transaction
from issuer.portal.calls import (
    Keyed,
    KeyedAndMatched,
    Matched,
    Pages,
    act,
    act_once,
    calls,
    says,
    show,
    turn_seen,
)  # fmt: skip
from issuer.portal.gate import Gate, Visit
from issuer.portal.paging import cut
from issuer.portal.problems import BAD_CURSOR, MISSING, REFUSED, problem_of
from issuer.portal.schemas import Page
from issuer.portal.service import Answer
from issuer.portal.visitors import Door, person_of
from issuer.registration import conduct, declarations
from issuer.registration.declarations import Draft, Taken
from issuer.registration.own import hold_to_word, list_own, read_own
from issuer.registration.procedure import Step
from issuer.registration.schemas import (
    BatchAsked,
    DeclarationAnswer,
    DeclarationInList,
    DraftAsked,
    OutcomeAnswer,
    OutcomesAnswer,
    PreviewAnswer,
    RevisionAsked,
    StandingAnswer,
    StepAsked,
    declaration_answer,
    preview_answer,
)  # fmt: skip
from issuer.registration.tables import declaration
from rules.errors import FactsError


def routes(door: Door, gate: Gate) -> APIRouter:
    """Return the calls of declaring and of the steps."""
    router = calls("declarations", gate)
    its = _Calls(door)
    router.get(
        "/declarations",
        response_model=Page[DeclarationInList],
        summary="我的申报，最近变动的在前 One's declarations, the latest changed first",
        **says(BAD_CURSOR),
    )(its.all)
    router.post(
        "/declarations",
        status_code=201,
        response_model=StandingAnswer,
        summary="保存草稿 Keep a draft",
        **says(MISSING, keyed=True),
    )(its.declare)
    router.get(
        "/declarations/{declaration_id}",
        response_model=DeclarationAnswer,
        summary="一条申报 A declaration",
        **says(MISSING),
    )(its.one)
    router.get(
        "/declarations/{declaration_id}/preview",
        response_model=PreviewAnswer,
        summary="试算 What the rules would make of it",
        **says(MISSING, REFUSED),
    )(its.preview)
    router.put(
        "/declarations/{declaration_id}",
        response_model=StandingAnswer,
        summary="修改草稿或退回的申报 Fill in anew",
        **says(matched=True),
    )(its.revise)
    router.post(
        "/declarations/{declaration_id}/steps",
        response_model=StandingAnswer,
        summary="办理一步 Take a step",
        description="提交、撤回、审核、退回、驳回、登记、冲正；每步要求相应的职责。Each step is somebody's duty (Art. 10).",
        **says(keyed=True, matched=True),
    )(its.step)
    router.post(
        "/steps",
        response_model=OutcomesAnswer,
        summary="批量办理，每条单独成立 Steps on several declarations, each for itself",
        **says(keyed=True),
    )(its.steps)
    return router


class _Calls:
    def __init__(self, door: Door) -> None:
        self._instance = door.instance

    def all(self, request: Request, visitor: Visit, paging: Pages) -> Response:
        rows = list_own(self._instance, person_of(visitor), paging.one_more())
        shown, more = cut(rows, paging.limit, lambda one: (one.changed_at, one.id))
        items = tuple(
            DeclarationInList(
                id=row.id, turn=row.turn, title=row.title, category=row.category, state=row.state, changed_at=row.changed_at
            )
            for row in shown
        )  # fmt: skip
        return show(request, Page[DeclarationInList](items=items, next=more))

    def declare(self, sent: Keyed, asked: DraftAsked) -> Response:
        person = person_of(sent.visitor)

        def keep(work: Transaction, _actor: Actor) -> Answer:
            new = Draft(asked.title, asked.activity, asked.corrects)
            with _inside_activity():
                made = declarations.draft(work, person, new)
            return standing(work, made, 201, {"Location": f"/api/declarations/{made}"})

        return act_once(self._instance, sent, keep)

    def one(self, request: Request, visitor: Visit, declaration_id: UUID) -> Response:
        found = read_own(self._instance, person_of(visitor), declaration_id)
        return show(request, declaration_answer(found), str(found.turn))

    def preview(self, request: Request, visitor: Visit, declaration_id: UUID) -> Response:
        found = read_own(self._instance, person_of(visitor), declaration_id)
        return show(request, preview_answer(found))

    def revise(self, sent: Matched, declaration_id: UUID, asked: RevisionAsked) -> Response:
        turn, new = turn_seen(sent), Draft(asked.title, asked.activity)

        def fill_in(work: Transaction, actor: Actor) -> Answer:
            with _inside_activity():
                declarations.revise(work, actor, declaration_id, turn, new)
            return standing(work, declaration_id)

        return act(self._instance, sent.visitor, fill_in)

    def step(
        self,
        sent: KeyedAndMatched,
        declaration_id: UUID,
        asked: StepAsked,
    ) -> Response:
        turn = turn_seen(sent)
        taken = Taken(asked.step, turn, asked.reason, asked.words, asked.attests, asked.determined_hours)
        if asked.step is Step.SUBMIT:
            own = read_own(self._instance, person_of(sent.visitor), declaration_id)
            hold_to_word(own, true=asked.true, another=asked.another)

        def take(work: Transaction, actor: Actor) -> Answer:
            declarations.take(work, actor, declaration_id, taken)
            return standing(work, declaration_id)

        return act_once(self._instance, sent, take)

    def steps(self, sent: Keyed, asked: BatchAsked) -> Response:
        wanted = [
            (
                one.declaration,
                Taken(one.step, one.turn, one.reason, one.words, one.attests, one.determined_hours),
            )
            for one in asked.items
        ]

        def take(work: Transaction, actor: Actor) -> Answer:
            outcomes = conduct.take_each(work, actor, wanted)
            items = tuple(
                OutcomeAnswer(
                    declaration=one.id,
                    state=one.state,
                    problem=None if one.refused is None else problem_of(one.refused).to_json(),
                )
                for one in outcomes
            )
            return Answer(OutcomesAnswer(items=items))

        return act_once(self._instance, sent, take)


@contextmanager
def _inside_activity() -> Iterator[None]:
    """What is wrong with an activity is wrong inside the body's `activity`."""
    try:
        yield
    except FactsError as error:
        raise FactsError(f"/activity{error.pointer}", error.expected, error.message) from None


def standing(
    work: Transaction, one: UUID, status: int = 200, headers: Mapping[str, str] | None = None
) -> Answer:
    """Answer what a declaration is now, with its ETag."""
    row = work.connection.execute(
        sa.select(declaration.c.turn, declaration.c.state).where(declaration.c.id == one)
    ).one()
    body = StandingAnswer(id=one, turn=row.turn, state=row.state)
    return Answer(body, status, {"ETag": f'"{row.turn}"', **(headers or {})})
