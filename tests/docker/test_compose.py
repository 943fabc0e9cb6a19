"""The compose file: secrets from files that must exist, nothing open to the network that need not be."""

import re
from pathlib import Path

import pytest
import yaml

from tests.docker.dockerfile import ROOT, environment, read

FOLDER = ROOT / "docker"
COMPOSE = yaml.safe_load((FOLDER / "compose.yaml").read_text("utf-8"))
SERVICES = COMPOSE["services"]
BUILT = {name: service for name, service in SERVICES.items() if "build" in service}
built = pytest.mark.parametrize("name", BUILT)


def test_every_secret_is_a_file_that_git_never_sees() -> None:
    ignored = (FOLDER / ".gitignore").read_text("utf-8").split()
    assert "secrets/" in ignored
    for name, source in COMPOSE["secrets"].items():
        assert source == {"file": f"./secrets/{name}"}


@pytest.mark.parametrize("name", SERVICES)
def test_no_password_stands_in_the_environment(name: str) -> None:
    for key, value in SERVICES[name].get("environment", {}).items():
        if re.search(r"PASS|SECRET", key):
            assert key.endswith("_FILE"), (
                f"{name}: {key} would show the secret to whoever inspects the container"
            )
            assert value.startswith("/run/secrets/")
        assert not re.search(r"://[^/@]*:[^/@]*@", str(value)), f"{name}: {key} has a password in its URL"


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_names_only_secrets_that_are_declared(name: str) -> None:
    used = set(SERVICES[name].get("secrets", []))
    assert used <= set(COMPOSE["secrets"])
    assert set(re.findall(r"/run/secrets/(\w+)", str(SERVICES[name]))) == used


@built
def test_services_are_read_only_and_unprivileged(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"]), "a proxy with TLS stands in front"


@built
def test_ports_are_those_of_the_image(name: str) -> None:
    (image,) = {(FOLDER / BUILT[name]["build"]["context"] / BUILT[name]["build"]["dockerfile"]).resolve()}
    (port,) = [i.text for i in read(image) if i.word == "EXPOSE"]
    assert [p.rsplit(":", 1)[1] for p in SERVICES[name]["ports"]] == [port]


def test_the_verifier_sees_neither_database_nor_secret() -> None:
    verifier = SERVICES["verifier"]
    assert "secrets" not in verifier
    assert "inside" not in verifier["networks"]
    assert SERVICES["database"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}


def test_the_verifier_finds_its_trust_where_it_is_mounted() -> None:
    settings = environment(read(FOLDER / "verifier.Dockerfile"))
    mount, memory = SERVICES["verifier"]["volumes"]
    inside = Path(mount.split(":")[1])
    assert Path(settings["XUESHI_VERIFIER_TRUST"]).parent == inside
    assert Path(settings["XUESHI_VERIFIER_ROOT"]).parent == inside
    assert mount.endswith(":ro")
    volume, _, folder = memory.partition(":")
    assert folder == settings["XUESHI_VERIFIER_STATE"], "what it has seen outlives a restart"
    assert volume in COMPOSE["volumes"]


def test_other_images_are_named_by_a_release() -> None:
    for name, service in SERVICES.items():
        if "image" in service:
            assert re.fullmatch(r"[a-z]+:\d[\w.-]+", service["image"]), (
                f"{name}: latest changes under one's feet"
            )
