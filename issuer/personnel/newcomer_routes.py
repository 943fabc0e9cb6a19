"""Entering a professional who came by no roster, and inviting who has no account yet. JSON."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from issuer.access.roles import Actor
from issuer.instance import Transaction
from issuer.people.identifier import read_identifier
from issuer.people.routes import person_answer
from issuer.people.schemas import PersonAnswer
from issuer.personnel import newcomers
from issuer.personnel.newcomer_list import list_waiting
from issuer.personnel.newcomer_schemas import (
    InvitationAnswer,
    InvitationAsked,
    NewcomerAsked,
    WaitingAnswer,
    waiting_answer,
)
from issuer.personnel.newcomers import Newcomer
from issuer.personnel.wanted import NewEmployer
from issuer.portal.calls import Keyed, act_once, calls, says, show
from issuer.portal.gate import Gate, Visit
from issuer.portal.problems import MISSING
from issuer.portal.schemas import Id, Page
from issuer.portal.service import Answer
from issuer.portal.visitors import Door
from issuer.registration.errors import StepRefused


def routes(door: Door, gate: Gate) -> APIRouter:
    """Return the calls of newcomers."""
    router = calls("people", gate)
    its = _Calls(door)
    router.get(
        "/people",
        response_model=Page[WaitingAnswer],
        summary="还没有账号的人员，最近录入的在前 People without an account, the latest entered first",
        **says(),
    )(its.waiting)
    router.post(
        "/people",
        status_code=201,
        response_model=PersonAnswer,
        summary="录入一名名册里没有的人员 Enter a professional who came by no roster",
        **says(keyed=True),
    )(its.enter)
    router.post(
        "/people/{person_id}/invitation",
        response_model=InvitationAnswer,
        summary="发邀请码，录入的人不能发 Invite to open an account; not by who entered the person",
        **says(MISSING, keyed=True),
    )(its.invite)
    return router


class _Calls:
    def __init__(self, door: Door) -> None:
        self._instance = door.instance

    def waiting(
        self,
        request: Request,
        visitor: Visit,
        after: Annotated[
            int, Query(ge=0, le=2**31 - 1, description="上一页的 next。`next` of the page before")
        ] = 0,
        limit: Annotated[int, Query(ge=1, le=100, description="一页几条 Items a page")] = 50,
    ) -> Response:
        found = list_waiting(self._instance, visitor.actor, after, limit)
        more = str(found[limit - 1].id) if len(found) > limit else None
        return show(request, Page[WaitingAnswer](items=tuple(map(waiting_answer, found[:limit])), next=more))

    def enter(self, sent: Keyed, asked: NewcomerAsked) -> Response:
        if asked.unit is None and asked.agency is None:
            raise StepRefused("请写明单位或代理机构 name a unit or an agency")
        identifier = read_identifier(asked.document.id_type, asked.document.number)
        where = NewEmployer(unit=asked.unit, agency=asked.agency, first=asked.first)
        new = Newcomer(identifier, asked.name, where, asked.series)

        def enter(work: Transaction, actor: Actor) -> Answer:
            return Answer(person_answer(work, newcomers.enter(work, actor, new)), 201)

        return act_once(self._instance, sent, enter)

    def invite(self, sent: Keyed, person_id: Id, asked: InvitationAsked) -> Response:
        def invite(work: Transaction, actor: Actor) -> Answer:
            return Answer(InvitationAnswer(code=newcomers.let_in(work, actor, person_id, asked.login)))

        return act_once(self._instance, sent, invite)
