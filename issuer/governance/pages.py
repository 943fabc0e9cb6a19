"""What only authorities enter, and what administrators change: lists, forms, and the second person's confirmation. HTML."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from issuer.database import Paging
from issuer.errors import IssuerError, NotFound
from issuer.governance import service
from issuer.governance.choosing import name_all
from issuer.governance.entering import Entering
from issuer.governance.entries import read_body
from issuer.governance.filling import PERSON, known_of, offers, settle
from issuer.governance.forms import FORMS, KindForm, content_of
from issuer.governance.listing import Listed, Wanted, list_entries, read_entry
from issuer.governance.merging import Weight, weigh
from issuer.governance.offices import ChangeKind
from issuer.instance import Instance
from issuer.people.errors import IdentifierError
from issuer.people.identifier import Identifier, IdType, read_identifier
from issuer.people.registry import find
from issuer.people.service import Person, person_by_id
from issuer.portal.forms import Form
from issuer.portal.gate import Gate, Visit, form_of
from issuer.portal.paging import FIRST, SHOWN, Page, cut
from issuer.portal.problems import problem_of
from issuer.portal.shell import Shell
from issuer.portal.visitors import Door, Visitor
from issuer.registered.service import read_registered_one
from issuer.registration.entered import EntryKind, EntryState
from issuer.registration.errors import StepRefused
from issuer.transfers.reading import read_case
from ledger.store import reading
from rules.errors import FactsError
from verifier.web.problems import ProblemError


@dataclass(frozen=True)
class Reversed:
    """What was reversed for false evidence, and leads to a revocation."""

    declaration: UUID | None = None
    transfer: UUID | None = None


Because = Annotated[Reversed, Depends()]


def routes(shell: Shell, door: Door, gate: Gate) -> APIRouter:
    """Return the routes of entries."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(gate)])
    pages = _Pages(shell, door.instance)
    router.get("/entries")(pages.overview)
    router.get("/entries/{kind}")(pages.one_kind)
    router.post("/entries/{kind}")(pages.enter)
    router.post("/entries/{kind}/{entry_id}")(pages.decide)
    return router


