"""Checkpoints: what is read back, and what is refused."""

import base64
from dataclasses import replace

import pytest

from ledger import checkpoint
from ledger.checkpoint import Checkpoint, open_checkpoint
from ledger.errors import (
    CheckpointFormatError,
    SignatureError,
    WrongLogError,
)
from tests.ledger.logs import ORIGIN, OTHER_SIGNER, SIGNER, noise

KEYS = [SIGNER.verifier()]

HEAD = Checkpoint(ORIGIN, 1, noise(1))
ROOT64 = base64.b64encode(HEAD.root).decode()
BAD_CHECKPOINTS = {
    "two lines": "origin\n1\n",
    "empty origin": f"\n1\n{ROOT64}\n",
    "no newline at the end": f"origin\n1\n{ROOT64}",
    "empty extension": f"origin\n1\n{ROOT64}\n\nx\n",
    "leading zero": f"origin\n01\n{ROOT64}\n",
    "negative": f"origin\n-1\n{ROOT64}\n",
    "plus": f"origin\n+1\n{ROOT64}\n",
    "size with a space": f"origin\n1 \n{ROOT64}\n",
    "other digits": f"origin\n١\n{ROOT64}\n",
    "hexadecimal": f"origin\n0x1\n{ROOT64}\n",
    "beyond 2^53": f"origin\n{2**53 + 1}\n{ROOT64}\n",
    "far beyond": f"origin\n{10**30}\n{ROOT64}\n",
    "short root": f"origin\n1\n{base64.b64encode(bytes(31)).decode()}\n",
    "long root": f"origin\n1\n{base64.b64encode(bytes(33)).decode()}\n",
    "root without padding": f"origin\n1\n{ROOT64.rstrip('=')}\n",
    "root in hexadecimal": f"origin\n1\n{HEAD.root.hex()}\n",
}


@pytest.mark.parametrize("name", BAD_CHECKPOINTS)
def test_bad_checkpoints(name: str) -> None:
    with pytest.raises(CheckpointFormatError):
        checkpoint.decode(BAD_CHECKPOINTS[name].encode())


def test_checkpoints_round_trip() -> None:
    assert open_checkpoint(checkpoint.sign(HEAD, SIGNER), ORIGIN, KEYS) == HEAD
    extended = replace(HEAD, extensions=("one", "two 2"))
    assert checkpoint.decode(checkpoint.encode(extended)) == extended
    assert checkpoint.decode(checkpoint.encode(replace(HEAD, size=2**53))).size == 2**53


@pytest.mark.parametrize(
    "change",
    [{"origin": ""}, {"origin": "a\nb"}, {"size": -1}, {"root": b""}, {"extensions": ("",)}],
    ids=str,
)
def test_checkpoints_that_cannot_be_written(change: dict) -> None:
    with pytest.raises(CheckpointFormatError):
        checkpoint.encode(replace(HEAD, **change))


def test_a_checkpoint_of_another_log() -> None:
    other = checkpoint.sign(replace(HEAD, origin="another.example"), SIGNER)
    with pytest.raises(WrongLogError):
        open_checkpoint(other, ORIGIN, KEYS)
    with pytest.raises(SignatureError):
        open_checkpoint(checkpoint.sign(HEAD, OTHER_SIGNER), ORIGIN, KEYS)
