"""Settings: no default for whom to believe, and a message that names what is wrong."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.verifier.authority import Authority, jwk
from tests.verifier_web.conftest import Issued
from verifier.config import SettingsError, read_settings
from verifier.strict_json import dump


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    (tmp_path / "trust").write_text("")
    (tmp_path / "root").write_bytes(dump(jwk(Authority().root_key)))
    return {name: tmp_path / name for name in ("trust", "root")}


def test_the_environment_stands_over_the_file(
    files: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    toml = tmp_path / "verifier.toml"
    toml.write_text(f'trust = "{files["trust"]}"\nroot = "{files["root"]}"\nworkers = 3\nseconds = 5\n')
    monkeypatch.setenv("XUESHI_VERIFIER_WORKERS", "4")
    monkeypatch.setenv("XUESHI_VERIFIER_HOSTS", "a.example, b.example")
    settings = read_settings(toml)
    assert (settings.workers, settings.seconds, settings.hosts) == (4, 5.0, ("a.example", "b.example"))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param({"trust": None}, "^设置 setting XUESHI_VERIFIER_TRUST: 没有信任名单", id="no trust list"),
        pytest.param({"bundle": __file__, "public": "x"}, "goes without BUNDLE", id="bundle and folder"),
        pytest.param({"root": None}, "XUESHI_VERIFIER_ROOT", id="no root"),
        pytest.param({"root": "no/such/file"}, "no such file", id="no such root"),
        pytest.param({"root": __file__}, "not a root key", id="a root that is no key"),
        pytest.param({"max_upload": 20_000_001}, "XUESHI_VERIFIER_MAX_UPLOAD", id="more than the verifier reads"),
        pytest.param({"workers": 0}, "XUESHI_VERIFIER_WORKERS", id="no worker"),
        pytest.param({"worker": 1}, "XUESHI_VERIFIER_WORKER", id="an unknown setting"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(files: dict[str, Path], given: dict[str, object], said: str) -> None:
    values = {name: value for name, value in {**files, **given}.items() if value is not None}
    with pytest.raises(SettingsError, match=said):
        read_settings(None, **values)


def test_no_settings_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.toml"):
        read_settings(tmp_path / "none.toml")


def test_importing_opens_nothing_and_starting_without_trust_data_is_refused(issued: Issued) -> None:
    code = "import verifier.api; print('imported'); verifier.api.app_from_environment()"
    done = subprocess.run(
        [sys.executable, "-c", code], env={}, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout == "imported\n"
    assert done.returncode == 1
    assert "XUESHI_VERIFIER_ROOT" in done.stderr
