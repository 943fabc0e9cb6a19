"""The title series of the appointed post, one a year (A29): it says which sector rule a year is decided under."""

import sqlalchemy as sa

from issuer.acts import Act, note_act
from issuer.instance import Transaction
from issuer.people.service import Person, subject_of
from issuer.people.tables import title_series
from rules.library import Library

SERIES = (
    "高校教师", "哲学社会科学研究", "自然科学研究", "卫生", "工程", "农业", "新闻", "出版", "图书资料", "文物博物", "档案",
    "工艺美术", "技工院校教师", "体育", "翻译", "播音主持", "会计", "统计", "经济", "实验", "中等职业学校教师", "中小学教师",
    "艺术", "公共法律服务", "船舶", "民用航空飞行", "审计",
)  # fmt: skip
"""The country's title series in short names: those by which sector rules name them (`applies_to`)."""


def offered(library: Library) -> tuple[str, ...]:
    """The series that can be chosen: those of the country, and any more that a loaded sector rule names."""
    named = {series for overlay in library.overlays.values() for series in overlay.applies_to.series}
    return (*SERIES, *sorted(named - set(SERIES)))


def series_of(connection: sa.Connection, person_id: int) -> dict[int, str]:
    """A person's series by year, the latest year first."""
    rows = connection.execute(
        sa.select(title_series.c.year, title_series.c.series)
        .where(title_series.c.person_id == person_id)
        .order_by(title_series.c.year.desc())
    )
    return {row.year: row.series for row in rows}


def set_series(work: Transaction, person: Person, year: int, series: str, actor_key: bytes) -> None:
    """Set or correct the series of a year. What it was before stays in the act's ledger entry."""
    before = series_of(work.connection, person.id).get(year)
    its = (title_series.c.person_id == person.id) & (title_series.c.year == year)
    if before is None:
        row = {"person_id": person.id, "year": year, "series": series}
        work.connection.execute(sa.insert(title_series).values(row))
    else:
        work.connection.execute(sa.update(title_series).where(its).values(series=series))
    body: dict[str, object] = {"year": str(year), "series": series}
    if before is not None:
        body["before"] = before
    note_act(work, Act("title-series-set", subject_of(person), body, actor_key))
