"""What only authorities enter. JSON."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response

from issuer.access.clients import SECRET
from issuer.access.roles import Actor
from issuer.errors import NotFound
from issuer.governance import choosing, entering
from issuer.governance.entering import Entering
from issuer.governance.entries import TWO_PEOPLE
from issuer.governance.forms import FORMS
from issuer.governance.listing import Wanted, list_entries, read_entry
from issuer.governance.offices import ChangeKind, NewAccount
from issuer.governance.schemas import (
    ChoiceAnswer,
    ChoicesAnswer,
    EndAsked,
    EntryAnswer,
    EntryAsked,
    EntryStanding,
    entry_answer,
)
from issuer.instance import Transaction
from issuer.people.identifier import read_identifier
from issuer.people.service import person_by_id
from issuer.portal.calls import (
    Keyed,
    KeyedAndMatched,
    Pages,
    act_once,
    calls,
    says,
    show,
)  # fmt: skip
from issuer.portal.gate import Gate, Visit
from issuer.portal.paging import cut
from issuer.portal.problems import BAD_CURSOR, MISSING
from issuer.portal.schemas import Page
from issuer.portal.service import Answer
from issuer.portal.visitors import Door
from issuer.registration.entered import EntryKind, EntryState
from issuer.registration.errors import StepRefused


def routes(door: Door, gate: Gate) -> APIRouter:
    """Return the calls of authorities' entries."""
    router = calls("entries", gate)
    its = _Calls(door)
    router.get(
        "/entries",
        response_model=Page[EntryAnswer],
        summary="本部门的录入，最新的在前 Entries of one's own office, the newest first",
        **says(BAD_CURSOR),
    )(its.all)
    router.post(
        "/entries",
        status_code=201,
        response_model=EntryStanding,
        summary="录入备案、名单、顺延、例外、解释、撤销 Enter a filing, list, deferral, exception, note or revocation",
        **says(MISSING, keyed=True),
    )(its.enter)
    router.get(
        "/entries/choices/{sort}",
        response_model=ChoicesAnswer,
        summary="录入时可选的单位、部门、账号等，按名称查 What the fields of entries are chosen from, found by name",
        **says(MISSING),
    )(its.choices)
    router.get(
        "/entries/{entry_id}",
        response_model=EntryAnswer,
        summary="一条录入 An entry",
        **says(MISSING),
    )(its.one)
    router.post(
        "/entries/{entry_id}/confirmation",
        response_model=EntryStanding,
        summary="第二人确认 Confirm, as the second person",
        **says(keyed=True, matched=True),
    )(its.confirm)
    router.post(
        "/entries/{entry_id}/end",
        response_model=EntryStanding,
        summary="终止 End",
        **says(keyed=True, matched=True),
    )(its.end)
    return router


class _Calls:
    def __init__(self, door: Door) -> None:
        self._instance = door.instance

    def all(
        self,
        request: Request,
        visitor: Visit,
        paging: Pages,
        kind: EntryKind | ChangeKind | None = None,
        state: EntryState | None = None,
    ) -> Response:
        wanted = Wanted(paging.one_more(), kind, state)
        found = list_entries(self._instance, visitor.actor, wanted)
        shown, more = cut(found, paging.limit, lambda one: (one.entered_at, one.id))
        return show(request, Page[EntryAnswer](items=tuple(map(entry_answer, shown)), next=more))

    def one(self, request: Request, visitor: Visit, entry_id: UUID) -> Response:
        found = read_entry(self._instance, visitor.actor, entry_id)
        return show(request, entry_answer(found), found.state)

    def choices(
        self,
        request: Request,
        visitor: Visit,
        sort: Annotated[str, Path(max_length=20)],
        find: Annotated[str, Query(max_length=80)] = "",
        person: Annotated[int | None, Query(ge=1, le=2**31 - 1, description="本人 Whose")] = None,
    ) -> Response:
        if sort not in {
            f.seek for form in FORMS.values() if form.roles & visitor.roles for f in form.fields if f.seek
        }:
            raise NotFound("没有这一类可选的，或不归您录入 nothing of the kind is yours to choose")
        found = choosing.find(self._instance, visitor.actor, sort, find, person)
        items = tuple(ChoiceAnswer(**vars(one)) for one in found[: choosing.MOST])
        return show(request, ChoicesAnswer(items=items, more=len(found) > choosing.MOST))

    def enter(self, sent: Keyed, asked: EntryAsked) -> Response:
        content = asked.content
        if isinstance(content, NewAccount):
            content = _held(content, asked, self._instance.person_secret)

        def enter(work: Transaction, actor: Actor) -> Answer:
            person = None if asked.person is None else person_by_id(work.connection, asked.person)
            new = Entering(content, asked.document_no, asked.reason, person)
            made = entering.enter(work, actor, new)
            two = asked.content.kind in TWO_PEOPLE
            state = EntryState.PROPOSED if two else EntryState.IN_FORCE
            return _standing(made, state, 201, {"Location": f"/api/entries/{made}"})

        return act_once(self._instance, sent, enter)

    def confirm(self, sent: KeyedAndMatched, entry_id: UUID) -> Response:
        def confirm(work: Transaction, actor: Actor) -> Answer:
            told = entering.confirm(work, actor, entry_id, sent.seen)
            return _standing(entry_id, EntryState.IN_FORCE, told=told or "")

        return act_once(self._instance, sent, confirm)

    def end(
        self,
        sent: KeyedAndMatched,
        entry_id: UUID,
        asked: EndAsked,
    ) -> Response:
        def end(work: Transaction, actor: Actor) -> Answer:
            entering.end(work, actor, entry_id, asked.reason, sent.seen)
            return _standing(entry_id, EntryState.ENDED)

        return act_once(self._instance, sent, end)


def _held(content: NewAccount, asked: EntryAsked, secret: bytes) -> NewAccount:
    """Whose account it is to be: by the document, never by a fingerprint that the caller made."""
    if asked.document is None or content.holder is not None or content.masked:
        raise StepRefused("账号请用 document 写明本人证件 an account is for whom `document` names")
    identifier = read_identifier(asked.document.id_type, asked.document.number)
    its = {"holder": identifier.person_key(secret).hex(), "masked": identifier.masked}
    return content.model_copy(update=its)


def _standing(
    one: UUID,
    state: EntryState,
    status: int = 200,
    more: dict[str, str] | None = None,
    told: str = "",
) -> Answer:
    secret = told if told.startswith(SECRET) else ""
    body = EntryStanding(
        id=one, state=state, invitation=told if told != secret else None, client_secret=secret or None
    )
    return Answer(body, status, {"ETag": f'"{state}"', **(more or {})})
