"""A change of employer over HTTP: three people, by date, each step in the ledger; afterwards declarations go the new way."""

import hashlib
import json
import re
from contextlib import closing
from datetime import date
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa

from issuer.acts import governance_act
from issuer.governance.merging import merge
from issuer.instance import writing
from issuer.people.affiliation import AffiliationKind
from issuer.people.service import Person
from issuer.people.tables import professional, unit
from issuer.people.units import NewUnit, add_unit
from issuer.personnel.tables import personnel_step
from issuer.registration.tables import declaration
from ledger.tables import private
from tests.issuer.evidence.samples import BAD, GOOD
from tests.issuer.town import number
from tests.portal.moving import FIRST, asked, code, mover, post, spells, submitted, written
from tests.portal.province import Province
from tests.portal.signed_in import form_key, keyed, program, visitor


def test_three_people_and_declarations_go_the_new_way_afterwards(
    here: Province, site: str, moving: tuple[httpx.Client, Person, str]
) -> None:
    client, person, _number = moving
    before = submitted(here, person)
    at = asked(here, client, words="甘调〔2026〕5号")
    under_way = submitted(here, person)
    assert under_way.review_unit_id == here.town.units["local"], "asked for is not yet registered"
    with (
        closing(visitor(here, site, "provincial-unit-with-a-department-reviewer")) as reviewer,
        closing(visitor(here, site, "provincial-unit-with-a-department-verifier")) as verifier,
    ):
        assert post(verifier, at, do="register", turn="0").status_code == 422, (
            "not before the employer agrees"
        )
        assert "甘调〔2026〕5号" in reviewer.get(at).text
        assert at in reviewer.get("/changes").text
        assert post(reviewer, at, do="agree", turn="0").status_code == 303
        assert post(reviewer, at, do="agree", turn="0").status_code == 409, "sent twice"
        assert spells(here, person) == [(here.town.units["local"], None, date(2025, 1, 1), None)]
        assert post(verifier, at, do="register", turn="1").status_code == 303
    assert spells(here, person) == [
        (here.town.units["local"], None, date(2025, 1, 1), date(2026, 8, 31)),
        (here.town.units["provincial"], None, date(2026, 9, 1), None),
    ]
    after = submitted(here, person)
    assert (after.review_unit_id, after.verify_authority_id) == (
        here.town.units["provincial"],
        here.town.authorities["gs-health"],
    )
    with here.instance.engine.connect() as connection:
        old = connection.execute(sa.select(declaration).where(declaration.c.id == before.id)).one()
        assert old.review_unit_id == here.town.units["local"], "what was submitted stays where it is"
        acts = connection.execute(
            sa.select(governance_act).where(governance_act.c.subject == f"person:{person.key.hex()[:32]}")
        ).all()
        assert sorted(one.what for one in acts) == [
            "affiliation-changed",
            "affiliation-changed",
            "professional-entered",
        ]
        employer = connection.scalar(sa.select(professional.c.employer).where(professional.c.id == person.id))
    assert employer == "示例省人民医院"
    page = client.get("/affiliation").text
    assert "2026-08-31" in page
    assert "示例省卫生健康委员会" in page
    written(here)


WAYS = {
    "a central unit verifies its own": ("central", None, "central-unit"),
    "a provincial unit without a department": (
        "provincial_alone",
        None,
        "provincial-unit-without-a-department",
    ),
    "an agency with an employer": ("private", "gs-talent", "agency-with-an-employer"),
    "an agency alone": (None, "gs-talent", "agency-alone"),
}


@pytest.mark.parametrize("case", WAYS)
def test_the_way_of_each_affiliation(
    here: Province, site: str, moving: tuple[httpx.Client, Person, str], case: str
) -> None:
    name, agency, login = WAYS[case]
    client, person, _number = moving
    values = {"first": FIRST, "agency": agency or "", "unit": code(here, name) if name else ""}
    answer = post(client, "/affiliation/change", **values)
    assert answer.status_code == 303, answer.text
    at = answer.headers["location"]
    for duty, do in (("reviewer", "agree"), ("verifier", "register")):
        with closing(visitor(here, site, f"{login}-{duty}")) as desk:
            assert post(desk, at, do=do, turn="0" if do == "agree" else "1").status_code == 303
    new = spells(here, person)[-1]
    assert new[:2] == (
        here.town.units[name] if name else None,
        here.town.authorities[agency] if agency else None,
    )


