"""Signing in by OpenID Connect, at a real provider (npm's oidc-provider), and everything that must not be believed."""

import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
import sqlalchemy as sa
from pydantic import SecretStr
from starlette.requests import Request

from issuer.access import oidc_pages
from issuer.access.errors import AccountRefused, ProviderRefused
from issuer.access.service import bind_account
from issuer.access.tables import account
from issuer.acts import governance_act
from issuer.config import read_settings
from issuer.errors import SettingsError
from issuer.instance import Instance, writing
from issuer.people.affiliation import AffiliationKind
from issuer.people.identifier import IdType, read_identifier
from issuer.people.registry import Belonging, enter_professional
from issuer.portal.visitors import Door
from tests.code_health.checkout import ROOT
from tests.issuer.town import number
from tests.portal.province import Province, served
from tests.portal.signed_in import HTML, form_key

CALLBACK = "/sign-in/oidc/callback"
NODE = ROOT / ".venv/bin/node"


@contextmanager
def running_provider(redirect: str) -> Iterator[str]:
    command = [NODE, ROOT / "tests/portal/oidc_provider.mjs", redirect]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT
    ) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.kill()


class Site:
    """The portal with the provider set, and the provider itself."""

    def __init__(self, here: Province, instance: Instance, address: str, provider: str) -> None:
        self.here, self.instance, self.address, self.provider = here, instance, address, provider

    def become(self, sub: str, acr: str = "0", **more: Any) -> None:
        with httpx.Client(trust_env=False, timeout=60) as client:
            client.post(self.provider + "/become", json={"sub": sub, "acr": acr, **more})

    def browser(self) -> httpx.Client:
        return httpx.Client(base_url=self.address, trust_env=False, headers=HTML, timeout=60)


