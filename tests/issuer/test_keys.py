"""Key files: one per purpose, closed to others, opened by their passphrase only."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from issuer.credentials.did import did_document, key_set
from issuer.credentials.keys import KeyFolder, Use
from issuer.errors import SettingsError
from verifier import jws
from verifier.errors import TokenError

NOW = datetime(2026, 1, 15, 1, tzinfo=UTC)
DID = "did:web:jxjy.example.gov.cn"


@pytest.fixture
def folder(tmp_path: Path) -> KeyFolder:
    keys = KeyFolder(tmp_path / "keys", b"correct horse")
    keys.create(DID, "jxjy.example.gov.cn", NOW)
    return keys


def test_one_key_for_each_use(folder: KeyFolder) -> None:
    infos = folder.infos()
    assert [info.use for info in infos] == [
        Use.CREDENTIAL,
        Use.STATUS,
        Use.TRUST_ROOT,
        Use.CHECKPOINT,
        Use.PERSON_KEY,
    ]
    assert infos[0].kid == f"{DID}#2026-1"
    assert len({info.jwk.get("x") for info in infos}) == len(infos)


def test_what_it_signs_verifies_and_is_the_same_twice(folder: KeyFolder) -> None:
    signer = folder.signer(Use.CREDENTIAL)
    token = jws.assemble(b'{"alg":"ES256"}', b"{}", signer.sign)
    assert token == jws.assemble(b'{"alg":"ES256"}', b"{}", signer.sign)
    assert jws.verify(token, jws.PublicKey.from_jwk(folder.info(Use.CREDENTIAL).jwk), None) == b"{}"
    with pytest.raises(TokenError):
        jws.verify(token, jws.PublicKey.from_jwk(folder.info(Use.STATUS).jwk), None)


def test_public_documents_hold_signing_keys_and_nothing_private(folder: KeyFolder) -> None:
    document = did_document(DID, folder.infos())
    assert document["assertionMethod"] == [f"{DID}#2026-1", f"{DID}#status-2026-1"]
    for method, key in zip(document["verificationMethod"], key_set(folder.infos())["keys"], strict=True):
        assert method["publicKeyJwk"] == key
        assert key.keys() == {"kty", "crv", "x", "y", "kid", "alg", "use"}


def test_files_are_their_owners(folder: KeyFolder, tmp_path: Path) -> None:
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()} == {0o600}


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        pytest.param(lambda path: path.chmod(0o644), "600", id="open to others"),
        pytest.param(lambda path: path.unlink(), "No such file", id="gone"),
        pytest.param(lambda path: path.write_bytes(b"not a key"), "passphrase", id="not a key"),
    ],
)
def test_a_key_file_that_cannot_be_used(
    folder: KeyFolder, tmp_path: Path, spoil: Callable[[Path], object], message: str
) -> None:
    spoil(tmp_path / "keys" / folder.info(Use.CREDENTIAL).file)
    with pytest.raises(SettingsError, match=message):
        folder.signer(Use.CREDENTIAL)


def test_another_passphrase(folder: KeyFolder, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="passphrase"):
        KeyFolder(tmp_path / "keys", b"battery staple").signer(Use.CREDENTIAL)


def test_keys_are_never_made_over_others(folder: KeyFolder) -> None:
    with pytest.raises(SettingsError, match="already"):
        folder.create(DID, "jxjy.example.gov.cn", NOW)


def test_a_creation_cut_short_starts_over(tmp_path: Path) -> None:
    """The index is written last: key files without one are a creation that a crash cut short."""
    keys = KeyFolder(tmp_path, b"correct horse")
    keys.create(DID, "log", NOW)
    (tmp_path / "index.json").unlink()
    keys.create(DID, "log", NOW)
    assert keys.signer(Use.STATUS).kid == f"{DID}#status-2026-1"
