"""The vectors of what a verifier stands on are read as they say, and what has no packing in it is still written so."""

import json
from datetime import datetime
from typing import Any

import pytest

from tests.verifier.make_vectors_trust import BUNDLE, FOLDER, receipt_vector, trust_vector
from verifier import jws
from verifier.bundle.reading import open_bundle
from verifier.committee.receipt import open_receipt
from verifier.errors import StatusError
from verifier.evidence import read_evidence
from verifier.ground import Ground
from verifier.roots import establish, follow
from verifier.status import open_details, open_list
from verifier.verify import verify_on


def vector(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return found


TRUST, STATUS, RECEIPT = vector("trust"), vector("status"), vector("receipt")
PINNED = jws.PublicKey.from_jwk(TRUST["pinned"])
NOW = datetime.fromisoformat(TRUST["now"])


def test_we_still_write_these_bytes() -> None:
    assert trust_vector() == TRUST
    assert receipt_vector((FOLDER / BUNDLE).read_bytes()) == RECEIPT


def test_trust_list_and_root_chain() -> None:
    assert follow(PINNED, TRUST["chain"]).key.to_jwk() == TRUST["root"]
    trust = establish(TRUST["list"], PINNED, TRUST["chain"], NOW, None)
    assert trust.model_dump(mode="json", by_alias=True) == TRUST["says"]


@pytest.mark.parametrize("purpose", ["revocation", "refresh"])
def test_status_lists(purpose: str) -> None:
    key, listed = jws.PublicKey.from_jwk(STATUS["jwk"]), STATUS[purpose]
    found = open_list(listed["jws"], key, listed["url"], STATUS["issuer"])
    assert [index for index in range(8 * len(found.bits)) if found.is_set(index)] == listed["set"]
    other = STATUS["refresh" if purpose == "revocation" else "revocation"]
    with pytest.raises(StatusError):
        open_list(listed["jws"], key, other["url"], STATUS["issuer"])


def test_details() -> None:
    key, given = jws.PublicKey.from_jwk(STATUS["jwk"]), STATUS["details"]
    found = open_details(given["jws"], key, STATUS["issuer"], given["list"])
    assert found.model_dump(mode="json", by_alias=True) == given["says"]


@pytest.mark.parametrize("verdict", TRUST["documents"])
def test_the_bundle(verdict: str) -> None:
    with (FOLDER / BUNDLE).open("rb") as file:
        trust, source = open_bundle(file, BUNDLE, PINNED, NOW)
        report = verify_on(
            read_evidence(TRUST["documents"][verdict].encode(), "x"), Ground(trust, source, NOW)
        )
    assert report.verdict.value == verdict


def test_the_receipt() -> None:
    assert open_receipt(RECEIPT["jws"], RECEIPT["thumbprint"]).content == RECEIPT["says"]
