"""No page's number of queries grows with its rows."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from issuer.access.accounts import actor_of
from issuer.access.roles import Actor
from issuer.access.tables import account
from issuer.instance import writing
from issuer.registration.declarations import Draft, Taken, draft, take
from issuer.registration.desk import INBOX, groups, open_group
from issuer.registration.own import read_own
from issuer.registration.procedure import Step
from issuer.year.service import read_year
from tests.issuer.town import declarant, training
from tests.portal.province import Province


@contextmanager
def counted(here: Province) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith(("SELECT", "WITH")):
            seen.append(statement)

    sa.event.listen(here.instance.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(here.instance.engine, "before_cursor_execute", note)


def reviewer(here: Province) -> Actor:
    with writing(here.instance) as work:
        found = work.connection.scalar(
            sa.select(account.c.id).where(account.c.login == "central-unit-reviewer")
        )
        assert found is not None
        return actor_of(work, found)


def test_queries_do_not_grow_with_the_rows(here: Province) -> None:
    person, actor = here.town.people["central unit"], reviewer(here)
    counts = []
    for _ in range(3):
        with writing(here.instance) as work:
            for serial in range(6):
                one = draft(work, person, Draft("示例同一场" if serial % 2 else f"示例 {serial}", training()))
                take(work, declarant(person), one, Taken(Step.SUBMIT, 0))
        with counted(here) as seen:
            year = read_year(here.instance, person, 2026)
            waiting = groups(here.instance, actor, INBOX)
            opened = open_group(here.instance, actor, INBOX, waiting[0].id)
            read_own(here.instance, person, one)
        counts.append((len(year.open), len(opened.cases), len(seen)))
    assert counts[0][0] < counts[-1][0]
    assert len({queries for _, _, queries in counts}) == 1, counts
