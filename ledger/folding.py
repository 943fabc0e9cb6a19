"""The tree folded leaf by leaf, for those who check: the sequencer builds it tile by tile instead."""

from ledger.merkle import EMPTY_ROOT, node_hash
from ledger.tiles import HEIGHT, WIDTH

Tile = tuple[int, int, bytes]
"""Level, number, bytes."""


class Fold:
    """A tree that takes one leaf hash after the other and gives out each tile when it is full."""

    def __init__(self) -> None:
        self.size = 0
        self._stack: list[bytes] = []
        """Roots of the complete subtrees that make up the tree, the largest first."""
        self._rows: list[list[bytes]] = []
        """The hashes of the tile that is being filled, by level."""

    def push(self, leaf: bytes) -> list[Tile]:
        """Add a leaf hash; returns the tiles that it made full."""
        position, found, height, full = self.size, leaf, 0, []
        full += self._note(0, position, found)
        while position & 1:
            found = node_hash(self._stack.pop(), found)
            position, height = position >> 1, height + 1
            if height % HEIGHT == 0:
                full += self._note(height // HEIGHT, position, found)
        self._stack.append(found)
        self.size += 1
        return full

    def _note(self, level: int, number: int, item: bytes) -> list[Tile]:
        if level == len(self._rows):
            self._rows.append([])
        row = self._rows[level]
        row.append(item)
        if len(row) < WIDTH:
            return []
        self._rows[level] = []
        return [(level, number // WIDTH, b"".join(row))]

    def root(self) -> bytes:
        """Return the root of the leaves so far."""
        if not self._stack:
            return EMPTY_ROOT
        root = self._stack[-1]
        for left in self._stack[-2::-1]:
            root = node_hash(left, root)
        return root

    def partial_tiles(self) -> list[Tile]:
        """Return the tile of each level that is not full."""
        return [
            (level, self.size >> HEIGHT * (level + 1), b"".join(row))
            for level, row in enumerate(self._rows)
            if row
        ]

    def full_tiles(self) -> int:
        """Return how many full tiles the tree has."""
        return sum(self.size >> HEIGHT * (level + 1) for level in range(len(self._rows)))
