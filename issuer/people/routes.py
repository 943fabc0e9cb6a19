"""Finding people by their document, and revealing a number. JSON."""

import sqlalchemy as sa
from fastapi import APIRouter, Response

from issuer.access.roles import Actor
from issuer.instance import Transaction
from issuer.people.identifier import read_identifier
from issuer.people.schemas import LookupAsked, NumberAnswer, PersonAnswer, RevealAsked
from issuer.people.service import Person
from issuer.people.tables import professional
from issuer.personnel import numbers
from issuer.portal.calls import Keyed, act_once, calls, says
from issuer.portal.gate import Gate
from issuer.portal.problems import MISSING
from issuer.portal.schemas import Id
from issuer.portal.service import Answer
from issuer.portal.visitors import Door


def routes(door: Door, gate: Gate) -> APIRouter:
    """Return the calls about people."""
    router = calls("people", gate)
    instance = door.instance

    @router.post(
        "/people/lookups",
        response_model=PersonAnswer,
        summary="按证件号码查找本部门管理的人 Find a person of one's own office by document",
        **says(MISSING, keyed=True),
    )
    def look_up(sent: Keyed, asked: LookupAsked) -> Response:
        wanted = read_identifier(asked.id_type, asked.number)

        def find_one(work: Transaction, actor: Actor) -> Answer:
            return Answer(person_answer(work, numbers.look_up(work, actor, wanted)))

        return act_once(instance, sent, find_one)

    @router.post(
        "/people/{person_id}/number",
        response_model=NumberAnswer,
        summary="查看证件号码，留下记录 Reveal a document's number; it is written down",
        **says(MISSING, keyed=True),
    )
    def reveal_number(
        sent: Keyed,
        person_id: Id,
        asked: RevealAsked,
    ) -> Response:
        def open_it(work: Transaction, actor: Actor) -> Answer:
            return Answer(NumberAnswer(number=numbers.reveal(work, actor, person_id, asked.reason)))

        return act_once(instance, sent, open_it)

    return router


def person_answer(work: Transaction, person: Person) -> PersonAnswer:
    """Tell of a professional."""
    row = work.connection.execute(sa.select(professional).where(professional.c.id == person.id)).one()
    return PersonAnswer(
        id=row.id, name=row.name, masked_identifier=row.masked_identifier, employer=row.employer
    )
