"""The professional's year. HTML and the documents of the year as PDF."""

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from issuer.certificates.pages import drawn
from issuer.credentials.sealing import Issued
from issuer.credentials.tables import credential, withdrawal
from issuer.errors import NotFound
from issuer.instance import Instance
from issuer.people.service import Person
from issuer.portal.gate import Gate, Visit
from issuer.portal.shell import Shell
from issuer.portal.visitors import Door, person_of
from issuer.records.tables import year_record
from issuer.registration.procedure import REASONS
from issuer.year.service import read_year
from ledger.store import reading
from rules.words import CATEGORIES


def routes(shell: Shell, door: Door, gate: Gate) -> APIRouter:
    """Return the routes of the year."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(gate)])
    instance = door.instance

    @router.get("/year")
    def this_year(_request: Request, _visitor: Visit) -> Response:
        return RedirectResponse(f"/year/{instance.today().year}", 303)

    @router.get("/year/{year}")
    def one_year(request: Request, visitor: Visit, year: int) -> Response:
        found = read_year(instance, person_of(visitor), year)
        return shell.draw(
            request,
            "year.html",
            year=found,
            now=instance.now(),
            this_year=instance.today().year,
            reasons=REASONS,
            categories=CATEGORIES,
        )

    @router.get("/year/{year}/document")
    def document(_request: Request, visitor: Visit, year: int) -> Response:
        return document_of(instance, person_of(visitor), year)

    return router


def document_of(instance: Instance, person: Person, year: int) -> Response:
    """The year's document as a PDF to keep.

    Raises:
        NotFound: none stands.
    """
    return drawn(instance, _standing(instance.engine, person, year))


def _standing(engine: sa.Engine, person: Person, year: int) -> Issued:
    """The newest document of a year that was not withdrawn."""
    with reading(engine).connect() as connection:
        row = connection.execute(
            sa.select(credential)
            .join(year_record, credential.c.record_id == year_record.c.id)
            .where(year_record.c.person_id == person.id, year_record.c.year == year)
            .where(credential.c.serial.not_in(sa.select(withdrawal.c.serial)))
            .order_by(year_record.c.version.desc())
            .limit(1)
        ).one_or_none()
    if row is None:
        raise NotFound(f"{year} 年还没有签发证明或明细 no document has been issued for {year}")
    return Issued(row.serial, row.document, row.jws, row.lines.encode() if row.lines else None, fresh=False)
