"""A note by two administrators, from the page's use case to a committee: published, and read where check 9 needs it, or fetched by one command."""

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from issuer.cli import app
from issuer.instance import open_instance
from issuer.publication import publish
from issuer.service import issue_roster
from tests.e2e.test_own_rules import person, training
from tests.issuer import town
from tests.issuer.conftest import NEW, quiet, roster_of
from tests.issuer.registration.office import Office
from tests.issuer.rulebook.deciding import ENDING, FLOOR, in_force
from tests.issuer.worlds import instance_at


def said(*arguments: str | Path) -> Any:
    return CliRunner().invoke(app, [str(one) for one in arguments])


def verdict(certificate: Path, *options: str | Path) -> tuple[str, str]:
    """What the command line says of a certificate: verdict, and check 9."""
    (report,) = json.loads(said("verify", certificate, *options, "--json").stdout)
    return report["verdict"], next(one["outcome"] for one in report["checks"] if one["number"] == 9)


def test_genuine_with_what_was_published_and_cannot_say_without(tmp_path: Path) -> None:
    home = tmp_path / "instance"
    instance_at(home, NEW)
    with open_instance(home) as instance:
        office = Office(instance, town.build(instance))
        in_force(office, FLOOR | {"from": "2025-01-01"})
        roster = roster_of([person(0, 30, {"activities": [training(8)]})])
        ((result,), _) = issue_roster(instance, roster, quiet)
        in_force(office, ENDING)
        publish(instance)
    assert result.decision.rules == ("gs-2023-03-31@1.0.0", "public-floor@1.0.0")
    certificate = tmp_path / "certificate.jwt"
    certificate.write_text(result.issued.jws, "ascii")
    public, folder = home / "public", tmp_path / "rules"
    trust = ("--trust", public / "trust-list.jwt", "--root", public / "trust-root.jwk")
    assert verdict(certificate, *trust, "--offline") == ("undetermined", "not_done")
    assert verdict(certificate, *trust, "--public", public) == ("genuine", "passed"), (
        "also after it was ended: what it decided stays"
    )
    fetched = said("trust", "rules", folder, *trust, "--public", public)
    assert fetched.exit_code == 0, fetched.stderr
    assert "public-floor-1.0.0.note.yaml" in fetched.stdout
    assert verdict(certificate, *trust, "--offline", "--rules", folder) == ("undetermined", "passed")
    assert said("rules", "lint", "--rules", folder).exit_code == 0
    bundle, offline = tmp_path / "room.bundle", tmp_path / "offline"
    assert said("bundle", "make", bundle, *trust, "--public", public).exit_code == 0
    assert said("trust", "rules", offline, *trust, "--bundle", bundle).exit_code == 0
    assert sorted(offline.iterdir()) == sorted(offline / path.name for path in folder.iterdir())
    assert verdict(certificate, *trust, "--bundle", bundle) == ("genuine", "passed")
    note = public / "rules" / "public-floor-1.0.0.note.yaml"
    note.write_bytes(note.read_bytes().replace(b"30", b"20"))
    assert verdict(certificate, *trust, "--public", public) == ("undetermined", "not_done")
    refused = said("trust", "rules", tmp_path / "forged", *trust, "--public", public)
    assert (refused.exit_code, (tmp_path / "forged").exists()) == (2, False)
    assert "SHA-256" in refused.stderr