def test_proofs_go_with_a_change_and_into_the_ledger(
    here: Province, site: str, moving: tuple[httpx.Client, Person, str]
) -> None:
    client, _person, _number = moving
    good, bad = GOOD["PDF"], BAD["a script at opening"]
    values = {"form_key": form_key(client), "unit": code(here, "provincial"), "first": FIRST}
    files = [("proof", (name, make())) for name, make, *_ in (good, bad)]
    refused = client.post("/affiliation/change", data=values, files=files)
    assert refused.status_code == 422
    assert bad[2] in refused.text
    (ticket,) = re.findall(r'name="kept" value="([^"]+)"', refused.text)
    at = client.post("/affiliation/change", data=values | {"kept": ticket}).headers["location"]
    digest = ticket.partition(":")[0]
    with closing(visitor(here, site, "provincial-unit-with-a-department-reviewer")) as reviewer:
        assert f"{at}/evidence/{digest}/preview?page=2" in reviewer.get(at).text
        assert reviewer.get(f"{at}/evidence/{digest}").content == good[1]()
        picture = reviewer.get(f"{at}/evidence/{digest}/preview", params={"page": 2})
        assert picture.headers["content-type"] == "image/jpeg"
    with closing(visitor(here, site, "local-unit")) as stranger:
        assert stranger.get(f"{at}/evidence/{digest}").status_code == 404
    step = sa.select(personnel_step.c.event_id).where(personnel_step.c.change_id == UUID(at[9:]))
    payload = sa.select(private.c.payload).where(private.c.event_id == step.scalar_subquery())
    with here.instance.engine.connect() as connection:
        assert json.loads(connection.execute(payload).scalar_one())["proofs"] == [digest]


def test_proofs_of_a_change_as_calls(
    here: Province, site: str, moving: tuple[httpx.Client, Person, str]
) -> None:
    _client, _person, its_number = moving
    with closing(program(here, site, "central-unit-reviewer")) as unit_calls:
        picture_file = GOOD["PNG"][1]()
        its = hashlib.sha256(picture_file).hexdigest()
        sent = {"content": picture_file, "headers": {"content-type": "image/png"}}
        kept = unit_calls.put(f"/proofs/{its}", **sent).json()
        employer = {"kind": "employer", "unit": code(here, "central"), "first": FIRST}
        document = {"idType": "resident_id", "number": its_number}
        body = employer | {"proofs": [kept["ticket"]], "document": document}
        made = unit_calls.post("/changes", json=body, headers=keyed())
        assert made.status_code == 201, made.text
        shown = unit_calls.get(made.headers["location"].removeprefix("/api")).json()
        assert [(proof["digest"], proof["pages"]) for proof in shown["proofs"]] == [(its, 1)]
        login, _, _ = mover(here)
        with closing(program(here, site, login)) as own:
            stolen = own.post("/changes", json={**employer, "proofs": [kept["ticket"]]}, headers=keyed())
            assert stolen.status_code == 422, "a ticket is its sender's alone"
            at = f"{made.headers['location'].removeprefix('/api')}/proofs/{its}"
            assert own.get(at).status_code == 404
        assert unit_calls.get(at).content == picture_file


def test_a_unit_asks_and_the_person_agrees(
    here: Province, site: str, moving: tuple[httpx.Client, Person, str]
) -> None:
    client, person, its_number = moving
    with (
        closing(visitor(here, site, "central-unit-reviewer")) as reviewer,
        closing(visitor(here, site, "central-unit-verifier")) as verifier,
    ):
        values = {"number": its_number, "unit": code(here, "central"), "first": FIRST}
        foreign = post(reviewer, "/changes/ask", **{**values, "unit": code(here, "provincial")})
        assert foreign.status_code == 403, "another's unit"
        unknown = post(reviewer, "/changes/ask", **{**values, "number": number(777)})
        assert unknown.status_code == 422
        assert number(777) not in unknown.text
        at = post(reviewer, "/changes/ask", **values).headers["location"]
        assert post(reviewer, at, do="agree", turn="0").status_code == 403, "the same side"
        assert its_number not in reviewer.get(at).text
        assert at in client.get("/affiliation").text
        assert post(client, at, do="agree", turn="0").status_code == 303
        assert post(verifier, at, do="register", turn="1").status_code == 303
    assert spells(here, person)[-1][0] == here.town.units["central"]


