"""The professional's year. JSON, and its document as PDF."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from issuer.portal.calls import calls, says, show
from issuer.portal.gate import Gate, Visit
from issuer.portal.problems import MISSING, REFUSED
from issuer.portal.visitors import Door, person_of
from issuer.year.pages import document_of
from issuer.year.schemas import YearAnswer, year_answer
from issuer.year.service import read_year

Year = Annotated[int, Path(ge=1950, le=2200, examples=[2026])]


def routes(door: Door, gate: Gate) -> APIRouter:
    """Return the calls of the year."""
    router = calls("year", gate)
    instance = door.instance

    @router.get(
        "/years/{year}",
        response_model=YearAnswer,
        summary="一个年度 A year",
        description="学时、在办、还缺什么；每条附依据条款。Hours, what is under way, what is missing, each line with its article.",
        **says(REFUSED),
    )
    def one_year(request: Request, visitor: Visit, year: Year) -> Response:
        return show(request, year_answer(read_year(instance, person_of(visitor), year)))

    @router.get(
        "/years/{year}/document",
        response_class=Response,
        summary="证明或学时明细 The certificate, or the statement of hours",
        **says(MISSING, media="application/pdf"),
    )
    def document(visitor: Visit, year: Year) -> Response:
        return document_of(instance, person_of(visitor), year)

    return router
