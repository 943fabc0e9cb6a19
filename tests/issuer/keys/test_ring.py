"""The key ring: one key per purpose, closed to others, opened by their passphrase only; which one signs when."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from issuer.credentials.did import did_document, key_set
from issuer.errors import SettingsError
from issuer.keys.errors import KeyStateError
from issuer.keys.files import FilePlace
from issuer.keys.ring import KeyInfo, KeyRing, Naming, Use, ended
from verifier import jws
from verifier.errors import TokenError

NOW = datetime(2026, 1, 15, 1, tzinfo=UTC)
DID = "did:web:jxjy.example.gov.cn"


def ring_in(folder: Path, passphrase: bytes = b"correct horse") -> KeyRing:
    return KeyRing(folder, Naming(DID, "jxjy.example.gov.cn"), FilePlace(folder, passphrase))


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    made = ring_in(tmp_path / "keys")
    made.create(NOW)
    return made


def first(ring: KeyRing, use: Use) -> KeyInfo:
    return next(info for info in ring.infos() if info.use is use)


def test_one_key_for_each_use(ring: KeyRing) -> None:
    infos = ring.infos()
    assert [info.use for info in infos] == [
        Use.CREDENTIAL,
        Use.STATUS,
        Use.TRUST_ROOT,
        Use.CHECKPOINT,
        Use.PERSON_KEY,
        Use.VAULT,
    ]
    assert infos[0].kid == f"{DID}#2026-1"
    assert [info.use for info in infos if not info.jwk] == [Use.PERSON_KEY, Use.VAULT]
    assert len({info.jwk["x"] for info in infos if info.jwk}) == 4


def test_what_it_signs_verifies_and_is_the_same_twice(ring: KeyRing) -> None:
    signer = ring.signer(Use.CREDENTIAL, NOW)
    token = jws.assemble(b'{"alg":"ES256"}', b"{}", signer.sign)
    assert token == jws.assemble(b'{"alg":"ES256"}', b"{}", signer.sign)
    assert jws.verify(token, jws.PublicKey.from_jwk(first(ring, Use.CREDENTIAL).jwk), None) == b"{}"
    with pytest.raises(TokenError):
        jws.verify(token, jws.PublicKey.from_jwk(first(ring, Use.STATUS).jwk), None)


def test_a_newer_key_signs_from_its_time_on(ring: KeyRing) -> None:
    later = NOW + timedelta(days=7)
    made = ring.add(Use.CREDENTIAL, later)
    assert made.kid == f"{DID}#2026-2"
    assert ring.signer(Use.CREDENTIAL, later - timedelta(seconds=1)).kid == f"{DID}#2026-1"
    assert ring.signer(Use.CREDENTIAL, later).kid == f"{DID}#2026-2"


def test_another_process_sees_a_rotation(ring: KeyRing, tmp_path: Path) -> None:
    assert ring.signer(Use.STATUS, NOW).kid == f"{DID}#status-2026-1"
    ring_in(tmp_path / "keys").add(Use.STATUS, NOW)
    assert ring.signer(Use.STATUS, NOW).kid == f"{DID}#status-2026-2"


def test_with_no_key_left_nothing_is_signed(ring: KeyRing) -> None:
    ring.replace(ended(first(ring, Use.CREDENTIAL), "compromised", NOW, 0))
    with pytest.raises(KeyStateError, match="rotate"):
        ring.signer(Use.CREDENTIAL, NOW)


def test_public_documents_hold_signing_keys_with_their_validity(ring: KeyRing) -> None:
    ring.add(Use.CREDENTIAL, NOW)
    ring.add(Use.CREDENTIAL, NOW)
    one, status, *_, two, _three = ring.infos()
    ring.replace(ended(one, "compromised", NOW + timedelta(days=1), 5))
    ring.replace(ended(two, "retired", NOW + timedelta(days=2), 9))
    document, keys = did_document(DID, ring.infos()), key_set(ring.infos())["keys"]
    assert document["assertionMethod"] == [status.kid, two.kid, f"{DID}#2026-3"]
    assert [method.get("revoked") for method in document["verificationMethod"]] == [
        "2026-01-16T01:00:00Z",
        None,
        None,
        None,
    ]
    for method, key in zip(document["verificationMethod"], keys, strict=True):
        assert method["publicKeyJwk"].keys() == {"kty", "crv", "x", "y", "kid", "alg", "use"}
        assert method["publicKeyJwk"].items() <= key.items()
    began = int(NOW.timestamp())
    assert [(key["nbf"], key.get("exp"), "revoked" in key) for key in keys] == [
        (began, began + 86400, True),
        (began, None, False),
        (began, began + 2 * 86400, False),
        (began, None, False),
    ]


def test_files_are_their_owners(ring: KeyRing, tmp_path: Path) -> None:
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()} == {0o600}


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        pytest.param(lambda path: path.chmod(0o644), "600", id="open to others"),
        pytest.param(lambda path: path.unlink(), "No such file", id="gone"),
        pytest.param(lambda path: path.write_bytes(b"not a key"), "passphrase", id="not a key"),
        pytest.param(
            lambda path: path.write_bytes(path.with_name("status-2026-1.pem").read_bytes()),
            "another one",
            id="another key of the same kind",
        ),
        pytest.param(
            lambda path: path.write_bytes(path.with_name("checkpoint-2026-1.pem").read_bytes()),
            "P-256",
            id="a key of another kind",
        ),
    ],
)
def test_a_key_file_that_cannot_be_used(
    ring: KeyRing, tmp_path: Path, spoil: Callable[[Path], object], message: str
) -> None:
    spoil(tmp_path / "keys/credential-2026-1.pem")
    with pytest.raises(SettingsError, match=message):
        ring.signer(Use.CREDENTIAL, NOW)


@pytest.mark.parametrize("text", [b"{}", b"[", b'[{"kid": "a"}]', b'[{"file": "old.pem"}]'])
def test_an_index_that_cannot_be_read(ring: KeyRing, tmp_path: Path, text: bytes) -> None:
    (tmp_path / "keys/index.json").write_bytes(text)
    with pytest.raises(SettingsError, match=r"index\.json"):
        ring.infos()


def test_another_passphrase(ring: KeyRing, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="passphrase"):
        ring_in(tmp_path / "keys", b"battery staple").signer(Use.CREDENTIAL, NOW)


def test_keys_are_never_made_over_others(ring: KeyRing) -> None:
    with pytest.raises(SettingsError, match="already"):
        ring.create(NOW)


def test_a_creation_cut_short_starts_over(tmp_path: Path) -> None:
    """The index is written last: key files without one are a creation that a crash cut short."""
    ring = ring_in(tmp_path)
    ring.create(NOW)
    (tmp_path / "index.json").unlink()
    ring.create(NOW)
    assert ring.signer(Use.STATUS, NOW).kid == f"{DID}#status-2026-1"
