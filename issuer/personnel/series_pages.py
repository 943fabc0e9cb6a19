"""Asking for the title series of a year: one's own, or as the unit for one of its people. HTML."""

from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from issuer.errors import IssuerError
from issuer.instance import Instance
from issuer.people.series import offered
from issuer.people.service import Person, person_by_id
from issuer.personnel import service
from issuer.personnel.changes import Asked
from issuer.personnel.reading import read_series
from issuer.personnel.wanted import NewSeries
from issuer.portal.forms import Form
from issuer.portal.gate import Gate, Visit, form_of
from issuer.portal.problems import problem_of
from issuer.portal.shell import Shell
from issuer.portal.visitors import Door, Visitor, person_of
from issuer.registration.archives import find_person
from issuer.registration.errors import StepRefused
from issuer.registration.proof_pages import Filled, Tray, read_tray
from ledger.store import reading
from verifier.web.problems import ProblemError


def routes(shell: Shell, door: Door, gate: Gate) -> APIRouter:
    """Return the routes of title series."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(gate)])
    pages = _Pages(shell, door.instance)
    router.get("/affiliation/series")(pages.own_form)
    router.post("/affiliation/series")(pages.ask)
    router.get("/changes/series")(pages.unit_form)
    router.post("/changes/series")(pages.unit_asks)
    return router


class _Pages:
    def __init__(self, shell: Shell, instance: Instance) -> None:
        self._shell, self._instance = shell, instance

    def own_form(self, request: Request, visitor: Visit) -> Response:
        return self._draw(request, visitor, Filled({}))

    def ask(self, request: Request, visitor: Visit) -> Response:
        sent = form_of(request)
        tray = read_tray(self._instance, visitor, sent)
        try:
            made = self._asked(visitor, person_of(visitor), sent, tray)
        except IssuerError as error:
            return self._draw(request, visitor, Filled(sent.firsts(), tray), problem_of(error))
        return RedirectResponse(f"/changes/{made}", 303)

    def unit_form(self, request: Request, visitor: Visit) -> Response:
        return self._draw(request, visitor, Filled({}), by_unit=True)

    def unit_asks(self, request: Request, visitor: Visit) -> Response:
        sent = form_of(request)
        tray = read_tray(self._instance, visitor, sent)
        try:
            with reading(self._instance.engine).connect() as connection:
                found = find_person(connection, visitor.actor, sent.text("name"), sent.text("ending"))
                person = person_by_id(connection, found)
            made = self._asked(visitor, person, sent, tray)
        except IssuerError as error:
            return self._draw(request, visitor, Filled(sent.firsts(), tray), problem_of(error), by_unit=True)
        return RedirectResponse(f"/changes/{made}", 303)

    def _asked(self, visitor: Visitor, person: Person, sent: Form, tray: Tray) -> UUID:
        tray.hold_whole()
        year, series = sent.text("year"), sent.text("series")
        if not (year.isascii() and year.isdecimal() and len(year) == 4 and 2000 <= int(year) <= 2100):
            raise StepRefused("年度写四位数字，例如 2026 the year has four digits, such as 2026")
        if not 0 < len(series) <= 40:
            raise StepRefused("请选择职称系列 choose the title series")
        new = NewSeries(year=int(year), series=series)
        return service.ask(self._instance, visitor.actor, person, Asked(new, sent.text("words"), tray.proofs))

    def _draw(
        self,
        request: Request,
        visitor: Visitor,
        filled: Filled,
        refused: ProblemError | None = None,
        *,
        by_unit: bool = False,
    ) -> Response:
        return self._shell.draw(
            request,
            "series_form.html",
            refused.type.status.value if refused else 200,
            by_unit=by_unit,
            values=filled.values,
            known={} if by_unit else read_series(self._instance, person_of(visitor)),
            offered=offered(self._instance.library),
            this_year=self._instance.today().year,
            tray=filled.tray,
            refused=refused,
        )
