"""An auditor of a transparency log in one file: needs Python 3.11 and the package `cryptography`, nothing of this project.

    python auditor.py URL_OR_FOLDER --vkey KEY --state FILE [--witness KEY ...] [--quorum N] [--full]

It reads every entry bundle since the last visit (all of them with --full), and holds: each entry in its format, at its
index, naming the hash of the one before; the root of them all as signed; the head of the last visit a beginning of
this one; enough witnesses. FILE keeps what the next visit continues from: keep it where the log's operator cannot reach.
Exit code: 0 everything holds; 1 something does not; 2 it could not be checked.
The formats are C2SP's (c2sp.org) and docs/format.md. This shares no code with the log, on purpose.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

WIDTH, MAX_FILE = 256, 256 * 65_537 + 1
_ENTRY = re.compile(
    rb'(\{"[cd]":"[0-9a-f]{64}","i":(0|[1-9][0-9]{0,15}),"k":"[a-z]{1,16}","p":"(.{64})",'
    rb'"t":"[0-9]{4}-[0-9]{2}-[0-9]{2}","v":1\})'
)  # what "p" names is compared with the hash itself, and need not be matched more narrowly
_SIZE, _CONTROL = re.compile("0|[1-9][0-9]{0,15}"), re.compile(rb"[\x00-\x09\x0b-\x1f]")
Fetch = Callable[[str], bytes]
Progress = Callable[[int, int], None]
Visit = tuple[int, int]  # an audit that held: when (seconds since 1970 UTC), and how many entries there were


class AuditError(Exception):
    """Something does not hold. The message says what; it is evidence, so keep it and the files."""


class UnreadableError(Exception):
    """A file could not be read, so nothing can be said."""


@dataclass(frozen=True)
class Key:
    """A verifier key: type 1 signs checkpoints, type 4 is a witness's."""

    name: str
    key_id: bytes
    algorithm: int
    public: bytes

    @classmethod
    def read(cls, vkey: str) -> "Key":
        try:
            name, stated, encoded = vkey.strip().split("+", 2)
            raw = base64.b64decode(encoded, validate=True)
        except ValueError as error:
            raise UnreadableError(f"not a verifier key: {vkey!r}") from error
        key_id = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
        if len(raw) != 33 or raw[0] not in {1, 4} or key_id.hex() != stated:
            raise UnreadableError(f"not a verifier key: {vkey!r}")
        return cls(name, key_id, raw[0], raw[1:])

    def verifies(self, text: bytes, blob: bytes) -> bool:
        if self.algorithm == 4:
            text, blob = b"cosignature/v1\ntime %d\n" % int.from_bytes(blob[:8], "big") + text, blob[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(blob, text)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class Head:
    """A verified checkpoint: so many entries under this root, seen by these witnesses."""

    size: int
    root: bytes
    witnesses: tuple[str, ...]
    note: bytes


@dataclass(frozen=True)
class Trust:
    """The log's key, the witnesses' keys, and how many of these must have signed."""

    log: Key
    witnesses: tuple[Key, ...] = ()
    quorum: int = 0

    def open(self, note: bytes) -> Head:
        """Verify a signed checkpoint."""
        try:
            text, _, tail = note.decode("utf-8").rpartition("\n\n")
            text += "\n"
            origin, size, root = text.split("\n")[:3]
            lines = [line.split(" ") for line in tail.splitlines()]
            found = [(name, base64.b64decode(raw, validate=True)) for _, name, raw in lines]
            raw_root = base64.b64decode(root, validate=True)
        except ValueError as error:
            raise AuditError(f"the checkpoint is malformed: {error}") from error
        odd = _CONTROL.search(note) or len(found) > 100
        if odd or not _SIZE.fullmatch(size) or int(size) > 2**53 or len(raw_root) != 32:
            raise AuditError("the checkpoint is malformed: control characters, signatures, size or root")
        good = set()
        for key in (self.log, *self.witnesses):
            for name, raw in found:
                if (name, raw[:4]) == (key.name, key.key_id):
                    if not key.verifies(text.encode(), raw[4:]):
                        raise AuditError(f"the signature of {name} under the checkpoint is false")
                    good.add(key)
        if self.log not in good or origin != self.log.name:
            raise AuditError(f"the checkpoint of {origin!r} is not signed by {self.log.name!r}")
        names = tuple(sorted(key.name for key in good - {self.log}))
        if len(names) < self.quorum:
            raise AuditError(f"{len(names)} of {self.quorum} witnesses have signed: {', '.join(names)}")
        return Head(int(size), raw_root, names, note)


@dataclass
class Tree:
    """All that is needed to continue: number of leaves, roots of the complete subtrees, last leaf hash."""

    size: int = 0
    stack: list[bytes] = field(default_factory=list)
    previous: bytes = bytes(32)

    def add(self, node: bytes, height: int) -> None:
        """Add a complete subtree that starts at `size`, which must be a multiple of its width."""
        position = self.size >> height
        self.size += 1 << height
        while position & 1:
            node = hashlib.sha256(b"\x01" + self.stack.pop() + node).digest()
            position >>= 1
        self.stack.append(node)

    def root(self) -> bytes:
        root = self.stack[-1] if self.stack else hashlib.sha256(b"").digest()
        for left in self.stack[-2::-1]:
            root = hashlib.sha256(b"\x01" + left + root).digest()
        return root

    def add_entries(self, bodies: list[bytes]) -> None:
        """Check entries and add them, all of a bundle at once; a full one is folded by itself first. Both are for speed."""
        sha256 = hashlib.sha256
        leaves = [sha256(b"\x00" + body).digest() for body in bodies]
        before = [self.previous, *leaves[:-1]]
        found = _ENTRY.findall(b"".join(bodies))
        whole = [body for body, _, _ in found] == bodies  # else one is no entry, or they are split elsewhere
        counted = [int(index) for _, index, _ in found] == [*range(self.size, self.size + len(bodies))]
        chained = b"".join([named for _, _, named in found]) == b"".join(before).hex().encode()
        if not (whole and counted and chained):
            raise self._wrong(bodies, before)
        self.previous = leaves[-1]
        if len(leaves) == WIDTH and self.size % WIDTH == 0:
            while len(leaves) > 1:
                pairs = iter(leaves)
                leaves = [sha256(b"\x01" + one + two).digest() for one, two in zip(pairs, pairs, strict=True)]
            self.add(leaves[0], 8)
        else:
            for leaf in leaves:
                self.add(leaf, 0)

    def _wrong(self, bodies: list[bytes], before: list[bytes]) -> AuditError:
        """Say which entry of a bundle is wrong, and what about it."""
        for index, (body, previous) in enumerate(zip(bodies, before, strict=True), self.size):
            if (found := _ENTRY.fullmatch(body)) is None or int(found[2]) != index:
                return AuditError(f"entry {index} is not an entry of format version 1, or not at its index")
            if found[3] != previous.hex().encode():
                break
        return AuditError(f"entry {index} does not name the hash of the entry before")


def split_bundle(data: bytes, count: int) -> list[bytes]:
    """Return the first `count` bodies of a bundle."""
    bodies: list[bytes] = []
    at = 0
    while at < len(data) and len(bodies) < WIDTH:
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        bodies.append(data[at + 2 : end])
        at = end
    if at != len(data) or len(bodies) < count:
        raise AuditError("an entry bundle is malformed or too short")
    return bodies[:count]


def read_bundle(fetch: Fetch, n: int, width: int) -> list[bytes]:
    number = f"{n % 1000:03d}"
    while n >= 1000:
        n //= 1000
        number = f"x{n % 1000:03d}/{number}"
    path = f"tile/entries/{number}"
    if width < WIDTH:
        with suppress(UnreadableError):  # the full one may have replaced it
            return split_bundle(fetch(f"{path}.p/{width}"), width)
    return split_bundle(fetch(path), width)


def chunks(fetch: Fetch, start: int, size: int, mark: int) -> Iterator[list[bytes]]:
    """Yield the entries from `start` up to `size`, a bundle at a time, with a break at `mark`."""
    while start < size:
        n, skip = divmod(start, WIDTH)
        bodies = read_bundle(fetch, n, min(WIDTH, size - n * WIDTH))[skip:]
        cut = mark - start if start < mark < start + len(bodies) else len(bodies)
        yield from (part for part in (bodies[:cut], bodies[cut:]) if part)
        start += len(bodies)


def audit(fetch: Fetch, trust: Trust, state: Path, *, full: bool, progress: Progress) -> tuple[Head, int]:
    """Audit a log; returns its head and how many entries it had at the last visit. On an error the state stays as it was."""
    head = trust.open(fetch("checkpoint"))
    tree, last, visits = load_state(state, trust)
    if head.size < last.size:
        raise AuditError(f"the log went back from {last.size} to {head.size} entries")
    if head.size == last.size and head.root != last.root:
        raise AuditError(f"two different roots are signed for {head.size} entries")
    tree = Tree() if full else tree
    for bodies in chunks(fetch, tree.size, head.size, last.size):
        tree.add_entries(bodies)
        progress(tree.size, head.size)
        if tree.size == last.size and tree.root() != last.root:
            raise AuditError(f"the first {last.size} entries are not those of the last visit")
    if tree.root() != head.root:
        raise AuditError(f"the entries do not lead to the root that was signed for {head.size} entries")
    save_state(state, tree, head, [*visits, (int(time.time()), head.size)])
    return head, last.size


def load_state(path: Path, trust: Trust) -> tuple[Tree, Head, list[Visit]]:
    if not path.exists():  # the first visit: continues from nothing
        return Tree(), Head(0, Tree().root(), (), b""), []
    try:
        kept = json.loads(path.read_text("utf-8"))
        tree = Tree(kept["size"], [*map(bytes.fromhex, kept["stack"])], bytes.fromhex(kept["previous"]))
        head = Trust(trust.log, trust.witnesses).open(kept["note"].encode())
        visits = [(int(seconds), int(size)) for seconds, size in kept["visits"]]
    except (ValueError, KeyError, TypeError, AuditError) as error:
        raise UnreadableError(f"{path} is not a state of this program for this log: {error}") from error
    if (tree.size, tree.root()) != (head.size, head.root):
        raise UnreadableError(f"{path} contradicts itself")
    return tree, head, visits


def save_state(path: Path, tree: Tree, head: Head, visits: list[Visit]) -> None:
    kept = {"size": tree.size, "stack": [item.hex() for item in tree.stack], "previous": tree.previous.hex()}
    kept |= {"note": head.note.decode(), "visits": visits}
    draft = path.with_name(path.name + ".draft")
    draft.write_text(json.dumps(kept), "utf-8")
    draft.replace(path)


def fetch_from(place: str) -> Fetch:
    """Return a reader of a folder or of an address."""

    def fetch(path: str) -> bytes:
        try:
            if not place.startswith(("http://", "https://")):
                return (Path(place) / path).read_bytes()
            with urllib.request.urlopen(f"{place.rstrip('/')}/{path}", timeout=30) as answer:  # noqa: S310 see above
                return bytes(answer.read(MAX_FILE))
        except OSError as error:  # urllib's errors are of this kind
            raise UnreadableError(f"{path}: {error}") from error

    return fetch


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("place", metavar="URL_OR_FOLDER")
    parser.add_argument("--vkey", required=True)
    parser.add_argument("--witness", action="append", default=[])
    parser.add_argument("--quorum", type=int, default=0)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--full", action="store_true")
    given = parser.parse_args(arguments)
    try:
        trust = Trust(Key.read(given.vkey), tuple(Key.read(key) for key in given.witness), given.quorum)
        head, before = audit(fetch_from(given.place), trust, given.state, full=given.full, progress=_show)
    except (AuditError, UnreadableError, OSError) as error:
        code, says = (1, "DOES NOT HOLD") if isinstance(error, AuditError) else (2, "could not be checked")
        sys.stderr.write(f"{says}: {error}\n")
        return code
    names = ", ".join(head.witnesses) or "none"
    sys.stdout.write(f"OK: {head.size} entries, {head.size - before} new; witnesses: {names}\n")
    return 0


def _show(done: int, total: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done} / {total}" + ("\n" if done == total else ""))


if __name__ == "__main__":
    sys.exit(main())
