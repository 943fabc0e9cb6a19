"""What a change of employer refuses: other people, other days, no such place, twice; nothing is recorded, and the form is kept."""

from contextlib import closing

import httpx
import pytest
import sqlalchemy as sa

from issuer.access.accounts import grant
from issuer.access.roles import Grant, Role
from issuer.access.tables import account
from issuer.instance import writing
from issuer.people.affiliation import Place
from issuer.people.service import Person
from issuer.people.tables import authority
from tests.portal.moving import FIRST, asked, code, post, spells, written
from tests.portal.province import Province
from tests.portal.signed_in import visitor


def test_nobody_else_acts_or_looks(
    here: Province, site: str, moving: tuple[httpx.Client, Person, str]
) -> None:
    client, _person, _number = moving
    at = asked(here, client)
    before = written(here)
    for login in (
        "local-unit",
        "local-unit-reviewer",
        "local-unit-verifier",
        "foreign-reviewer",
        "foreign-verifier",
    ):
        with closing(visitor(here, site, login)) as stranger:
            assert stranger.get(at).status_code == 404, login
            for do in ("agree", "register", "reject", "withdraw"):
                assert post(stranger, at, do=do, turn="0", reason="R08").status_code == 404, (login, do)
            assert at not in (stranger.get("/changes").text if login != "local-unit" else "")
    assert written(here) == before


def test_one_natural_person_has_one_duty(
    here: Province, site: str, moving: tuple[httpx.Client, Person, str]
) -> None:
    """The reviewer of a central unit who is its verifier too still needs another verifier."""
    client, _person, _number = moving
    at = asked(here, client, "central")
    with writing(here.instance) as work:
        reviewer_id = work.connection.execute(
            sa.select(account.c.id).where(account.c.login == "central-unit-reviewer")
        ).scalar_one()
        grant(work, reviewer_id, Grant(Role.VERIFIER, Place(unit_id=here.town.units["central"])))
    with closing(visitor(here, site, "central-unit-reviewer")) as both:
        assert post(both, at, do="agree", turn="0").status_code == 303
        page = both.get(at)
        assert "登记变更" not in page.text
        assert post(both, at, do="register", turn="1").status_code == 403


REFUSED = {
    "a day to come": ({"first": "2099-01-01"}, "不能晚于今天"),
    "before the present one began": ({"first": "2024-12-31"}, "现隶属的起始日"),
    "no day": ({"first": ""}, "到岗日期"),
    "no such day": ({"first": "2026-02-30"}, "应为"),
    "where the person is already": ({"unit": "local"}, "不用变更"),
    "nowhere": ({"unit": ""}, "请选择单位"),
    "no such unit": ({"unit": "T99999999"}, "没有代码"),
    "a unit that is a path": ({"unit": "../x"}, "应为"),
    "an agency that is none": ({"agency": "gs-health"}, "没有代码为 gs-health 的人事代理机构"),
    "metacharacters": ({"unit": "'; DROP TABLE unit; --{{7*7}}<script>"}, ""),
    "a bidirectional mark": ({"words": "示例\u202e"}, "说明最多"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_refused_and_the_form_kept(
    here: Province, moving: tuple[httpx.Client, Person, str], case: str
) -> None:
    client, person, _number = moving
    changed, words = REFUSED[case]
    values = {"unit": "provincial", "first": FIRST, "words": "请留住这句话", **changed}
    if values["unit"] in here.town.units:
        values["unit"] = code(here, values["unit"])
    before = written(here)
    answer = post(client, "/affiliation/change", **values)
    assert answer.status_code in {404, 422}
    assert words in answer.text
    assert values["words"] in answer.text
    assert "<script>" not in answer.text
    assert written(here) == before
    assert len(spells(here, person)) == 1


def test_one_at_a_time_withdrawn_and_rejected(
    here: Province, site: str, moving: tuple[httpx.Client, Person, str]
) -> None:
    client, person, _number = moving
    at = asked(here, client)
    again = post(client, "/affiliation/change", unit=code(here, "central"), first=FIRST)
    assert again.status_code == 422
    assert "已有一项同样的变更" in again.text
    assert post(client, at, do="withdraw", turn="0").status_code == 303
    assert post(client, at, do="withdraw", turn="1").status_code == 422, "closed"
    at = asked(here, client)
    with closing(visitor(here, site, "provincial-unit-with-a-department-reviewer")) as reviewer:
        assert post(reviewer, at, do="reject", turn="0", reason="").status_code == 422
        kept = post(reviewer, at, do="reject", turn="0", reason="R99", words="")
        assert kept.status_code == 422
        assert post(reviewer, at, do="reject", turn="0", reason="R99", words="未到岗").status_code == 303
    assert "未到岗" in client.get(at).text
    assert len(spells(here, person)) == 1


def test_a_unit_is_found_by_name_or_code(here: Province, moving: tuple[httpx.Client, Person, str]) -> None:
    client, _person, _number = moving
    for words in ("人民医院", code(here, "provincial").lower()):
        assert "示例省人民医院" in client.get("/affiliation/change", params={"find": words}).text
    for words in ("%%", "__", "x", "没有的单位", "'; --"):
        page = client.get("/affiliation/change", params={"find": words})
        assert page.status_code == 200
        assert 'name="unit"' not in page.text, words
    with here.instance.engine.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(authority)) == 6
