"""What the service stands on: a chain of roots, a bundle, and a memory that outlives a restart."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tests.verifier.authority import NOW, Authority, credential, es256, jwk
from tests.verifier.test_bundle import public
from tests.verifier_web.serving import serving
from verifier import jws
from verifier.api import create_app
from verifier.bundle.making import make_bundle
from verifier.config import SettingsError, read_settings
from verifier.roots import RootKey, encode_chain, encode_link
from verifier.strict_json import dump
from verifier.trust import encode_trust


class Desk:
    """A verifying service's own folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.authority = Authority()
        self.token = self.authority.issue(credential())
        self.write("root.jwk", dump(jwk(self.authority.root_key)))
        self.list(7)
        for path, data in public(self.authority).files.items():
            self.write(f"public/{path}", data)

    def write(self, name: str, data: bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def list(self, number: int) -> None:
        token = self.authority.trust_token(self.authority.trust(number=number))
        self.write("trust-list.jwt", token.encode())

    def bundle(self) -> Path:
        token, root = self.authority.trust_token(), self.authority.root()
        return self.write("room.bundle", make_bundle(token, "", root, public(self.authority), NOW))

    @contextmanager
    def serve(self, later: timedelta = timedelta(), **given: object) -> Iterator[httpx.Client]:
        ours = {"trust": self.folder / "trust-list.jwt", "public": str(self.folder / "public"), **given}
        settings = read_settings(root=self.folder / "root.jwk", state=self.folder / "seen", **ours)
        with serving(create_app(settings, lambda: NOW + later)) as client:
            yield client

    def verify(self, client: httpx.Client) -> httpx.Response:
        return client.post("/verifications", json={"token": self.token})


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_an_older_list_is_refused_also_after_a_restart(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.list(9)
    with desk.serve() as client:
        assert desk.verify(client).json()["verdict"] == "genuine"
    desk.list(8)
    with desk.serve() as client:
        assert (desk.verify(client).status_code, client.get("/ready").status_code) == (503, 503)
        assert "RollbackError" in caplog.text
        desk.list(9)
        assert desk.verify(client).json()["verdict"] == "genuine", "the file alone was wrong"


def test_an_older_status_list_is_not_taken(desk: Desk) -> None:
    with desk.serve() as client:
        assert desk.verify(client).json()["verdict"] == "genuine"
        older = desk.authority.status_list("r", NOW - timedelta(hours=9)).encode()
        desk.write("public/status/r3", older)
        answer = desk.verify(client).json()
    assert (answer["verdict"], answer["checks"][6]["outcome"]) == ("undetermined", "not_done")


def test_the_root_has_changed_since_the_installation(desk: Desk) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    old = RootKey(jws.Signer("root-1", es256(desk.authority.root_key)), desk.authority.root())
    new = RootKey(jws.Signer("root-2", es256(key)), jws.PublicKey("ES256", key.public_key()))
    desk.write("trust-list.jwt", encode_trust(desk.authority.trust(number=8), new.signer).encode())
    with desk.serve() as client:
        assert desk.verify(client).status_code == 503, "by a root that nothing leads to"
        assert client.get("/trust-roots.txt").status_code == 503
        chain = encode_chain([encode_link(1, old, new, NOW)])
        desk.write("trust-roots.txt", chain.encode())
        assert desk.verify(client).json()["verdict"] == "genuine"
        assert client.get("/trust-roots.txt").text == chain


def test_without_network_from_a_bundle(desk: Desk) -> None:
    given = {"bundle": desk.bundle(), "trust": None, "public": None}
    with desk.serve(**given) as client:
        answer = desk.verify(client).json()
        assert answer["verdict"] == "genuine"
        assert (answer["trust"]["situation"], answer["trust"]["asOf"]) == ("bundle", "2026-05-11T22:00:00Z")
        assert client.get("/ready").json()["asOf"] == "2026-05-11T22:00:00Z"
        assert "最旧的状态表 2026-05-12 06:00 发布，已 4 小时" in client.get("/").text
        assert "不联网，用资料包 room.bundle" in client.post("/verify", data={"text": desk.token}).text
        kept = desk.authority.trust_token()
        assert client.get("/trust-list.jwt").text.split(".")[1] == kept.split(".")[1]
        assert client.get("/public/0/checkpoint").content == desk.authority.checkpoint()
    with desk.serve(timedelta(days=8), **given) as client:
        assert desk.verify(client).json()["verdict"] == "undetermined"
        assert "已超过期限" in client.get("/trust").text


def test_a_newer_list_beside_an_older_bundle(desk: Desk) -> None:
    desk.list(9)
    given = {"bundle": desk.bundle(), "public": None}
    for _ in range(2):
        with desk.serve(**given) as client:
            answer = desk.verify(client).json()
        assert (answer["verdict"], answer["trust"]["number"]) == ("genuine", 9)


def test_it_does_not_start_without_a_memory(desk: Desk) -> None:
    desk.write(f"seen/seen-{desk.authority.root().thumbprint}.json", b"{")
    with pytest.raises(SettingsError, match="XUESHI_VERIFIER_STATE"), desk.serve():
        pass
