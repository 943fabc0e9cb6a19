"""Where people belong, and changes of it. JSON."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from issuer.access.roles import Actor
from issuer.errors import NotFound
from issuer.evidence.schemas import proofs_of
from issuer.instance import Transaction
from issuer.people.identifier import read_identifier
from issuer.people.registry import find
from issuer.people.schemas import LookupAsked
from issuer.people.service import Person
from issuer.personnel import changes
from issuer.personnel.changes import Asked, Taken, row_of
from issuer.personnel.reading import list_changes, read_change, read_history, read_series
from issuer.personnel.schemas import (
    ChangeAnswer,
    ChangeAsked,
    ChangeInList,
    ChangeStanding,
    ChangeStepAsked,
    HistoryAnswer,
    SeriesAnswer,
    SeriesAsked,
    change_answer,
    in_list,
    spell_answer,
)  # fmt: skip
from issuer.personnel.wanted import Content, NewEmployer, NewSeries
from issuer.personnel.way import State
from issuer.portal.calls import Keyed, KeyedAndMatched, Pages, act_once, calls, says, show, turn_seen
from issuer.portal.gate import Gate, Visit
from issuer.portal.paging import cut
from issuer.portal.problems import BAD_CURSOR, MISSING, PROOF_REFUSED
from issuer.portal.schemas import Page
from issuer.portal.service import Answer
from issuer.portal.visitors import Door, person_of
from issuer.registration.errors import StepRefused


def routes(door: Door, gate: Gate) -> APIRouter:
    """Return the calls of changes."""
    router = calls("changes", gate)
    its = _Calls(door)
    router.get(
        "/affiliations",
        response_model=HistoryAnswer,
        summary="我的隶属记录和职称系列 Where the caller belonged, and the title series by year",
        **says(MISSING),
    )(its.history)
    router.get(
        "/changes",
        response_model=Page[ChangeInList],
        summary="变更，最近变动的在前 Changes of one's own and at one's places, the latest first",
        description="`waiting`：只要等自己办理的。Only those that wait for the caller.",
        **says(BAD_CURSOR),
    )(its.all)
    router.post(
        "/changes",
        status_code=201,
        response_model=ChangeStanding,
        summary="提出变更单位或职称系列 Ask for another employer, or the title series of a year",
        **says(MISSING, PROOF_REFUSED, keyed=True),
    )(its.ask)
    router.get(
        "/changes/{change_id}",
        response_model=ChangeAnswer,
        summary="一项变更 A change",
        **says(MISSING),
    )(its.one)
    router.post(
        "/changes/{change_id}/steps",
        response_model=ChangeStanding,
        summary="办理一步：同意、登记、不同意、撤回 Take a step",
        **says(keyed=True, matched=True),
    )(its.step)
    return router


class _Calls:
    def __init__(self, door: Door) -> None:
        self._instance = door.instance

    def history(self, request: Request, visitor: Visit) -> Response:
        person = person_of(visitor)
        spells = read_history(self._instance, person)
        series = read_series(self._instance, person)
        answer = HistoryAnswer(
            items=tuple(map(spell_answer, spells)),
            series=tuple(SeriesAnswer(year=year, series=name) for year, name in series.items()),
        )
        return show(request, answer)

    def all(self, request: Request, visitor: Visit, paging: Pages, *, waiting: bool = False) -> Response:
        found = list_changes(self._instance, visitor.actor, paging.one_more(), waiting=waiting)
        shown, more = cut(found, paging.limit, lambda one: (one.changed_at, one.id))
        return show(request, Page[ChangeInList](items=tuple(map(in_list, shown)), next=more))

    def one(self, request: Request, visitor: Visit, change_id: UUID) -> Response:
        found = read_change(self._instance, visitor.actor, change_id)
        return show(request, change_answer(found), str(found.listed.turn))

    def ask(self, sent: Keyed, body: ChangeAsked) -> Response:
        asked = body.root
        new: Content
        if isinstance(asked, SeriesAsked):
            new = NewSeries(year=asked.year, series=asked.series)
        elif asked.unit is None and asked.agency is None:
            raise StepRefused("请写明单位或代理机构 a unit or an agency is needed")
        else:
            new = NewEmployer(unit=asked.unit, agency=asked.agency, first=asked.first)

        def keep(work: Transaction, actor: Actor) -> Answer:
            person = person_of(sent.visitor) if asked.document is None else _person(work, asked.document)
            proofs = proofs_of(self._instance, actor.person_key, asked.proofs)
            made = changes.ask(work, actor, person, Asked(new, asked.words, proofs))
            return _standing(work, made, 201, {"Location": f"/api/changes/{made}"})

        return act_once(self._instance, sent, keep)

    def step(self, sent: KeyedAndMatched, change_id: UUID, asked: ChangeStepAsked) -> Response:
        taken = Taken(asked.step, turn_seen(sent), asked.reason, asked.words)

        def take(work: Transaction, actor: Actor) -> Answer:
            changes.take(work, actor, change_id, taken)
            return _standing(work, change_id)

        return act_once(self._instance, sent, take)


def _person(work: Transaction, document: LookupAsked) -> Person:
    key = read_identifier(document.id_type, document.number).person_key(work.instance.person_secret)
    person = find(work.connection, key)
    if person is None:
        raise NotFound("没有登记这个证件号码的人 nobody is entered with this number")
    return person


def _standing(
    work: Transaction, one: UUID, status: int = 200, headers: dict[str, str] | None = None
) -> Answer:
    """What a change is now, with its ETag."""
    row = row_of(work.connection, one)
    body = ChangeStanding(id=one, turn=row.turn, state=State(row.state))
    return Answer(body, status, {"ETag": f'"{row.turn}"', **(headers or {})})
