"""The text of a proof: what is read back, and what is refused."""

import base64
from dataclasses import replace
from datetime import date

import pytest

from ledger import checkpoint, entry, proof, tiles
from ledger.checkpoint import Checkpoint
from ledger.entry import Entry, Kind, decode, encode, leaf_hash
from ledger.errors import (
    InclusionError,
    LedgerError,
    ProofFormatError,
)
from ledger.merkle import root_of
from ledger.proof import Proof
from tests.ledger.logs import ORIGIN, SIGNER, noise

KEYS = [SIGNER.verifier()]

FIRST = Entry(0, entry.GENESIS, Kind.REGISTRATION, date(2026, 1, 15), commitment=noise(1))
BODY = encode(FIRST)


def small_log(size: int) -> tuple[list[bytes], list[bytes]]:
    bodies, previous = [], entry.GENESIS
    for index in range(size):
        bodies.append(encode(replace(FIRST, index=index, previous=previous)))
        previous = leaf_hash(bodies[-1])
    return bodies, [leaf_hash(body) for body in bodies]


BODIES, LEAVES = small_log(7)
FETCH = {"tile/0/000.p/7": b"".join(LEAVES)}.__getitem__
NOTE = checkpoint.sign(Checkpoint(ORIGIN, 7, root_of(LEAVES)), SIGNER)
PROOF = Proof(4, tuple(tiles.prove_inclusion(FETCH, 7, 4)), NOTE, BODIES[4])
TEXT = proof.encode(PROOF)


def test_proofs_round_trip() -> None:
    assert proof.parse(TEXT) == PROOF
    assert proof.encode(proof.parse(TEXT)) == TEXT
    logged = proof.verify(PROOF, ORIGIN, KEYS)
    assert (logged.entry, logged.checkpoint.size) == (decode(BODIES[4]), 7)


def test_a_proof_of_a_single_entry() -> None:
    alone = Proof(0, (), checkpoint.sign(Checkpoint(ORIGIN, 1, LEAVES[0]), SIGNER), BODIES[0])
    assert proof.verify(proof.parse(proof.encode(alone)), ORIGIN, KEYS).entry.index == 0


BAD_PROOFS = {
    "empty": b"",
    "another format": TEXT.replace(b"@v1", b"@v2"),
    "no checkpoint": TEXT[: TEXT.index(b"\n\n")],
    "no index": TEXT.replace(b"index 4\n", b""),
    "index with leading zero": TEXT.replace(b"index 4\n", b"index 04\n"),
    "index negative": TEXT.replace(b"index 4\n", b"index -4\n"),
    "index beyond 2^53": TEXT.replace(b"index 4\n", b"index 9007199254740992\n"),
    "extra after index": TEXT.replace(b"index 4\n", b"index 4\nextra AAAA\n"),
    "extra twice": TEXT.replace(b"extra ", b"extra AAAA\nextra "),
    "extra not base64": TEXT.replace(b"extra ", b"extra *"),
    "hash of 31 bytes": TEXT.replace(b"index 4\n", b"index 4\n" + base64.b64encode(bytes(31)) + b"\n"),
    "hash of 33 bytes": TEXT.replace(b"index 4\n", b"index 4\n" + base64.b64encode(bytes(33)) + b"\n"),
    "64 hashes": TEXT.replace(b"index 4\n", b"index 4\n" + (base64.b64encode(bytes(32)) + b"\n") * 64),
    "carriage returns": TEXT.replace(b"\n", b"\r\n"),
    "not ASCII": "c2sp.org/tlog-proof@v1 示例\n\n".encode(),
    "too long": TEXT + b"x" * 2_000_000,
}


@pytest.mark.parametrize("name", BAD_PROOFS)
def test_bad_proofs(name: str) -> None:
    with pytest.raises(ProofFormatError):
        proof.parse(BAD_PROOFS[name])


def test_a_proof_without_its_entry() -> None:
    with pytest.raises(ProofFormatError, match="without its entry"):
        proof.verify(replace(PROOF, extra=None), ORIGIN, KEYS)


@pytest.mark.parametrize(
    "change",
    [
        {"index": 5},
        {"extra": BODIES[5]},
        {"index": 5, "extra": BODIES[5]},
        {"hashes": PROOF.hashes[:-1]},
        {"hashes": (*PROOF.hashes, LEAVES[0])},
        {"hashes": PROOF.hashes[::-1]},
        {"checkpoint_note": checkpoint.sign(Checkpoint(ORIGIN, 6, root_of(LEAVES[:6])), SIGNER)},
    ],
    ids="+".join,
)
def test_proofs_that_do_not_hold(change: dict) -> None:
    with pytest.raises(InclusionError):
        proof.verify(replace(PROOF, **change), ORIGIN, KEYS)


def test_each_byte_of_a_proof_counts() -> None:
    for at in range(len(TEXT)):
        changed = bytearray(TEXT)
        changed[at] ^= 1
        with pytest.raises(LedgerError):
            proof.verify(proof.parse(bytes(changed)), ORIGIN, KEYS)
