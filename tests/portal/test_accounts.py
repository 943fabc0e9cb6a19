"""Accounts by two administrators: neither learns the password, and the holder opens it with code and document number."""

import re
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta

import httpx
import pyotp
import pytest
import sqlalchemy as sa
from playwright.sync_api import Page

from issuer.access.invitations import TRIES_MOST
from issuer.access.roles import Grant, Role
from issuer.access.tables import account, invitation
from issuer.acts import governance_act
from issuer.instance import writing
from issuer.people.affiliation import Place
from ledger.tables import event
from tests.issuer.town import number
from tests.portal.moving import SERIALS, post
from tests.portal.province import Province
from tests.portal.signed_in import keyed, program, visitor
from tests.portal.test_administration import newest, second
from tests.portal.windows import SIZES, accessible, in_english

ON = {"document_no": "示例〔2026〕9号", "reason": "示例理由"}
NEW = "another long sentence for tests"


@pytest.fixture(scope="module")
def two(here: Province) -> tuple[str, str]:
    top = Place(authority_id=here.town.authorities["gs"])
    second(here, "second-administrator", Grant(Role.ADMINISTRATOR, top))
    return "administrator", "second-administrator"


def invited(here: Province, site: str, two: tuple[str, str], kind: str, **values: str) -> str:
    """Proposed by one and confirmed by the other; answers the code that the second was told."""
    with closing(visitor(here, site, two[0])) as one, closing(visitor(here, site, two[1])) as other:
        made = post(one, f"/entries/{kind}", **values, **ON)
        assert made.status_code == 303, made.text
        at = f"/entries/{kind}/{newest(here, kind).id}"
        assert post(one, at, do="confirm").status_code == 403, "the same person"
        told = post(other, at, do="confirm")
        assert told.status_code == (303 if kind == "account_end" else 200)
        return "" if kind == "account_end" else code_in(told)


def code_in(answer: httpx.Response) -> str:
    found = re.search(r"\b([A-Z2-7]{4}(?:-[A-Z2-7]{4}){5})\b", answer.text)
    assert found, answer.text
    return found[1]


def opened(site: str, code: str, its_number: str, password: str = NEW) -> httpx.Response:
    form = {"invitation": code, "number": its_number, "new_password": password}
    return httpx.post(
        f"{site}/invitation", data=form, trust_env=False, timeout=60, headers={"accept": "text/html"}
    )


def signed_in(site: str, login: str, password: str, code: str = "") -> int:
    form = {"login": login, "password": password, "code": code}
    return httpx.post(f"{site}/sign-in", data=form, trust_env=False, timeout=60).status_code


def fresh() -> tuple[str, str]:
    """A login and a number of nobody's yet."""
    serial = next(SERIALS)
    return f"new-{serial}", number(serial)


def test_two_people_and_the_holder(here: Province, site: str, two: tuple[str, str]) -> None:
    login, its_number = fresh()
    code = invited(here, site, two, "account", login=login, number=its_number)
    with closing(visitor(here, site, two[1])) as other:
        page = other.get("/entries/account").text
        assert login in page
        assert its_number not in page
        assert code not in page, "told once"
    assert signed_in(site, login, "") == 401
    answer = opened(site, code.lower().replace("-", " "), its_number)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    secret = re.search(r'class="mono">([A-Z2-7]{32})<', answer.text)
    assert secret, "who is no professional gets a second factor"
    assert opened(site, code, its_number).status_code == 422, "once"
    assert signed_in(site, login, NEW, pyotp.TOTP(secret[1]).at(here.instance.now())) == 303
    with here.instance.engine.connect() as connection:
        its = connection.execute(sa.select(account).where(account.c.login == login)).one()
        acts = connection.execute(
            sa.select(governance_act).where(governance_act.c.subject == f"account:{its.id}")
        ).all()
        assert {"account-made", "account-invited", "account-opened"} <= {act.what for act in acts}
        noted = sa.select(sa.func.count()).where(event.c.event_id.in_([act.event_id for act in acts]))
        assert connection.execute(noted).scalar_one() == len(acts)
        assert not any(its_number in act.body for act in acts)


def test_lost_and_closed(here: Province, site: str, two: tuple[str, str]) -> None:
    login, its_number = fresh()
    opened(site, invited(here, site, two, "account", login=login, number=its_number), its_number)
    code = invited(here, site, two, "account_renewal", login=login)
    assert signed_in(site, login, NEW) == 401, "the old password ended"
    assert opened(site, code, its_number, "yet another long sentence").status_code == 200
    code = invited(here, site, two, "account_renewal", login=login)
    invited(here, site, two, "account_end", login=login)
    assert opened(site, code, its_number).status_code == 422
    with closing(visitor(here, site, two[0])) as one:
        assert "没有这个账号" in post(one, "/entries/account_renewal", login=login, **ON).text


