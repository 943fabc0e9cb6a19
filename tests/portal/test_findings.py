"""Findings, over HTTP: written where the thing is looked at, answered by the authority, closed by an inspector; two people."""

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa

from issuer.access.accounts import add_account, grant
from issuer.access.roles import Grant, Role
from issuer.access.tables import account
from issuer.governance.merging import merge
from issuer.instance import writing
from issuer.people.affiliation import AffiliationKind, Place
from issuer.people.tables import unit
from issuer.people.units import NewUnit, add_unit
from issuer.registration.tables import finding_step
from ledger.tables import private
from tests.issuer.town import number
from tests.portal.jurisdiction import INSPECTOR, MARK, VERIFIER, World
from tests.portal.moving import code
from tests.portal.province import Province
from tests.portal.signed_in import HTML, keyed

DATABASES = ("sqlite", "postgresql")
Clients = Mapping[str, tuple[httpx.Client, str]]
BOTH = "inspector-and-verifier"


@pytest.fixture(scope="module")
def world(here: Province, site: str) -> World:
    made = World.of(here, site)
    with writing(here.instance) as work:
        key = work.connection.execute(
            sa.select(account.c.person_key).where(account.c.login == INSPECTOR)
        ).scalar_one()
        whose = add_account(work, BOTH, bytes(key), None)
        county = Place(authority_id=here.town.authorities["gs-city-county"])
        grant(work, whose, Grant(Role.VERIFIER, county))
    return made


@pytest.fixture(scope="module")
def clients(world: World) -> Iterator[Clients]:
    made = {
        login: world.client(login)
        for login in (INSPECTOR, VERIFIER, BOTH, "foreign-inspector", "foreign-verifier")
    }
    yield made
    for client, _ in made.values():
        client.close()


def post(clients: Clients, login: str, path: str, **values: str) -> httpx.Response:
    client, key = clients[login]
    return client.post(path, data={"form_key": key, **values}, headers=HTML)


def due(here: Province, days: int = 10) -> str:
    return (here.instance.today() + timedelta(days=days)).isoformat()


def written(here: Province, clients: Clients, one: UUID, **more: str) -> httpx.Response:
    asked = {
        "about": "declaration",
        "id": str(one),
        "kind": "evidence",
        "words": "印章看不清，请核实",
        "due": due(here),
    }
    return post(clients, INSPECTOR, "/findings", **asked | more)


def test_written_answered_reopened_answered_closed(here: Province, world: World, clients: Clients) -> None:
    one = world.inspected()
    inspector, _ = clients[INSPECTOR]
    assert (
        f"/findings/new?about=declaration&amp;id={one}"
        in inspector.get(f"/inspection/registrations/{one}").text
    )
    at = written(here, clients, one).headers["location"]
    assert at in inspector.get(f"/inspection/registrations/{one}").text
    verifier, _ = clients[VERIFIER]
    assert at in verifier.get("/findings").text, "it lies on the authority's desk"
    page = verifier.get(at).text
    assert "印章看不清" in page
    assert "示例甲" in page
    assert f"/registered/{one}" in page
    assert INSPECTOR not in page, "by capacity, not by login"
    assert "示例甲" not in inspector.get("/findings").text
    for login, step, turn, more, state in (
        (VERIFIER, "answer", 0, {"words": "已看过原件，属实"}, "答复的人不能自己办结"),
        (INSPECTOR, "reopen", 1, {"words": "原件在哪里？", "due": due(here, 20)}, "等核实部门答复"),
        (VERIFIER, "answer", 2, {"words": "原件由单位保管"}, "等检查人员办结"),
        (INSPECTOR, "close", 3, {"words": "同意"}, "已办结"),
    ):
        answer = post(clients, login, at, do=step, turn=str(turn), **more)
        assert answer.status_code == 303, answer.text
        assert state in clients[login][0].get(at).text
    assert at not in verifier.get("/findings").text
    assert at in verifier.get("/findings?show=closed").text
    with here.instance.engine.connect() as connection:
        query = sa.select(private.c.payload).join(finding_step, finding_step.c.event_id == private.c.event_id)
        its = query.where(finding_step.c.finding_id == UUID(at.rpartition("/")[2]))
        kept = [
            json.loads(bytes(payload)) for payload in connection.scalars(its.order_by(finding_step.c.turn))
        ]
    assert [each["step"] for each in kept] == ["write", "answer", "reopen", "answer", "close"]
    assert kept[0]["declaration_id"] == str(one)
    assert number(0) not in json.dumps(kept)


