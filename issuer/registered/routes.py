"""What was registered at a verifier's places. JSON. Reversing one is a step (`/api/declarations/{id}/steps`)."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from issuer.portal.calls import Pages, calls, says, show
from issuer.portal.gate import Gate, Visit
from issuer.portal.paging import cut
from issuer.portal.problems import BAD_CURSOR, MISSING
from issuer.portal.schemas import Page
from issuer.portal.visitors import Door
from issuer.registered.schemas import (
    RegisteredAnswer,
    RegisteredInList,
    in_list,
    registered_answer,
)
from issuer.registered.service import list_registered, read_registered_one


def routes(door: Door, gate: Gate) -> APIRouter:
    """Return the calls of what was registered."""
    router = calls("registered", gate)
    its = _Calls(door)
    router.get(
        "/registered",
        response_model=Page[RegisteredInList],
        summary="本部门登记的，最新的在前 What one's office registered, the latest first",
        **says(BAD_CURSOR),
    )(its.all)
    router.get(
        "/registered/{declaration_id}",
        response_model=RegisteredAnswer,
        summary="一条登记 A registration",
        **says(MISSING),
    )(its.one)
    return router


class _Calls:
    def __init__(self, door: Door) -> None:
        self._instance = door.instance

    def all(self, request: Request, visitor: Visit, paging: Pages) -> Response:
        found = list_registered(self._instance, visitor.actor, paging.one_more())
        shown, more = cut(found, paging.limit, lambda one: (one.changed_at, one.id))
        return show(request, Page[RegisteredInList](items=tuple(map(in_list, shown)), next=more))

    def one(self, request: Request, visitor: Visit, declaration_id: UUID) -> Response:
        found = read_registered_one(self._instance, visitor.actor, declaration_id)
        return show(request, registered_answer(found), str(found.turn))
