"""Policies: which witnesses make a checkpoint count; and cosignatures by themselves."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.checkpoint import Checkpoint, sign
from ledger.cosignature import CosignatureVerifier, Cosigner
from ledger.errors import (
    NoteFormatError,
    PolicyFormatError,
    QuorumError,
    SignatureError,
    WrongLogError,
)
from ledger.note import Note, parse
from ledger.policy import parse_policy
from tests.ledger.logs import ORIGIN, SIGNER, START, noise

KEYS = {
    name: Cosigner(f"{name}.example", Ed25519PrivateKey.from_private_bytes(noise(name))) for name in "ABC"
}

A, B, C = (key.verifier().vkey() for key in KEYS.values())
LOG = SIGNER.verifier().vkey()
HEAD = Checkpoint(ORIGIN, 5, noise(1))
TEXT = parse(sign(HEAD, SIGNER)).text


def signed_by(*names: str) -> bytes:
    return sign(HEAD, SIGNER) + "".join(KEYS[name].cosign(TEXT, START).line() for name in names).encode()


@pytest.mark.parametrize(
    ("rule", "enough", "too_few"),
    [
        ("quorum none", ["", "A"], []),
        ("quorum A", ["A", "AB"], ["", "BC"]),
        ("group g any A B\nquorum g", ["A", "B"], ["", "C"]),
        ("group g all A B\nquorum g", ["AB", "ABC"], ["A", "AC"]),
        ("group g 2 A B C\nquorum g", ["AB", "BC", "ABC"], ["", "A"]),
        ("group g any A B\ngroup h all g C\nquorum h", ["AC", "BC"], ["AB", "C"]),
    ],
)
def test_quorums(rule: str, enough: list[str], too_few: list[str]) -> None:
    text = f"# 示例 policy\nlog {LOG}\n\twitness A {A}\nwitness B {B} https://b.example/\nwitness C {C}\n\n{rule}\n"
    policy = parse_policy(text.encode())
    for names in enough:
        assert policy.check(signed_by(*names)) == HEAD
    for names in too_few:
        with pytest.raises(QuorumError):
            policy.check(signed_by(*names))


BAD_POLICIES = {
    "empty": "",
    "no quorum": f"log {LOG}\n",
    "two quorums": "quorum none\nquorum none\n",
    "quorum unknown": "quorum A\n",
    "quorum before": f"quorum A\nwitness A {A}\n",
    "unknown word": "wtiness A\nquorum none\n",
    "witness without key": "witness A\nquorum none\n",
    "too many words": f"witness A {A} https://a.example/ more\nquorum none\n",
    "a log's key for a witness": f"witness A {LOG}\nquorum none\n",
    "a witness's key for a log": f"log {A}\nquorum none\n",
    "log twice": f"log {LOG}\nlog {LOG}\nquorum none\n",
    "key twice": f"witness A {A}\nwitness B {A}\nquorum none\n",
    "name twice": f"witness A {A}\nwitness A {B}\nquorum none\n",
    "named none": f"witness none {A}\nquorum none\n",
    "group of nobody": "group g any\nquorum g\n",
    "group of a stranger": "group g any X\nquorum g\n",
    "group too hard": f"witness A {A}\ngroup g 2 A\nquorum g\n",
    "group of zero": f"witness A {A}\ngroup g 0 A\nquorum g\n",
    "group by no number": f"witness A {A}\ngroup g most A\nquorum g\n",
    "member twice": f"witness A {A}\ngroup g any A A\nquorum g\n",
    "member of two groups": f"witness A {A}\ngroup g any A\ngroup h all g A\nquorum h\n",
    "control character": "quorum none\r\n",
    "too long": "#" * 200_000 + "\nquorum none\n",
}


@pytest.mark.parametrize("name", BAD_POLICIES)
def test_bad_policies(name: str) -> None:
    with pytest.raises(PolicyFormatError):
        parse_policy(BAD_POLICIES[name].encode())


def test_a_witness_is_no_log() -> None:
    policy = parse_policy(f"log {LOG}\nwitness A {A}\nquorum A\n".encode())
    only_witness = Note(TEXT, (KEYS["A"].cosign(TEXT, START),)).encode()
    with pytest.raises(SignatureError, match="no log of the policy"):
        policy.check(only_witness)
    other = sign(Checkpoint("other.example", 5, noise(1)), SIGNER)
    with pytest.raises(WrongLogError):
        policy.check(other)
    forged = sign(HEAD, SIGNER) + KEYS["A"].cosign(b"another text\n", START).line().encode()
    with pytest.raises(SignatureError):
        policy.check(forged)


def test_keys_of_witnesses() -> None:
    assert CosignatureVerifier.from_vkey(A) == KEYS["A"].verifier()
    with pytest.raises(NoteFormatError):
        CosignatureVerifier.from_vkey(LOG)


def test_each_byte_of_a_cosignature_counts() -> None:
    signature = KEYS["A"].cosign(TEXT, START)
    for at in range(len(signature.blob)):
        changed = bytearray(signature.blob)
        changed[at] ^= 1
        assert not KEYS["A"].verifier().verifies(TEXT, bytes(changed))
    assert not KEYS["A"].verifier().verifies(TEXT, signature.blob + b"x")
