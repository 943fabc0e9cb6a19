"""What is installed is what was read: every package pinned, every file of it known by its hash."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.code_health.checkout import ROOT

FILES = sorted((ROOT / "requirements").glob("*.txt"))
ENTRY = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>\S+)(?P<hashes>( --hash=sha256:[0-9a-f]{64})+)")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
EXTRAS = PROJECT["project"]["optional-dependencies"]
LARGER = [("base", "serve"), ("serve", "issuer"), ("issuer", "dev")]


def pinned(kind: str) -> dict[str, str]:
    """Name to version of `requirements/<kind>.txt`, which holds nothing but pins with hashes."""
    text = (ROOT / "requirements" / f"{kind}.txt").read_text("utf-8")
    entries = [" ".join(e.split()) for e in text.replace("\\\n", " ").splitlines()]
    found = [ENTRY.fullmatch(entry) for entry in entries]
    assert all(found), f"requirements/{kind}.txt: not a pin with hashes: {entries[found.index(None)]!r}"
    return {m["name"]: m["version"] for m in found if m}


def asked(kind: str) -> list[Requirement]:
    """What pyproject.toml asks for in an installation of this kind."""
    lists = {
        "base": PROJECT["project"]["dependencies"],
        "serve": EXTRAS["serve"],
        "issuer": EXTRAS["issuer"],
        "dev": PROJECT["dependency-groups"]["dev"],
        "build": PROJECT["build-system"]["requires"],
    }
    return [r for r in map(Requirement, lists[kind]) if r.name != PROJECT["project"]["name"]]


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_every_package_is_pinned_with_hashes(path: Path) -> None:
    assert pinned(path.stem)


@pytest.mark.parametrize("kind", ["base", "serve", "issuer", "dev", "build"])
def test_the_pins_fit_the_project_file(kind: str) -> None:
    have = pinned(kind)
    for wanted in asked(kind):
        version = have.get(canonicalize_name(wanted.name))
        assert version, f"requirements/{kind}.txt lacks {wanted.name}: run ./dev lock"
        assert wanted.specifier.contains(version), (
            f"{kind}.txt pins {wanted.name} {version}, not {wanted.specifier}"
        )


@pytest.mark.parametrize(("smaller", "larger"), LARGER)
def test_a_larger_installation_has_the_smaller_one_unchanged(smaller: str, larger: str) -> None:
    assert pinned(smaller).items() <= pinned(larger).items(), (
        "what is tested must be what is installed: ./dev lock"
    )


def test_the_build_tools_are_the_same_everywhere() -> None:
    everywhere = pinned("dev")
    shared = {n: v for n, v in pinned("build").items() if n in everywhere}
    assert shared.items() <= everywhere.items()


def test_the_base_installation_is_the_verifier_alone() -> None:
    only_issuer = {canonicalize_name(Requirement(r).name) for extra in EXTRAS.values() for r in extra}
    assert not only_issuer & set(pinned("base")), (
        "a committee's laptop gets no database, web server or PDF renderer"
    )
