"""Somebody signed in over HTTP, as a browser would be, without one."""

import re
from uuid import uuid4

import httpx
import pytest

from tests.portal.province import PASSWORD, Province

HTML = {"accept": "text/html"}


def visitor(here: Province, site: str, login: str | None) -> httpx.Client:
    """A client with the cookie of `login`; nobody's for None."""
    client = httpx.Client(base_url=site, trust_env=False, headers=HTML, timeout=60)
    if login is not None:
        form = {"login": login, "password": PASSWORD, "code": here.code(login)}
        answer = client.post("/sign-in", data=form)
        if answer.status_code != 303:
            client.close()
            pytest.fail(f"{login}: {answer.status_code}")
    return client


def program(here: Province, site: str, login: str | None) -> httpx.Client:
    """A client with the token of a session of `login`; nobody's for None."""
    client = httpx.Client(base_url=site + "/api", trust_env=False, timeout=60)
    if login is not None:
        asked = {"login": login, "password": PASSWORD, "code": here.code(login)}
        answer = client.post("/sessions", json=asked)
        assert answer.status_code == 201, (login, answer.text)
        client.headers["authorization"] = f"Bearer {answer.json()['token']}"
    return client


def keyed() -> dict[str, str]:
    """A fresh Idempotency-Key."""
    return {"idempotency-key": str(uuid4())}


def form_key(client: httpx.Client) -> str:
    """The key that stands in every form of this session; "" for nobody."""
    found = re.search(r'name="form_key" value="([^"]+)"', client.get("/account").text)
    return found[1] if found else ""