@pytest.fixture(scope="module")
def there(here: Province, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with running_provider(address + CALLBACK) as provider:
        changes = {
            "portal_url": address,
            "oidc_issuer": provider,
            "oidc_client_id": "xueshi",
            "oidc_client_secret": SecretStr("a secret for tests only"),
            "oidc_scopes": ("identity",),
            "oidc_second_factor": ("mfa",),
            "oidc_number_claim": "document_number",
            "oidc_kind_claim": "document_kind",
            "oidc_kinds": {"01": IdType.RESIDENT_ID, "03": IdType.PASSPORT, "05": IdType.PERMIT},
        }
        settings = here.instance.settings.model_copy(update=changes)
        instance = replace(here.instance, settings=settings)
        with served(instance, tmp_path_factory.mktemp("public"), port):
            bind_account(instance, "local-unit", "person-one")
            yield Site(here, instance, address, provider)


def walk(client: httpx.Client, answer: httpx.Response, until: str = CALLBACK) -> httpx.Response:
    """Follow redirects, as a browser does, up to the one that leads to `until`; answers that one."""
    while until not in answer.headers.get("location", ""):
        assert answer.is_redirect, (answer.status_code, answer.text[:300])
        answer = client.get(answer.url.join(answer.headers["location"]))
    return answer


def sign_in(client: httpx.Client, to: str = "/account") -> httpx.Response:
    """The whole way, and what the callback answers."""
    back = walk(client, client.get("/sign-in/oidc", params={"to": to}))
    return client.get(back.headers["location"])


def test_an_account_that_was_bound(there: Site) -> None:
    there.become("person-one")
    with closing(there.browser()) as client:
        assert "用统一认证登录" in client.get("/sign-in").text
        answer = sign_in(client, "/year/2026")
        assert (answer.status_code, answer.headers["location"]) == (303, "/year/2026")
        assert client.get("/year/2026").status_code == 200
        assert "local-unit" in client.get("/account").text
        gone = client.post("/sign-out", data={"form_key": form_key(client)})
        assert client.get("/account").status_code == 401
        page = client.get(gone.headers["location"]).text
        leave = re.search(r'href="(http[^"]+)"', page)
        assert leave is not None
        assert leave[1].startswith(there.provider)
        assert client.get(leave[1].replace("&amp;", "&")).status_code == 200, "the provider knows our client"


def test_a_professional_is_bound_by_the_verified_number(there: Site) -> None:
    person = there.here.town.people["agency alone"]
    there.become("person-two", number=number(5), kind="01")
    with closing(there.browser()) as client:
        assert sign_in(client).status_code == 303
        assert "agency-alone" in client.get("/account").text
    there.become("person-two")
    with closing(there.browser()) as client:
        assert sign_in(client).status_code == 303, "known by the subject from now on"
    with there.instance.engine.connect() as connection:
        row = connection.execute(sa.select(account).where(account.c.person_key == person.key)).one()
        acts = connection.scalars(
            sa.select(governance_act.c.body).where(
                governance_act.c.what == "account-bound", governance_act.c.subject == f"account:{row.id}"
            )
        ).all()
    assert len(acts) == 1
    assert number(5) not in "".join(acts)
    assert "person-two" not in row.oidc_subject


UNKNOWN = {
    "no number": {},
    "nobody entered as a professional": {"number": number(77), "kind": "01"},
    "somebody else's account has this number already": {"number": number(5), "kind": "01"},
    "the same letters on a document of another kind": {"number": number(5), "kind": "05"},
}
WRONG = {
    "a number that is none": ({"number": "629901199004120124", "kind": "01"}, "校验位不对"),
    "a passport's with a resident's kind": ({"number": "EA1234567", "kind": "01"}, "应为 18 位"),
    "no kind": ({"number": number(5)}, "没有给出可识别的证件类型"),
    "a kind that the settings do not know": ({"number": number(5), "kind": "99"}, "没有给出可识别的证件类型"),
}


@pytest.mark.parametrize("case", UNKNOWN)
def test_nobody_known_is_not_let_in(there: Site, case: str) -> None:
    test_a_professional_is_bound_by_the_verified_number(there)
    there.become(f"stranger {case}", **UNKNOWN[case])
    with closing(there.browser()) as client:
        answer = sign_in(client)
        assert answer.status_code == 401
        assert "还没有绑定" in answer.text
        assert client.get("/account").status_code == 401


@pytest.mark.parametrize("case", WRONG)
def test_what_the_provider_says_of_a_document_must_hold(there: Site, case: str) -> None:
    """Each is told what is wrong, without the number."""
    claims, words = WRONG[case]
    there.become(f"stranger {case}", **claims)
    with closing(there.browser()) as client:
        answer = sign_in(client)
        assert (answer.status_code, words in answer.text) == (401, True)
        assert claims["number"] not in answer.text


@pytest.mark.parametrize(
    ("kind", "claim", "its"), [(IdType.PASSPORT, "03", "ea1234567"), (IdType.PERMIT, "05", "H12345678")]
)
def test_a_professional_with_another_document_is_bound_by_it(
    there: Site, kind: IdType, claim: str, its: str
) -> None:
    with writing(there.instance) as work:
        unit_id = there.here.town.units["local"]
        belonging = Belonging(AffiliationKind.LOCAL_UNIT, date(2024, 1, 1), unit_id)
        enter_professional(work, read_identifier(kind, its), "示例外籍", belonging)
    there.become(f"holder of {its}", number=its, kind=claim)
    with closing(there.browser()) as client:
        assert sign_in(client, "/year/2026").status_code == 303
        assert client.get("/year/2026").status_code == 200


def test_duties_need_a_second_factor_and_an_administrator(there: Site) -> None:
    login = "local-unit-verifier"
    bind_account(there.instance, login, "person-three")
    there.become("person-three", acr="mfa")
    with closing(there.browser()) as client:
        first = sign_in(client, "/queue")
        assert "acr_values=mfa" in first.headers["location"], "sent back for the second factor"
        back = walk(client, first)
        assert client.get(back.headers["location"]).headers["location"] == "/queue"
        assert client.get("/queue").status_code == 200
    there.become("person-three")
    with closing(there.browser()) as client:
        back = walk(client, sign_in(client))
        answer = client.get(back.headers["location"])
        assert answer.status_code == 401
        assert "第二个因素" in answer.text
    with pytest.raises(AccountRefused):
        bind_account(there.instance, "administrator", "person-three")


def test_a_refusal_at_the_provider_is_told(there: Site) -> None:
    there.become("person-one", refuse=True)
    with closing(there.browser()) as client:
        answer = sign_in(client)
    assert answer.status_code == 401
    assert "统一认证没有完成" in answer.text


def altered(location: str, **changes: str | None) -> str:
    parts = urlsplit(location)
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()} | changes
    kept = {name: value for name, value in asked.items() if value is not None}
    return f"{parts.path}?{urlencode(kept)}"


