"""The employer's inbox and the verifier's queue. JSON."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from issuer.instance import Instance
from issuer.portal.calls import Pages, calls, says, show
from issuer.portal.gate import Gate, Visit
from issuer.portal.paging import cursor, cut
from issuer.portal.problems import BAD_CURSOR, MISSING, REFUSED
from issuer.portal.schemas import Page
from issuer.portal.visitors import Door
from issuer.registration.desk import INBOX, QUEUE, Desk, groups, open_group
from issuer.registration.schemas import CaseAnswer, GroupAnswer, case_answer, group_answer


def routes(door: Door, gate: Gate) -> APIRouter:
    """Return the calls of both desks."""
    router = calls("desks", gate)
    for at, desk, zh, en in (
        ("/inbox", INBOX, "待审核", "To review"),
        ("/queue", QUEUE, "待核实", "To verify"),
    ):
        its = _Calls(door.instance, desk)
        router.get(
            at,
            response_model=Page[GroupAnswer],
            name=at[1:],
            summary=f"{zh}，按活动归组，最久的在前 {en}, by event, the longest waiting first",
            **says(BAD_CURSOR),
        )(its.all)
        router.get(
            at + "/{group}",
            response_model=Page[CaseAnswer],
            name=at[1:] + "_group",
            summary=f"{zh}的一组 One group of what is {en.lower()}",
            **says(BAD_CURSOR, MISSING, REFUSED),
        )(its.one)
    return router


class _Calls:
    def __init__(self, instance: Instance, desk: Desk) -> None:
        self._instance, self._desk = instance, desk

    def all(self, request: Request, visitor: Visit, paging: Pages) -> Response:
        found = groups(self._instance, visitor.actor, self._desk, paging.one_more())
        shown, more = cut(found, paging.limit, lambda one: (one.since, one.id))
        return show(request, Page[GroupAnswer](items=tuple(map(group_answer, shown)), next=more))

    def one(self, request: Request, visitor: Visit, group: UUID, paging: Pages) -> Response:
        opened = open_group(self._instance, visitor.actor, self._desk, group, paging)
        last = opened.cases[-1] if opened.more else None
        more = None if last is None else cursor(last.changed_at, last.id)
        return show(request, Page[CaseAnswer](items=tuple(map(case_answer, opened.cases)), next=more))
