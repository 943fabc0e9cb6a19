"""How a log grows by some entries: chain, leaf hashes, tiles. Pure; the sequencer stores what comes out."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from ledger import merkle
from ledger.entry import Content, encode_content
from ledger.errors import MissingTileError
from ledger.merkle import HASH_SIZE
from ledger.tiles import HEIGHT, WIDTH, TileTree, parse_path

TILE_BYTES = WIDTH * HASH_SIZE


@dataclass(frozen=True, slots=True)
class Tip:
    """The right-hand end of a log: all that is needed to continue it.

    `previous` is the last leaf hash; `edges[level]` is the partial tile of that level, empty where the
    number of its hashes is a multiple of 256.
    """

    size: int
    previous: bytes
    edges: tuple[bytes, ...]

    def root(self) -> bytes:
        """Return the root of the tree: every complete subtree that makes it up lies in a partial tile."""
        return TileTree(self._fetch, self.size).root()

    def _fetch(self, path: str) -> bytes:
        level, n, _ = parse_path(path)
        if level is None or level >= len(self.edges) or n != self.size >> HEIGHT * (level + 1):
            raise MissingTileError(path)
        return self.edges[level]


@dataclass(frozen=True, slots=True)
class Growth:
    """Entries to be added as (index, leaf hash, body), full tiles as (level, n, bytes), and the new tip."""

    entries: list[tuple[int, bytes, bytes]]
    tiles: list[tuple[int, int, bytes]]
    tip: Tip


def grow(tip: Tip, contents: Sequence[Content]) -> Growth:
    """Give each content its index, chain it to the one before, and extend the tree."""
    added: list[tuple[int, bytes, bytes]] = []
    previous = tip.previous
    for index, content in enumerate(contents, start=tip.size):
        body = encode_content(index, previous, content)
        previous = sha256(b"\x00" + body).digest()  # `leaf_hash`, without a call for each of thousands
        added.append((index, previous, body))
    edges = [bytearray(edge) for edge in tip.edges]
    full: list[tuple[int, int, bytes]] = []
    _extend(edges, full, 0, [leaf for _, leaf, _ in added], tip.size)
    size = tip.size + len(added)
    return Growth(added, full, Tip(size, previous, tuple(bytes(edge) for edge in edges)))


def _extend(
    edges: list[bytearray], full: list[tuple[int, int, bytes]], level: int, hashes: list[bytes], start: int
) -> None:
    """Append `hashes`, the first of which is number `start` of its level; each tile filled gives one hash above."""
    if level == len(edges):
        edges.append(bytearray())
    edge, above = edges[level], []
    for number, item in enumerate(hashes, start):
        edge += item
        if len(edge) == TILE_BYTES:
            full.append((level, number // WIDTH, bytes(edge)))
            above.append(merkle.root_of(split(edge)))
            edge.clear()
    if above:
        _extend(edges, full, level + 1, above, start // WIDTH)


def split(tile: bytes | bytearray) -> list[bytes]:
    """Return the hashes of a tile."""
    return [bytes(tile[i : i + HASH_SIZE]) for i in range(0, len(tile), HASH_SIZE)]