ALTERED: dict[str, dict[str, str | None]] = {
    "another state": {"state": "x" * 43},
    "no state": {"state": None},
    "another code": {"code": "x" * 43},
    "no code": {"code": None},
    "another provider": {"iss": "https://evil.example"},
    "no provider's name": {"iss": None},
}


@pytest.mark.parametrize("case", ALTERED)
def test_an_answer_that_was_altered_is_not_believed(there: Site, case: str) -> None:
    there.become("person-one")
    with closing(there.browser()) as client:
        back = walk(client, client.get("/sign-in/oidc"))
        answer = client.get(altered(back.headers["location"], **ALTERED[case]))
        assert answer.status_code == 401
        assert client.get("/account").status_code == 401


def test_an_answer_counts_once_and_in_its_own_browser(there: Site) -> None:
    there.become("person-one")
    with closing(there.browser()) as client, closing(there.browser()) as other:
        back = walk(client, client.get("/sign-in/oidc"))
        assert other.get(altered(back.headers["location"])).status_code == 401, "login CSRF"
        walk(other, other.get("/sign-in/oidc"))
        assert other.get(altered(back.headers["location"])).status_code == 401, "another journey's code"
        assert client.get(back.headers["location"]).status_code == 303
        assert client.get(back.headers["location"]).status_code == 401, "the journey's cookie is gone"


def test_a_journey_ends(there: Site) -> None:
    there.become("person-one")
    late = replace(there.instance, now=lambda: there.instance.now() + timedelta(minutes=11))
    pages = oidc_pages._Pages(Door(late))
    with closing(there.browser()) as client:
        walk(client, client.get("/sign-in/oidc"))
        cookie = client.cookies["xueshi-journey"]
    request = Request({"type": "http", "headers": [(b"cookie", f"xueshi-journey={cookie}".encode())]})
    assert oidc_pages._Pages(Door(there.instance))._journey(request).to == "/"
    with pytest.raises(ProviderRefused):
        pages._journey(request)


def test_a_provider_that_is_away_is_told(there: Site, tmp_path: Path) -> None:
    settings = there.instance.settings.model_copy(update={"oidc_issuer": "http://127.0.0.1:9"})
    with served(replace(there.instance, settings=settings), tmp_path) as address:
        answer = httpx.get(address + "/sign-in/oidc", headers=HTML, trust_env=False, timeout=60)
    assert answer.status_code == 503
    assert "统一认证暂时没有应答" in answer.text


@pytest.mark.parametrize(
    "lines",
    ['oidc_issuer = "https://id.example"', 'oidc_issuer = "http://id.example"\noidc_client_id = "x"'],
    ids=["no client", "no TLS"],
)
def test_half_a_provider_is_no_setting(tmp_path: Path, lines: str) -> None:
    text = 'did = "did:web:a.example"\nhost = "a.example"\nname_zh = "甲"\nname_en = "a"\n' + lines
    (tmp_path / "xueshi.toml").write_text(text, "utf-8")
    with pytest.raises(SettingsError, match=r"oidc_client_id|https"):
        read_settings(tmp_path)
