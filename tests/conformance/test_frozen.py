"""Frozen vectors do not change; until they are frozen, docs/format.md says that they may."""

import shutil
from pathlib import Path

import pytest

from tests.freezing import FOLDERS, FORMAT, ROOT, departures, digests, freeze, frozen


def test_what_is_frozen_is_as_it_was() -> None:
    assert list(departures(ROOT)) == []


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The files that freezing looks at, as a draft, with a few of the folders."""
    for folder in ("tests/vectors", "verifier/dictionaries", "tests/tampered/cases/alg-none"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / FORMAT).parent.mkdir()
    text = (ROOT / FORMAT).read_text("utf-8").replace("Version 1: frozen.", "Version 0: a draft.")
    (tmp_path / FORMAT).write_text(text, "utf-8")
    return tmp_path


def test_freezing_keeps_every_file_and_says_so(checkout: Path) -> None:
    assert list(departures(checkout)) == []
    assert freeze(checkout) == len(digests(checkout)) > len(FOLDERS)
    assert frozen(checkout) == digests(checkout)
    assert list(departures(checkout)) == []
    with pytest.raises(ValueError, match="already"):
        freeze(checkout)


def test_a_change_is_refused_and_an_addition_is_not(checkout: Path) -> None:
    freeze(checkout)
    (checkout / "tests/vectors/credential-newer.json").write_text("{}")
    assert list(departures(checkout)) == []
    changed = checkout / "tests/vectors/credential-certificate.json"
    changed.write_bytes(changed.read_bytes() + b" ")
    (checkout / "tests/tampered/cases/alg-none/input.txt").unlink()
    text = (checkout / FORMAT).read_text("utf-8")
    (checkout / FORMAT).write_text(text.replace("Version 1: frozen.", "Version 1."), "utf-8")
    assert [said.split(" ", 1)[0] for said in departures(checkout)] == [
        "tests/vectors/credential-certificate.json",
        "tests/tampered/cases/alg-none/input.txt",
        "docs/format.md",
    ]
