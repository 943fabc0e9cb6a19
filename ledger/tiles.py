"""Published files of the log and how to read them (C2SP tlog-tiles): tiles of 256 hashes, bundles of 256 entries.

Whoever reads gives a `fetch`: from a path such as "tile/0/000.p/5" to the file's bytes. A folder, a web
server and the log's own database are all such fetchers. Nothing read here is trusted: a proof made
from tiles is checked against the root of a signed checkpoint (`merkle.verify_*`, `proof.verify`).
"""

import hashlib
import re
import struct
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from ledger import merkle
from ledger.entry import MAX_BODY
from ledger.errors import MissingTileError, TileFormatError
from ledger.merkle import HASH_SIZE

WIDTH = 256
HEIGHT = 8
MAX_LEVEL = 63
ENTRIES = "entries"
MAX_KEPT = 1024
"""Tiles that a reader of the tree keeps: eight megabytes."""
MAX_ROWS = 256
"""Tiles whose inner hashes are kept: four megabytes."""

Fetch = Callable[[str], bytes]
"""From a path to the file's bytes. Raises `MissingTileError` where there is none."""

_PATH = re.compile(r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


def tile_path(level: int, n: int, width: int = WIDTH) -> str:
    """Return the path of the n-th hash tile of a level; below 256 hashes it is a partial tile."""
    return f"tile/{level}/{_number(n)}{_suffix(width)}"


def bundle_path(n: int, width: int = WIDTH) -> str:
    """Return the path of the n-th entry bundle."""
    return f"tile/{ENTRIES}/{_number(n)}{_suffix(width)}"


def parse_path(path: str) -> tuple[int | None, int, int]:
    """Read a path into level (None for entries), number and width.

    Raises:
        TileFormatError: not the path of a tile or bundle in its one spelling.
    """
    match = _PATH.fullmatch(path)
    if match is not None:
        level = None if match[1] == ENTRIES else int(match[1])
        n = int(match[2].replace("x", "").replace("/", ""))
        width = int(match[3] or WIDTH)
        spelled = bundle_path(n, width) if level is None else tile_path(level, n, width)
        if spelled == path and (level or 0) <= MAX_LEVEL and width <= WIDTH:
            return level, n, width
    raise TileFormatError(f"not the path of a tile: {path!r}")


def _number(n: int) -> str:
    groups = [f"{n % 1000:03d}"]
    while n >= 1000:
        n //= 1000
        groups.append(f"x{n % 1000:03d}")
    return "/".join(reversed(groups))


def _suffix(width: int) -> str:
    return "" if width == WIDTH else f".p/{width}"


def tile_width(size: int, level: int, n: int) -> int:
    """Return how many hashes the n-th tile of a level has in a tree of `size` leaves (0: none)."""
    return max(0, min(WIDTH, (size >> HEIGHT * level) - n * WIDTH))


def paths_between(old: int, size: int) -> Iterator[str]:
    """Yield every path that the tree of `size` leaves has and the tree of `old` leaves had not."""
    level = 0
    while (count := size >> HEIGHT * level) > 0:
        for n in range((old >> HEIGHT * level) // WIDTH, -(-count // WIDTH)):
            width = tile_width(size, level, n)
            if width != tile_width(old, level, n):
                yield tile_path(level, n, width)
                if level == 0:
                    yield bundle_path(n, width)
        level += 1


def encode_bundle(bodies: Sequence[bytes]) -> bytes:
    """Return an entry bundle: each body after its length in two bytes, big-endian.

    Raises:
        TileFormatError: a body over 65,535 bytes.
    """
    for body in bodies:
        if len(body) > MAX_BODY:
            raise TileFormatError(f"an entry of {len(body)} bytes; a bundle holds at most {MAX_BODY}")
    return b"".join(struct.pack(">H", len(body)) + body for body in bodies)


def decode_bundle(data: bytes, count: int) -> list[bytes]:
    """Return the bodies of a bundle that must hold exactly `count` entries.

    Raises:
        TileFormatError: it ends too early or too late.
    """
    bodies: list[bytes] = []
    at = 0
    for _ in range(count):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if at + 2 > len(data) or end > len(data):
            raise TileFormatError(f"a bundle of {len(data)} bytes ends before its {count} entries do")
        bodies.append(data[at + 2 : end])
        at = end
    if at != len(data):
        raise TileFormatError(f"a bundle of {count} entries has {len(data) - at} bytes too many")
    return bodies


@lru_cache(MAX_ROWS)
def _rows(tile: bytes) -> tuple[bytes, ...]:
    """Return the complete subtrees of a tile by height, those of one height one after the other.

    Kept by the tile's content, so that no other tile can be meant: upper tiles are part of nearly every proof.
    """
    sha256, rows = hashlib.sha256, [tile]
    for _ in range(HEIGHT):
        below = rows[-1]
        pairs = range(0, len(below) - 2 * HASH_SIZE + 1, 2 * HASH_SIZE)
        rows.append(b"".join([sha256(b"\x01" + below[i : i + 2 * HASH_SIZE]).digest() for i in pairs]))
    return tuple(rows)


class TileTree:
    """A tree of `size` leaves as its tiles show it; each tile is fetched once, each subtree hashed once."""

    def __init__(self, fetch: Fetch, size: int) -> None:
        self._fetch = fetch
        self._size = size
        self._tiles: dict[tuple[int, int], bytes] = {}
        self._nodes: dict[tuple[int, int], bytes] = {}

    def node(self, height: int, index: int) -> bytes:
        """Return the hash of a complete subtree (a `merkle.NodeAt`).

        Raises:
            MissingTileError, TileFormatError: a tile is absent or not of its width.
        """
        found = self._nodes.get((height, index))
        if found is None:
            found = self._node(height, index)
            self._nodes[height, index] = found
        return found

    def _node(self, height: int, index: int) -> bytes:
        level, above = divmod(height, HEIGHT)
        first = index << above
        tile = self._tile(level, first // WIDTH)
        row, offset = _rows(tile)[above], (first % WIDTH >> above) * HASH_SIZE
        if offset + HASH_SIZE > len(row):
            raise TileFormatError(f"no complete subtree {index} of height {height} in a tree of {self._size}")
        return row[offset : offset + HASH_SIZE]

    def root(self) -> bytes:
        """Return the root of the whole tree."""
        return merkle.tree_root(self.node, self._size)

    def _tile(self, level: int, n: int) -> bytes:
        if (level, n) not in self._tiles:
            width = tile_width(self._size, level, n)
            path = tile_path(level, n, width)
            data = _fetch_or_full(self._fetch, path, tile_path(level, n))
            if len(data) not in {width * HASH_SIZE, WIDTH * HASH_SIZE}:
                raise TileFormatError(f"{path}: {len(data)} bytes; expected {width * HASH_SIZE}")
            if len(self._tiles) >= MAX_KEPT:  # whoever proves all of a large log shall not keep all of it
                self._tiles.clear()
                self._nodes.clear()
            self._tiles[level, n] = data[: width * HASH_SIZE]
        return self._tiles[level, n]


def _fetch_or_full(fetch: Fetch, path: str, full: str) -> bytes:
    """Fetch a partial file, or the full one that may since have replaced it (tlog-tiles, Partial Tiles)."""
    if path == full:
        return fetch(path)
    try:
        return fetch(path)
    except MissingTileError:
        return fetch(full)


def read_bundle(fetch: Fetch, size: int, n: int) -> list[bytes]:
    """Return the entries of the n-th bundle as far as a tree of `size` leaves has them.

    Raises:
        MissingTileError, TileFormatError: the bundle is absent or malformed.
    """
    width = tile_width(size, 0, n)
    try:
        return decode_bundle(fetch(bundle_path(n, width)), width)
    except MissingTileError:
        if width == WIDTH:
            raise
        return decode_bundle(fetch(bundle_path(n)), WIDTH)[:width]


def read_entry(fetch: Fetch, size: int, index: int) -> bytes:
    """Return the body of entry `index` from the files of a tree of `size` leaves.

    It is not proved by having been read: prove its leaf hash against the checkpoint.

    Raises:
        MissingTileError, TileFormatError: no such entry, or the bundle is absent or malformed.
    """
    if not 0 <= index < size:
        raise TileFormatError(f"no entry {index} in a log of {size}")
    return read_bundle(fetch, size, index // WIDTH)[index % WIDTH]


def prove_inclusion(fetch: Fetch, size: int, index: int) -> list[bytes]:
    """Return the inclusion proof of entry `index` in the tree of `size` leaves, made from its tiles."""
    return merkle.prove_inclusion(TileTree(fetch, size).node, index, size)


def prove_consistency(fetch: Fetch, old: int, size: int) -> list[bytes]:
    """Return the proof that the tree of `size` leaves continues that of `old`, made from its tiles."""
    return merkle.prove_consistency(TileTree(fetch, size).node, old, size)
