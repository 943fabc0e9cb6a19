"""What only authorities enter and administrators change, over HTTP: two people, each change dated, nothing half done."""

from contextlib import closing
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from issuer.access.accounts import add_account, grant
from issuer.access.roles import Grant, Role
from issuer.access.tables import account, role_grant
from issuer.acts import governance_act
from issuer.credentials.tables import credential, withdrawal
from issuer.instance import writing
from issuer.people.affiliation import Place
from issuer.people.tables import authority, unit
from issuer.registration.declarations import Draft, Taken, draft, take
from issuer.registration.procedure import Step
from issuer.registration.tables import authority_entry, declaration
from issuer.service import issue_year
from tests.issuer.conftest import quiet
from tests.issuer.town import declarant, number, training
from tests.portal.province import Province
from tests.portal.signed_in import form_key, visitor

ON = {"document_no": "甘人社示〔2026〕9号", "reason": "示例理由"}


def second(here: Province, login: str, given: Grant) -> None:
    """Another account of a person of its own, with one role."""
    with writing(here.instance) as work:
        if work.connection.scalar(sa.select(account.c.id).where(account.c.login == login)) is None:
            made = add_account(work, login, here.instance.random_bytes(32), None)
            grant(work, made, given)


@pytest.fixture(scope="module")
def two(here: Province) -> tuple[str, str]:
    second(
        here,
        "second-administrator",
        Grant(Role.ADMINISTRATOR, Place(authority_id=here.town.authorities["gs"])),
    )
    return "administrator", "second-administrator"


def post(client: httpx.Client, path: str, /, **values: str) -> httpx.Response:
    return client.post(path, data={"form_key": form_key(client), **values})


def newest(here: Province, kind: str) -> sa.Row[Any]:
    with here.instance.engine.connect() as connection:
        query = sa.select(authority_entry).where(authority_entry.c.kind == kind)
        return connection.execute(query.order_by(authority_entry.c.entered_at.desc()).limit(1)).one()


def acts(here: Province) -> set[str]:
    with here.instance.engine.connect() as connection:
        return set(connection.scalars(sa.select(governance_act.c.what)))


NEW_OFFICE = {"code": "gs-mine", "sort": "local_hrss", "name": "示例矿区人社局", "parent": "gs"}


def test_an_authority_a_unit_and_a_role_by_two_people(
    here: Province, site: str, two: tuple[str, str]
) -> None:
    with closing(visitor(here, site, two[0])) as one, closing(visitor(here, site, two[1])) as other:
        steps = (
            ("authority", NEW_OFFICE, sa.select(authority).where(authority.c.code == "gs-mine")),
            ("unit", {"sort": "local_unit", "name": "示例矿区医院", "authority": "gs-mine"}, sa.select(unit).where(unit.c.name == "示例矿区医院")),
            ("role", {"login": "department", "role": "inspector", "at": "authority:gs-mine"}, sa.select(role_grant).where(role_grant.c.role == "inspector", role_grant.c.authority_id > 6)),
        )  # fmt: skip
        for kind, values, made in steps:
            assert post(one, f"/entries/{kind}", **values, **ON).status_code == 303, kind
            entry = newest(here, kind)
            at = f"/entries/{kind}/{entry.id}"
            assert post(one, at, do="confirm").status_code == 403, "the same person"
            with here.instance.engine.connect() as connection:
                assert connection.execute(made).one_or_none() is None, "nothing before the second person"
            assert str(entry.id) in other.get("/entries").text
            assert post(other, at, do="confirm").status_code == 303
            assert post(other, at, do="confirm").status_code == 409, "sent twice"
            with here.instance.engine.connect() as connection:
                assert connection.execute(made).one_or_none() is not None
        page = one.get("/offices").text
        assert "示例矿区人社局" in page
        assert ">authority:gs-mine<" in page
        assert "gs-2023-03-31@" in page
        end = {"login": "department", "role": "inspector", "at": "authority:gs-mine"}
        assert post(one, "/entries/role_end", **end, **ON).status_code == 303
        assert (
            post(other, f"/entries/role_end/{newest(here, 'role_end').id}", do="confirm").status_code == 303
        )
        assert ">authority:gs-mine<" not in one.get("/offices").text
    assert {
        "authority-proposed",
        "authority-confirmed",
        "authority-entered",
        "role-granted",
        "role-withdrawn",
    } <= acts(here)


