"""The issuer's service: the public files, each with its type and its age, and nothing else that lies in the folder."""

import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from issuer.app import Health, create_app
from tests.verifier_web.serving import serving

FOR_EVER, FRESH = "public, max-age=31536000, immutable", "public, max-age=60"
FILES = {
    ".well-known/did.json": ("application/did+json", FRESH),
    "keys/jwks.json": ("application/jwk-set+json", FRESH),
    "status/r1": ("application/vc+jwt", FRESH),
    "status/s12": ("application/vc+jwt", FRESH),
    "status/details1": ("application/jwt", FRESH),
    "trust-list.jwt": ("application/jwt", FRESH),
    "checkpoint": ("text/plain; charset=utf-8", FRESH),
    "ledger.vkey": ("text/plain; charset=utf-8", FRESH),
    "issuances/2026/head": ("text/plain; charset=utf-8", FRESH),
    "issuances/2026/94567": ("application/octet-stream", FOR_EVER),
    "tile/0/000": ("application/octet-stream", FOR_EVER),
    "tile/1/x001/234": ("application/octet-stream", FOR_EVER),
    "tile/entries/000": ("application/octet-stream", FOR_EVER),
    "tile/0/001.p/5": ("application/octet-stream", FRESH),
    "tile/entries/001.p/5": ("application/octet-stream", FRESH),
}
NOT_SERVED = [
    "",
    ".well-known/.did.json.draft",
    ".well-known/other.json",
    ".env",
    "trust-root.jwk",
    "keys/credential.pem",
    "xueshi.db",
    "status/r01",
    "status/r1.bak",
    "issuances/2026/007",
    "issuances/26/head",
    "tile/0/000.p/0",
    "tile/0/x000/001",
    "tile/entries/000.p/5",
    "../xueshi.toml",
    "tile/0/../../../xueshi.toml",
    "status/..%2f..%2fxueshi.toml",
    "%2e%2e/xueshi.toml",
    "//etc/passwd",
    "link",
    "status/r2",
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance's folder with public files, and beside and among them what must not be served."""
    home = tmp_path_factory.mktemp("home")
    others = ["trust-root.jwk", "keys/credential.pem", "xueshi.db", ".env", ".well-known/.did.json.draft"]
    others += [".well-known/other.json", "status/r1.bak", "status/r01"]
    for path in [*FILES, *others]:
        (home / "public" / path).parent.mkdir(parents=True, exist_ok=True)
        (home / "public" / path).write_text(f"content of {path}")
    (home / "xueshi.toml").write_text("secret")
    (home / "public" / "link").symlink_to(home / "xueshi.toml")
    (home / "public" / "status" / "r2").symlink_to(home / "xueshi.toml")
    return home


@pytest.fixture(scope="module")
def health() -> dict[str, Health]:
    return {"now": Health(ready=True, says="log size 5")}


@pytest.fixture(scope="module")
def client(home: Path, health: dict[str, Health]) -> Iterator[httpx.Client]:
    with serving(create_app(home / "public", lambda: health["now"])) as client:
        yield client


@pytest.mark.parametrize("path", FILES)
def test_a_public_file(client: httpx.Client, path: str) -> None:
    kind, keep = FILES[path]
    response = client.get(f"/{path}")
    assert (response.status_code, response.text) == (200, f"content of {path}")
    assert (response.headers["content-type"], response.headers["cache-control"]) == (kind, keep)
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["x-content-type-options"] == "nosniff"
    head = client.head(f"/{path}")
    assert (head.status_code, head.content) == (200, b"")
    again = client.get(f"/{path}", headers={"if-none-match": response.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", NOT_SERVED)
def test_whatever_else_lies_there_is_not_served(client: httpx.Client, path: str) -> None:
    # A bare socket, because a client would tidy the path up before it asks.
    with socket.create_connection(("127.0.0.1", client.base_url.port or 0)) as connection:
        connection.sendall(f"GET /{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert b"application/problem+json" in answer
    assert b"secret" not in answer
    assert b"content of" not in answer


def test_nothing_can_be_written(client: httpx.Client) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        response = client.request(method, "/checkpoint")
        assert (response.status_code, response.headers["content-type"]) == (405, "application/problem+json")


def test_a_replaced_file_is_seen_at_once(client: httpx.Client, home: Path) -> None:
    (home / "public" / "status" / "r1").write_text("newer")
    assert client.get("/status/r1").text == "newer"
    (home / "public" / "status" / "r1").write_text("content of status/r1")


def test_health_and_readiness(client: httpx.Client, health: dict[str, Health]) -> None:
    assert client.get("/health").json() == {"status": "ok"}
    assert client.get("/ready").json() == {"status": "ready", "detail": "log size 5"}
    health["now"] = Health(ready=False, says="the ledger is behind")
    response = client.get("/ready")
    assert (response.status_code, response.json()["type"]) == (503, "urn:problem-type:xueshi:not-ready")
    health["now"] = Health(ready=True, says="log size 5")


def test_the_interface_is_described(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    assert set(document["paths"]) == {"/health", "/ready", "/{path}"}
    for operations in document["paths"].values():
        assert set(operations) == {"get"}
        for status, response in operations["get"]["responses"].items():
            if status >= "4":
                assert set(response["content"]) == {"application/problem+json"}