class _Pages:
    def __init__(self, shell: Shell, instance: Instance) -> None:
        self._shell, self._instance = shell, instance

    def overview(self, request: Request, visitor: Visit) -> Response:
        wanted = Wanted(FIRST, None, EntryState.PROPOSED)
        waiting = list_entries(self._instance, visitor.actor, wanted)
        return self._shell.draw(
            request, "entries.html", kinds=_of(visitor), waiting=waiting, forms=FORMS, refused=None
        )

    def one_kind(
        self, request: Request, visitor: Visit, kind: str, paging: Page, reversed_one: Because
    ) -> Response:
        form, asked = _form(visitor, kind), request.query_params
        if form.kind is EntryKind.REVOCATION:
            return self._draw(request, visitor, form, _Shown(self._false(visitor, reversed_one), paging))
        named = [field.name for field in form.fields] + ([PERSON] if form.personal else [])
        values = {name: asked[name][:120] for name in named if name in asked}
        return self._draw(request, visitor, form, _Shown(values, paging))

    def _false(self, visitor: Visitor, one: Reversed) -> dict[str, str]:
        """A revocation's fields for what was reversed because its evidence is false."""
        if one.declaration is not None:
            what = f"申报 {one.declaration}"
            serials = read_registered_one(self._instance, visitor.actor, one.declaration).serials
        elif one.transfer is not None:
            what = f"转入 {one.transfer}"
            serials = read_case(self._instance, visitor.actor, one.transfer).documents
        else:
            return {}
        serial = next(iter(serials), "")
        return {"serial": serial, "code": "false-evidence", "reason": f"{what} 因证明材料不实已冲正"}

    def enter(self, request: Request, visitor: Visit, kind: str) -> Response:
        form, sent = _form(visitor, kind), form_of(request)
        values = sent.firsts() | {
            field.name: " ".join(sent.all(field.name)) for field in form.fields if field.sort == "words"
        }
        try:
            person = self._person(visitor, form, sent)
            if person is not None:
                values[PERSON] = str(person.id)
            if sent.text("look"):
                return self._draw(request, visitor, form, _Shown(values, looked=True))
            values = settle(self._instance, visitor.actor, form, values)
            body = read_body(content_of(form, values) | self._holder(form, sent))
            new = Entering(body, sent.text("document_no"), sent.text("reason"), person)
            service.enter(self._instance, visitor.actor, new)
        except (FactsError, IssuerError) as error:
            return self._draw(request, visitor, form, _Shown(values, refused=problem_of(error)))
        return RedirectResponse(f"/entries/{kind}", 303)

    def decide(self, request: Request, visitor: Visit, kind: str, entry_id: UUID) -> Response:
        form, sent = _form(visitor, kind), form_of(request)
        read_entry(self._instance, visitor.actor, entry_id)
        try:
            if sent.text("do") == "confirm":
                told = service.confirm(self._instance, visitor.actor, entry_id)
                if told is not None:
                    secret = form.kind is ChangeKind.CLIENT
                    return self._shell.draw(request, "invited.html", code=told, secret=secret)
            else:
                service.end(self._instance, visitor.actor, entry_id, sent.text("end-reason"))
        except IssuerError as error:
            return self._draw(request, visitor, form, _Shown(refused=problem_of(error)))
        return RedirectResponse(f"/entries/{kind}", 303)

    def _holder(self, form: KindForm, sent: Form) -> dict[str, str]:
        """Whose account it is to be: the fingerprint of the document, and the number as it may be shown."""
        if form.kind is not ChangeKind.ACCOUNT:
            return {}
        identifier = self._identifier(sent)
        key = identifier.person_key(self._instance.person_secret)
        return {"holder": key.hex(), "masked": identifier.masked}

    @staticmethod
    def _identifier(sent: Form) -> Identifier:
        try:
            return read_identifier(IdType(sent.text("id_type") or "resident_id"), sent.text("number"))
        except (IdentifierError, ValueError):
            raise StepRefused("证件号码不对，请核对 this is no document number: check it") from None

    def _person(self, visitor: Visitor, form: KindForm, sent: Form) -> Person | None:
        """Whom it is about: by the document's number, which is compared and not kept, or as found before.

        Raises:
            StepRefused: the number cannot be one, or nobody has it.
            NotFound: nobody of the actor's office was found before.
        """
        if not form.personal:
            return None
        found = known_of(self._instance, visitor.actor, sent.firsts())
        if not sent.text("number") and (found is not None or sent.text("look")):
            return None if found is None else self._by_id(found.id)
        identifier = self._identifier(sent)
        with reading(self._instance.engine).connect() as connection:
            person = find(connection, identifier.person_key(self._instance.person_secret))
        if person is None:
            raise StepRefused("没有登记这个证件号码的人 nobody is entered with this number")
        return person

    def _by_id(self, person_id: int) -> Person:
        with reading(self._instance.engine).connect() as connection:
            return person_by_id(connection, person_id)

    def _weights(self, found: list[Listed]) -> Mapping[str, Weight]:
        """What each merge that waits would move."""
        codes = [one.content["gone"] for one in found if one.state is EntryState.PROPOSED]
        with reading(self._instance.engine).connect() as connection:
            return weigh(connection, codes)

    def _names(self, form: KindForm, listed: Sequence[Listed]) -> Mapping[str, str]:
        """What the codes in a list name."""
        fields = [field.name for field in form.fields if field.seek in {"unit", "authority", "place"}]
        return name_all(
            self._instance,
            {str(one.content[name]) for one in listed for name in fields if name in one.content},
        )

    def _draw(self, request: Request, visitor: Visitor, form: KindForm, shown: "_Shown") -> Response:
        wanted = Wanted(shown.paging, form.kind)
        found = list_entries(self._instance, visitor.actor, wanted)
        listed, more = cut(found, SHOWN, lambda one: (one.entered_at, one.id))
        context: dict[str, object] = {
            "form": form,
            "listed": listed,
            "more": more,
            "values": shown.values,
            "refused": shown.refused,
            "weights": self._weights(found) if form.kind is ChangeKind.UNIT_MERGE else {},
            "names": self._names(form, listed),
            "offers": offers(self._instance, visitor.actor, form, shown.values),
            "known": known_of(self._instance, visitor.actor, shown.values) if form.personal else None,
            "looked": shown.looked,
        }
        status = shown.refused.type.status.value if shown.refused else 200
        return self._shell.draw(request, "entry_kind.html", status, **context)


@dataclass(frozen=True)
class _Shown:
    """What a page of a kind shows beside the list: a form's values, where the list begins, a refusal, or that something was looked for."""

    values: Mapping[str, str] = field(default_factory=dict)
    paging: Paging = FIRST
    refused: ProblemError | None = None
    looked: bool = False


def _of(visitor: Visitor) -> list[KindForm]:
    return [form for form in FORMS.values() if form.roles & visitor.roles]


def _form(visitor: Visitor, kind: str) -> KindForm:
    """The form of a kind that the visitor may enter.

    Raises:
        NotFound: no such kind, or not theirs.
    """
    form = FORMS.get(kind)
    if form is None or not form.roles & visitor.roles:
        raise NotFound("没有这一类，或不归您录入 there is no such kind, or it is not yours to enter")
    return form
