"""Makes tests/vectors/ledger*.json again: the exact bytes of the ledger's formats. Run by `./dev vectors`.

They are frozen: other vectors may be added.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger import checkpoint, issued, note, proof, tiles
from ledger.checkpoint import Checkpoint
from ledger.cosignature import Cosigner
from ledger.entry import GENESIS, Entry, Kind, canonical, commit, encode, leaf_hash
from ledger.folding import Fold
from ledger.note import Signer
from ledger.proof import Proof
from tests.freezing import put

FOLDER = Path(__file__).parents[1] / "vectors"
SEED = bytes(range(32))
SIGNER = Signer("jxjy.example.gov.cn", Ed25519PrivateKey.from_private_bytes(SEED))
PAYLOAD = {"note": "示例 𠮷", "hours": "19.5", "list": [1, None, True]}
SIZES = (1, 2, 3, 7, 8, 255, 256, 257, 300)
ENTRIES = 300
MOMENT = datetime(2026, 1, 29, 4, tzinfo=UTC)


def entries() -> Iterator[tuple[Entry, bytes]]:
    """Invented entries, every kind in turn, chained."""
    kinds, previous = list(Kind), GENESIS
    for index in range(ENTRIES):
        kind = kinds[index % len(kinds)]
        content = {"digest": leaf_hash(b"%d" % index)} if kind is Kind.ISSUANCE else {}
        if not content:
            content = {
                "commitment": commit(index.to_bytes(32, "big"), canonical({**PAYLOAD, "number": index}))
            }
        entry = Entry(index, previous, kind, date(2026, 1, 1 + index % 28), **content)
        body = encode(entry)
        previous = leaf_hash(body)
        yield entry, body


def entry_vectors() -> dict[str, object]:
    salt, payload = bytes(range(32)), canonical(PAYLOAD)
    public = Entry(9, leaf_hash(b""), Kind.GOVERNANCE, date(2099, 12, 31), digest=leaf_hash(b"x"))
    largest = replace(public, index=2**53 - 1)
    chosen = [*list(entries())[: len(Kind)], (public, encode(public)), (largest, encode(largest))]
    return {
        "commitment": {
            "salt": salt.hex(),
            "payload": payload.decode(),
            "commitment": commit(salt, payload).hex(),
        },
        "entries": [
            {
                "index": entry.index,
                "previous": entry.previous.hex(),
                "kind": entry.kind,
                "day": entry.day.isoformat(),
                "commitment": entry.commitment and entry.commitment.hex(),
                "digest": entry.digest and entry.digest.hex(),
                "body": body.decode(),
                "leaf_hash": leaf_hash(body).hex(),
            }
            for entry, body in chosen
        ],
    }


def log_vectors() -> dict[str, object]:
    """A log of 300 entries: its heads at some sizes, its files by their SHA-256, and two proofs."""
    fold, files, bodies, heads = Fold(), {}, [], []
    for _, body in entries():
        bodies.append(body)
        files |= {tiles.tile_path(level, n): data for level, n, data in fold.push(leaf_hash(body))}
        if fold.size in SIZES:
            head = Checkpoint(SIGNER.name, fold.size, fold.root())
            heads.append(checkpoint.sign(head, SIGNER).decode())
    for level, n, data in fold.partial_tiles():
        files[tiles.tile_path(level, n, len(data) // 32)] = data
    files |= {
        tiles.bundle_path(0): tiles.encode_bundle(bodies[:256]),
        tiles.bundle_path(1, ENTRIES - 256): tiles.encode_bundle(bodies[256:]),
    }
    fetch = files.__getitem__
    proofs = []
    for index in (0, 299):
        hashes = tuple(tiles.prove_inclusion(fetch, ENTRIES, index))
        proofs.append(proof.encode(Proof(index, hashes, heads[-1].encode(), bodies[index])).decode())
    return {
        "seed": SEED.hex(),
        "vkey": SIGNER.verifier().vkey(),
        "checkpoints": heads,
        "files": {path: hashlib.sha256(data).hexdigest() for path, data in sorted(files.items())},
        "proofs": proofs,
        "consistency": {
            "old": 257,
            "size": ENTRIES,
            "hashes": [item.hex() for item in tiles.prove_consistency(fetch, 257, ENTRIES)],
        },
    }


def cosignature_vectors() -> dict[str, object]:
    """A witness's line below a checkpoint of the log of `log_vectors`."""
    secret = bytes(range(32, 64))
    witness = Cosigner("witness.example", Ed25519PrivateKey.from_private_bytes(secret))
    signed = note.parse(str(log_vectors()["checkpoints"][-1]).encode())
    line = witness.cosign(signed.text, MOMENT)
    return {
        "seed": secret.hex(),
        "vkey": witness.verifier().vkey(),
        "time": int(MOMENT.timestamp()),
        "checkpoint": note.Note(signed.text, (*signed.signatures, line)).encode().decode(),
    }


def issuance_vectors() -> dict[str, object]:
    """A year's list of the issuances of the log of `log_vectors`, and its head."""
    found = [(entry.digest, entry.index) for entry, _ in entries() if entry.kind is Kind.ISSUANCE]
    data = issued.encode_list(found)
    return {
        "vkey": SIGNER.verifier().vkey(),
        "list": data.hex(),
        "head": issued.sign_head(SIGNER, 2026, ENTRIES, data).decode(),
        "places": {digest.hex(): index for digest, index in found},
    }


VECTORS = {
    "ledger-entries.json": entry_vectors,
    "ledger-log.json": log_vectors,
    "ledger-cosignature.json": cosignature_vectors,
    "ledger-issuances.json": issuance_vectors,
}


def text_of(name: str) -> str:
    return json.dumps(VECTORS[name](), ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    for name in VECTORS:
        put(FOLDER / name, text_of(name).encode())


if __name__ == "__main__":
    main()
