"""Signing in: passwords, codes, throttling, sessions that end, forms of another session, ways out to another site."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import httpx
import pyotp
import pytest
import sqlalchemy as sa

from issuer.access import service, sessions
from issuer.access.errors import AccountRefused, SignInRefused, SignInThrottled
from issuer.access.local import local
from issuer.access.tables import account, signed_in
from issuer.instance import writing
from issuer.people.identifier import IdType, read_identifier
from tests.issuer.town import number
from tests.portal.province import PASSWORD, Province, served
from tests.portal.signed_in import HTML, form_key, program, visitor

OWN = "agency-alone"
STRONG = "agency-alone-verifier"


def try_in(here: Province, login: str, password: str = PASSWORD, code: str = "") -> sessions.Session:
    return service.sign_in(here.instance, login, password, code)


WRONG = {
    "another password": (OWN, "not the password at all", ""),
    "an empty password": (OWN, "", ""),
    "nobody's login": ("nobody-here", PASSWORD, ""),
    "metacharacters": ("' OR 1=1 --{{7*7}}", PASSWORD, ""),
    "a duty without its code": (STRONG, PASSWORD, ""),
    "a duty with a wrong code": (STRONG, PASSWORD, "000000"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_does_not_fit_is_refused_alike(here: Province, site: str, case: str) -> None:
    login, password, code = WRONG[case]
    with httpx.Client(base_url=site, trust_env=False, headers=HTML, timeout=60) as client:
        answer = client.post("/sign-in", data={"login": login, "password": password, "code": code})
    assert answer.status_code == 401
    assert "账号、口令或动态码不对" in answer.text
    assert "set-cookie" not in answer.headers
    assert "49" not in answer.text.partition("value=")[2][:40]


def test_one_client_tries_only_so_often(here: Province, tmp_path: Path) -> None:
    """Whatever the login: an account's own waiting does not stop who tries one password on many accounts."""
    settings = here.instance.settings.model_copy(
        update={"sign_ins_per_minute": 3, "client_header": "x-client"}
    )
    with served(replace(here.instance, settings=settings), tmp_path) as address:
        answers = []
        for at in range(4):
            for client in ("192.0.2.1", "192.0.2.2"):
                form = {"login": f"nobody{at}", "password": "wrong wrong"}
                headers = {"x-client": f"203.0.113.{at}, {client}"}
                answers.append(
                    httpx.post(address + "/sign-in", data=form, headers=headers, trust_env=False, timeout=60)
                )
        by_call = httpx.post(address + "/api/sessions", json={"login": "x", "password": "x"}, headers=headers, trust_env=False, timeout=60)  # fmt: skip
    assert [one.status_code for one in answers] == [401] * 6 + [429] * 2
    assert int(answers[-1].headers["retry-after"]) <= 60
    assert by_call.status_code == 429, "the two doors count together"


def test_a_code_counts_once(here: Province) -> None:
    code = here.code(STRONG)
    try_in(here, STRONG, code=code)
    with pytest.raises(SignInRefused):
        try_in(here, STRONG, code=code)


def test_many_failures_make_even_the_right_password_wait(here: Province) -> None:
    login = "provincial-unit-with-a-department"
    for _ in range(sessions.FREE_FAILURES + 1):
        with pytest.raises(SignInRefused):
            try_in(here, login, "wrong wrong wrong")
    with pytest.raises(SignInThrottled) as waits:
        try_in(here, login)
    assert 0 < waits.value.seconds <= sessions.WAIT_BASE.total_seconds() + 1
    with writing(here.instance) as work:
        work.connection.execute(sa.update(account).where(account.c.login == login).values(wait_until=None))
    try_in(here, login)


def test_of_many_tries_at_once_those_past_the_limit_do_not_count(here: Province) -> None:
    """The password was judged before the failures of the others were counted."""
    login = "agency-with-an-employer"
    with here.instance.engine.connect() as connection:
        right = sessions.attempt(connection, login, PASSWORD)
    for _ in range(sessions.FREE_FAILURES + 1):
        with pytest.raises(SignInRefused):
            try_in(here, login, "wrong wrong wrong")
    with writing(here.instance) as work:
        assert isinstance(sessions.sign_in(work, right), SignInThrottled)


def test_programs_sign_in_too(here: Province, site: str) -> None:
    asked = {"login": STRONG, "password": PASSWORD, "code": here.code(STRONG)}
    with closing(program(here, site, None)) as client:
        begun = client.post("/sessions", json=asked)
        assert (begun.status_code, begun.json()["roles"]) == (201, ["verifier"])
        client.headers["authorization"] = f"Bearer {begun.json()['token']}"
        assert client.get("/account").json()["login"] == STRONG


