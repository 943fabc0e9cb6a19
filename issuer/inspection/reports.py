"""Reports of a place and year (Art. 14): a line an authority, and a line a registration without its person. Only reads.

A declaration is of the year in which it was last dealt with, in Beijing time; a certificate of its own year. Who belongs
to an authority is who belongs there now.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from issuer.access.reach import VERIFIES, top
from issuer.access.roles import Actor
from issuer.inspection.narrowing import Node, narrow
from issuer.inspection.overview import LATE, SHOWN
from issuer.inspection.scope import declarations_of
from issuer.instance import SHANGHAI, Instance
from issuer.people.tables import affiliation, authority, unit
from issuer.people.units import subordinate
from issuer.records.tables import year_record
from issuer.registration.tables import declaration, finding
from issuer.transfers.tables import transfer_in
from ledger.store import reading
from rules.activity import Status

PORTION = 1000
NEGATIVE = (Status.RETURNED, Status.REJECTED)
_WAITING = (Status.SUBMITTED, Status.EMPLOYER_APPROVED)


@dataclass(frozen=True)
class Line:
    """One authority, with its own people and records alone; what lies below it has lines of its own."""

    code: str
    name: str
    people: int = 0
    certified: int = 0
    complete: int = 0
    registered: int = 0
    waiting: int = 0
    late: int = 0
    refused: int = 0
    reversed: int = 0
    self_verified: int = 0
    transfers: int = 0
    findings: int = 0
    findings_open: int = 0


FIGURES: tuple[tuple[str, str, str], ...] = (
    ("people", "人数", "People"),
    ("certified", "已签发", "Certified"),
    ("complete", "其中完成", "of them complete"),
    ("registered", "登记", "Registered"),
    ("waiting", "在办", "Under way"),
    ("late", "超期", "Late"),
    ("refused", "退回、驳回", "Returned, rejected"),
    ("reversed", "冲正、更正", "Reversed, superseded"),
    ("self_verified", "单位自核", "Self-verified"),
    ("transfers", "转入登记", "Transfers in"),
    ("findings", "检查意见", "Findings"),
    ("findings_open", "未办结", "Not closed"),
)
"""The figures of a line, with their names."""


@dataclass(frozen=True)
class Report:
    """A place and year, line by line."""

    place: Node
    year: int
    at: datetime
    lines: tuple[Line, ...]

    @property
    def total(self) -> Line:
        """All lines together."""
        sums = {name: sum(getattr(line, name) for line in self.lines) for name, _, _ in FIGURES}
        return Line("", "", **sums)


def read_report(instance: Instance, actor: Actor, code: str, year: int) -> Report:
    """Count what there is, authority by authority; six queries, whatever there is.

    Raises:
        NotFound: no such place of the actor's jurisdiction.
    """
    now = instance.now()
    with reading(instance.engine).connect() as connection:
        place, _ = narrow(connection, actor, code)
        query = sa.select(authority.c.id, authority.c.code, authority.c.name)
        nodes = connection.execute(
            query.where(authority.c.id.in_(subordinate(place.id))).order_by(authority.c.id)
        ).all()
        figures: dict[int, dict[str, int]] = {node.id: {} for node in nodes}
        for counted in (
            _people(),
            _certified(year, connection.dialect.name),
            _declared(year, now),
            _brought(year),
            _found(year),
        ):
            for row in connection.execute(counted).mappings():
                if row["at"] in figures:
                    figures[row["at"]] |= {name: int(row[name] or 0) for name in row if name != "at"}
    lines = tuple(Line(node.code, node.name, **figures[node.id]) for node in nodes)
    return Report(place, year, now, lines)


def _people() -> sa.Select[Any]:
    columns: tuple[Any, ...] = (VERIFIES.label("at"), sa.func.count().label("people"))
    return (
        _of_unit(sa.select(*columns).select_from(affiliation))
        .where(affiliation.c.until_day.is_(None))
        .group_by(VERIFIES)
    )


def _certified(year: int, dialect: str) -> sa.Select[Any]:
    later, its = year_record.alias(), year_record.c
    newer = sa.exists().where(
        later.c.person_id == its.person_id, later.c.year == its.year, later.c.version > its.version
    )
    as_json = sa.type_coerce if dialect == "sqlite" else sa.cast
    decided: Any = as_json(its.decision, sa.JSON)
    complete = sa.func.sum(sa.case((decided["complete"].as_boolean(), 1), else_=0)).label("complete")
    columns: tuple[Any, ...] = (VERIFIES.label("at"), sa.func.count().label("certified"), complete)
    belongs = (affiliation.c.person_id == its.person_id) & affiliation.c.until_day.is_(None)
    query = sa.select(*columns).select_from(year_record).join(affiliation, belongs)
    return _of_unit(query).where(its.year == year, ~newer).group_by(VERIFIES)


def _of_unit(query: sa.Select[Any]) -> sa.Select[Any]:
    return query.outerjoin(unit, unit.c.id == affiliation.c.unit_id)


def _declared(year: int, now: datetime) -> sa.Select[Any]:
    its = declaration.c
    at = sa.func.coalesce(its.verify_authority_id, top())

    def count(where: sa.ColumnElement[bool], name: str) -> sa.Label[Any]:
        return sa.func.sum(sa.case((where, 1), else_=0)).label(name)

    waits = its.state.in_(_WAITING)
    return (
        sa.select(
            at.label("at"),
            count(its.state == Status.REGISTERED, "registered"),
            count(waits, "waiting"),
            count(waits & (its.changed_at < now - LATE), "late"),
            count(its.state.in_(NEGATIVE), "refused"),
            count(its.state.in_((Status.REVERSED, Status.SUPERSEDED)), "reversed"),
            count(its.self_verified & (its.state == Status.REGISTERED), "self_verified"),
        )
        .where(its.state.in_(SHOWN), _in(its.changed_at, year))
        .group_by(at)
    )


def _brought(year: int) -> sa.Select[Any]:
    its = transfer_in.c
    at = sa.func.coalesce(its.verify_authority_id, top())
    columns: tuple[Any, ...] = (at.label("at"), sa.func.count().label("transfers"))
    return sa.select(*columns).where(its.state == Status.REGISTERED, _in(its.changed_at, year)).group_by(at)


def _found(year: int) -> sa.Select[Any]:
    its = finding.c
    at = sa.func.coalesce(its.answer_authority_id, top())
    still = sa.func.sum(sa.case((its.state != "closed", 1), else_=0)).label("findings_open")
    columns: tuple[Any, ...] = (at.label("at"), sa.func.count().label("findings"), still)
    return sa.select(*columns).where(_in(its.changed_at, year)).group_by(at)


def _in(moment: sa.ColumnElement[datetime], year: int) -> sa.ColumnElement[bool]:
    first, last = (datetime(one, 1, 1, tzinfo=SHANGHAI) for one in (year, year + 1))
    return (moment >= first) & (moment < last)


COLUMNS = ("编号", "核实部门", "单位代码", "单位", "类别", "状态", "单位自核", "最近办理")


def list_lines(instance: Instance, actor: Actor, code: str, year: int) -> Iterator[tuple[str, ...]]:
    """Every declaration of a place and year, without its person and title, as it comes from the database.

    Raises:
        NotFound: no such place of the actor's jurisdiction; before the first line.
    """
    with reading(instance.engine).connect() as connection:
        _, here = narrow(connection, actor, code)
    return _lines(instance, here, year)


def _lines(instance: Instance, here: Actor, year: int) -> Iterator[tuple[str, ...]]:
    its = declaration.c
    query = (
        sa.select(its.id, authority.c.name.label("verifier"), unit.c.code, unit.c.name, its.category, its.state, its.self_verified, its.changed_at)
        .outerjoin(authority, authority.c.id == its.verify_authority_id)
        .outerjoin(unit, unit.c.id == its.review_unit_id)
        .where(declarations_of(here), its.state.in_(SHOWN), _in(its.changed_at, year))
        .order_by(its.changed_at, its.id)
    )  # fmt: skip
    with reading(instance.engine).connect().execution_options(yield_per=PORTION) as connection:
        for row in connection.execute(query):
            yield (
                str(row.id), row.verifier or "", row.code or "", row.name or "", row.category, row.state,
                "是" if row.self_verified else "", f"{row.changed_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
            )  # fmt: skip
