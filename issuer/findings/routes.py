"""Findings: written by an inspector, answered by the authority concerned, closed or reopened. JSON."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from issuer.access.roles import Actor
from issuer.findings import recording
from issuer.findings.reading import Wanted, list_findings, read_finding
from issuer.findings.recording import NewFinding, Taken, row_of
from issuer.findings.schemas import (
    FindingAnswer,
    FindingAsked,
    FindingInList,
    FindingStanding,
    FindingStepAsked,
    finding_answer,
    in_list,
)
from issuer.findings.subject import About
from issuer.findings.way import State
from issuer.instance import Transaction
from issuer.portal.calls import Keyed, KeyedAndMatched, Pages, act_once, calls, says, show, turn_seen
from issuer.portal.gate import Gate, Visit
from issuer.portal.paging import cut
from issuer.portal.problems import BAD_CURSOR, MISSING, REASON_NEEDED
from issuer.portal.schemas import Page
from issuer.portal.service import Answer
from issuer.portal.visitors import Door


def routes(door: Door, gate: Gate) -> APIRouter:
    """Return the calls of findings."""
    router, its = calls("findings", gate), _Calls(door)
    router.get(
        "/findings",
        response_model=Page[FindingInList],
        summary="检查意见，最近变动的在前 Findings of one's jurisdiction, or for one's office to answer",
        description="`late`：只要超过期限还没有答复的。Only those whose answer is overdue.",
        **says(BAD_CURSOR),
    )(its.all)
    router.post(
        "/findings",
        status_code=201,
        response_model=FindingStanding,
        summary="写一条检查意见 Write a finding",
        **says(MISSING, REASON_NEEDED, keyed=True),
    )(its.write)
    router.get(
        "/findings/{finding_id}",
        response_model=FindingAnswer,
        summary="一条检查意见和它的办理过程 A finding with its way",
        **says(MISSING),
    )(its.one)
    router.post(
        "/findings/{finding_id}/steps",
        response_model=FindingStanding,
        summary="办理一步：答复、办结、重新提出 Answer, close or reopen",
        **says(keyed=True, matched=True),
    )(its.step)
    return router


class _Calls:
    def __init__(self, door: Door) -> None:
        self._instance = door.instance

    def all(
        self,
        request: Request,
        visitor: Visit,
        paging: Pages,
        state: State | None = None,
        *,
        late: bool = False,
    ) -> Response:
        found = list_findings(self._instance, visitor.actor, Wanted(paging.one_more(), state, late))
        shown, more = cut(found, paging.limit, lambda one: (one.changed_at, one.id))
        return show(request, Page[FindingInList](items=tuple(map(in_list, shown)), next=more))

    def one(self, request: Request, visitor: Visit, finding_id: UUID) -> Response:
        found = read_finding(self._instance, visitor.actor, finding_id)
        return show(request, finding_answer(found), str(found.listed.turn))

    def write(self, sent: Keyed, asked: FindingAsked) -> Response:
        new = NewFinding(About(asked.about, asked.id, asked.year), asked.kind, asked.words, asked.due)

        def write(work: Transaction, actor: Actor) -> Answer:
            made = recording.write(work, actor, new)
            return _standing(work, made, 201, {"Location": f"/api/findings/{made}"})

        return act_once(self._instance, sent, write)

    def step(self, sent: KeyedAndMatched, finding_id: UUID, asked: FindingStepAsked) -> Response:
        taken = Taken(asked.step, turn_seen(sent), asked.words, asked.due)

        def take(work: Transaction, actor: Actor) -> Answer:
            recording.take(work, actor, finding_id, taken)
            return _standing(work, finding_id)

        return act_once(self._instance, sent, take)


def _standing(
    work: Transaction, one: UUID, status: int = 200, headers: dict[str, str] | None = None
) -> Answer:
    row = row_of(work.connection, one)
    body = FindingStanding(id=one, state=State(row.state))
    return Answer(body, status, {"ETag": f'"{row.turn}"', **(headers or {})})
