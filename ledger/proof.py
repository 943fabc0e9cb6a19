"""A proof that travels: entry, place, path and signed checkpoint in one text (C2SP tlog-proof).

c2sp.org/tlog-proof@v1
extra <base64 of the entry's body>
index 7
<base64 hash, from the leaf's sibling upwards>
…
<empty line>
<the signed checkpoint>
"""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass

from ledger import checkpoint as checkpoints
from ledger import entry as entries
from ledger import merkle
from ledger.checkpoint import Checkpoint
from ledger.entry import Entry
from ledger.errors import InclusionError, NoteFormatError, ProofFormatError
from ledger.note import NoteVerifier, decode_base64

HEADER = "c2sp.org/tlog-proof@v1"
MAX_HASHES = 63
MAX_PROOF = 1_200_000
_INDEX = re.compile("0|[1-9][0-9]{0,15}")


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof taken apart but not trusted."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint_note: bytes
    extra: bytes | None = None
    """In our proofs the entry's body: without it there would be nothing to hash."""


@dataclass(frozen=True, slots=True)
class Logged:
    """What a verified proof proves: this entry stands in the log of this checkpoint."""

    entry: Entry
    checkpoint: Checkpoint


def encode(proof: Proof) -> bytes:
    """Return the text of a proof."""
    lines = [HEADER]
    if proof.extra is not None:
        lines.append(f"extra {base64.b64encode(proof.extra).decode()}")
    lines.append(f"index {proof.index}")
    lines += [base64.b64encode(item).decode() for item in proof.hashes]
    return "".join(f"{line}\n" for line in [*lines, ""]).encode("utf-8") + proof.checkpoint_note


def parse(data: bytes) -> Proof:
    """Take the text of a proof apart without trusting it.

    Raises:
        ProofFormatError: it is malformed, too long, or a hash is not 32 bytes.
    """
    if len(data) > MAX_PROOF:
        raise ProofFormatError(f"a proof of {len(data)} bytes; at most {MAX_PROOF}")
    head, separator, note = data.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise ProofFormatError(f"before its checkpoint a proof is ASCII: {error}") from error
    if not separator or lines.pop(0) != HEADER:
        raise ProofFormatError(f"a proof starts with the line {HEADER!r} and ends with a checkpoint")
    extra = _base64(lines.pop(0).removeprefix("extra ")) if lines and lines[0].startswith("extra ") else None
    index = lines.pop(0).removeprefix("index ") if lines and lines[0].startswith("index ") else ""
    if not _INDEX.fullmatch(index) or int(index) > entries.MAX_INDEX:
        raise ProofFormatError("a proof has a line 'index' with a decimal number below 2^53")
    if len(lines) > MAX_HASHES:
        raise ProofFormatError(f"a proof of {len(lines)} hashes; at most {MAX_HASHES}")
    hashes = tuple(_base64(line) for line in lines)
    if any(len(item) != merkle.HASH_SIZE for item in hashes):
        raise ProofFormatError(f"a hash of a proof is {merkle.HASH_SIZE} bytes")
    return Proof(int(index), hashes, note, extra)


def verify(proof: Proof, origin: str, verifiers: Iterable[NoteVerifier]) -> Logged:
    """Check a proof against nothing but the log's name and keys; no store, no network.

    Raises:
        ProofFormatError: it carries no entry.
        EntryFormatError, NoteFormatError, CheckpointFormatError: a part is malformed.
        SignatureError, WrongLogError: the checkpoint is not this log's.
        InclusionError: the entry is not in the log at that place.
    """
    return prove(proof, checkpoints.open_checkpoint(proof.checkpoint_note, origin, verifiers))


def prove(proof: Proof, head: Checkpoint) -> Logged:
    """Check a proof against its checkpoint, which was verified before.

    Raises:
        ProofFormatError: it carries no entry.
        EntryFormatError: what it carries is none.
        InclusionError: the entry is not in the log at that place.
    """
    if proof.extra is None:
        raise ProofFormatError("a proof without its entry proves nothing")
    entry = entries.decode(proof.extra)
    if entry.index != proof.index:
        raise InclusionError(f"the entry says it is number {entry.index}, the proof says {proof.index}")
    leaf = entries.leaf_hash(proof.extra)
    merkle.verify_inclusion(proof.index, head.size, leaf, proof.hashes, head.root)
    return Logged(entry, head)


def _base64(text: str) -> bytes:
    try:
        return decode_base64(text)
    except NoteFormatError as error:
        raise ProofFormatError(str(error)) from error
