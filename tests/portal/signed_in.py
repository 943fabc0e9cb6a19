"""Somebody signed in over HTTP, as a browser would be, without one."""

import re
import ssl
from uuid import uuid4

import httpx

from tests.portal.province import Province

HTML = {"accept": "text/html"}
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Trusts nobody, and is ready at once: a client without it reads the certificates of the whole world first."""


def visitor(here: Province, site: str, login: str | None) -> httpx.Client:
    """A client with the cookie of `login`; nobody's for None."""
    client = httpx.Client(base_url=site, trust_env=False, verify=NO_TLS, headers=HTML, timeout=60)
    if login is not None:
        client.cookies.set("xueshi", here.session(login).token or "")
    return client


def program(here: Province, site: str, login: str | None) -> httpx.Client:
    """A client with the token of a session of `login`; nobody's for None."""
    client = httpx.Client(base_url=site + "/api", trust_env=False, verify=NO_TLS, timeout=60)
    if login is not None:
        client.headers["authorization"] = f"Bearer {here.session(login).token}"
    return client


def keyed() -> dict[str, str]:
    """A fresh Idempotency-Key."""
    return {"idempotency-key": str(uuid4())}


def form_key(client: httpx.Client) -> str:
    """The key that stands in every form of this session; "" for nobody."""
    found = re.search(r'name="form_key" value="([^"]+)"', client.get("/account").text)
    return found[1] if found else ""
