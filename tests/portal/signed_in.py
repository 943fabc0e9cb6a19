"""Somebody signed in over HTTP, as a browser would be, without one."""

import re

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


def form_key(client: httpx.Client) -> str:
    """The key that stands in every form of this session; "" for nobody."""
    found = re.search(r'name="form_key" value="([^"]+)"', client.get("/account").text)
    return found[1] if found else ""