REFUSED = {
    "no words": ({"words": " "}, "请写明情况"),
    "too many words": ({"words": "字" * 1001}, "请写明情况"),
    "no kind": ({"kind": "whatever"}, "请选择是哪方面的问题"),
    "no day": ({"due": "soon"}, "请填写答复期限"),
    "a day gone by": ({"due": "2020-01-01"}, "答复期限应在明天以后"),
    "about nothing": ({"about": "weather"}, "请从要检查的那一项打开"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refusals_keep_what_was_typed(here: Province, world: World, clients: Clients, case: str) -> None:
    more, words = REFUSED[case]
    one = world.inspected()
    before = world.written()
    answer = written(here, clients, one, **more)
    assert answer.status_code == 422
    assert words in answer.text
    assert more.get("words", "印章看不清") in answer.text
    assert world.written() == before


def test_on_a_unit_and_on_a_year(here: Province, world: World, clients: Clients) -> None:
    unit, person = code(here, "local"), str(world.opened)
    for about in ({"about": "unit", "id": unit}, {"about": "year", "id": person, "year": "2026"}):
        form = clients[INSPECTOR][0].get("/findings/new", params=about)
        assert form.status_code == 200
        made = written(here, clients, UUID(int=0), **about)
        assert made.status_code == 303, made.text
        assert made.headers["location"] in clients[VERIFIER][0].get("/findings").text
        assert clients[INSPECTOR][0].get(made.headers["location"]).status_code == 200


def test_a_merged_unit_takes_its_findings_along(here: Province, world: World, clients: Clients) -> None:
    with writing(here.instance) as work:
        new = NewUnit(AffiliationKind.LOCAL_UNIT, "示例重复单位", None, "gs-city-county")
        gone = work.connection.execute(
            sa.select(unit.c.code).where(unit.c.id == add_unit(work, new))
        ).scalar_one()
    at = written(here, clients, UUID(int=0), about="unit", id=gone).headers["location"]
    into = code(here, "local")
    with writing(here.instance) as work:
        merge(work, gone, into, b"\x00" * 32, None)
    assert "示例县第一中学" in clients[INSPECTOR][0].get(at).text


def test_on_a_transfer(here: Province, world: World, clients: Clients) -> None:
    one = world.transfer(2)
    assert world.opened
    made = written(here, clients, one, about="transfer")
    assert made.status_code == 303
    page = clients[VERIFIER][0].get(made.headers["location"]).text
    assert f"/incoming/{one}" in page


def test_a_file_that_is_not_open_asks_for_its_reason_first(
    here: Province, world: World, clients: Clients
) -> None:
    other = here.town.people["agency alone"].id
    about = {"about": "year", "id": str(other), "year": "2026"}
    asked = clients[INSPECTOR][0].get("/findings/new", params=about)
    assert asked.status_code == 403
    assert "查看的事由" in asked.text
    assert f"about=year&amp;id={other}" in asked.text, "and leads back to the form"
    assert written(here, clients, UUID(int=0), **about).status_code == 403


def test_nobody_answers_what_they_wrote_or_closes_what_they_answered(
    here: Province, world: World, clients: Clients
) -> None:
    """By natural person: the same one under another account is still the same."""
    at = written(here, clients, world.inspected()).headers["location"]
    refused = post(clients, BOTH, at, do="answer", turn="0", words="示例")
    assert refused.status_code == 403
    assert "检查和答复须由不同的人办理" in refused.text
    assert post(clients, VERIFIER, at, do="close", turn="0", words="示例").status_code == 422
    assert post(clients, VERIFIER, at, do="answer", turn="0", words="示例").status_code == 303
    assert post(clients, VERIFIER, at, do="close", turn="1", words="示例").status_code == 403


def test_elsewhere_nothing_is_seen_or_done(here: Province, world: World, clients: Clients) -> None:
    at = written(here, clients, world.inspected()).headers["location"]
    for login in ("foreign-inspector", "foreign-verifier"):
        client, _ = clients[login]
        assert at not in client.get("/findings?show=all").text
        assert client.get(at).status_code == 404
        assert post(clients, login, at, do="answer", turn="0", words="示例").status_code == 404
    about = {"about": "unit", "id": code(here, "local"), "kind": "data", "words": "示例", "due": due(here)}
    assert post(clients, "foreign-inspector", "/findings", **about).status_code == 404


def test_of_two_at_once_one_wins(here: Province, world: World, clients: Clients) -> None:
    at = written(here, clients, world.inspected()).headers["location"]
    with closing(world.client(VERIFIER)[0]) as second, ThreadPoolExecutor(2) as pool:
        headers = {"if-match": '"0"'}
        both = [
            pool.submit(
                client.post,
                f"/api{at}/steps",
                json={"step": "answer", "words": "示例"},
                headers=headers | keyed(),
            )
            for client in (clients[VERIFIER][0], second)
        ]
        told = sorted(one.result().status_code for one in both)
    assert told == [200, 412]


def test_by_call_and_overdue(here: Province, world: World, clients: Clients) -> None:
    inspector, verifier = clients[INSPECTOR][0], clients[VERIFIER][0]
    asked = {
        "about": "declaration",
        "id": str(world.inspected()),
        "kind": "late",
        "words": MARK,
        "due": due(here, 1),
    }
    made = inspector.post("/api/findings", json=asked, headers=keyed())
    assert made.status_code == 201
    at = made.headers["location"]
    found = verifier.get(at)
    assert found.headers["etag"] == '"0"'
    assert found.json()["may"] == ["answer"]
    assert found.json()["name"] == "示例甲"
    seen = inspector.get(at).json()
    assert (seen["name"], seen["may"], seen["steps"][0]["by"]) == (None, [], INSPECTOR)
    late = {one["id"] for one in verifier.get("/api/findings?late=true").json()["items"]}
    assert found.json()["id"] not in late
