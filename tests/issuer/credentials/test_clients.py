"""Independent clients read what we issue: jose, did-resolver with web-did-resolver, and Digital Bazaar's status lists (npm)."""

import copy
import json
import subprocess
from pathlib import Path
from typing import Any

import jsonschema

from issuer.credentials.service import Withdrawal
from issuer.instance import Instance
from issuer.keys.service import compromise
from issuer.publication import publish
from issuer.service import issue_roster, revoke
from tests.issuer.conftest import quiet, roster_of
from verifier import jws

ROOT = Path(__file__).parents[3]
CLIENT = Path(__file__).with_name("client.mjs")


def ask(instance: Instance, *tokens: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        [ROOT / ".venv/bin/node", CLIENT, instance.settings.public],
        input="".join(f"{token}\n" for token in tokens),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_other_peoples_clients(instance: Instance, people: list[dict[str, Any]]) -> None:
    first, second, third = (one.issued for one in issue_roster(instance, roster_of(people[:3]), quiet)[0])
    changed = copy.deepcopy(people[1:2])
    changed[0]["person"]["employer"] = "示例市第二人民医院"
    newer = issue_roster(instance, roster_of(changed), quiet)[0][0].issued
    revoke(instance, Withdrawal(third.serial, "revocation", "false-evidence"))
    head, payload, signature = first.jws.split(".")
    altered = f"{head}.{payload[:-8]}{'A' * 8}.{signature}"
    answers = ask(instance, first.jws, second.jws, newer.jws, third.jws, altered)
    assert "error" not in answers[0], answers
    assert [(a.get("serial"), a.get("revoked"), a.get("superseded")) for a in answers] == [
        (first.serial, False, False),
        (second.serial, False, True),
        (newer.serial, False, False),
        (third.serial, True, False),
        (None, None, None),
    ]
    assert answers[0]["name"] == people[0]["person"]["name"]
    assert answers[4]["error"] == "ERR_JWS_SIGNATURE_VERIFICATION_FAILED"
    compromise(instance, instance.credential_signer.kid, 0)
    publish(instance)
    assert ask(instance, first.jws) == [{"error": "the key asserts nothing"}]


def test_the_schema_takes_what_is_issued_and_nothing_less(
    instance: Instance, people: list[dict[str, Any]]
) -> None:
    results = issue_roster(instance, roster_of(people[:8]), quiet)[0]
    public = instance.settings.public
    schema = json.loads((public / "ns/xueshi/v1.schema.json").read_text("utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    payloads = [json.loads(jws.split(one.issued.jws).payload) for one in results]
    vectors = (ROOT / f"tests/vectors/credential-{name}.json" for name in ("transfer", "elsewhere"))
    for value in [*payloads, *(json.loads(json.loads(v.read_text("utf-8"))["payload"]) for v in vectors)]:
        validator.validate(value)
        assert value["@context"][1] == "https://jxjy.example.gov.cn/ns/xueshi/v1"
    for field in payloads[0]:
        assert not validator.is_valid({name: v for name, v in payloads[0].items() if name != field}), field


def test_every_term_has_its_meaning(instance: Instance, people: list[dict[str, Any]]) -> None:
    publish(instance)
    terms = json.loads((instance.settings.public / "ns/xueshi/v1").read_text("utf-8"))["@context"]
    used: set[str] = set()
    for name in ("transfer", "statement", "elsewhere"):
        vector = json.loads((ROOT / f"tests/vectors/credential-{name}.json").read_text("utf-8"))
        value = json.loads(vector["payload"])
        subject = value["credentialSubject"]
        used |= set(value["type"]) | subject.keys() | {n for row in subject.get("years", []) for n in row}
    w3c = {"VerifiableCredential", "name"}  # of https://www.w3.org/ns/credentials/v2
    assert used - w3c <= terms.keys()
    assert all(str(terms[name]).find("https://jxjy.example.gov.cn/ns/xueshi/v1#") >= 0 for name in used - w3c)
