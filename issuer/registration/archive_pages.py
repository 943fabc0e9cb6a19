"""The employer's learning archives: what is kept of a year, and building one. HTML."""

from decimal import Decimal, InvalidOperation
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from issuer.errors import NotFound
from issuer.instance import Instance
from issuer.portal.forms import Form
from issuer.portal.gate import Gate, Visit, form_of
from issuer.portal.problems import problem_of
from issuer.portal.shell import Shell
from issuer.portal.visitors import Door, Visitor
from issuer.registration import conduct
from issuer.registration.archives import NewArchive, at_places, find_person
from issuer.registration.desk import INBOX, open_group
from issuer.registration.errors import StepRefused
from ledger.store import reading


def routes(shell: Shell, door: Door, gate: Gate) -> APIRouter:
    """Return the routes of archives."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(gate)])
    pages = _Pages(shell, door.instance)
    router.get("/archives")(pages.show)
    router.post("/archives")(pages.build)
    return router


class _Pages:
    def __init__(self, shell: Shell, instance: Instance) -> None:
        self._shell, self._instance = shell, instance

    def show(
        self, request: Request, visitor: Visit, year: int | None = None, declaration: UUID | None = None
    ) -> Response:
        values = {} if declaration is None else self._values_of(visitor, declaration)
        return self._draw(request, visitor, year or int(values.get("year", 0)), values)

    def build(self, request: Request, visitor: Visit) -> Response:
        form = form_of(request)
        values = form.firsts()
        try:
            with reading(self._instance.engine).connect() as connection:
                person = find_person(connection, visitor.actor, form.text("name"), form.text("ending"))
            conduct.build_archive(self._instance, visitor.actor, _read(form, person))
        except (NotFound, StepRefused) as error:
            year = int(values["year"][:4]) if values.get("year", "").isdecimal() else 0
            return self._draw(request, visitor, year, values, refused=problem_of(error))
        back = form.text("declaration")
        try:
            return RedirectResponse(f"/inbox/{UUID(back)}" if back else "/archives", 303)
        except ValueError:
            return RedirectResponse("/archives", 303)

    def _values_of(self, visitor: Visitor, one: UUID) -> dict[str, str]:
        """What a waiting self-study says already."""
        opened = open_group(self._instance, visitor.actor, INBOX, one)
        case = next((case for case in opened.cases if case.id == one), None)
        if case is None:
            return {}
        facts = case.facts
        return {
            "name": case.name,
            "ending": case.masked[-4:],
            "year": str(facts.get("year", "")),
            "kind": str(facts.get("kind", "")),
            "hours": str(facts.get("determined_hours", "")),
            "content": opened.group.title,
            "declaration": str(one),
        }

    def _draw(
        self, request: Request, visitor: Visitor, year: int, values: dict[str, str], **more: object
    ) -> Response:
        this_year = self._instance.today().year
        shown = year if 2000 <= year <= this_year else this_year
        with reading(self._instance.engine).connect() as connection:
            kept = at_places(connection, visitor.actor, shown)
        context: dict[str, object] = {
            "archives": kept,
            "year": shown,
            "this_year": this_year,
            "values": values,
            "refused": None,
        }
        status = 422 if more.get("refused") else 200
        return self._shell.draw(request, "archives.html", status, **(context | more))


def _read(form: Form, person: int) -> NewArchive:
    year = form.text("year")
    try:
        hours = Decimal(form.text("hours"))
    except InvalidOperation:
        hours = Decimal(-1)
    return NewArchive(
        person,
        int(year) if year.isascii() and year.isdecimal() and len(year) == 4 else 0,
        form.text("kind"),
        form.text("content"),
        form.text("outcome"),
        hours,
    )
