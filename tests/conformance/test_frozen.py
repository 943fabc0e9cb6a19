"""Frozen vectors do not change: a byte, a file gone and a file more are each noticed."""

import shutil
from pathlib import Path

import pytest

from tests.freezing import FORMAT, LIST, ROOT, departures, digests, freeze, frozen


def test_what_is_frozen_is_as_it_was() -> None:
    assert list(departures(ROOT)) == []


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The files that freezing looks at, with a few of the folders, and nothing frozen yet."""
    for folder in ("tests/vectors", "verifier/dictionaries", "tests/tampered/cases/alg-none"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / FORMAT).parent.mkdir()
    shutil.copy(ROOT / FORMAT, tmp_path / FORMAT)
    (tmp_path / LIST).write_text("")
    return tmp_path


def test_freezing_keeps_every_file(checkout: Path) -> None:
    assert freeze(checkout) == len(digests(checkout))
    assert frozen(checkout) == digests(checkout)
    assert list(departures(checkout)) == []
    assert freeze(checkout) == 0


def test_every_departure_is_named(checkout: Path) -> None:
    freeze(checkout)
    (checkout / "tests/vectors/credential-newer.json").write_text("{}")
    changed = checkout / "tests/vectors/credential-certificate.json"
    changed.write_bytes(changed.read_bytes().replace(b"1", b"2", 1))
    (checkout / "tests/tampered/cases/alg-none/input.txt").unlink()
    text = (checkout / FORMAT).read_text("utf-8")
    (checkout / FORMAT).write_text(text.replace("Version 1: frozen.", "Version 1."), "utf-8")
    assert [said.partition(";")[0] for said in departures(checkout)] == [
        "tests/tampered/cases/alg-none/input.txt is gone",
        "tests/vectors/credential-certificate.json is another",
        "tests/vectors/credential-newer.json is new",
        "docs/format.md does not say: Version 1: frozen.",
    ]


def test_what_was_changed_is_not_frozen_anew(checkout: Path) -> None:
    freeze(checkout)
    before = (checkout / LIST).read_bytes()
    (checkout / "verifier/dictionaries/1.bin").write_bytes(b"another")
    (checkout / "tests/vectors/credential-newer.json").write_text("{}")
    with pytest.raises(ValueError, match=r"dictionaries/1\.bin"):
        freeze(checkout)
    assert (checkout / LIST).read_bytes() == before
