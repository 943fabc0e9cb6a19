"""Leaving: the certificate that a professional takes along to another province. JSON, and the document as PDF."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import Field

from issuer.access.roles import Actor
from issuer.certificates.pages import drawn
from issuer.instance import Transaction
from issuer.portal.calls import Keyed, act_once, calls, says, show
from issuer.portal.gate import Gate, Visit
from issuer.portal.problems import MISSING
from issuer.portal.schemas import Part
from issuer.portal.service import Answer
from issuer.portal.visitors import Door, person_of
from issuer.publication import publish
from issuer.transfers.gathering import certify
from issuer.transfers.pages import leaving_of
from issuer.transfers.rechecking import ask_again
from issuer.transfers.service import hold_clock
from verifier.subjects import MAX_YEARS


class LeavingAsked(Part):
    """Which years; without any, the latest ten that are registered."""

    years: Annotated[
        tuple[Annotated[int, Field(strict=True, ge=2000, le=2100)], ...], Field(max_length=MAX_YEARS)
    ] = ()


class LeavingAnswer(Part):
    """The certificate that stands. `token` is the credential as it was signed."""

    serial: str
    token: str


def routes(door: Door, gate: Gate) -> APIRouter:
    """Return the calls of leaving."""
    router = calls("transfers", gate)
    instance = door.instance

    @router.get(
        "/leaving",
        response_model=LeavingAnswer,
        summary="现有的转移证明 The transfer certificate that stands",
        **says(MISSING),
    )
    def standing(request: Request, visitor: Visit) -> Response:
        found = leaving_of(instance, person_of(visitor))
        return show(request, LeavingAnswer(serial=found.serial, token=found.jws))

    @router.post(
        "/leaving",
        status_code=201,
        response_model=LeavingAnswer,
        summary="开具转移证明；内容没有变，就还是现有的那份 Issue one; where nothing has changed, it is the one that stands",
        **says(MISSING, keyed=True),
    )
    def issue(sent: Keyed, asked: LeavingAsked) -> Response:
        person = person_of(sent.visitor)
        hold_clock(instance)
        ask_again(instance, person_id=person.id)

        def leave(work: Transaction, _actor: Actor) -> Answer:
            issued = certify(work, person.id, asked.years)
            body = LeavingAnswer(serial=issued.serial, token=issued.jws)
            return Answer(body, 201, {"Location": "/api/leaving"})

        answer = act_once(instance, sent, leave)
        publish(instance)
        return answer

    @router.get(
        "/leaving/document",
        response_class=Response,
        summary="转移证明 PDF The transfer certificate as PDF",
        **says(MISSING, media="application/pdf"),
    )
    def document(visitor: Visit) -> Response:
        return drawn(instance, leaving_of(instance, person_of(visitor)))

    return router
