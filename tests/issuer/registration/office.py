"""An office of one route: the people who register what a professional declares, and the authorities above them."""

from typing import Any

import sqlalchemy as sa

from issuer.access.roles import Actor, Grant, Role
from issuer.governance.entering import Entering, confirm, enter
from issuer.governance.entries import read_body
from issuer.instance import Instance, writing
from issuer.people.affiliation import Place
from issuer.people.service import Person
from issuer.records.gathering import Gathered, gather
from issuer.registration.archives import NewArchive, build
from issuer.registration.declarations import Draft, Taken, draft, take
from issuer.registration.procedure import Step
from issuer.year.service import read_year
from rules.decision import Decision
from tests.issuer.town import Town, declarant, officer

CITY = "local unit"
YEAR = 2026
DAYS = [
    {"from": f"2026-{month:02d}-09", "to": f"2026-{month:02d}-13", "unit": "full_day"} for month in (3, 4, 6)
]
"""Fifteen days: 120 hours of training, enough for the year without any public subject."""


class Office:
    """The people of one route, who register what a professional declares."""

    def __init__(self, instance: Instance, province: Town) -> None:
        self.instance, self.province = instance, province
        self.person = province.people[CITY]
        county = Place(authority_id=province.authorities["gs-city-county"])
        top = Place(authority_id=province.authorities["gs"])
        health = Place(authority_id=province.authorities["gs-health"])
        self.reviewer = officer(instance, "r", Grant(Role.REVIEWER, Place(unit_id=province.units["local"])))
        self.verifier = officer(instance, "v", Grant(Role.VERIFIER, county))
        self.second = officer(instance, "w", Grant(Role.VERIFIER, county))
        self.department = officer(instance, "d", Grant(Role.DEPARTMENT, health))
        self.admin = officer(instance, "a", Grant(Role.ADMINISTRATOR, top))
        self.other_admin = officer(instance, "b", Grant(Role.ADMINISTRATOR, top))

    def register(self, activity: dict[str, Any], **attested: Any) -> Any:
        with writing(self.instance) as work:
            made = draft(work, self.person, Draft("示例", activity))
            take(work, declarant(self.person), made, Taken(Step.SUBMIT, 0))
            if activity["category"] == "self_study" and attested.get("attests"):
                build(work, self.reviewer, NewArchive(
                    self.person.id, activity["year"], "individual", "示例教材", "示例笔记", activity["determined_hours"]
                ))  # fmt: skip
            take(work, self.reviewer, made, Taken(Step.APPROVE, 1, **attested))
            take(work, self.verifier, made, Taken(Step.REGISTER, 2))
        return made

    def enter(self, actor: Actor, body: dict[str, Any], person: Person | None = None) -> Any:
        with writing(self.instance) as work:
            return enter(work, actor, Entering(read_body(body), "甘人社示〔2026〕1号", "示例理由", person))

    def confirm(self, actor: Actor, entry: Any) -> None:
        with writing(self.instance) as work:
            confirm(work, actor, entry)

    def year(self, year: int = YEAR) -> Gathered:
        """What is certified of the year; the professional's page says the same."""
        with self.instance.engine.connect() as connection:
            found, problems = gather(
                connection, self.instance.library, [self.person.id], year, self.instance.today()
            )
        assert not problems
        page = read_year(self.instance, self.person, year)
        assert _figures(page.decision) == _figures(found[0].decision)
        return found[0]


def _figures(decision: Decision) -> tuple[object, ...]:
    return decision.professional, decision.public, decision.total, decision.deemed, decision.complete


def rows(office: Office, query: sa.Select[Any]) -> list[Any]:
    with office.instance.engine.connect() as connection:
        return list(connection.execute(query))
