"""Registration systems that send by API: a client of one's own, its token, and a file sent."""

import base64
import hashlib
from typing import Any
from uuid import uuid4

import httpx

from issuer.access.clients import NewClient, make_client
from issuer.instance import writing
from tests.portal.province import Province

CSV = {"content-type": "text/csv"}


def client_of(
    here: Province, authority: str = "gs", profiles: tuple[str, ...] = ("base-platform",)
) -> tuple[str, str]:
    """A fresh client's name and secret."""
    name = f"client-{uuid4().hex[:8]}"
    with writing(here.instance) as work:
        return name, make_client(work, NewClient(name, profiles, authority))


def token_for(site: str, name: str, secret: str, **more: str) -> httpx.Response:
    form = {"grant_type": "client_credentials", **more}
    return httpx.post(f"{site}/api/oauth/token", data=form, auth=(name, secret), trust_env=False, timeout=60)


def sender(site: str, name: str, secret: str) -> httpx.Client:
    token = token_for(site, name, secret).json()["access_token"]
    headers = {"authorization": f"Bearer {token}"}
    return httpx.Client(base_url=f"{site}/api", headers=headers, trust_env=False, timeout=60)


def sent(client: httpx.Client, data: bytes, key: str | None = None, **asked: Any) -> httpx.Response:
    digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
    headers = CSV | {"content-digest": f"sha-256=:{digest}:", "idempotency-key": key or str(uuid4())}
    return client.post(
        "/imports", content=data, headers=headers, params={"profile": "base-platform", **asked}
    )
