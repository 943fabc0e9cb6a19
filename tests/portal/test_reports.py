"""What stands out and the reports of a place, over HTTP: true of what is there, and of one's own place and below alone."""

import html
import io
import json
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from issuer.access.accounts import add_account, grant
from issuer.access.roles import Grant, Role
from issuer.inspection import standouts
from issuer.instance import SHANGHAI, writing
from issuer.people.affiliation import Place
from issuer.records.tables import year_record
from issuer.registration import conduct
from issuer.registration.declarations import Draft, Taken, take
from issuer.registration.procedure import Step
from issuer.registration.tables import procedure_step
from issuer.service import issue_year
from tests.issuer.conftest import quiet
from tests.issuer.town import declarant, training
from tests.portal.jurisdiction import INSPECTOR, MARK, VERIFIER, World
from tests.portal.moving import mover
from tests.portal.province import Province

DATABASES = ("sqlite", "postgresql")
YEAR = datetime.now(SHANGHAI).year
COUNTY, CITY = "county-inspector", "city-inspector"


@pytest.fixture(scope="module")
def world(here: Province, site: str) -> World:
    made = World.of(here, site)
    with writing(here.instance) as work:
        for login, place in ((COUNTY, "gs-city-county"), (CITY, "gs-city")):
            whose = add_account(work, login, here.instance.random_bytes(32), None)
            grant(work, whose, Grant(Role.INSPECTOR, Place(authority_id=here.town.authorities[place])))
    return made


@pytest.fixture(scope="module")
def inspector(world: World) -> Iterator[httpx.Client]:
    client, _ = world.client(INSPECTOR)
    with closing(client):
        yield client


def counts(client: httpx.Client, place: str = "", year: int = 2026) -> dict[str, int]:
    told = client.get("/api/inspection/standouts", params={"year": year, "place": place})
    assert told.status_code == 200, told.text
    return {one["rule"]: one["count"] for one in told.json()["rules"]}


def items(client: httpx.Client, rule: str, place: str = "") -> list[dict[str, object]]:
    told = client.get(f"/api/inspection/standouts/{rule}", params={"year": 2026, "place": place}).json()
    found: list[dict[str, object]] = told["items"]
    return found


def submitted(world: World, title: str, days: tuple[str, str] = ("2026-06-01", "2026-06-02")) -> str:
    """Somebody else of the county declares something with the world's proof."""
    here = world.here
    _, person, _ = mover(here)
    first, last = days
    schedule = [{"from": first, "to": last, "unit": "full_day"}]
    one = conduct.draft(here.instance, person, Draft(title, training(schedule=schedule)), [world.proof])
    with writing(here.instance) as work:
        take(work, declarant(person), one, Taken(Step.SUBMIT, 0))
    return str(one)


def test_one_proof_of_several_people(world: World, inspector: httpx.Client) -> None:
    before = counts(inspector)["shared-proof"]
    one, other = submitted(world, "示例培训甲"), submitted(world, "示例培训乙")
    assert counts(inspector)["shared-proof"] == max(before, 1)
    (found,) = items(inspector, "shared-proof")
    assert {one, other} <= set(found["declarations"])  # type: ignore[call-overload]
    page = inspector.get("/inspection/standouts/shared-proof?year=2026").text
    assert f"/inspection/registrations/{one}" in page
    assert "示例调动" not in page


def test_more_hours_and_events_than_a_day_has(world: World, inspector: httpx.Client) -> None:
    """The world's trainings are all of the same three days: four full days of 8 hours come to 32."""
    for _ in range(4):
        world.draft(2)
    assert counts(inspector)["over-24-hours"] == 3
    assert counts(inspector)["two-events-a-day"] == 3
    assert counts(inspector, year=2025) == dict.fromkeys(counts(inspector), 0) | {
        "shared-proof": counts(inspector)["shared-proof"]
    }
    assert str(items(inspector, "over-24-hours")[0]["what"]).startswith("2026-05-11")


def test_seconds_each_and_nothing_returned(world: World, inspector: httpx.Client, here: Province) -> None:
    ids = [world.draft(2) for _ in range(21)]
    start = datetime(2026, 3, 2, 9, tzinfo=UTC)
    with here.instance.engine.begin() as connection:
        for turn, one in enumerate(ids):
            its = (procedure_step.c.declaration_id == one) & (procedure_step.c.step == Step.APPROVE)
            at = start + timedelta(seconds=3 * turn)
            connection.execute(sa.update(procedure_step).where(its).values(at=at))
        others = (procedure_step.c.step == Step.APPROVE) & procedure_step.c.declaration_id.not_in(ids)
        connection.execute(sa.update(procedure_step).where(others).values(at=start - timedelta(days=400)))
    (found,) = items(inspector, "swift-decisions")
    assert found == {"what": "local-unit-reviewer", "count": 21, "declarations": []}


def test_registered_in_bulk_after_the_year(world: World, inspector: httpx.Client, here: Province) -> None:
    ids = [world.draft(3) for _ in range(20)]
    with here.instance.engine.begin() as connection:
        its = procedure_step.c.declaration_id.in_(ids) & (procedure_step.c.step == Step.REGISTER)
        connection.execute(
            sa.update(procedure_step).where(its).values(at=datetime(2027, 1, 9, 3, tzinfo=UTC))
        )
    (found,) = items(inspector, "late-in-bulk")
    assert (found["what"], found["count"]) == ("示例县第一中学，2027-01-09", 20)


