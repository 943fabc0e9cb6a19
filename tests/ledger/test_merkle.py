"""Merkle proofs: other people's vectors, every tree up to 130 leaves, and a billion leaves."""

import base64
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.entry import Content, leaf_hash
from ledger.errors import ConsistencyError, InclusionError, NotProvedError
from ledger.folding import Fold
from ledger.growth import Growth, Tip, grow
from ledger.merkle import (
    EMPTY_ROOT,
    first_difference,
    node_hash,
    prove_consistency,
    prove_inclusion,
    root_of,
    tree_root,
    verify_consistency,
    verify_inclusion,
)
from ledger.tiles import TileTree, tile_path
from tests.ledger.logs import START, noise, private_event, root_by_definition

VECTORS = Path(__file__).parents[3] / "shared/vectors/merkle/testdata"
LARGEST = 130
LEAVES = [noise("leaf", i) for i in range(LARGEST)]

# The eight inputs and roots that implementations of RFC 6962 have passed round since its first tests.
RFC_INPUTS = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
RFC_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@cache
def node(height: int, index: int) -> bytes:
    return root_by_definition(LEAVES[index << height : index + 1 << height])


@cache
def root(size: int) -> bytes:
    return root_by_definition(LEAVES[:size])


@pytest.mark.skipif(not VECTORS.exists(), reason="other people's vectors are not beside the checkout")
def test_vectors_of_transparency_dev() -> None:
    def hashes(vector: dict, name: str) -> list[bytes]:
        return [base64.b64decode(item) for item in vector[name] or []]

    tried = 0
    for path in sorted(VECTORS.rglob("*.json")):
        v = json.loads(path.read_text())
        try:
            if "leafIdx" in v:
                leaf, expected = base64.b64decode(v["leafHash"] or ""), base64.b64decode(v["root"] or "")
                verify_inclusion(v["leafIdx"], v["treeSize"], leaf, hashes(v, "proof"), expected)
            else:
                roots = [base64.b64decode(v[name] or "") for name in ("root1", "root2")]
                verify_consistency(v["size1"], v["size2"], *roots, hashes(v, "proof"))
        except NotProvedError:
            assert v["wantErr"], path
        else:
            assert not v["wantErr"], path
        tried += 1
    assert tried == 196


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_of_the_rfc(size: int) -> None:
    leaves = [leaf_hash(bytes.fromhex(text)) for text in RFC_INPUTS[:size]]
    assert root_of(leaves).hex() == RFC_ROOTS[size - 1]


def test_the_empty_tree() -> None:
    assert root_of([]) == tree_root(node, 0) == EMPTY_ROOT == Fold().root()


def test_every_root_and_fold() -> None:
    fold = Fold()
    for size in range(1, LARGEST + 1):
        fold.push(LEAVES[size - 1])
        assert root_of(LEAVES[:size]) == tree_root(node, size) == fold.root() == root(size)


def test_every_inclusion_proof() -> None:
    for size in range(1, LARGEST + 1):
        for index in range(size):
            proof = prove_inclusion(node, index, size)
            verify_inclusion(index, size, LEAVES[index], proof, root(size))


def test_every_consistency_proof() -> None:
    for size in range(1, LARGEST + 1):
        for old in range(1, size + 1):
            verify_consistency(old, size, root(old), root(size), prove_consistency(node, old, size))


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 5)])
def test_no_such_leaf(index: int, size: int) -> None:
    with pytest.raises(InclusionError):
        prove_inclusion(node, index, size)
    with pytest.raises(InclusionError):
        verify_inclusion(index, size, LEAVES[0], [], root(size))


def test_where_two_trees_part() -> None:
    """Every place in every tree of up to 40 leaves; entries after it differ too, as they do in a chain."""
    for size in range(41):
        assert first_difference(node, node, size) is None
        for at in range(size):

            def other(height: int, index: int, at: int = at) -> bytes:
                return node(height, index) if index + 1 << height <= at else noise(at, height, index)

            assert first_difference(node, other, size) == at


@pytest.mark.parametrize(("old", "size"), [(0, 0), (0, 5), (6, 5), (-1, 5)])
def test_no_such_growth(old: int, size: int) -> None:
    with pytest.raises(ConsistencyError):
        prove_consistency(node, old, size)
    with pytest.raises(ConsistencyError):
        verify_consistency(old, size, EMPTY_ROOT, root(size), [])


sizes = st.integers(1, LARGEST)


