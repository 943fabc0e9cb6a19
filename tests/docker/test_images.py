"""No container engine builds these images here, so what can be read off their files is held by reading.

`tests/docker/replay.py` runs their steps in a debootstrap folder, by hand and as root.
"""

import re
import shlex
import tomllib
from pathlib import Path

import pytest

from tests.docker.dockerfile import IMAGES, ROOT, Instruction, environment, read

SECRET = re.compile(r"PASSWORD|PASSPHRASE|SECRET|TOKEN|PRIVATE|_KEY", re.IGNORECASE)
LISTS = {"verifier": ["verifier"], "issuer": ["verifier", "issuer"]}
PINS = {"verifier": "serve", "issuer": "issuer"}
images = pytest.mark.parametrize("image", IMAGES, ids=lambda p: p.stem)


def runs(image: Path, word: str) -> list[str]:
    return [i.text for i in read(image) if i.word == "RUN" and word in i.text]


def copied(image: Path) -> list[str]:
    return [source for i in read(image) if i.word == "COPY" for source in i.words()[:-1]]


def test_there_is_one_image_each_for_issuer_and_verifier() -> None:
    assert [p.stem for p in IMAGES] == ["issuer", "verifier"]


@images
def test_the_base_is_named_by_a_release(image: Path) -> None:
    bases = [i.text for i in read(image) if i.word == "FROM"]
    assert bases == ["debian:bookworm-slim"], "the same Debian that ./dev is made for"


@images
def test_it_runs_as_an_ordinary_user_by_number(image: Path) -> None:
    steps = read(image)
    (user,) = [i for i in steps if i.word == "USER"]
    assert int(user.text) >= 1000, "a number, so that an orchestrator can see that it is not root"
    assert not [i for i in steps[steps.index(user) :] if i.word in {"RUN", "COPY"}], "set-up is over by then"


@images
def test_its_debian_packages_are_the_lists_of_dev(image: Path) -> None:
    wanted = [f"/build/apt-{kind}.txt" for kind in LISTS[image.stem]]
    (step,) = runs(image, "apt-get install")
    assert re.findall(r"/build/\S+", step) == wanted
    install = step.partition("apt-get install")[2].partition("&&")[0]
    assert all(word.startswith("--") for word in shlex.split(install) if word != "|"), (
        "names stand in the lists, nowhere else"
    )
    assert {f"docker/{Path(name).name}" for name in wanted} <= set(copied(image))


@images
def test_its_python_packages_are_the_pinned_ones(image: Path) -> None:
    installs = re.findall(r"pip install (.*?)(?: &&|$)", "\n".join(runs(image, "pip install")), re.MULTILINE)
    pinned = "--no-cache-dir --no-deps --require-hashes --only-binary :all: --requirement /build/{}.txt"
    assert installs == [
        f"{pinned.format('build')} --requirement /build/node.txt",
        pinned.format(PINS[image.stem]),
        "--no-cache-dir --no-deps /build/wheel/xueshi-*.whl",
    ]
    assert {"requirements/build.txt", f"requirements/{PINS[image.stem]}.txt"} <= set(copied(image))


@images
def test_what_it_copies_is_there_and_may_enter_the_build(image: Path) -> None:
    rules = (ROOT / ".dockerignore").read_text("utf-8").split()
    admitted = [rule[1:] for rule in rules if rule.startswith("!")]
    for source in copied(image):
        assert (ROOT / source).exists(), source
        assert any(Path(source).match(pattern) for pattern in admitted), f".dockerignore keeps out {source}"


def test_the_verifier_has_no_issuer_and_the_issuer_has_everything() -> None:
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"][
        "targets"
    ]["wheel"]
    code = {image.stem: {s for s in copied(image) if s in packages["packages"]} for image in IMAGES}
    assert code["issuer"] == set(packages["packages"])
    assert code["verifier"] == set(packages["packages"]) - {"issuer"}


def bakes_a_secret(instruction: Instruction) -> bool:
    return instruction.word in {"ENV", "ARG", "LABEL"} and bool(SECRET.search(instruction.text))


@images
def test_no_secret_is_baked_in(image: Path) -> None:
    assert not [i.text for i in read(image) if bakes_a_secret(i) or i.word == "ADD"]
    assert not SECRET.search(" ".join(environment(read(image))))


@images
def test_it_says_whether_it_is_well(image: Path) -> None:
    (check,) = [i.text for i in read(image) if i.word == "HEALTHCHECK"]
    (port,) = [i.text for i in read(image) if i.word == "EXPOSE"]
    assert f"127.0.0.1:{port}/" in check
