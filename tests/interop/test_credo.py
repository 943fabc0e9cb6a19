"""`./dev interop`: a wallet's library, `@credo-ts/core`, verifies what we issue. Its packages are installed apart, in .cache/interop."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from issuer.creation import create
from issuer.instance import open_instance
from issuer.service import issue_roster
from issuer.transfers.service import issue_to_holder
from tests.issuer.conftest import NEW, PEOPLE, quiet, roster_of

ROOT = Path(__file__).parents[2]
INSTALLED = ROOT / ".cache/interop"
pytestmark = pytest.mark.skipif(
    not (INSTALLED / "node_modules").exists(), reason="200 MB of packages: ./dev interop installs them"
)


def test_credo_tells_apart_what_holds(tmp_path: Path) -> None:
    create(tmp_path / "instance", NEW)
    people = json.loads(PEOPLE.read_text("utf-8"))
    with open_instance(tmp_path / "instance") as instance:
        certificate, statement = (
            one.issued for one in issue_roster(instance, roster_of([people[0], people[6]]), quiet)[0]
        )
        transfer = issue_to_holder(instance, certificate.serial)
        kid = instance.credential_signer.kid
        public = instance.settings.public
    header, payload, _ = certificate.jws.split(".")
    stolen = f"{header}.{payload}.{statement.jws.rpartition('.')[2]}"
    answers = _ask(public, certificate.jws, statement.jws, transfer.jws, stolen)
    good = {"valid": True, "dataModel": True, "signature": True, "issuerIsSigner": True}
    for answer in answers[:3]:
        assert answer.items() >= good.items(), answers
    assert (answers[3]["valid"], answers[3]["signature"]) == (False, False)
    (public / ".well-known/did.json").write_text(
        (public / ".well-known/did.json").read_text().replace(kid, f"{kid}-other"), "utf-8"
    )
    (answer,) = _ask(public, certificate.jws)
    assert answer["valid"] is False


def _ask(public: Path, *tokens: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        [ROOT / ".venv/bin/node", INSTALLED / "credo.mjs", public],
        input="".join(f"{token}\n" for token in tokens),
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]
