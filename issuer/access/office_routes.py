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
from issuer.portal.gate import Gate
from issuer.portal.schemas import Page
from issuer.portal.visitors import Door

After = Annotated[int, Query(ge=0, le=2**31 - 1, description="上一页的 next。`next` of the page before")]
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
        request: Request, find: Annotated[str, Query(max_length=80)] = "", after: After = 0
    ) -> Response:
        found = read_units(instance, find, after)
        return show(request, Page[UnitAnswer](items=_first(found, unit_answer), next=_next(found)))

    @router.get(
        "/roles",
        response_model=Page[RoleAnswer],
        summary="有效的角色 Roles in force",
        **says(),
    )
    def roles(request: Request, after: After = 0) -> Response:
        found = read_roles(instance, after)
        return show(request, Page[RoleAnswer](items=_first(found, role_answer), next=_next(found)))

    return router


def _first(found: Sequence[T], tell: Callable[[T], A]) -> tuple[A, ...]:
    return tuple(tell(one) for one in found[:SHOWN])


def _next(found: Sequence[T]) -> str | None:
    return str(found[SHOWN - 1].id) if len(found) > SHOWN else None
