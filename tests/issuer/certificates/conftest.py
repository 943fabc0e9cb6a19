"""Instances that sign PDFs: fixtures for tests that import them."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from issuer.instance import Instance, open_instance
from issuer.keys.ring import Use
from issuer.keys.service import rotate
from tests.issuer.keys.test_module import LIBRARY, PIN, token, tokens  # noqa: F401 - fixtures
from tests.issuer.keys.test_rotation import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def signing(home: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Instance]:
    """An instance that signs PDFs, with a key in a file."""
    monkeypatch.setenv("XUESHI_SIGN_PDFS", "true")
    clock.now += timedelta(minutes=1)
    with open_instance(home, now=clock) as opened:
        rotate(opened, Use.PDF, timedelta())
        yield opened


@pytest.fixture
def in_module(
    token: str,  # noqa: F811
    home: Path,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Instance]:
    """The same, with the key in SoftHSM2."""
    monkeypatch.setenv("XUESHI_PKCS11_MODULE", str(LIBRARY))
    monkeypatch.setenv("XUESHI_PKCS11_TOKEN", token)
    monkeypatch.setenv("XUESHI_PKCS11_PIN", PIN)
    monkeypatch.setenv("XUESHI_KEYS_IN_MODULE", '["pdf"]')
    monkeypatch.setenv("XUESHI_SIGN_PDFS", "true")
    clock.now += timedelta(minutes=1)
    with open_instance(home, now=clock) as opened:
        assert rotate(opened, Use.PDF, timedelta()).place == "pkcs11"
        yield opened


@pytest.fixture(params=["signing", "in_module"])
def signer(request: pytest.FixtureRequest) -> Instance:
    found: Instance = request.getfixturevalue(request.param)
    return found
