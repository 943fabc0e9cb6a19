"""The tree of authorities, units and roles. JSON, to read; changes are entries that two administrators make (`/api/entries`)."""

from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from issuer.access.office_schemas import (
    AuthorityAnswer,
    RoleAnswer,
    UnitAnswer,
    role_answer,
    tree,
    unit_answer,
)
from issuer.access.offices import SHOWN, Held, Unit, read_roles, read_tree, read_units
from issuer.portal.calls import calls, says, show
from issuer.portal.gate import Gate, Visit
from issuer.portal.schemas import Page
from issuer.portal.visitors import Door

After = Annotated[int, Query(ge=0, le=2**31 - 1, description="上一页的 next。`next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=100, description="一页几条 Items a page")]
T = TypeVar("T", Held, Unit)
A = TypeVar("A", bound=BaseModel)


def routes(door: Door, gate: Gate) -> APIRouter:
    """Return the calls of offices."""
    router = calls("offices", gate)
    instance = door.instance

    @router.get(
        "/authorities",
        response_model=Page[AuthorityAnswer],
        summary="机构树，上级在前 The tree of authorities, each after the one above it",
        **says(),
    )
    def authorities(request: Request) -> Response:
        return show(request, Page[AuthorityAnswer](items=tuple(tree(read_tree(instance))), next=None))

    @router.get(
        "/units",
        response_model=Page[UnitAnswer],
        summary="在用的单位，按名称或代码找 Units in use, found by name or code",
        **says(),
    )
    def units(
        request: Request,
        find: Annotated[str, Query(max_length=80)] = "",
        after: After = 0,
        limit: Limit = SHOWN,
    ) -> Response:
        found = read_units(instance, find, after, limit)
        return show(
            request, Page[UnitAnswer](items=_first(found, unit_answer, limit), next=_next(found, limit))
        )

    @router.get(
        "/roles",
        response_model=Page[RoleAnswer],
        summary="有效的角色 Roles in force",
        **says(),
    )
    def roles(request: Request, visitor: Visit, after: After = 0, limit: Limit = SHOWN) -> Response:
        found = read_roles(instance, visitor.actor, after, limit)
        return show(
            request, Page[RoleAnswer](items=_first(found, role_answer, limit), next=_next(found, limit))
        )

    return router


def _first(found: Sequence[T], tell: Callable[[T], A], limit: int) -> tuple[A, ...]:
    return tuple(tell(one) for one in found[:limit])


def _next(found: Sequence[T], limit: int) -> str | None:
    return str(found[limit - 1].id) if len(found) > limit else None
