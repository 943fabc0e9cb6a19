"""The endpoints for the W3C's test suites: shapes, signatures, dates; over https; and nothing of an instance behind them."""

import copy
import json
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from issuer.conformance.routes import create_app
from issuer.conformance.schemas import PREFIX, envelope
from issuer.conformance.service import Throwaway
from tests.issuer.test_cli import ROOT
from tests.verifier_web.serving import serving
from verifier import base64url, jws
from verifier.web.problems import MEDIA_TYPE

NOW = datetime(2026, 5, 1, tzinfo=UTC)
KEY = Throwaway.make()
V2 = "https://www.w3.org/ns/credentials/v2"
PLAIN = {
    "@context": [V2, "https://www.w3.org/ns/credentials/examples/v2"],
    "id": "urn:uuid:0b1f0f0e-3d1f-4a3b-9c3b-0d4a8b1f0a11",
    "type": ["VerifiableCredential", "ExampleDegreeCredential"],
    "issuer": {"id": "did:example:issuer", "name": "示例"},
    "validFrom": "2026-01-01T00:00:00Z",
    "validUntil": "2027-01-01T00:00:00+08:00",
    "credentialSubject": {"id": "did:example:subject", "height": 1.5},
    "name": {"@value": "示例", "@language": "zh"},
}
Edit = Callable[[dict[str, Any]], object]


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with serving(create_app(KEY, lambda: NOW)) as client:
        yield client


def edited(edit: Edit) -> dict[str, Any]:
    value = copy.deepcopy(PLAIN)
    edit(value)
    return value


def signed(payload: object, **header: object) -> dict[str, Any]:
    fields = {"alg": "ES256", "cty": "vc", "kid": KEY.signer.kid, "typ": "vc+jwt", **header}
    token = jws.assemble(json.dumps(fields).encode(), json.dumps(payload).encode(), KEY.signer.sign)
    return {"verifiableCredential": envelope(token)}


def refused(answer: httpx.Response, status: int, kind: str) -> None:
    assert (answer.status_code, answer.headers["content-type"]) == (status, MEDIA_TYPE), answer.text
    assert answer.json()["type"].endswith(f":{kind}")


def test_what_is_issued_verifies(client: httpx.Client) -> None:
    answer = client.post("/credentials/issue", json={"credential": PLAIN, "options": {}})
    assert answer.status_code == 201, answer.text
    made = answer.json()["verifiableCredential"]
    assert (made["@context"], made["type"]) == ([V2], "EnvelopedVerifiableCredential")
    token = jws.split(made["id"].removeprefix(PREFIX))
    assert (token.field("typ"), token.field("cty")) == ("vc+jwt", "vc")
    checked = client.post("/credentials/verify", json={"verifiableCredential": made, "options": {}})
    assert checked.status_code == 200, checked.text
    told = checked.json()["credential"]
    assert told["issuer"] == {"id": KEY.signer.did, "name": "示例"}
    assert {**told, "issuer": PLAIN["issuer"]} == {**PLAIN, "iss": KEY.signer.did, "iat": 1777593600}


def test_a_status_that_was_not_looked_up_is_said(client: httpx.Client) -> None:
    with_status = edited(lambda c: c.update(credentialStatus={"type": "BitstringStatusListEntry"}))
    made = client.post("/credentials/issue", json={"credential": with_status}).json()
    assert client.post("/credentials/verify", json=made).json()["warnings"] == [
        "credentialStatus: not looked up"
    ]


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(lambda c: c.pop("@context"), id="no context"),
        pytest.param(lambda c: c["@context"].reverse(), id="another context first"),
        pytest.param(lambda c: c.update({"@context": V2}), id="a context that is no list"),
        pytest.param(lambda c: c.update(id="not a url"), id="an id that is no URL"),
        pytest.param(lambda c: c.update(id=None), id="an id of null"),
        pytest.param(lambda c: c.pop("type"), id="no type"),
        pytest.param(lambda c: c.update(type=["Example"]), id="no credential's type"),
        pytest.param(lambda c: c.pop("issuer"), id="no issuer"),
        pytest.param(lambda c: c.update(issuer={"name": "x"}), id="an issuer without id"),
        pytest.param(lambda c: c.update(issuer=["did:example:a"]), id="a list of issuers"),
        pytest.param(lambda c: c.pop("credentialSubject"), id="no subject"),
        pytest.param(lambda c: c.update(credentialSubject={}), id="an empty subject"),
        pytest.param(lambda c: c.update(credentialSubject=[]), id="no subject in a list"),
        pytest.param(lambda c: c.update(credentialSubject={"id": "x"}), id="a subject's id that is no URL"),
        pytest.param(lambda c: c.update(validFrom="2026-01-01"), id="a day"),
        pytest.param(lambda c: c.update(validFrom="2026-01-01T00:00:00"), id="a moment without zone"),
        pytest.param(lambda c: c.update(validUntil="2025-01-01T00:00:00Z"), id="an end before the beginning"),
        pytest.param(lambda c: c.update(credentialStatus={"id": "https://a"}), id="a status without type"),
        pytest.param(lambda c: c.update(credentialSchema={"type": "JsonSchema"}), id="a schema without id"),
        pytest.param(lambda c: c.update(evidence=[{"id": "https://a"}]), id="evidence without type"),
        pytest.param(lambda c: c.update(name={"@value": "x", "lang": "zh"}), id="a name with another key"),
        pytest.param(
            lambda c: c.update(relatedResource=[{"id": "https://a"}]), id="a resource without digest"
        ),
        pytest.param(
            lambda c: c.update(relatedResource=[{"id": "https://a", "digestSRI": "x"}] * 2),
            id="a resource twice",
        ),
        pytest.param(lambda c: c.update(vc={}), id="a claim vc"),
    ],
)
def test_a_shape_that_is_no_credentials(client: httpx.Client, edit: Edit) -> None:
    credential = edited(edit)
    refused(client.post("/credentials/issue", json={"credential": credential}), 400, "no-credential")
    whole = {"issuer": KEY.signer.did, **credential} if "issuer" in credential else credential
    refused(client.post("/credentials/verify", json=signed(whole)), 400, "not-verified")


