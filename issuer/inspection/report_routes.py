"""What stands out in a place and year, and the report of it: the same as the pages. JSON, and the tables as files."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from issuer.inspection.report_pages import (
    MEDIA,
    Place,
    Where,
    Which,
    Year,
    places_file,
    registrations_file,
)
from issuer.inspection.reports import FIGURES, read_report
from issuer.inspection.rules import SAYS, Rule
from issuer.inspection.standouts import SHOWN, find_standouts
from issuer.portal.calls import calls, says, show
from issuer.portal.gate import Gate, Visit
from issuer.portal.problems import MISSING
from issuer.portal.schemas import Part
from issuer.portal.visitors import Door


class RuleAnswer(Part):
    """A rule, exactly as it was looked for, and how much stands out by it."""

    rule: Rule
    zh: str
    en: str
    count: int


class StandoutsAnswer(Part):
    """What stands out in a place and year. `records`: how many there are; `seen`: those that were gone through for the two rules
    about a person's days, which go on in the next part: `after` is its `next`.
    """

    place: str
    year: int
    records: int
    seen: int
    next: int | None
    rules: tuple[RuleAnswer, ...]


class StandoutAnswer(Part):
    """Something that stands out: what, how many, and the declarations to look at."""

    what: str
    count: int
    declarations: tuple[str, ...]


class RuleFoundAnswer(Part):
    """What stands out by one rule: the first of them, and how many there are."""

    rule: Rule
    count: int
    items: tuple[StandoutAnswer, ...]


class LineAnswer(Part):
    """An authority's own figures, by their names."""

    code: str
    name: str
    figures: dict[str, int]


class ReportAnswer(Part):
    """The report of a place and year."""

    place: str
    year: int
    at: datetime
    lines: tuple[LineAnswer, ...]


def routes(door: Door, gate: Gate) -> APIRouter:
    """Return the calls of reports and of what stands out."""
    router, its = calls("inspection", gate), _Calls(door)
    router.get(
        "/inspection/standouts",
        response_model=StandoutsAnswer,
        summary="一个部门一年里值得留意的，按规则计数 What stands out in a place and year, counted by rule",
        **says(MISSING),
    )(its.standouts)
    router.get(
        "/inspection/standouts/{rule}",
        response_model=RuleFoundAnswer,
        summary="按一条规则找到的 What stands out by one rule",
        **says(MISSING),
    )(its.rule)
    router.get(
        "/inspection/reports",
        response_model=ReportAnswer,
        summary="一个部门一年的报表 The report of a place and year",
        **says(MISSING),
    )(its.report)
    for table, its_file, summary in (
        ("places", its.places, "报表文件 The report as a file"),
        ("registrations", its.registrations, "逐条的申报和登记，不含姓名 Every declaration, without names"),
    ):
        router.get(f"/inspection/reports/{table}", response_class=Response, summary=summary, **_gives())(
            its_file
        )
    return router


def _gives() -> dict[str, Any]:
    told = says(MISSING)
    told["responses"][200] = {"content": {media: {} for media in MEDIA.values()}, "description": "The table"}
    return told


class _Calls:
    def __init__(self, door: Door) -> None:
        self._instance = door.instance

    def standouts(self, request: Request, visitor: Visit, asked: Where) -> Response:
        found = find_standouts(self._instance, visitor.actor, asked.place, asked.year, asked.after)
        rules = tuple(
            RuleAnswer(rule=rule, zh=SAYS[rule][2], en=SAYS[rule][3], count=len(its))
            for rule, its in found.standouts.items()
        )
        answer = StandoutsAnswer(
            place=found.place.code,
            year=asked.year,
            records=found.whole,
            seen=found.seen,
            next=found.after,
            rules=rules,
        )
        return show(request, answer)

    def rule(self, request: Request, visitor: Visit, rule: Rule, asked: Where) -> Response:
        found = find_standouts(self._instance, visitor.actor, asked.place, asked.year, asked.after)
        its = found.standouts[rule]
        items = tuple(StandoutAnswer(**vars(one)) for one in its[:SHOWN])
        return show(request, RuleFoundAnswer(rule=rule, count=len(its), items=items))

    def report(self, request: Request, visitor: Visit, year: Year, place: Place = "") -> Response:
        found = read_report(self._instance, visitor.actor, place, year)
        lines = tuple(
            LineAnswer(
                code=line.code, name=line.name, figures={name: getattr(line, name) for name, _, _ in FIGURES}
            )
            for line in found.lines
        )
        return show(request, ReportAnswer(place=found.place.code, year=year, at=found.at, lines=lines))

    def places(self, visitor: Visit, asked: Which) -> Response:
        return places_file(self._instance, visitor.actor, asked)

    def registrations(self, visitor: Visit, asked: Which) -> Response:
        return registrations_file(self._instance, visitor.actor, asked)
