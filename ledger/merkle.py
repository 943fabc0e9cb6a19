"""The Merkle tree of RFC 6962 section 2.1 and its proofs (RFC 9162 sections 2.1.3 and 2.1.4), as pure functions.

Hashes are 32 bytes of SHA-256. A tree is known through `at(height, index)`: the hash of the complete
subtree over leaves [index * 2^height, (index + 1) * 2^height). Nothing here asks where it comes from.
"""

import hashlib
from collections.abc import Callable, Sequence

from ledger.errors import ConsistencyError, InclusionError

HASH_SIZE = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

NodeAt = Callable[[int, int], bytes]
"""at(height, index): the hash of a complete subtree."""


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Return the root over `hashes` as leaves; the empty tree has the hash of the empty string."""
    if not hashes:
        return EMPTY_ROOT
    sha256, row = hashlib.sha256, list(hashes)
    while len(row) > 1:
        # A last node without a neighbour moves up unchanged, which is what the RFC's split amounts to.
        odd = row[-1:] if len(row) % 2 else []
        row = [sha256(b"\x01" + row[i] + row[i + 1]).digest() for i in range(0, len(row) - 1, 2)] + odd
    return row[0]


def range_root(at: NodeAt, start: int, end: int) -> bytes:
    """Return the root over leaves [start, end), where `start` is a multiple of a power of two >= end - start."""
    if start == end:
        return EMPTY_ROOT
    parts: list[bytes] = []
    while start < end:
        height = (end - start).bit_length() - 1
        parts.append(at(height, start >> height))
        start += 1 << height
    root = parts.pop()
    while parts:
        root = node_hash(parts.pop(), root)
    return root


def tree_root(at: NodeAt, size: int) -> bytes:
    """Return the root of the tree of the first `size` leaves."""
    return range_root(at, 0, size)


def _split(count: int) -> int:
    """Return the largest power of two smaller than `count` (at least 2)."""
    return 1 << (count - 1).bit_length() - 1


def prove_inclusion(at: NodeAt, index: int, size: int) -> list[bytes]:
    """Return the audit path of leaf `index` in the tree of `size` leaves, from the leaf's sibling upwards.

    Raises:
        InclusionError: there is no such leaf.
    """
    if not 0 <= index < size:
        raise InclusionError(f"no leaf {index} in a tree of {size}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(range_root(at, middle, end))
            end = middle
        else:
            path.append(range_root(at, start, middle))
            start = middle
    return path[::-1]


def prove_consistency(at: NodeAt, old: int, size: int) -> list[bytes]:
    """Return the proof that the tree of `size` leaves continues the tree of `old` leaves.

    Raises:
        ConsistencyError: `old` is zero or larger than `size`; nothing can be proved about these.
    """
    if not 0 < old <= size:
        raise ConsistencyError(f"no consistency proof from {old} to {size}")
    proof: list[bytes] = []
    start, end = 0, size
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            proof.append(range_root(at, middle, end))
            end = middle
        else:
            proof.append(range_root(at, start, middle))
            start = middle
    if start > 0:  # the old tree is not itself a node of the new one, so its last part must be named
        proof.append(range_root(at, start, end))
    return proof[::-1]


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Check that `leaf` (its hash) is at `index` in the tree of `size` leaves with `root`. RFC 9162 2.1.3.2.

    Raises:
        InclusionError: it is not, or the proof has the wrong number or length of hashes.
    """
    if not 0 <= index < size:
        raise InclusionError(f"no leaf {index} in a tree of {size}")
    _check_lengths([leaf, *proof], InclusionError)
    found = leaf
    for sibling, on_the_left in zip(proof, _sides(index, size - 1, len(proof), InclusionError), strict=True):
        found = node_hash(sibling, found) if on_the_left else node_hash(found, sibling)
    if found != root:
        raise InclusionError(f"leaf {index} does not lead to the root of the tree of {size}")


def verify_consistency(old: int, size: int, old_root: bytes, root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the tree of `size` leaves with `root` continues the one of `old` with `old_root`. RFC 9162 2.1.4.2.

    Raises:
        ConsistencyError: it does not, `old` is zero, or the proof has the wrong number or length of hashes.
    """
    if not 0 < old <= size:
        raise ConsistencyError(f"no consistency proof from {old} to {size}")
    if old == size:
        if proof or old_root != root:
            raise ConsistencyError(f"two different roots, or a needless proof, for the same size {size}")
        return
    # A complete old tree is a node of the new one, and the proof leaves it out (RFC 9162 2.1.4.2, step 2).
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        raise ConsistencyError("the proof has too few hashes")
    _check_lengths(path, ConsistencyError)
    shift = (old ^ old - 1).bit_length() - 1
    old_found = found = path[0]
    sides = _sides(old - 1 >> shift, size - 1 >> shift, len(path) - 1, ConsistencyError)
    for sibling, on_the_left in zip(path[1:], sides, strict=True):
        if on_the_left:  # what lies to the left is in both trees, what lies to the right only in the new one
            old_found, found = node_hash(sibling, old_found), node_hash(sibling, found)
        else:
            found = node_hash(found, sibling)
    if old_found != old_root or found != root:
        raise ConsistencyError(f"the tree of {size} does not continue the tree of {old}")


def _sides(
    position: int, last: int, count: int, error: type[InclusionError | ConsistencyError]
) -> list[bool]:
    """Return, from a node at `position` up to the root, whether each sibling stands on the left.

    `last` is the position of the last node on the same height; a node without a neighbour moves up unchanged.
    There must be exactly `count` siblings.
    """
    sides: list[bool] = []
    while last:
        if position & 1 or position < last:
            sides.append(bool(position & 1))
        position, last = position >> 1, last >> 1
    if len(sides) != count:
        raise error(f"a proof of {count} hashes where this place in a tree of this size takes {len(sides)}")
    return sides


def _check_lengths(hashes: Sequence[bytes], error: type[InclusionError | ConsistencyError]) -> None:
    for item in hashes:
        if len(item) != HASH_SIZE:
            raise error(f"a hash of {len(item)} bytes; SHA-256 has {HASH_SIZE}")


def first_difference(one: NodeAt, other: NodeAt, size: int) -> int | None:
    """Return the first leaf in which two trees differ among their first `size`, None if in none: some sixty hashes of a billion."""
    start = 0
    while start < size:
        height = (size - start).bit_length() - 1
        if one(height, start >> height) == other(height, start >> height):
            start += 1 << height
            continue
        while height:
            height -= 1
            if one(height, start >> height) == other(height, start >> height):
                start += 1 << height
        return start
    return None