def test_a_place_below_and_no_other(world: World) -> None:
    for login, may, may_not in ((COUNTY, "gs-city-county", "gs-city"), (CITY, "gs-city-county", "gs")):
        client, _ = world.client(login)
        with closing(client):
            for path in ("standouts", "reports"):
                assert (
                    client.get(f"/api/inspection/{path}", params={"year": 2026, "place": may}).status_code
                    == 200
                )
                refused = client.get(f"/api/inspection/{path}", params={"year": 2026, "place": may_not})
                assert refused.status_code == 404
            lines = {"year": YEAR, "place": may_not}
            assert client.get("/inspection/reports/registrations", params=lines).status_code == 404
            page = client.get("/inspection/reports").text
            assert "示例省人力资源和社会保障厅" not in page


def test_a_large_place_is_looked_at_in_parts(
    world: World, inspector: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is left out or told of twice; what is no person's own is told of all records on each part."""
    world.draft(3)
    whole = inspector.get("/api/inspection/standouts?year=2026").json()
    assert (whole["seen"], whole["next"]) == (whole["records"], None)
    rules = ("over-24-hours", "two-events-a-day", "shared-proof")
    once = {rule: items(inspector, rule) for rule in rules}
    assert all(once.values())
    monkeypatch.setattr(standouts, "MOST", 1)
    parts: list[dict[str, Any]] = []
    found: dict[str, list[dict[str, object]]] = {rule: [] for rule in rules}
    after: int | None = 0
    while after is not None:
        place = {"year": 2026, "after": after}
        parts.append(inspector.get("/api/inspection/standouts", params=place).json())
        for rule in rules:
            told = inspector.get(f"/api/inspection/standouts/{rule}", params=place).json()["items"]
            found[rule] = told if rule == "shared-proof" else found[rule] + told
        after = parts[-1]["next"]
    assert len(parts) > 1
    assert {part["records"] for part in parts} == {whole["records"]}
    assert sum(part["seen"] for part in parts) == whole["records"]
    assert found == once
    first = inspector.get("/inspection/standouts?year=2026").text
    assert f"这一部分看了 {parts[0]['seen']} 条，共 {whole['records']} 条" in first
    following = re.search(r'href="(/inspection/standouts[^"]+after=[^"]+)"', first)
    assert following is not None
    assert "从头看" in inspector.get(html.unescape(following[1])).text


def test_the_report_counts_what_is_there(world: World, inspector: httpx.Client) -> None:
    def figures() -> dict[str, dict[str, int]]:
        told = inspector.get("/api/inspection/reports", params={"year": YEAR}).json()
        return {line["code"]: line["figures"] for line in told["lines"]}

    before = figures()
    world.draft(3)
    world.draft(1)
    world.finding()
    after = figures()
    county = {name: after["gs-city-county"][name] - before["gs-city-county"][name] for name in after["gs"]}
    assert {name: value for name, value in county.items() if value} == {
        "registered": 2, "waiting": 1, "findings": 1, "findings_open": 1,
    }  # fmt: skip
    assert after["gs"] == before["gs"]
    assert sum(line["people"] for line in after.values()) >= 6
    page = inspector.get("/inspection/reports").text
    assert "示例县人力资源和社会保障局" in page


def test_certificates_by_their_own_year(world: World, inspector: httpx.Client, here: Province) -> None:
    months = [(f"2026-{month:02d}-09", f"2026-{month:02d}-13") for month in (3, 4, 6)]
    schedule = [{"from": first, "to": last, "unit": "full_day"} for first, last in months]
    person = here.town.people["central unit"]
    one = conduct.draft(here.instance, person, Draft("示例全年", training(schedule=schedule)), [world.proof])
    way = (
        (declarant(person), Step.SUBMIT),
        *(
            (world.actor(f"central-unit-{duty}"), step)
            for duty, step in (("reviewer", Step.APPROVE), ("verifier", Step.REGISTER))
        ),
    )
    with writing(here.instance) as work:
        for turn, (actor, step) in enumerate(way):
            take(work, actor, one, Taken(step, turn))
    issue_year(here.instance, 2026, quiet)
    with here.instance.engine.connect() as connection:
        decided = [json.loads(text) for text in connection.scalars(sa.select(year_record.c.decision))]
    told = inspector.get("/api/inspection/reports", params={"year": 2026}).json()
    lines = [line["figures"] for line in told["lines"]]
    assert sum(line["certified"] for line in lines) == len(decided) > 0
    assert sum(line["complete"] for line in lines) == sum(one["complete"] for one in decided)
    none = inspector.get("/api/inspection/reports", params={"year": 2019}).json()
    assert sum(line["figures"]["certified"] for line in none["lines"]) == 0


def test_tables_to_take_along(world: World, inspector: httpx.Client) -> None:
    one = world.draft(3)
    answer = inspector.get("/inspection/reports/registrations", params={"year": YEAR})
    assert answer.headers["content-disposition"] == f'attachment; filename="registrations-{YEAR}.csv"'
    assert answer.headers["cache-control"] == "no-store"
    text = answer.content.decode("utf-8-sig")
    (line,) = (line for line in text.splitlines() if str(one) in line)
    assert ",示例县第一中学,training,registered," in line
    assert MARK not in text, "neither the title nor a name"
    assert "示例甲" not in text
    for table, cell in (("registrations", str(one)), ("places", "示例县人力资源和社会保障局")):
        told = inspector.get(f"/api/inspection/reports/{table}", params={"year": YEAR, "format": "xlsx"})
        sheet = load_workbook(io.BytesIO(told.content)).worksheets[0]
        assert cell in {one.value for row in sheet for one in row}
    client, _ = world.client(VERIFIER)
    with closing(client):
        assert client.get("/inspection/reports/places", params={"year": YEAR}).status_code == 403
