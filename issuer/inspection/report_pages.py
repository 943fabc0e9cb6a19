"""What stands out in a place and year, and reports of it, to read, print and take along as CSV and XLSX. HTML and files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from issuer.access.roles import Actor
from issuer.inspection.narrowing import Node, places_of
from issuer.inspection.reports import COLUMNS, FIGURES, Report, list_lines, read_report
from issuer.inspection.rules import OF_A_PERSON, SAYS, Rule
from issuer.inspection.sheets import Row, to_csv, to_xlsx
from issuer.inspection.standouts import SHOWN, find_standouts
from issuer.instance import Instance
from issuer.portal.gate import Gate, Visit
from issuer.portal.shell import Shell
from issuer.portal.visitors import Door, Visitor
from ledger.store import reading

Year = Annotated[int, Query(ge=2000, le=2100)]
Place = Annotated[str, Query(max_length=40)]
After = Annotated[int, Query(ge=0, lt=2**31, description="上一部分的 next。`next` of the part before")]
Format = Literal["csv", "xlsx"]
MEDIA: Mapping[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class Asked:
    """Which table: of a place and year, in which format."""

    year: Year
    place: Place = ""
    format: Format = "csv"


@dataclass(frozen=True)
class Looked:
    """Where what stands out is looked for: a place and year, and the part of it."""

    year: Year
    place: Place = ""
    after: After = 0


Which = Annotated[Asked, Depends()]
Where = Annotated[Looked, Depends()]


def routes(shell: Shell, door: Door, gate: Gate) -> APIRouter:
    """Return the routes of reports and of what stands out."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(gate)])
    pages = _Pages(shell, door.instance)
    router.get("/inspection/standouts")(pages.standouts)
    router.get("/inspection/standouts/{rule}")(pages.rule)
    router.get("/inspection/reports")(pages.report)
    router.get("/inspection/reports/places")(pages.places)
    router.get("/inspection/reports/registrations")(pages.registrations)
    return router


class _Pages:
    def __init__(self, shell: Shell, instance: Instance) -> None:
        self._shell, self._instance = shell, instance

    def standouts(
        self, request: Request, visitor: Visit, place: Place = "", year: Year | None = None, after: After = 0
    ) -> Response:
        of = year or self._instance.today().year
        found = find_standouts(self._instance, visitor.actor, place, of, after)
        return self._shell.draw(
            request, "standouts.html", found=found, says_of=SAYS, place=found.place.code, year=of, after=after,
            own=OF_A_PERSON, places=self._places(visitor),
        )  # fmt: skip

    def rule(self, request: Request, visitor: Visit, rule: Rule, asked: Where) -> Response:
        found = find_standouts(self._instance, visitor.actor, asked.place, asked.year, asked.after)
        return self._shell.draw(
            request, "standout.html", rule=rule, words=SAYS[rule], found=found, listed=found.standouts[rule][:SHOWN],
            whole=len(found.standouts[rule]), after=asked.after,
        )  # fmt: skip

    def report(
        self, request: Request, visitor: Visit, place: Place = "", year: Year | None = None
    ) -> Response:
        found = read_report(self._instance, visitor.actor, place, year or self._instance.today().year)
        return self._shell.draw(
            request, "report.html", report=found, figures=FIGURES, places=self._places(visitor)
        )

    def places(self, visitor: Visit, asked: Which) -> Response:
        return places_file(self._instance, visitor.actor, asked)

    def registrations(self, visitor: Visit, asked: Which) -> Response:
        return registrations_file(self._instance, visitor.actor, asked)

    def _places(self, visitor: Visitor) -> list[Node]:
        with reading(self._instance.engine).connect() as connection:
            return places_of(connection, visitor.actor)


def places_file(instance: Instance, actor: Actor, asked: Asked) -> StreamingResponse:
    """The report of a place and year, a line an authority. Raises as `read_report`."""
    report = read_report(instance, actor, asked.place, asked.year)
    heading = ("核实部门", "代码", *(zh for _, zh, _ in FIGURES))
    return _file(asked, f"places-{report.place.code}", "各部门", heading, _report_rows(report))


def registrations_file(instance: Instance, actor: Actor, asked: Asked) -> StreamingResponse:
    """Every declaration of a place and year, a line each. Raises as `list_lines`."""
    lines = list_lines(instance, actor, asked.place, asked.year)
    return _file(asked, "registrations", "申报和登记", COLUMNS, lines)


def _file(asked: Asked, name: str, title: str, heading: Row, rows: Iterator[Row]) -> StreamingResponse:
    """A table to take along, sent as it is made."""
    content = to_csv(heading, rows) if asked.format == "csv" else to_xlsx(title, heading, rows)
    file = f'attachment; filename="{name}-{asked.year}.{asked.format}"'
    headers = {"Content-Disposition": file, "Cache-Control": "no-store"}
    return StreamingResponse(content, media_type=MEDIA[asked.format], headers=headers)


def _report_rows(report: Report) -> Iterator[Row]:
    for line in (*report.lines, report.total):
        yield (line.name or "合计", line.code, *(getattr(line, name) for name, _, _ in FIGURES))
