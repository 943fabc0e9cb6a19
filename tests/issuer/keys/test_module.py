"""Keys in a PKCS#11 module: SoftHSM2, a real module made of software, with a token in a temporary folder."""

import itertools
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pkcs11
import pytest
import sqlalchemy as sa
from pkcs11 import Attribute, ObjectClass

from issuer.creation import NewInstance, create
from issuer.errors import SettingsError
from issuer.instance import open_instance
from issuer.keys.errors import KeyUnavailable
from issuer.keys.module import ModuleSettings, module_place
from issuer.keys.ring import Use
from issuer.keys.service import rotate
from issuer.service import issue_roster
from issuer.tables import credential
from issuer.workers import processes
from ledger.fsck import fsck
from tests.issuer.conftest import NEW, quiet, roster_of
from tests.issuer.keys.test_rotation import Clock, report_of
from verifier import jws
from verifier.report import Verdict

LIBRARY = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "a PIN for tests"
LABELS = itertools.count(1)


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of SoftHSM's tokens. The module reads its configuration once for each process."""
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    conf = folder / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {folder}/tokens\nlog.level = ERROR\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(conf))
        yield folder / "tokens"


@pytest.fixture
def token(tokens: Path) -> str:
    """A fresh token; answers its label."""
    label = f"xueshi-{next(LABELS)}"
    words = ["--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", "for the officer"]
    subprocess.run(["softhsm2-util", *words], check=True, capture_output=True)
    return label


@pytest.fixture
def configured(token: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("XUESHI_PKCS11_MODULE", str(LIBRARY))
    monkeypatch.setenv("XUESHI_PKCS11_TOKEN", token)
    monkeypatch.setenv("XUESHI_PKCS11_PIN", PIN)
    monkeypatch.setenv("XUESHI_KEYS_IN_MODULE", '["credential", "status", "checkpoint"]')
    return token


@pytest.mark.parametrize("alg", ["ES256", "EdDSA"])
def test_each_suite_signs_in_the_module(token: str, alg: str) -> None:
    place = module_place(ModuleSettings(LIBRARY, token, PIN))
    public = place.generate("a key", alg)
    opened = place.open("a key", alg)
    assert opened.public == public
    text = jws.assemble(b'{"alg":"%s"}' % alg.encode(), b"{}", opened.sign)
    assert jws.verify(text, jws.PublicKey.from_jwk(public.to_jwk()), None) == b"{}"
    with pytest.raises(KeyUnavailable, match="already"):
        place.generate("a key", alg)
    with pytest.raises(KeyUnavailable):
        place.open("another", alg)


def test_the_private_half_stays_inside(token: str) -> None:
    module_place(ModuleSettings(LIBRARY, token, PIN)).generate("a key", "ES256")
    with pkcs11.lib(str(LIBRARY)).get_token(token_label=token).open() as session:
        key = session.get_key(label="a key", object_class=ObjectClass.PRIVATE_KEY)
        assert (key[Attribute.SENSITIVE], key[Attribute.EXTRACTABLE]) == (True, False)


def test_a_wrong_pin_is_not_repeated_to_anybody(token: str) -> None:
    with pytest.raises(KeyUnavailable) as refused:
        module_place(ModuleSettings(LIBRARY, token, "wrong secret")).open("a key", "ES256")
    assert "wrong secret" not in str(refused.value)


def test_a_whole_instance_on_a_token(configured: str, tmp_path: Path, people: list[dict[str, Any]]) -> None:
    create(tmp_path / "instance", NEW)
    made = {path.name.rsplit("-20")[0] for path in (tmp_path / "instance/keys").iterdir()}
    assert made == {"index.json", "trust-root", "person-key", "vault"}
    with open_instance(tmp_path / "instance") as instance:
        assert processes(instance, Use.CREDENTIAL) == 1, "a module's session does not outlive a fork"
        first = issue_roster(instance, roster_of(people[:2]), quiet)[0]
        again = issue_roster(instance, roster_of(people[:2]), quiet)[0]
        assert [one.issued.jws for one in again] == [one.issued.jws for one in first], (
            "stored, not signed twice"
        )
        assert report_of(instance, first[0].issued.jws).verdict is Verdict.GENUINE
        assert fsck(instance.engine, instance.log_signer.verifier()).clean


def test_a_token_that_goes_away_in_the_middle_of_a_batch(
    configured: str, tokens: Path, tmp_path: Path, people: list[dict[str, Any]]
) -> None:
    create(tmp_path / "instance", NEW)
    away = tokens.with_name("away")

    def pull_out(step: str, done: int, _all: int) -> None:
        if (step, done) == ("record", 2):
            tokens.rename(away)

    with open_instance(tmp_path / "instance") as instance:
        try:
            with pytest.raises(KeyUnavailable, match="nothing was signed"):
                issue_roster(instance, roster_of(people[:4]), pull_out, portion=1)
            with instance.engine.connect() as connection:
                kept = connection.execute(sa.select(credential.c.jws)).scalars().all()
            assert len(kept) == 2
            with pytest.raises(KeyUnavailable):
                issue_roster(instance, roster_of(people[:4]), quiet, portion=1)
        finally:
            away.rename(tokens)
        results = issue_roster(instance, roster_of(people[:4]), quiet, portion=1)[0]
        tokens_ = [one.issued.jws for one in results]
        assert sorted(tokens_[:2]) == sorted(kept)
        assert [one.issued.fresh for one in results] == [False, False, True, True]
        result = fsck(instance.engine, instance.log_signer.verifier())
        assert (result.findings, result.pending) == ((), 0)
        assert {report_of(instance, text).verdict for text in tokens_} == {Verdict.GENUINE}


def test_from_files_to_a_token(
    home: Path, configured: str, people: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    clock.now += timedelta(minutes=1)
    with open_instance(home, now=clock) as instance:
        made = rotate(instance, Use.CREDENTIAL, timedelta())
        assert made.place == "pkcs11"
        signed = issue_roster(instance, roster_of(people[:1]), quiet)[0][0].issued.jws
        assert jws.split(signed).field("kid") == made.kid
        assert report_of(instance, signed).verdict is Verdict.GENUINE
    monkeypatch.delenv("XUESHI_PKCS11_MODULE")
    with pytest.raises(SettingsError, match="pkcs11_module"), open_instance(home, now=clock):
        pass


def test_half_of_the_settings(configured: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XUESHI_PKCS11_PIN")
    with pytest.raises(SettingsError, match="PIN"):
        create(tmp_path / "instance", NewInstance(host="a.example", name_zh="甲", name_en="A", demo=True))
