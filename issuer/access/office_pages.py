"""The administrator's view: the tree, the roles, the rule packs. HTML; changes are proposed as entries."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from issuer.access.offices import SHOWN, read_roles, read_tree, read_units
from issuer.portal.gate import Gate, Visit
from issuer.portal.shell import Shell
from issuer.portal.visitors import Door
from rules.library import Library
from rules.overlay import Overlay
from rules.pack import Pack


@dataclass(frozen=True)
class Loaded:
    """A rule pack or sector overlay that is loaded."""

    key: str
    first: date
    last: date | None
    sample: bool


def routes(shell: Shell, door: Door, gate: Gate) -> APIRouter:
    """Return the routes of the administrator's view."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(gate)])
    instance = door.instance

    @router.get("/offices")
    def offices(
        request: Request, visitor: Visit, after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0
    ) -> Response:
        roles = read_roles(instance, visitor.actor, after)
        return shell.draw(
            request,
            "offices.html",
            tree=read_tree(instance),
            roles=roles[:SHOWN],
            more=roles[SHOWN - 1].id if len(roles) > SHOWN else None,
            packs=loaded(instance.library),
        )

    @router.get("/units")
    def units(
        request: Request,
        find: Annotated[str, Query(max_length=80)] = "",
        after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    ) -> Response:
        found = read_units(instance, find, after)
        more = found[SHOWN - 1].id if len(found) > SHOWN else None
        return shell.draw(request, "units.html", units=found[:SHOWN], more=more, find=find)

    return router


def loaded(library: Library) -> list[Loaded]:
    """Packs and overlays, in the order of their days."""
    found: list[Pack | Overlay] = [*library.packs, *library.overlays.values()]
    rows = [Loaded(one.key, one.valid[0], one.valid[1], one.status != "in_force") for one in found]
    return sorted(rows, key=lambda one: (one.first, one.key))
