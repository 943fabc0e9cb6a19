"""The employer's learning archives. JSON."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from issuer.access.roles import Actor
from issuer.errors import NotFound
from issuer.instance import Transaction
from issuer.people.identifier import read_identifier
from issuer.people.registry import find
from issuer.portal.calls import Keyed, Pages, act_once, calls, says, show
from issuer.portal.gate import Gate, Visit
from issuer.portal.paging import cut
from issuer.portal.problems import BAD_CURSOR, MISSING
from issuer.portal.schemas import Page
from issuer.portal.service import Answer
from issuer.portal.visitors import Door
from issuer.registration import archives
from issuer.registration.archive_schemas import ArchiveAnswer, ArchiveAsked, ArchiveMade, archive_answer
from ledger.store import reading


def routes(door: Door, gate: Gate) -> APIRouter:
    """Return the calls of archives."""
    router = calls("archives", gate)
    its = _Calls(door)
    router.get(
        "/archives",
        response_model=Page[ArchiveAnswer],
        summary="本单位一年的学习档案，最新的在前 The archives of a year at one's places, the newest first",
        **says(BAD_CURSOR),
    )(its.all)
    router.post(
        "/archives",
        status_code=201,
        response_model=ArchiveMade,
        summary="建立学习档案；建立后不能修改 Build an archive; it cannot be altered afterwards",
        **says(MISSING, keyed=True),
    )(its.build)
    return router


class _Calls:
    def __init__(self, door: Door) -> None:
        self._instance = door.instance

    def all(
        self, request: Request, visitor: Visit, paging: Pages, year: Annotated[int, Query(ge=2000, le=2100)]
    ) -> Response:
        with reading(self._instance.engine).connect() as connection:
            found = archives.at_places(connection, visitor.actor, year, paging.one_more())
        shown, more = cut(found, paging.limit, lambda one: (one.built_at, one.id))
        return show(request, Page[ArchiveAnswer](items=tuple(map(archive_answer, shown)), next=more))

    def build(self, sent: Keyed, asked: ArchiveAsked) -> Response:
        secret = self._instance.person_secret
        wanted = read_identifier(asked.document.id_type, asked.document.number).person_key(secret)

        def build(work: Transaction, actor: Actor) -> Answer:
            person = find(work.connection, wanted)
            if person is None:
                raise NotFound("没有登记这个证件号码的人 nobody is entered with this number")
            new = archives.NewArchive(
                person.id, asked.year, asked.kind, asked.content, asked.outcome, asked.hours
            )
            return Answer(ArchiveMade(id=archives.build(work, actor, new)), 201)

        return act_once(self._instance, sent, build)
