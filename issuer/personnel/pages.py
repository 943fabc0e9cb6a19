"""One's own employer and its history; changes that wait for somebody; one change with its way. HTML."""

from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from issuer.access.roles import Role
from issuer.errors import IssuerError
from issuer.instance import Instance
from issuer.people.errors import IdentifierError
from issuer.people.identifier import IdType, read_identifier
from issuer.people.registry import find
from issuer.people.service import Person
from issuer.personnel import service
from issuer.personnel.changes import Asked, Taken
from issuer.personnel.reading import list_changes, read_change, read_history, read_series
from issuer.personnel.units import find_units, list_agencies, own_units
from issuer.personnel.wanted import NewEmployer
from issuer.personnel.way import OPEN, REJECTS, Step
from issuer.portal.forms import Form
from issuer.portal.gate import Gate, Visit, form_of
from issuer.portal.paging import FIRST, SHOWN, Page, cut
from issuer.portal.problems import problem_of
from issuer.portal.shell import Shell
from issuer.portal.visitors import Door, Visitor, person_of
from issuer.registration.errors import StepRefused
from issuer.registration.procedure import REASONS
from issuer.registration.proof_pages import Filled, Tray, read_tray
from issuer.registration.turns import turn_of
from ledger.store import reading
from rules.errors import FactsError
from rules.refusals import facts_error
from verifier.web.problems import ProblemError


def routes(shell: Shell, door: Door, gate: Gate) -> APIRouter:
    """Return the routes of files and their changes."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(gate)])
    pages = _Pages(shell, door.instance)
    router.get("/affiliation")(pages.own)
    router.get("/affiliation/change")(pages.form)
    router.post("/affiliation/change")(pages.ask)
    router.get("/changes")(pages.waiting)
    router.get("/changes/ask")(pages.unit_form)
    router.post("/changes/ask")(pages.unit_asks)
    router.get("/changes/{change_id}")(pages.one)
    router.post("/changes/{change_id}")(pages.take)
    return router


class _Pages:
    def __init__(self, shell: Shell, instance: Instance) -> None:
        self._shell, self._instance = shell, instance

    def own(self, request: Request, visitor: Visit) -> Response:
        person = person_of(visitor)
        mine = [
            one for one in list_changes(self._instance, visitor.actor, FIRST) if one.person_id == person.id
        ]
        return self._shell.draw(
            request,
            "affiliation.html",
            history=read_history(self._instance, person),
            series=read_series(self._instance, person),
            open=[one for one in mine if one.state in OPEN],
            closed=[one for one in mine if one.state not in OPEN][:10],
        )

    def form(self, request: Request, visitor: Visit, find: str = "") -> Response:
        return self._draw_form(request, visitor, Filled({"find": find}))

    def ask(self, request: Request, visitor: Visit) -> Response:
        sent = form_of(request)
        tray = read_tray(self._instance, visitor, sent)
        try:
            made = self._asked(visitor, person_of(visitor), sent, tray)
        except (FactsError, IssuerError) as error:
            return self._draw_form(request, visitor, Filled(sent.firsts(), tray), problem_of(error))
        return RedirectResponse(f"/changes/{made}", 303)

    def waiting(self, request: Request, visitor: Visit, paging: Page) -> Response:
        waiting = list_changes(self._instance, visitor.actor, FIRST, waiting=True)
        found = list_changes(self._instance, visitor.actor, paging)
        shown, more = cut(found, SHOWN, lambda one: (one.changed_at, one.id))
        asks = Role.REVIEWER in visitor.roles
        return self._shell.draw(request, "changes.html", waiting=waiting, listed=shown, more=more, asks=asks)

    def unit_form(self, request: Request, visitor: Visit, find: str = "") -> Response:
        return self._draw_form(request, visitor, Filled({"find": find}), by_unit=True)

    def unit_asks(self, request: Request, visitor: Visit) -> Response:
        sent = form_of(request)
        tray = read_tray(self._instance, visitor, sent)
        try:
            made = self._asked(visitor, self._person(sent), sent, tray)
        except (FactsError, IssuerError) as error:
            return self._draw_form(
                request, visitor, Filled(sent.firsts(), tray), problem_of(error), by_unit=True
            )
        return RedirectResponse(f"/changes/{made}", 303)

    def one(self, request: Request, visitor: Visit, change_id: UUID) -> Response:
        return self._draw_one(request, visitor, change_id)

    def take(self, request: Request, visitor: Visit, change_id: UUID) -> Response:
        values = form_of(request).firsts()
        read_change(self._instance, visitor.actor, change_id)
        try:
            step = next((step for step in Step if step == values.get("do") and step is not Step.ASK), None)
            if step is None:
                raise StepRefused("请选择怎样办理 choose what to do")
            reason = values.get("reason") or None
            taken = Taken(step, turn_of(values), reason, values.get("words", ""))
            service.take(self._instance, visitor.actor, change_id, taken)
        except IssuerError as error:
            return self._draw_one(request, visitor, change_id, values, problem_of(error))
        return RedirectResponse(f"/changes/{change_id}", 303)

    def _asked(self, visitor: Visitor, person: Person, sent: Form, tray: Tray) -> UUID:
        tray.hold_whole()
        asked = {name: sent.text(name) or None for name in ("unit", "agency", "first")}
        if not asked["unit"] and not asked["agency"]:
            raise StepRefused(
                "请选择单位，没有单位的选代理机构 choose a unit, or an agency where there is none"
            )
        if not asked["first"]:
            raise StepRefused("请填写到岗日期 give the first day there")
        try:
            new = NewEmployer.model_validate(asked)
        except ValidationError as error:
            raise facts_error(error) from None
        return service.ask(self._instance, visitor.actor, person, Asked(new, sent.text("words"), tray.proofs))

    def _person(self, sent: Form) -> Person:
        """Whom the unit takes, by the document's number: it is compared, not kept.

        Raises:
            StepRefused: the number cannot be one, or nobody has it.
        """
        try:
            identifier = read_identifier(IdType(sent.text("id_type") or "resident_id"), sent.text("number"))
        except (IdentifierError, ValueError):
            raise StepRefused("证件号码不对，请核对 this is no document number: check it") from None
        with reading(self._instance.engine).connect() as connection:
            person = find(connection, identifier.person_key(self._instance.person_secret))
        if person is None:
            raise StepRefused("没有登记这个证件号码的人 nobody is entered with this number")
        return person

    def _draw_form(
        self,
        request: Request,
        visitor: Visitor,
        filled: Filled,
        refused: ProblemError | None = None,
        *,
        by_unit: bool = False,
    ) -> Response:
        looked_for = filled.values.get("find") or filled.values.get("unit", "")
        return self._shell.draw(
            request,
            "change_form.html",
            refused.type.status.value if refused else 200,
            by_unit=by_unit,
            history=[] if by_unit else read_history(self._instance, person_of(visitor)),
            values=filled.values,
            found=own_units(self._instance, visitor.actor)
            if by_unit
            else find_units(self._instance, looked_for),
            agencies=list_agencies(self._instance),
            today=self._instance.today(),
            tray=filled.tray,
            refused=refused,
        )

    def _draw_one(
        self,
        request: Request,
        visitor: Visitor,
        change_id: UUID,
        values: dict[str, str] | None = None,
        refused: ProblemError | None = None,
    ) -> Response:
        return self._shell.draw(
            request,
            "change.html",
            refused.type.status.value if refused else 200,
            one=read_change(self._instance, visitor.actor, change_id),
            values=values or {},
            refused=refused,
            rejects=[REASONS[code] for code in REJECTS],
            reasons=REASONS,
        )
