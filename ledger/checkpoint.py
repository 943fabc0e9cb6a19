"""Checkpoints: the signed head of a log (C2SP tlog-checkpoint).

origin
size
base64 root
"""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass

from ledger.errors import CheckpointFormatError, NoteFormatError, WrongLogError
from ledger.merkle import HASH_SIZE
from ledger.note import NoteVerifier, Signer, decode_base64, open_note, sign_note

MAX_SIZE = 2**53
"""Leaves: the largest count that every reader of numbers keeps exact."""
_SIZE = re.compile("0|[1-9][0-9]{0,15}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of the log called `origin`: `size` leaves under `root` (32 bytes)."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()
    """Further lines; ours has none, other people's logs may."""


def encode(checkpoint: Checkpoint) -> bytes:
    """Return the note text of a checkpoint.

    Raises:
        CheckpointFormatError: a field that the format cannot carry.
    """
    root = base64.b64encode(checkpoint.root).decode()
    lines = [checkpoint.origin, str(checkpoint.size), root, *checkpoint.extensions]
    text = "".join(f"{line}\n" for line in lines).encode("utf-8")
    decode(text)
    return text


def decode(text: bytes) -> Checkpoint:
    """Read a note's text as a checkpoint. The text must have been verified before (`open_checkpoint`).

    Raises:
        CheckpointFormatError: it is not one, or its size is beyond 2^53.
    """
    try:
        lines = text.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise CheckpointFormatError(f"a checkpoint is UTF-8: {error}") from error
    if len(lines) < 4 or lines.pop() or not all(lines):
        raise CheckpointFormatError("a checkpoint is at least three lines, none of them empty")
    origin, size, root, *extensions = lines
    if not _SIZE.fullmatch(size) or int(size) > MAX_SIZE:
        raise CheckpointFormatError("the size is a decimal number up to 2^53 without leading zeros")
    try:
        raw = decode_base64(root)
    except NoteFormatError as error:
        raise CheckpointFormatError(f"the root hash is {error}") from error
    if len(raw) != HASH_SIZE:
        raise CheckpointFormatError(f"a root hash of {len(raw)} bytes; SHA-256 has {HASH_SIZE}")
    return Checkpoint(origin, int(size), raw, tuple(extensions))


def sign(checkpoint: Checkpoint, *signers: Signer) -> bytes:
    """Return the signed note. The sequencer alone calls this, inside the transaction that stores it."""
    return sign_note(encode(checkpoint), *signers)


def open_checkpoint(data: bytes, origin: str, verifiers: Iterable[NoteVerifier]) -> Checkpoint:
    """Verify a signed checkpoint of the log called `origin`.

    `verifiers` are the log's own keys. A cosignature by a witness does not make a checkpoint the log's.

    Raises:
        NoteFormatError, CheckpointFormatError: it is malformed.
        SignatureError: no signature by the log's keys verifies.
        WrongLogError: the head of another log.
    """
    checkpoint = decode(open_note(data, verifiers).text)
    if checkpoint.origin != origin:
        raise WrongLogError(f"a checkpoint of the log {checkpoint.origin!r}; expected {origin!r}")
    return checkpoint
