"""Somebody whom no roster brought: entered by one, invited by another, in and declaring; what cannot be is refused in words."""

import json
import re
from contextlib import closing
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from issuer.access.roles import Grant, Role
from issuer.acts import governance_act
from issuer.database import Paging
from issuer.governance.listing import Wanted, list_entries
from issuer.people.affiliation import Place
from issuer.people.identifier import IdType, read_identifier
from issuer.people.registry import find
from issuer.people.series import series_of
from issuer.people.tables import professional
from issuer.personnel.newcomer_list import list_waiting
from issuer.personnel.reading import list_changes
from issuer.registered.service import list_registered
from issuer.service import issue_roster
from tests.issuer.conftest import quiet, roster_of
from tests.issuer.town import number, officer
from tests.portal.moving import code, post
from tests.portal.province import PASSWORD, Province
from tests.portal.signed_in import HTML, keyed, program, visitor

REVIEWER, VERIFIER = "local-unit-reviewer", "local-unit-verifier"


def newcomer(here: Province, serial: int) -> dict[str, str]:
    return {"name": "示例新人", "id_type": "resident_id", "number": number(serial), "unit": code(here, "local"), "first": "2026-03-02", "series": "会计"}  # fmt: skip


def test_one_enters_another_invites_and_the_holder_opens(here: Province, site: str) -> None:
    sent = newcomer(here, 910)
    with closing(visitor(here, site, REVIEWER)) as one, closing(visitor(here, site, VERIFIER)) as other:
        assert 'value="会计"' in one.get("/people/new").text
        made = post(one, "/people/new", **sent)
        assert made.status_code == 303, made.text
        at = "/people/" + made.headers["location"].rpartition("-")[2] + "/invitation"
        assert "示例新人" in one.get("/people").text
        own = post(one, at, login="newcomer-one")
        assert (own.status_code, "录入或看过证件号码的人不能再发邀请" in own.text) == (403, True)
        first, second = (post(other, at, login="newcomer-one") for _ in range(2))
        assert (first.status_code, first.headers["cache-control"]) == (200, "no-store")
        told = re.findall(r"[A-Z2-7]{4}(?:-[A-Z2-7]{4})+", first.text + second.text)
        assert len(set(told)) == 2, "asked again, the code before no longer counts"
        assert "已发邀请" in one.get("/people").text
    with httpx.Client(base_url=site, trust_env=False, timeout=60, headers=HTML) as holder:
        form = {"number": sent["number"], "new_password": PASSWORD}
        assert holder.post("/invitation", data={"invitation": told[0], **form}).status_code == 422
        opened = holder.post("/invitation", data={"invitation": told[1], **form})
        assert (opened.status_code, "otpauth" in opened.text) == (200, False)
        assert (
            holder.post("/sign-in", data={"login": "newcomer-one", "password": PASSWORD}).status_code == 303
        )
        assert "示例县第一中学" in holder.get("/affiliation").text
        assert "会计" in holder.get("/affiliation").text
    with closing(visitor(here, site, VERIFIER)) as other:
        assert "示例新人" not in other.get("/people").text
        assert post(other, at, login="newcomer-two").status_code == 422, "there is an account"


def test_duties_at_two_authorities_show_both(here: Province) -> None:
    places = [Place(authority_id=here.town.authorities[code]) for code in ("gs-city", "gs-new-area")]
    both = officer(here.instance, "of-two", *(Grant(Role.VERIFIER, place) for place in places))
    assert {one.name for one in list_waiting(here.instance, both)} <= {"示例新人"}
    for read in (list_registered, list_changes):
        assert read(here.instance, both, Paging()) == []
    assert list_entries(here.instance, both, Wanted(Paging())) == []


WRONG = {
    "a bidirectional mark": ({"name": "示例\u202e人"}, "不能印出的字符 U+202E"),
    "a control character": ({"name": "示例\x07人"}, "不能印出的字符"),
    "a look-alike": ({"name": "Mаrie"}, "混用了看起来相同的不同文字"),
    "no name": ({"name": " "}, "应有 1 至"),
    "a wrong check digit": ({"number": "62990119900101000" + "1"}, "校验位不对"),
    "no number": ({"number": ""}, "应为 18 位"),
    "a passport's number that is none": ({"id_type": "passport", "number": "E!1"}, "8 至 18 位"),
    "a kind that is none": ({"id_type": "library-card"}, "请选择证件类型"),
    "in use": ({"number": number(0)}, "这个证件号码已有人使用"),
    "no unit": ({"unit": ""}, "请选择单位"),
    "a unit that is a path": ({"unit": "../x"}, "请从列表中选单位"),
    "a unit that is none": ({"unit": "T99999999"}, "没有代码为 T99999999 的单位"),
    "no such day": ({"first": "2026-02-30"}, "请填写到岗日期"),
    "a day to come": ({"first": "2999-01-01"}, "不能晚于今天"),
    "no such series": ({"series": "<script>"}, "没有这个职称系列"),
}