def test_the_same_as_json(here: Province, site: str) -> None:
    login, person, its_number = mover(here)
    with (
        closing(program(here, site, login)) as own,
        closing(program(here, site, "central-unit-reviewer")) as reviewer,
        closing(program(here, site, "central-unit-verifier")) as verifier,
    ):
        body = {"kind": "employer", "unit": code(here, "central"), "first": FIRST}
        key = keyed()
        made = own.post("/changes", json=body, headers=key)
        assert made.status_code == 201, made.text
        assert own.post("/changes", json=body, headers=key).json() == made.json(), "sent again"
        at = made.headers["location"].removeprefix("/api")
        assert own.post("/changes", json=body, headers=keyed()).status_code == 422
        listed = reviewer.get("/changes", params={"waiting": True, "limit": 1}).json()
        assert listed["items"][0]["id"] == made.json()["id"]
        shown = reviewer.get(at)
        assert shown.json()["may"] == ["agree", "reject"]
        step = {"step": "agree"}
        assert reviewer.post(f"{at}/steps", json=step, headers=keyed()).status_code == 428
        stale = keyed() | {"if-match": '"7"'}
        assert reviewer.post(f"{at}/steps", json=step, headers=stale).status_code == 412
        seen = keyed() | {"if-match": shown.headers["etag"]}
        agreed = reviewer.post(f"{at}/steps", json=step, headers=seen)
        assert agreed.json()["state"] == "agreed"
        seen = keyed() | {"if-match": agreed.headers["etag"]}
        assert verifier.post(f"{at}/steps", json={"step": "register"}, headers=seen).status_code == 200
        history = own.get("/affiliations").json()["items"]
        assert [one["kind"] for one in history] == ["central_unit", "local_unit"]
        assert history[1]["last"] == "2026-08-31"
        document = {"idType": "resident_id", "number": its_number}
        back = {**body, "first": "2026-10-01", "document": document}
        assert reviewer.post("/changes", json=back, headers=keyed()).status_code == 422, "there already"
        none = {**back, "unit": None}
        assert reviewer.post("/changes", json=none, headers=keyed()).status_code == 422
    assert spells(here, person)[-1][0] == here.town.units["central"]


def test_a_unit_merged_meanwhile_is_the_one_it_went_into(
    here: Province, site: str, moving: tuple[httpx.Client, Person, str]
) -> None:
    client, person, _number = moving
    stays = code(here, "provincial")
    with writing(here.instance) as work:
        twin = add_unit(
            work, NewUnit(AffiliationKind.PROVINCIAL_UNIT, "示例省人民医院（重复）", None, "gs-health")
        )
        twin_code = work.connection.execute(sa.select(unit.c.code).where(unit.c.id == twin)).scalar_one()
    answer = post(client, "/affiliation/change", unit=str(twin_code), first=FIRST)
    change = UUID(answer.headers["location"].rpartition("/")[2])
    with writing(here.instance) as work:
        merge(work, str(twin_code), stays, here.instance.random_bytes(32), None)
    for login, do, turn in (
        ("provincial-unit-with-a-department-reviewer", "agree", "0"),
        ("provincial-unit-with-a-department-verifier", "register", "1"),
    ):
        with closing(visitor(here, site, login)) as desk:
            assert post(desk, f"/changes/{change}", do=do, turn=turn).status_code == 303
    assert spells(here, person)[-1][0] == here.town.units["provincial"]


def test_a_title_series_by_form_and_by_call(here: Province, site: str) -> None:
    login, person, its_number = mover(here)
    with (
        closing(visitor(here, site, login)) as own,
        closing(visitor(here, site, "local-unit-reviewer")) as reviewer,
        closing(visitor(here, site, "local-unit-verifier")) as verifier,
        closing(program(here, site, "local-unit-reviewer")) as calls,
        closing(program(here, site, login)) as own_calls,
    ):
        for values, words in (
            ({"year": "26", "series": "工程"}, "四位数字"),
            ({"year": "2026", "series": ""}, "请选择职称系列"),
            ({"year": "2026", "series": "<script>"}, "没有这个职称系列"),
        ):
            kept = post(own, "/affiliation/series", **values, words="聘任文号")
            assert kept.status_code == 422
            assert words in kept.text
            assert "聘任文号" in kept.text
            assert "<script>" not in kept.text
        at = post(own, "/affiliation/series", year="2026", series="工程").headers["location"]
        assert post(reviewer, at, do="agree", turn="0").status_code == 303
        assert post(verifier, at, do="register", turn="1").status_code == 303
        assert '<dd lang="zh-CN">工程</dd>' in own.get("/affiliation").text
        unknown = {"name": "示例调动", "ending": "0000", "year": "2025", "series": "会计"}
        assert post(reviewer, "/changes/series", **unknown).status_code == 404
        by_unit = post(reviewer, "/changes/series", **{**unknown, "ending": its_number[-4:]})
        assert by_unit.status_code == 303
        assert post(own, by_unit.headers["location"], do="reject", turn="0", reason="R08").status_code == 303
        asked = {"kind": "series", "year": 2025, "series": "会计"}
        document = {"idType": "resident_id", "number": its_number}
        made = calls.post("/changes", json=asked | {"document": document}, headers=keyed())
        assert made.status_code == 201, made.text
        place = made.headers["location"].removeprefix("/api")
        seen = keyed() | {"if-match": made.headers["etag"]}
        assert own_calls.post(f"{place}/steps", json={"step": "agree"}, headers=seen).status_code == 200
        assert own_calls.get("/affiliations").json()["series"] == [{"year": 2026, "series": "工程"}]
    assert len(spells(here, person)) == 1
