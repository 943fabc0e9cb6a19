"""What an inspector reads: the same as the pages. JSON; opening a file is the only thing that is written."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response

from issuer.access.roles import Actor
from issuer.evidence.pages import original_of, picture_of
from issuer.evidence.routes import Digest, PageNumber, file_calls, offer_proof
from issuer.inspection.files import read_file
from issuer.inspection.overview import Wanted, draw_sample, list_registrations, read_overview
from issuer.inspection.reading import ledger_proof, read_inspected_year
from issuer.inspection.schemas import (
    FileAnswer,
    InspectedInList,
    OpenedAnswer,
    OpeningAsked,
    OverviewAnswer,
    PackAnswer,
    ReasonAsked,
    SampleAnswer,
    WayAnswer,
    file_answer,
    listed,
    overview_answer,
    way_answer,
)
from issuer.inspection.scope import open_file, opened_by_document
from issuer.inspection.way import pack, proof_of, read_way
from issuer.instance import Transaction
from issuer.people.identifier import read_identifier
from issuer.people.schemas import Code
from issuer.people.service import person_by_id
from issuer.portal.calls import Keyed, Pages, act_once, calls, says, show
from issuer.portal.gate import Gate, Visit
from issuer.portal.paging import cut
from issuer.portal.problems import BAD_CURSOR, MISSING, REASON_NEEDED, REFUSED
from issuer.portal.schemas import Id, Page
from issuer.portal.service import Answer
from issuer.portal.visitors import Door
from issuer.year.routes import Year
from issuer.year.schemas import YearAnswer, year_answer
from rules.activity import Status

WAY = "/inspection/registrations/{declaration_id}"
FILE = (MISSING, REASON_NEEDED)
Index = Annotated[int, Path(ge=0, le=2**53 - 1, description="台账序号 Index in the ledger")]


def routes(door: Door, gate: Gate) -> APIRouter:
    """Return the calls of inspection."""
    router, its = calls("inspection", gate), _Calls(door)
    router.get(
        "/inspection",
        response_model=OverviewAnswer,
        summary="辖区登记状况 What stands where in the jurisdiction",
        **says(),
    )(its.overview)
    router.get(
        "/inspection/registrations",
        response_model=Page[InspectedInList],
        summary="申报和登记，最近变动的在前 Declarations, the latest changed first",
        **says(BAD_CURSOR),
    )(its.registrations)
    router.get(
        "/inspection/sample",
        response_model=SampleAnswer,
        summary="抽查，最多 20 条 A sample that can be drawn again",
        **says(),
    )(its.sample)
    router.get(
        "/inspection/proofs/{index}",
        response_class=Response,
        summary="一条台账的收录证明（C2SP tlog-proof） The proof of an entry",
        **says(MISSING, media="text/plain"),
    )(its.proof)
    _add_people(router, its)
    _add_ways(router, its)
    files = file_calls(gate)
    _add_proofs(files, its)
    router.routes += files.routes
    return router  # fmt: skip


def _add_people(router: APIRouter, its: "_Calls") -> None:
    at = "/inspection/people/{person_id}"
    router.post(
        "/inspection/people",
        status_code=201,
        response_model=OpenedAnswer,
        summary="按证件号码打开档案，写明事由，留下记录 Open a file by document; it is written down",
        **says(MISSING, keyed=True),
    )(its.open_by_document)
    router.post(
        f"{at}/opening",
        status_code=201,
        response_model=OpenedAnswer,
        summary="打开列表里一个人的档案，当天有效 Open the file of somebody met in a list, for the day",
        **says(MISSING, keyed=True),
    )(its.open)
    router.get(at, response_model=FileAnswer, summary="个人档案 A person's file", **says(*FILE))(its.file)
    router.get(
        f"{at}/years/{{year}}", response_model=YearAnswer, summary="一个年度的认定 A year as decided", **says(*FILE, REFUSED)
    )(its.year)  # fmt: skip


def _add_ways(router: APIRouter, its: "_Calls") -> None:
    router.get(
        WAY, response_model=WayAnswer, summary="一条申报的全过程 A declaration with its way", **says(*FILE)
    )(its.way)
    router.get(
        f"{WAY}/pack", response_model=PackAnswer, summary="证据包：内容、盐、台账证明 Evidence: content, salt, proof", **says(*FILE)
    )(its.pack)  # fmt: skip


def _add_proofs(files: APIRouter, its: "_Calls") -> None:
    at = f"{WAY}/proofs/{{digest}}"
    offer_proof(files, at, its.original, its.preview)


class _Calls:
    def __init__(self, door: Door) -> None:
        self._instance = door.instance

    def overview(self, request: Request, visitor: Visit) -> Response:
        return show(request, overview_answer(read_overview(self._instance, visitor.actor)))

    def open_by_document(self, sent: Keyed, asked: OpeningAsked) -> Response:
        identifier = read_identifier(asked.document.id_type, asked.document.number)

        def open_it(work: Transaction, actor: Actor) -> Answer:
            person = opened_by_document(work, actor, identifier, asked.reason)
            return Answer(OpenedAnswer(person=person.id), 201)

        return act_once(self._instance, sent, open_it)

    def open(self, sent: Keyed, person_id: Id, asked: ReasonAsked) -> Response:
        def open_it(work: Transaction, actor: Actor) -> Answer:
            open_file(work, actor, person_by_id(work.connection, person_id), asked.reason)
            return Answer(OpenedAnswer(person=person_id), 201)

        return act_once(self._instance, sent, open_it)

    def file(self, request: Request, visitor: Visit, person_id: Id) -> Response:
        return show(request, file_answer(read_file(self._instance, visitor.actor, person_id)))

    def year(self, request: Request, visitor: Visit, person_id: Id, year: Year) -> Response:
        found = read_inspected_year(self._instance, visitor.actor, person_id, year)
        return show(request, year_answer(found))

    def registrations(
        self,
        request: Request,
        visitor: Visit,
        paging: Pages,
        state: Status | None = None,
        unit: Code | None = None,
    ) -> Response:
        found = list_registrations(self._instance, visitor.actor, Wanted(paging.one_more(), state, unit))
        shown, more = cut(found, paging.limit, lambda one: (one.changed_at, one.id))
        return show(request, Page[InspectedInList](items=listed(shown), next=more))

    def sample(
        self, request: Request, visitor: Visit, word: Annotated[str, Query(min_length=1, max_length=80)]
    ) -> Response:
        return show(request, SampleAnswer(items=listed(draw_sample(self._instance, visitor.actor, word))))

    def way(self, request: Request, visitor: Visit, declaration_id: UUID) -> Response:
        return show(request, way_answer(read_way(self._instance, visitor.actor, declaration_id)))

    def pack(self, request: Request, visitor: Visit, declaration_id: UUID) -> Response:
        found = pack(self._instance, visitor.actor, declaration_id)
        return show(request, PackAnswer.model_validate(found))

    def proof(self, _visitor: Visit, index: Index) -> Response:
        return Response(ledger_proof(self._instance, index), media_type="text/plain")

    def original(self, visitor: Visit, declaration_id: UUID, digest: Digest) -> Response:
        return original_of(self._instance, proof_of(self._instance, visitor.actor, declaration_id, digest))

    def preview(self, visitor: Visit, declaration_id: UUID, digest: Digest, page: PageNumber = 1) -> Response:
        found = proof_of(self._instance, visitor.actor, declaration_id, digest)
        return picture_of(self._instance, found, page)