@given(sizes, st.data())
def test_a_proof_proves_nothing_else(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = prove_inclusion(node, index, size)
    other_index = data.draw(st.integers(0, LARGEST))
    other_leaf = data.draw(st.sampled_from(LEAVES))
    # A path of the same shape may fit another size; it can never fit another leaf or another root.
    if other_index != index:
        with pytest.raises(InclusionError):
            verify_inclusion(other_index, size, LEAVES[index], proof, root(size))
    if other_leaf != LEAVES[index]:
        with pytest.raises(InclusionError):
            verify_inclusion(index, size, other_leaf, proof, root(size))
    for wrong in (proof[:-1], [*proof, LEAVES[0]], [LEAVES[0], *proof], proof[::-1]):
        if wrong != proof:
            with pytest.raises(InclusionError):
                verify_inclusion(index, size, LEAVES[index], wrong, root(size))


@given(sizes, sizes, sizes)
def test_a_consistency_proof_proves_nothing_else(a: int, b: int, c: int) -> None:
    old, size = sorted((a, b))
    proof = prove_consistency(node, old, size)
    for wrong_old, wrong_size in ((c, size), (old, c)):
        if (wrong_old, wrong_size) != (old, size):
            with pytest.raises(ConsistencyError):
                verify_consistency(old, size, root(wrong_old), root(wrong_size), proof)
    for wrong in (proof[:-1], [*proof, LEAVES[0]], [LEAVES[0], *proof], proof[::-1]):
        if wrong != proof:
            with pytest.raises(ConsistencyError):
                verify_consistency(old, size, root(old), root(size), wrong)


def with_one_byte_changed(proof: list[bytes]) -> Iterator[list[bytes]]:
    for which, item in enumerate(proof):
        for at in range(32):
            changed = bytearray(item)
            changed[at] ^= 1
            yield [*proof[:which], bytes(changed), *proof[which + 1 :]]


def test_each_byte_of_a_proof_counts() -> None:
    for index, size in ((0, 1), (0, 130), (77, 130), (128, 129), (129, 130)):
        for broken in with_one_byte_changed(prove_inclusion(node, index, size)):
            with pytest.raises(InclusionError):
                verify_inclusion(index, size, LEAVES[index], broken, root(size))
    for old, size in ((1, 130), (64, 130), (77, 130), (129, 130)):
        for broken in with_one_byte_changed(prove_consistency(node, old, size)):
            with pytest.raises(ConsistencyError):
                verify_consistency(old, size, root(old), root(size), broken)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_hashes_have_32_bytes(length: int) -> None:
    with pytest.raises(InclusionError):
        verify_inclusion(0, 1, bytes(length), [], bytes(length))
    with pytest.raises(InclusionError):
        verify_inclusion(0, 2, LEAVES[0], [bytes(length)], root(2))
    with pytest.raises(ConsistencyError):
        verify_consistency(1, 2, root(1), root(2), [bytes(length)])
    with pytest.raises(ConsistencyError):
        verify_consistency(1, 2, bytes(length), root(2), [LEAVES[1]])


@given(st.integers(1, 2**30), st.data())
def test_a_billion_entries_take_thirty_hashes(size: int, data: st.DataObject) -> None:
    """All leaves alike, so that a subtree's hash depends on its height only and no leaf has to be made."""
    heights = [LEAVES[0]]
    for _ in range(31):
        heights.append(node_hash(heights[-1], heights[-1]))
    whole = tree_root(lambda height, _: heights[height], size)
    index = data.draw(st.integers(0, size - 1))
    proof = prove_inclusion(lambda height, _: heights[height], index, size)
    assert len(proof) <= 30
    verify_inclusion(index, size, LEAVES[0], proof, whole)
    old = data.draw(st.integers(1, size))
    growth = prove_consistency(lambda height, _: heights[height], old, size)
    assert len(growth) <= 31
    old_root = tree_root(lambda height, _: heights[height], old)
    verify_consistency(old, size, old_root, whole, growth)


@given(st.lists(st.integers(1, 400), min_size=1, max_size=6))
def test_tiles_grow_to_the_tree_of_the_definition(steps: list[int]) -> None:
    """However a log grows, its tiles hold its hashes, and its tip has the root."""
    event = private_event(0)
    content = Content(event.kind, START.date(), event.commitment, None)
    tip, files, leaves = Tip(0, bytes(32), ()), {}, []
    for step in steps:
        grown: Growth = grow(tip, [content] * step)
        leaves += [leaf for _, leaf, _ in grown.entries]
        files |= {tile_path(level, n): data for level, n, data in grown.tiles}
        tip = grown.tip
    for level, data in enumerate(tip.edges):
        if data:
            files[tile_path(level, tip.size >> 8 * (level + 1), len(data) // 32)] = data
    assert tip.root() == root_by_definition(leaves)
    tree = TileTree(files.__getitem__, tip.size)
    assert tree.root() == tip.root()
    for index in {0, tip.size // 2, tip.size - 1}:
        proof = prove_inclusion(tree.node, index, tip.size)
        verify_inclusion(index, tip.size, leaves[index], proof, tip.root())