@pytest.mark.parametrize("ends", ["idle", "long", "signed out", "disabled"])
def test_sessions_end(here: Province, site: str, ends: str) -> None:
    login = "central-unit"
    with closing(visitor(here, site, login)) as client:
        assert client.get("/year/2026").status_code == 200
        now = here.instance.now()
        if ends == "signed out":
            assert client.post("/sign-out", data={"form_key": form_key(client)}).status_code == 303
        with writing(here.instance) as work:
            if ends == "idle":
                work.connection.execute(sa.update(signed_in).values(seen_at=now - sessions.IDLE * 1.01))
            if ends == "long":
                work.connection.execute(sa.update(signed_in).values(began_at=now - sessions.LONGEST * 1.01))
            if ends == "disabled":
                work.connection.execute(
                    sa.update(account).where(account.c.login == login).values(disabled=True)
                )
        answer = client.get("/year/2026")
    assert answer.status_code == 401
    assert "/sign-in?to=/year/2026" in answer.text
    with writing(here.instance) as work:
        work.connection.execute(sa.update(account).where(account.c.login == login).values(disabled=False))


def test_a_new_password_ends_the_other_sessions(here: Province, site: str) -> None:
    login = "provincial-unit-without-a-department"
    with closing(visitor(here, site, login)) as one, closing(visitor(here, site, login)) as other:
        new = "another long sentence for tests"
        data = {"form_key": form_key(one), "password": PASSWORD, "new_password": new}
        assert "其他登录已结束" in one.post("/account/password", data=data).text
        assert one.get("/year/2026").status_code == 200
        assert other.get("/year/2026").status_code == 401
        data = {"form_key": form_key(one), "password": new, "new_password": "short"}
        assert one.post("/account/password", data=data).status_code == 422
        data = {"form_key": form_key(one), "password": new, "new_password": PASSWORD}
        assert one.post("/account/password", data=data).status_code == 200


@pytest.mark.parametrize("key", ["", "x" * 43])
def test_a_form_of_another_session_is_refused_and_given_back(here: Province, site: str, key: str) -> None:
    with closing(visitor(here, site, OWN)) as client:
        data = {"form_key": key, "category": "training", "title": "示例培训班，请留住我"}
        answer = client.post("/declare", data=data)
        assert answer.status_code == 403
        assert "示例培训班，请留住我" in answer.text


def test_the_cookie_and_the_headers(here: Province, site: str) -> None:
    with httpx.Client(base_url=site, trust_env=False, headers=HTML, timeout=60) as client:
        cookie = client.post("/sign-in", data={"login": OWN, "password": PASSWORD}).headers["set-cookie"]
        page = client.get("/year/2026")
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"
    assert "style=" not in page.text
    assert "<script" not in page.text


@pytest.mark.parametrize(
    "to", ["https://example.org", "//example.org", "/\\example.org", "javascript:alert(1)", "/a\nb"]
)
def test_no_way_leads_to_another_site(to: str) -> None:
    assert local(to) == "/"


def test_there_is_one_first_administrator(here: Province) -> None:
    identifier = read_identifier(IdType.RESIDENT_ID, number(77))
    with pytest.raises(AccountRefused, match="已经有管理员"):
        service.first_administrator(here.instance, "second-first", identifier, PASSWORD, "示例省厅")


def test_accounts_at_the_terminal(here: Province) -> None:
    identifier = read_identifier(IdType.RESIDENT_ID, number(78))
    new = service.NewAccount("at-the-terminal", identifier, PASSWORD, "verifier", "authority:gs-city")
    factor = service.make_account(here.instance, new)
    assert factor is not None
    code = pyotp.TOTP(factor.secret).at(here.instance.now())
    assert {one.role.value for one in try_in(here, new.login, code=code).actor.grants} == {"verifier"}
    for refused in ({"role": "king"}, {"at": "somewhere"}, {"password": "short"}, {"login": "两 个 字"}):
        with pytest.raises(AccountRefused):
            service.make_account(here.instance, replace(new, **({"login": "another"} | refused)))


def test_the_masthead_names_the_region_of_the_instance(here: Province) -> None:
    settings = here.instance.settings.model_copy(update={"region": "示例省"})
    elsewhere = replace(here.instance, settings=settings)
    with served(elsewhere, settings.public) as its_site:
        text = httpx.get(f"{its_site}/sign-in", headers=HTML, trust_env=False, timeout=60).text
    assert "示例省专业技术人员<br>继续教育" in text
    assert "甘肃省" not in text
