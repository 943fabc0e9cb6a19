"""The bytes that are hashed and signed are a promise: they may be added to, never changed."""

import json

import pytest

from ledger import issued, proof
from ledger.checkpoint import open_checkpoint
from ledger.cosignature import CosignatureVerifier, signed_at
from ledger.entry import canonical, commit, decode, leaf_hash
from ledger.note import Verifier, open_note
from tests.ledger.make_vectors import FOLDER, VECTORS, text_of

ENTRIES = json.loads((FOLDER / "ledger-entries.json").read_text("utf-8"))
LOG = json.loads((FOLDER / "ledger-log.json").read_text("utf-8"))
KEY = Verifier.from_vkey(LOG["vkey"])


@pytest.mark.parametrize("name", VECTORS)
def test_we_still_write_these_bytes(name: str) -> None:
    assert (FOLDER / name).read_text("utf-8") == text_of(name)


@pytest.mark.parametrize("vector", ENTRIES["entries"], ids=lambda v: f"{v['index']} {v['kind']}")
def test_entries_are_read(vector: dict) -> None:
    body = vector["body"].encode()
    entry = decode(body)
    assert (entry.index, entry.kind, entry.day.isoformat()) == (
        vector["index"],
        vector["kind"],
        vector["day"],
    )
    assert entry.previous.hex() == vector["previous"]
    assert leaf_hash(body).hex() == vector["leaf_hash"]


def test_the_commitment() -> None:
    vector = ENTRIES["commitment"]
    payload = vector["payload"].encode()
    assert canonical(json.loads(payload)) == payload
    assert commit(bytes.fromhex(vector["salt"]), payload).hex() == vector["commitment"]


@pytest.mark.parametrize("text", LOG["checkpoints"])
def test_checkpoints_are_read(text: str) -> None:
    assert open_checkpoint(text.encode(), KEY.name, [KEY]).size in range(1, 301)


def test_the_witness_of_a_checkpoint() -> None:
    vector = json.loads((FOLDER / "ledger-cosignature.json").read_text("utf-8"))
    witness = CosignatureVerifier.from_vkey(vector["vkey"])
    opened = open_note(vector["checkpoint"].encode(), [KEY, witness])
    assert [line.name for line in opened.verified] == [KEY.name, witness.name]
    assert int(signed_at(opened.verified[1]).timestamp()) == vector["time"]


def test_the_list_of_a_year() -> None:
    vector = json.loads((FOLDER / "ledger-issuances.json").read_text("utf-8"))
    data = bytes.fromhex(vector["list"])
    head = issued.open_head(vector["head"].encode(), KEY.name, [Verifier.from_vkey(vector["vkey"])])
    issued.check_list(head, data)
    assert {each: issued.find(data, bytes.fromhex(each)) for each in vector["places"]} == vector["places"]


@pytest.mark.parametrize("text", LOG["proofs"])
def test_proofs_are_read(text: str) -> None:
    assert proof.verify(proof.parse(text.encode()), KEY.name, [KEY]).checkpoint.size == 300