REFUSED = {
    "a code that is taken": ("authority", {**NEW_OFFICE, "code": "gs-city"}, "已有代码"),
    "below nobody": ("authority", {**NEW_OFFICE, "code": "x1", "parent": "nobody"}, "没有代码为"),
    "a code that is a path": ("authority", {**NEW_OFFICE, "code": "../x"}, "应为"),
    "a bidirectional mark": ("authority", {**NEW_OFFICE, "code": "x2", "name": "示例\u202e局"}, "不能印出"),
    "a local unit without its bureau": ("unit", {"sort": "local_unit", "name": "示例单位"}, "人社部门"),
    "a wrong check character": (
        "unit",
        {"sort": "central_unit", "name": "示例单位", "uscc": "91620000000000000X"},
        "",
    ),
    "no such account": (
        "role",
        {"login": "nobody-here", "role": "verifier", "at": "authority:gs"},
        "没有这个账号",
    ),
    "a role that nobody grants": (
        "role",
        {"login": "department", "role": "professional", "at": "authority:gs"},
        "",
    ),
    "nowhere": ("role", {"login": "department", "role": "verifier", "at": "elsewhere"}, ""),
    "a role not held": (
        "role_end",
        {"login": "department", "role": "verifier", "at": "authority:gs"},
        "没有这个角色",
    ),
    "no such day": ("exam", {"name": "示例考试", "first": "2026-02-30"}, ""),
    "the last before the first": (
        "exam",
        {"name": "示例考试", "first": "2026-02-01", "last": "2025-01-01"},
        "起始日",
    ),
    "metacharacters": (
        "exam",
        {"name": "'; DROP TABLE authority_entry; --{{7*7}}<script>", "first": "x"},
        "",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_refused_and_the_form_kept(
    here: Province, site: str, two: tuple[str, str], case: str
) -> None:
    kind, values, words = REFUSED[case]
    with here.instance.engine.connect() as connection:
        before = connection.scalar(sa.select(sa.func.count()).select_from(authority_entry))
    with closing(visitor(here, site, two[0])) as client:
        answer = post(client, f"/entries/{kind}", **values, **ON)
        assert answer.status_code in {404, 422}
        assert words in answer.text
        assert "甘人社示〔2026〕9号" in answer.text, "the rest is kept"
        assert "<script>" not in answer.text
        assert post(client, f"/entries/{kind}", **values, document_no="", reason="x").status_code == 422
    with here.instance.engine.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(authority_entry)) == before


def test_a_deferral_shows_the_kind_of_reason_only(here: Province, site: str) -> None:
    values = {"number": number(0), "year": "2026", "reason_code": "illness", "due": "2027-12-31"}
    with closing(visitor(here, site, "local-unit-verifier")) as client:
        assert post(client, "/entries/deferral", **values, **ON).status_code == 303
        page = client.get("/entries/deferral").text
        assert "示例甲" in page
        assert number(0) not in page
        unknown = post(client, "/entries/deferral", **{**values, "number": number(27)}, **ON)
        assert "没有登记这个证件号码的人" in unknown.text
        assert number(27) not in unknown.text
        wrong = post(client, "/entries/deferral", **{**values, "number": "6299011990010100x1"}, **ON)
        assert wrong.status_code == 422
    with closing(visitor(here, site, "foreign-verifier")) as stranger:
        assert "示例甲" not in stranger.get("/entries/deferral").text
        assert (
            post(
                stranger, "/entries/deferral", **{**values, "year": "2025", "due": "2026-12-31"}, **ON
            ).status_code
            == 403
        )
        assert stranger.get("/entries/exam").status_code == 404, "an administrator's"


def test_false_evidence_leads_to_the_revocation_by_two(here: Province, site: str) -> None:
    name = "provincial unit without a department"
    person = here.town.people[name]
    login = "provincial-unit-without-a-department"
    days = [
        {"from": f"2026-{month:02d}-09", "to": f"2026-{month:02d}-13", "unit": "full_day"}
        for month in (3, 4, 6)
    ]
    with (
        closing(visitor(here, site, f"{login}-reviewer")) as reviewer,
        closing(visitor(here, site, f"{login}-verifier")) as verifier,
    ):
        with writing(here.instance) as work:
            one = draft(work, person, Draft("示例伪造培训", training(schedule=days)))
            take(work, declarant(person), one, Taken(Step.SUBMIT, 0))
        post(reviewer, f"/inbox/{one}", seen=f"{one}:1", **{f"do-{one}": "approve"})
        post(verifier, f"/queue/{one}", seen=f"{one}:2", **{f"do-{one}": "register"})
        issue_year(here.instance, 2026, quiet)
        assert "示例伪造培训" in verifier.get("/registered").text
        at = f"/registered/{one}"
        assert post(verifier, at, turn="3", reason="").status_code == 422
        assert post(verifier, at, turn="2", reason="R09").status_code == 409, "a stale form"
        onward = post(verifier, at, turn="3", reason="R09", words="印章系伪造")
        assert onward.headers["location"] == f"/entries/revocation?declaration={one}"
        form = verifier.get(onward.headers["location"]).text
        with here.instance.engine.connect() as connection:
            serial = connection.scalar(sa.select(credential.c.serial).order_by(credential.c.serial.desc()))
        assert f'value="{serial}"' in form
        assert (
            post(verifier, "/entries/revocation", serial=str(serial), code="false-evidence", **ON).status_code
            == 303
        )
        entry = newest(here, "revocation").id
        assert post(verifier, f"/entries/revocation/{entry}", do="confirm").status_code == 403
        second(here, "second-verifier", Grant(Role.VERIFIER, Place(authority_id=here.town.authorities["gs"])))
        with closing(visitor(here, site, "second-verifier")) as other:
            assert post(other, f"/entries/revocation/{entry}", do="confirm").status_code == 303
    with here.instance.engine.connect() as connection:
        gone = connection.execute(sa.select(withdrawal)).one()
        assert (gone.serial, gone.reason) == (serial, "false-evidence")
        assert connection.scalar(sa.select(declaration.c.state).where(declaration.c.id == one)) == "reversed"
    with closing(visitor(here, site, "foreign-verifier")) as stranger:
        assert stranger.get(f"/registered/{one}").status_code == 404
        assert "示例伪造培训" not in stranger.get("/registered").text
