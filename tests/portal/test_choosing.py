"""Choosing by name what entries name by code, over HTTP and without script: looked for, chosen, and nothing typed lost."""

import re
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest

from issuer.access.accounts import add_account, grant
from issuer.access.roles import Grant, Role
from issuer.instance import writing
from issuer.people.affiliation import AffiliationKind, Place
from issuer.people.units import NewUnit, add_unit
from issuer.registration import conduct
from issuer.registration.declarations import Draft, Taken, take
from issuer.registration.procedure import Step
from tests.issuer.town import declarant, number
from tests.portal.jurisdiction import PERSON, VERIFIER, World
from tests.portal.moving import code
from tests.portal.province import Province
from tests.portal.test_administration import ON, newest

ADMIN, COUNTY = "administrator", "county-administrator"


@pytest.fixture(scope="module")
def world(here: Province, site: str) -> World:
    return World.of(here, site)


@pytest.fixture(scope="module")
def admin(world: World) -> Iterator[httpx.Client]:
    client, _ = world.client(ADMIN)
    with closing(client):
        yield client


INTERPRETATION = "/entries/interpretation"


def post(client: httpx.Client, path: str, **values: str) -> httpx.Response:
    key = re.search(r'name="form_key" value="([^"]+)"', client.get("/account").text)
    return client.post(path, data={"form_key": key[1] if key else "", **values})


def offered(page: str, field: str) -> list[str]:
    """What a field may be chosen from."""
    return re.findall(rf'<input type="(?:radio|checkbox)" name="{field}" value="([^"]+)"', page)


def chosen(page: str, field: str) -> list[str]:
    return re.findall(rf'<input type="(?:radio|checkbox)" name="{field}" value="([^"]+)" checked', page)


def test_a_place_is_found_by_name_and_chosen(here: Province, admin: httpx.Client) -> None:
    typed = {"login": "department", "role": "inspector", **ON}
    looked = post(admin, "/entries/role", look="at", **typed, **{"find-at": "示例县"})
    assert looked.status_code == 200
    assert set(offered(looked.text, "at")) == {"authority:gs-city-county", f"unit:{code(here, 'local')}"}
    assert 'value="inspector" selected' in looked.text
    assert ON["document_no"] in looked.text
    assert ON["reason"] in looked.text
    assert chosen(looked.text, "login") == ["department"]
    made = post(admin, "/entries/role", at="authority:gs-city-county", **typed, **{"find-at": "示例县"})
    assert made.status_code == 303
    assert '"at":"authority:gs-city-county"' in newest(here, "role").body
    assert "示例县人力资源和社会保障局" in admin.get("/entries/role").text, "the list has the name"


def test_what_was_looked_for_and_not_chosen_is_asked_again(admin: httpx.Client, here: Province) -> None:
    before = newest(here, "role").id
    typed = {"login": "department", "role": "verifier", "find-at": "示例", **ON}
    refused = post(admin, "/entries/role", **typed)
    assert refused.status_code == 422
    assert "请在“在哪里”里选定一个" in refused.text
    assert len(offered(refused.text, "at")) == 12, "and that there are more is said"
    assert "还有别的" in refused.text
    assert newest(here, "role").id == before


@pytest.fixture(scope="module", autouse=True)
def many(here: Province) -> None:
    with writing(here.instance) as work:
        for turn in range(12):
            add_unit(work, NewUnit(AffiliationKind.LOCAL_UNIT, f"示例第{turn}小学", None, "gs-city-county"))
        county = add_account(work, COUNTY, here.instance.random_bytes(32), None)
        grant(
            work,
            county,
            Grant(Role.ADMINISTRATOR, Place(authority_id=here.town.authorities["gs-city-county"])),
        )


def test_a_code_typed_in_full_is_the_choice(admin: httpx.Client, here: Province) -> None:
    gone, into = code(here, "private"), code(here, "local")
    sought = {"find-gone": gone.lower(), "find-into": into}
    assert post(admin, "/entries/unit_merge", **sought, **ON).status_code == 303
    assert f'"gone":"{gone}"' in newest(here, "unit_merge").body


def test_only_what_is_theirs_is_offered(world: World) -> None:
    client, _ = world.client(COUNTY)
    with closing(client):
        places = post(client, "/entries/role", look="at", **{"find-at": "示例省"}).text
        assert offered(places, "at") == []
        assert "没有找到" in places
        accounts = {
            words: offered(post(client, "/entries/role", look="login", **{"find-login": words}).text, "login")
            for words in ("local-unit", "health", "department")
        }
        assert accounts == {
            "local-unit": ["local-unit", "local-unit-reviewer", "local-unit-verifier"],
            "health": [],
            "department": ["department"],  # in full: they know of it
        }


def test_links_fill_the_form_in(admin: httpx.Client, here: Province) -> None:
    local = code(here, "local")
    assert f"/entries/role?at=unit:{local}" in admin.get("/units", params={"find": "第一中学"}).text
    tree = admin.get("/offices").text
    for path, field, value in (
        (f"/entries/role?at=unit:{local}", "at", f"unit:{local}"),
        ("/entries/role?at=authority:gs-city", "at", "authority:gs-city"),
        ("/entries/authority?parent=gs-city", "parent", "gs-city"),
        ("/entries/authority_end?code=gs-talent", "code", "gs-talent"),
        ("/entries/unit?authority=gs-health", "authority", "gs-health"),
        (f"/entries/unit_merge?gone={local}", "gone", local),
    ):
        assert path in tree or "unit:" in path or "unit_merge" in path
        assert chosen(admin.get(path).text, field) == [value], path
    end = re.search(r'/entries/role_end\?login=department&amp;[^"]+', tree)
    assert end is not None
    page = admin.get(end[0].replace("&amp;", "&")).text
    assert chosen(page, "login") == ["department"]
    assert chosen(page, "at") == ["authority:gs-health"]


