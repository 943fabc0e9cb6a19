"""Somebody who moves: people of their own for each test, and what was kept of it."""

from datetime import date
from typing import Any

import httpx
import sqlalchemy as sa

from issuer.access.accounts import add_account
from issuer.instance import writing
from issuer.people.affiliation import AffiliationKind
from issuer.people.identifier import IdType, read_identifier
from issuer.people.registry import Belonging, enter_professional
from issuer.people.service import Person
from issuer.people.tables import affiliation, unit
from issuer.personnel.tables import personnel_step
from issuer.registration.declarations import Draft, Taken, draft, take
from issuer.registration.procedure import Step
from issuer.registration.tables import declaration
from ledger.tables import event
from tests.issuer.town import declarant, number, training
from tests.portal.province import Province
from tests.portal.signed_in import form_key

SERIALS = iter(range(10, 500))
FIRST = "2026-09-01"


def mover(here: Province) -> tuple[str, Person, str]:
    """A professional of the county's school, with a login and a number of their own."""
    serial = next(SERIALS)
    with writing(here.instance) as work:
        identifier = read_identifier(IdType.RESIDENT_ID, number(serial))
        belonging = Belonging(AffiliationKind.LOCAL_UNIT, date(2025, 1, 1), here.town.units["local"])
        person = enter_professional(work, identifier, "示例调动", belonging)
        add_account(work, f"mover-{serial}", person.key, None)
    return f"mover-{serial}", person, number(serial)


def code(here: Province, name: str) -> str:
    with here.instance.engine.connect() as connection:
        query = sa.select(unit.c.code).where(unit.c.id == here.town.units[name])
        return str(connection.execute(query).scalar_one())


def post(client: httpx.Client, path: str, /, **values: str) -> httpx.Response:
    return client.post(path, data={"form_key": form_key(client), **values})


def asked(here: Province, client: httpx.Client, name: str = "provincial", **more: str) -> str:
    """Ask for another employer; answers the change's address."""
    answer = post(client, "/affiliation/change", unit=code(here, name), first=FIRST, **more)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def spells(here: Province, person: Person) -> list[tuple[int | None, int | None, date, date | None]]:
    with here.instance.engine.connect() as connection:
        rows = connection.execute(
            sa.select(affiliation)
            .where(affiliation.c.person_id == person.id)
            .order_by(affiliation.c.from_day)
        )
        return [(row.unit_id, row.agency_id, row.from_day, row.until_day) for row in rows]


def written(here: Province) -> int:
    """Steps recorded; each has its event in the ledger."""
    with here.instance.engine.connect() as connection:
        steps = connection.execute(sa.select(sa.func.count()).select_from(personnel_step)).scalar_one()
        its = sa.select(sa.func.count()).where(event.c.event_id.in_(sa.select(personnel_step.c.event_id)))
        assert connection.execute(its).scalar_one() == steps
    return int(steps)


def submitted(here: Province, person: Person) -> sa.Row[Any]:
    with writing(here.instance) as work:
        one = draft(work, person, Draft("示例隶属", training()))
        take(work, declarant(person), one, Taken(Step.SUBMIT, 0))
        return work.connection.execute(sa.select(declaration).where(declaration.c.id == one)).one()