def test_the_code_alone_opens_nothing(here: Province, site: str, two: tuple[str, str]) -> None:
    login, its_number = fresh()
    code = invited(here, site, two, "account", login=login, number=its_number)
    for wrong_code, wrong_number, password in (
        (code, number(401), NEW),
        (code, "not a number", NEW),
        ("AAAA-AAAA-AAAA-AAAA-AAAA-AAAA", its_number, NEW),
        ("", its_number, NEW),
        (code, its_number, "short"),
    ):
        answer = opened(site, wrong_code, wrong_number, password)
        assert answer.status_code == 422
        assert its_number not in answer.text
    with writing(here.instance) as work:
        its = sa.select(account.c.id).where(account.c.login == login).scalar_subquery()
        row = work.connection.execute(sa.select(invitation).where(invitation.c.account_id == its)).one()
        assert row.tries == 2, "wrong numbers are counted, a short password is not"
        same = invitation.c.account_id == row.account_id
        work.connection.execute(sa.update(invitation).where(same).values(tries=TRIES_MOST))
    assert opened(site, code, its_number).status_code == 422, "void"
    code = invited(here, site, two, "account_renewal", login=login)
    with writing(here.instance) as work:
        past = here.instance.now() - timedelta(seconds=1)
        work.connection.execute(sa.update(invitation).where(same).values(until=past))
    assert opened(site, code, its_number).status_code == 422, "too old"


REFUSED = {
    "a login that is taken": ({"login": "administrator"}, "已有人使用"),
    "a login with a space": ({"login": "a b"}, "登录名用字母"),
    "no number": ({"number": ""}, "证件号码不对"),
    "a wrong check character": ({"number": "629901199001010010"}, "证件号码不对"),
    "metacharacters": ({"login": "'; DROP TABLE account; --"}, "登录名用字母"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be(here: Province, site: str, two: tuple[str, str], case: str) -> None:
    changed, words = REFUSED[case]
    login, its_number = fresh()
    with closing(visitor(here, site, two[0])) as one:
        answer = post(one, "/entries/account", **{"login": login, "number": its_number, **changed}, **ON)
        assert answer.status_code == 422
        assert words in answer.text
        assert its_number not in answer.text


def test_by_programs(here: Province, site: str, two: tuple[str, str]) -> None:
    login, its_number = fresh()
    asked = {
        "content": {"kind": "account", "login": login},
        "documentNo": "甘人社示〔2026〕9号",
        "reason": "示例",
    }
    document = {"idType": "resident_id", "number": its_number}
    with closing(program(here, site, two[0])) as one, closing(program(here, site, two[1])) as other:
        assert one.post("/entries", json=asked, headers=keyed()).status_code == 422, "whose?"
        forged = {**asked, "document": document, "content": {**asked["content"], "holder": "0" * 64}}  # type: ignore[dict-item]
        assert one.post("/entries", json=forged, headers=keyed()).status_code == 422
        made = one.post("/entries", json=asked | {"document": document}, headers=keyed())
        assert made.status_code == 201, made.text
        at = made.headers["location"].removeprefix("/api")
        assert "holder" not in other.get(at).json()["content"]
        headers = keyed() | {"if-match": made.headers["etag"]}
        told = other.post(f"{at}/confirmation", headers=headers).json()["invitation"]
        assert other.post(f"{at}/confirmation", headers=headers).json()["invitation"] == told, "sent again"
    assert opened(site, told, its_number).status_code == 200


@pytest.mark.parametrize("size", SIZES)
def test_in_a_browser(
    visit: Callable[[str, str], Page], here: Province, site: str, two: tuple[str, str], size: str
) -> None:
    login, its_number = fresh()
    first, other = visit(two[0], size), visit(two[1], size)
    first.goto("/entries/account")
    accessible(first)
    in_english(first)
    for name, value in (
        ("#f-login", login),
        ("#number", its_number),
        ("#document_no", "示例〔2026〕1号"),
        ("#reason", "示例"),
    ):
        first.fill(name, value)
    first.click("text=提出，等另一人确认")
    other.goto("/entries/account")
    other.click("text=核对无误，确认 >> nth=0")
    accessible(other)
    code = other.inner_text(".code")
    window = first.context.browser
    assert window is not None
    width, height = SIZES[size]
    outside = window.new_context(
        base_url=site, viewport={"width": width, "height": height}, locale="zh-CN", bypass_csp=True
    )
    outside.set_default_timeout(60_000)
    holder = outside.new_page()
    holder.goto("/sign-in")
    holder.click("text=在这里开通")
    accessible(holder)
    in_english(holder)
    holder.fill("#invitation", code)
    holder.fill("#number", its_number)
    holder.fill("#new_password", NEW)
    holder.click("main button")
    assert "账号已开通" in holder.inner_text("main")
    accessible(holder)
    secret = holder.inner_text("section .mono")
    holder.click("text=去登录")
    holder.fill("#login", login)
    holder.fill("#password", NEW)
    holder.fill("#code", pyotp.TOTP(secret).at(here.instance.now()))
    holder.click("main button[type=submit]")
    assert "我的账号" in holder.inner_text("main")
    outside.close()


def test_an_account_by_passport_is_opened_by_program(here: Province, site: str, two: tuple[str, str]) -> None:
    login, its_number = f"holder-{next(SERIALS)}", "EA1234567"
    code = invited(here, site, two, "account", login=login, id_type="passport", number=its_number)
    asked = {"invitation": code, "number": its_number, "password": NEW}
    with closing(program(here, site, None)) as client:
        wrong = client.post("/invitations", json=asked | {"number": "EA7654321"})
        assert (wrong.status_code, wrong.json()["type"].rpartition(":")[2]) == (422, "refused")
        assert "EA7654321" not in wrong.text
        done = client.post("/invitations", json=asked)
        assert done.status_code == 200, done.text
        assert done.headers["cache-control"] == "no-store"
        assert pyotp.TOTP(done.json()["secret"]).provisioning_uri()
        assert client.post("/invitations", json=asked).status_code == 422, "once"
    with here.instance.engine.connect() as connection:
        its = sa.select(account.c.password_hash).where(account.c.login == login)
        assert connection.execute(its).scalar_one() is not None