def test_profiles_and_systems_are_chosen(admin: httpx.Client, here: Province) -> None:
    page = admin.get("/entries/client").text
    assert "base-platform" in offered(page, "profiles")
    typed = {"client": "chosen-system", "authority": "gs", **ON}
    both = {"profiles": ["base-platform", "medical"]}
    key = re.search(r'name="form_key" value="([^"]+)"', page)
    made = admin.post("/entries/client", data={"form_key": key[1] if key else "", **typed, **both})
    assert made.status_code == 303
    assert '"profiles":["base-platform","medical"]' in newest(here, "client").body
    parameters = offered(admin.get("/entries/interpretation").text, "parameter")
    assert parameters == sorted(parameters)
    assert parameters


def test_parameters_are_called_by_their_names(admin: httpx.Client, here: Province) -> None:
    """To choose, and in the list of what was entered; in both languages, the code word beside."""
    for language, name in (("zh", "申报、审核、核实须三人"), ("en", "Three people declare, review, verify")):
        admin.cookies.set("lang", language)
        offers = re.findall(
            r'name="parameter" value="(\w+)".*?<span>(.*?)<small>', admin.get(INTERPRETATION).text
        )
        named = {code: re.sub("<[^>]+>", "", words) for code, words in offers}
        assert named["carry_forward"] == {"zh": "结转到下一年", "en": "Carried into the next year"}[language]
        assert not [code for code, words in named.items() if code == words]
        found = post(admin, INTERPRETATION, look="parameter", **{"find-parameter": name})
        assert offered(found.text, "parameter") == ["separation_of_duties"]
    data = {"parameter": "separation_of_duties", "text": "示例口径", "first": "2026-01-01"}
    made = post(admin, INTERPRETATION, **data, **ON)
    assert made.status_code == 303
    assert f"<dd>{name} <span" in admin.get(INTERPRETATION).text
    admin.cookies.delete("lang")
    assert "<dd>申报、审核、核实须三人 <span" in admin.get(INTERPRETATION).text


def test_a_make_up_from_the_registered_record(world: World, here: Province) -> None:
    """The person, then their deferred year and registered activity: nobody types a number twice or an id at all."""
    one, person = world.draft(3), here.town.people["local unit"]
    client, _ = world.client(VERIFIER)
    deferral = {"year": "2025", "reason_code": "other", "due": "2026-12-31"}
    with closing(client):
        assert post(client, "/entries/deferral", person=str(person.id), **deferral, **ON).status_code == 303
        link = f"/entries/make_up?person={person.id}&amp;activity={one}"
        assert link in client.get(f"/registered/{one}").text
        page = client.get(link.replace("&amp;", "&")).text
        assert chosen(page, "activity") == [str(one)]
        assert "示例甲" in page
        assert number(0) not in page
        found = post(client, "/entries/make_up", look="person", number=number(0), **ON).text
        assert str(one) in offered(found, "activity")
        assert number(0) not in found
        assert ON["reason"] in found
        assert offered(found, "year") == ["2025"]
        designated = {"person": str(person.id), "year": "2025", **ON}
        assert post(client, "/entries/make_up", activity=str(one), **designated).status_code == 303
        refused = post(client, "/entries/make_up", activity="x", **designated)
        assert refused.status_code == 404
        assert "示例甲" in refused.text, "whom it is about is kept"


def test_a_contest_that_was_declared_or_is_to_be(world: World, here: Province) -> None:
    person, key = here.town.people["provincial unit with a department"], "示例竞赛2026-01"
    contest = {"category": "contest", "held_on": "2026-05-12", "event_key": key, "determined_hours": 20}
    one = conduct.draft(here.instance, person, Draft("示例技能竞赛", contest))
    with writing(here.instance) as work:
        take(work, declarant(person), one, Taken(Step.SUBMIT, 0))
    client, _ = world.client("department")
    with closing(client):
        page = post(client, "/entries/contest", look="event_key", **{"find-event_key": "技能"}).text
        assert offered(page, "event_key") == [key]
        named = {"event_key": key, "title": "示例技能竞赛", **ON}
        assert post(client, "/entries/contest", **named).status_code == 303
        coming = {"find-event_key": "示例竞赛2027-01", "title": "示例来年竞赛", **ON}
        assert post(client, "/entries/contest", **coming).status_code == 303
        assert "示例竞赛2027-01" in newest(here, "contest").body
    foreign, _ = world.client("foreign-department")
    with closing(foreign):
        assert offered(foreign.get("/entries/contest").text, "event_key") == []


def test_of_nobody_elses_people_anything_is_shown(world: World, here: Province) -> None:
    world.draft(3)
    client, _ = world.client("foreign-verifier")
    person = here.town.people["local unit"].id
    with closing(client):
        page = client.get(f"/entries/make_up?person={person}").text
        assert "示例甲" not in page
        assert offered(page, "activity") == []
        refused = post(client, "/entries/make_up", look="activity", person=str(person)).text
        assert offered(refused, "activity") == []
        called = client.get("/api/entries/choices/activity", params={"person": person})
        assert called.status_code == 403
        assert client.get("/api/entries/choices/unit?find=示例").status_code == 404, "nothing of theirs"


def test_choices_by_call(admin: httpx.Client) -> None:
    answer = admin.get("/api/entries/choices/unit", params={"find": "示例"}).json()
    assert answer["more"]
    assert len(answer["items"]) == 12
    one = admin.get("/api/entries/choices/account", params={"find": PERSON}).json()["items"]
    assert [each["value"] for each in one] == [PERSON, f"{PERSON}-reviewer", f"{PERSON}-verifier"]