def test_what_cannot_be_is_told_and_the_form_kept(here: Province, site: str) -> None:
    with here.instance.engine.connect() as connection:
        before = connection.scalar(sa.select(sa.func.count()).select_from(professional))
    with closing(visitor(here, site, REVIEWER)) as client:
        for case, (changes, words) in WRONG.items():
            sent = newcomer(here, 911) | changes
            answer = post(client, "/people/new", **sent)
            assert (answer.status_code, words in answer.text) == (422, True), (case, answer.text)
            kept = {
                "first": '"2026-03-02"',
                "name": 'value="示例新人"',
                "series": 'value="会计" lang="zh-CN" selected',
            }
            assert all(mark in answer.text for name, mark in kept.items() if name not in changes), case
            assert sent["number"] not in answer.text or not sent["number"], case
            assert "示例甲" not in answer.text, "whose it is, is not said"
            assert "<script>" not in answer.text
    with here.instance.engine.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(professional)) == before


@pytest.mark.parametrize("kind", ["passport", "permit"])
def test_by_call_with_every_kind_of_document(here: Province, site: str, kind: str) -> None:
    document = {"idType": kind, "number": f"e00{here.town.units['local']:06d}" + kind[-1]}
    asked = {"document": document, "name": "Marie Example", "agency": "gs-talent", "first": "2026-03-02"}
    with closing(program(here, site, "agency-alone-reviewer")) as one:
        key = keyed()
        made = one.post("/people", json=asked, headers=key)
        assert made.status_code == 201, made.text
        assert made.json()["maskedIdentifier"] not in {document["number"], document["number"].upper()}
        again = one.post("/people", json=asked, headers=key)
        assert (again.status_code, again.headers["idempotency-replayed"]) == (201, "true")
        taken = one.post("/people", json=asked, headers=keyed())
        assert (taken.status_code, "Marie" in taken.text) == (422, False)
        listed = one.get("/people").json()["items"][0]
        assert (listed["id"], listed["invitedUntil"]) == (made.json()["id"], None)
        refused = one.post(f"/people/{listed['id']}/invitation", json={"login": f"m-{kind}"}, headers=keyed())
        assert refused.status_code == 403
    with closing(program(here, site, "agency-alone-verifier")) as other:
        told = other.post(f"/people/{listed['id']}/invitation", json={"login": f"m-{kind}"}, headers=keyed())
        assert (told.status_code, len(told.json()["code"])) == (200, 29)


def test_who_revealed_the_number_is_not_told_the_code(here: Province, site: str) -> None:
    with closing(program(here, site, REVIEWER)) as one:
        sent = newcomer(here, 915)
        asked = {name: sent[name] for name in ("name", "unit", "first")}
        document = {"idType": "resident_id", "number": sent["number"]}
        made = one.post("/people", json=asked | {"document": document}, headers=keyed()).json()["id"]
    with closing(program(here, site, VERIFIER)) as other:
        seen = other.post(f"/people/{made}/number", json={"reason": "示例核对"}, headers=keyed())
        assert seen.json()["number"] == sent["number"]
        told = other.post(f"/people/{made}/invitation", json={"login": "somebody"}, headers=keyed())
        assert told.status_code == 403
    with here.instance.engine.connect() as connection:
        key = read_identifier(IdType.RESIDENT_ID, sent["number"]).person_key(here.instance.person_secret)
        person = find(connection, key)
        assert person is not None
        assert series_of(connection, person.id) == {}
        acts = connection.scalars(
            sa.select(governance_act.c.what).where(governance_act.c.subject == f"person:{key.hex()[:32]}")
        ).all()
    assert set(acts) == {"professional-entered", "affiliation-changed", "number-revealed"}


def test_who_came_by_a_roster_is_invited_by_the_office_that_takes_them_on(here: Province, site: str) -> None:
    """They belong nowhere here, and have to agree before they do: not at a place of whoever has seen the number, nor of another office."""
    people = json.loads((Path(__file__).parents[2] / "demo/people.json").read_text("utf-8"))[:1]
    issue_roster(here.instance, roster_of(people), quiet)
    sent = {"number": people[0]["person"]["identifier"], "unit": code(here, "local"), "first": "2026-03-02"}
    name = people[0]["person"]["name"]
    with closing(visitor(here, site, REVIEWER)) as one, closing(visitor(here, site, VERIFIER)) as other:
        assert name not in other.get("/people").text
        asked = post(one, "/changes/ask", **sent)
        assert asked.status_code == 303, asked.text
        change = asked.headers["location"]
        assert 'href="/people"' in one.get(change).text
        (at,) = re.findall(
            r'action="(/people/\d+/invitation)".*?：' + name, other.get("/people").text, re.DOTALL
        )[-1:]
        own = post(one, at, login="by-roster")
        assert (own.status_code, "看过证件号码的人不能再发邀请" in own.text) == (403, True)
        with closing(visitor(here, site, "provincial-unit-with-a-department-verifier")) as foreign:
            assert (
                post(foreign, at, login="by-roster").status_code,
                name in foreign.get("/people").text,
            ) == (403, False)
        (told,) = set(re.findall(r"[A-Z2-7]{4}(?:-[A-Z2-7]{4})+", post(other, at, login="by-roster").text))
    with httpx.Client(base_url=site, trust_env=False, timeout=60, headers=HTML) as holder:
        form = {"invitation": told, "number": sent["number"], "new_password": PASSWORD}
        assert holder.post("/invitation", data=form).status_code == 200
        assert holder.post("/sign-in", data={"login": "by-roster", "password": PASSWORD}).status_code == 303
        assert post(holder, change, do="agree", turn="0").status_code == 303
        with closing(visitor(here, site, VERIFIER)) as other:
            assert post(other, change, do="register", turn="1").status_code == 303
            assert name not in other.get("/people").text
        assert "示例县第一中学" in holder.get("/affiliation").text