OWN = {**PLAIN, "issuer": KEY.signer.did}
OTHER = Throwaway.make().signer.kid


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(signed({**OWN, "validUntil": "2026-04-30T00:00:00Z"}), id="expired"),
        pytest.param(signed({**OWN, "validFrom": "2026-06-01T00:00:00Z"}), id="not yet valid"),
        pytest.param(signed(PLAIN), id="another issuer than who signed"),
        pytest.param(signed({**OWN, "iss": "did:example:x"}), id="another iss"),
        pytest.param(signed(OWN, kid=OTHER), id="another's key named"),
        pytest.param(signed(OWN, kid="did:web:example.org#0"), id="a method that is not resolved"),
        pytest.param(signed(OWN, kid="did:jwk:e30#0"), id="no key in the DID"),
        pytest.param(signed(OWN, alg="none"), id="no algorithm"),
        pytest.param(signed(OWN, typ="vp+jwt"), id="a presentation"),
        pytest.param(signed(["not", "an object"]), id="no object"),
        pytest.param({"verifiableCredential": envelope("a.b.c")}, id="no token"),
    ],
)
def test_what_does_not_verify(client: httpx.Client, body: dict[str, Any]) -> None:
    assert client.post("/credentials/verify", json=signed(OWN)).status_code == 200
    refused(client.post("/credentials/verify", json=body), 400, "not-verified")


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        pytest.param(b"{}", 422, "wrong-fields", id="nothing in it"),
        pytest.param(b'{"verifiableCredential": {"proof": {}}}', 422, "wrong-fields", id="no envelope"),
        pytest.param(b"{", 422, "wrong-fields", id="no JSON"),
        pytest.param(b" " * 1_000_001, 413, "too-large", id="too large"),
    ],
)
def test_a_body_of_another_kind(client: httpx.Client, body: bytes, status: int, kind: str) -> None:
    headers = {"content-type": "application/json"}
    refused(client.post("/credentials/verify", content=body, headers=headers), status, kind)


def test_over_https_with_a_key_of_its_own(tmp_path: Path) -> None:
    """Started as the guide says, with a self-signed certificate; each start is another issuer."""
    words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost", "-keyout", "key.pem", "-out", "cert.pem"]
    subprocess.run(["openssl", *words.split(), *names], cwd=tmp_path, check=True, capture_output=True)
    start = "from issuer.cli import main; main()", "serve", "conformance", "--port", "18443"
    tls = "--certificate", str(tmp_path / "cert.pem"), "--key", str(tmp_path / "key.pem")
    trusting = ssl.create_default_context(cafile=tmp_path / "cert.pem")
    with subprocess.Popen([sys.executable, "-c", *start, *tls], cwd=ROOT, stdout=-1, text=True) as server:
        assert server.stdout is not None
        try:
            address, did = server.stdout.readline().strip(), server.stdout.readline().strip()
            assert address == "https://127.0.0.1:18443/credentials/issue"
            assert json.loads(base64url.decode(did.removeprefix("did:jwk:")))["crv"] == "P-256"
            transport = httpx.HTTPTransport(verify=trusting, retries=8)
            with httpx.Client(transport=transport) as client:
                url = address.replace("127.0.0.1", "localhost")
                made = client.post(url, json={"credential": PLAIN}).json()
                assert client.post(url.replace("issue", "verify"), json=made).status_code == 200
        finally:
            server.terminate()
    assert did != KEY.signer.did
