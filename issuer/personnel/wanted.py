"""What is asked for: another employer from a day on, or the title series of a year, read against what is known. Only reads."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, Self

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field, model_validator

from issuer.instance import Transaction
from issuer.people.affiliation import Affiliation, AffiliationKind, AuthorityKind
from issuer.people.errors import UnitRefused
from issuer.people.registry import Belonging
from issuer.people.schemas import Code, Year
from issuer.people.series import offered, series_of
from issuer.people.service import Person
from issuer.people.tables import affiliation, authority, unit
from issuer.people.units import unit_id
from issuer.registration.errors import StepRefused


class NewEmployer(BaseModel):
    """Where somebody belongs from `first` on: a unit, a personnel agency that keeps the file, or both, by their codes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["employer"] = "employer"
    unit: Code | None = None
    agency: Code | None = None
    first: date

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if self.unit is None and self.agency is None:
            raise ValueError("请选择单位或代理机构 a unit or an agency is needed")
        return self

    @classmethod
    def of_row(cls, connection: sa.Connection, row: sa.Row[Any]) -> Self:
        """Make it of what was kept."""
        codes = [
            None if one is None else connection.execute(sa.select(table.c.code).where(table.c.id == one)).scalar_one()
            for table, one in ((unit, row.unit_id), (authority, row.agency_id))
        ]  # fmt: skip
        return cls(unit=codes[0], agency=codes[1], first=row.from_day)


class NewSeries(BaseModel):
    """The title series of somebody's appointed post in a year: set, or corrected."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["series"] = "series"
    year: Year
    series: Annotated[str, Field(min_length=1, max_length=40)]


Content = NewEmployer | NewSeries


@dataclass(frozen=True)
class Wanted:
    """The affiliation asked for, as it would be kept and as its way is found."""

    belonging: Belonging
    affiliation: Affiliation


def belonging_of(work: Transaction, new: NewEmployer) -> Wanted:
    """Find unit and agency. A file kept by an agency makes the affiliation the agency's (Art. 10, item 3).

    Raises:
        UnitRefused: no such unit, or no such agency in office.
    """
    its_unit = None if new.unit is None else unit_id(work.connection, new.unit)
    its_agency = None if new.agency is None else _agency(work, new.agency)
    row = work.connection.execute(sa.select(unit).where(unit.c.id == its_unit)).one_or_none()
    kind = AffiliationKind.PERSONNEL_AGENCY if its_agency or row is None else AffiliationKind(row.kind)
    above = None if row is None else row.authority_id
    return Wanted(
        Belonging(kind, new.first, its_unit, its_agency),
        Affiliation(kind, its_unit, its_agency, above, new.first),
    )


def hold_to_history(work: Transaction, person: Person, new: NewEmployer, wanted: Wanted) -> None:
    """Insist that the change can follow on where the person belongs now.

    Raises:
        StepRefused: a day to come, or the person belongs there already.
        UnitRefused: not after the day on which the present affiliation began.
    """
    if new.first > work.instance.today():
        raise StepRefused(
            "变更日期不能晚于今天，请到岗后再提出 the day cannot be to come: ask once the new post has begun"
        )
    standing = work.connection.execute(
        sa.select(affiliation).where(affiliation.c.person_id == person.id, affiliation.c.until_day.is_(None))
    ).one_or_none()
    if standing is None:
        return
    if (standing.unit_id, standing.agency_id) == (wanted.belonging.unit_id, wanted.belonging.agency_id):
        raise StepRefused("本人现在就隶属这里，不用变更 the person belongs there already: nothing to change")
    if new.first <= standing.from_day:
        raise UnitRefused(
            f"变更日期应晚于 {standing.from_day}（现隶属的起始日）the day is after {standing.from_day}, when the present affiliation began"
        )


def hold_to_series(work: Transaction, person: Person, new: NewSeries) -> None:
    """Insist that a series is one that can be chosen, for a year that has begun, and another than is set.

    Raises:
        StepRefused: it is not.
    """
    if new.series not in offered(work.rules.library):
        raise StepRefused(
            "没有这个职称系列，请从列表中选 there is no such title series: choose one of the list"
        )
    if new.year > work.instance.today().year:
        raise StepRefused("这个年度还没有开始 that year has not begun")
    if series_of(work.connection, person.id).get(new.year) == new.series:
        raise StepRefused("这一年登记的就是这个系列，不用变更 that series is set already: nothing to change")


def _agency(work: Transaction, code: str) -> int:
    still = authority.c.valid_until.is_(None) | (authority.c.valid_until >= work.instance.today())
    found = work.connection.scalar(
        sa.select(authority.c.id).where(
            authority.c.code == code, authority.c.kind == AuthorityKind.PERSONNEL_AGENCY, still
        )
    )
    if found is None:
        raise UnitRefused(f"没有代码为 {code} 的人事代理机构 there is no personnel agency {code}")
    return int(found)
