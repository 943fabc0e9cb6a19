"""Tiles, bundles and their paths; and the log that Tessera, a program in Go, wrote."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import checkpoint, note, tiles
from ledger.checkpoint import open_checkpoint
from ledger.entry import leaf_hash
from ledger.errors import (
    MissingTileError,
    TileFormatError,
)
from ledger.folding import Fold
from ledger.merkle import root_of, verify_consistency, verify_inclusion
from ledger.note import Verifier

TESSERA = Path(__file__).parents[3] / "shared/vectors/tlog/testdata/log"
TESSERA_KEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"


@pytest.mark.parametrize(
    ("path", "parsed"),
    [
        ("tile/0/000", (0, 0, 256)),
        ("tile/0/000.p/5", (0, 0, 5)),
        ("tile/3/x001/x234/067", (3, 1234067, 256)),
        ("tile/63/999.p/255", (63, 999, 255)),
        ("tile/entries/x001/000.p/1", (None, 1000, 1)),
    ],
)
def test_paths(path: str, parsed: tuple[int | None, int, int]) -> None:
    assert tiles.parse_path(path) == parsed
    level, n, width = parsed
    assert path == (tiles.bundle_path(n, width) if level is None else tiles.tile_path(level, n, width))


@pytest.mark.parametrize(
    "path",
    ["", "tile/0/0", "tile/00/000", "tile/64/000", "tile/0/x000/000", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/05",
     "tile/0/000/", "/tile/0/000", "tile/0/../000", "tile/0/001/000", "tile/entries/x000/001", "tile/-1/000", "tile/0/000.p/999", "tile/0/٠٠٠"],
)  # fmt: skip
def test_bad_paths(path: str) -> None:
    with pytest.raises(TileFormatError):
        tiles.parse_path(path)


@given(st.integers(0, 10**12), st.integers(1, 256))
def test_every_path_is_read_back(n: int, width: int) -> None:
    assert tiles.parse_path(tiles.bundle_path(n, width)) == (None, n, width)


def test_the_example_of_the_specification() -> None:
    """A tree of 70,000: 273 full and one partial (112) on level 0, 1 and 17 on level 1, width 1 on level 2."""
    paths = list(tiles.paths_between(0, 70_000))
    hashes = [path for path in paths if "entries" not in path]
    assert len([path for path in hashes if path.startswith("tile/0/") and ".p/" not in path]) == 273
    assert [path for path in hashes if ".p/" in path] == [
        "tile/0/273.p/112",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
    ]
    assert len(paths) - len(hashes) == 274


@given(st.integers(0, 200_000), st.integers(0, 2000))
def test_growing_publishes_what_was_not_there(old: int, more: int) -> None:
    before, after = set(tiles.paths_between(0, old)), set(tiles.paths_between(0, old + more))
    assert set(tiles.paths_between(old, old + more)) == after - before


def test_bundles_round_trip() -> None:
    bodies = [b"", b"a", bytes(65_535)]
    assert tiles.decode_bundle(tiles.encode_bundle(bodies), 3) == bodies
    with pytest.raises(TileFormatError, match="65535"):
        tiles.encode_bundle([bytes(65_536)])


@pytest.mark.parametrize(
    ("data", "count"),
    [(b"", 1), (b"\0", 1), (b"\0\1", 1), (b"\0\1a", 2), (b"\0\1a", 0), (b"\0\1ab", 1), (b"\0\1a\0", 1)],
)
def test_bad_bundles(data: bytes, count: int) -> None:
    with pytest.raises(TileFormatError):
        tiles.decode_bundle(data, count)


def fetch_from(files: dict[str, bytes]) -> tiles.Fetch:
    def fetch(path: str) -> bytes:
        if path not in files:
            raise MissingTileError(path)
        return files[path]

    return fetch


def test_a_full_file_stands_in_for_a_partial_one() -> None:
    bodies = [b"%d" % i for i in range(256)]
    leaves = [leaf_hash(body) for body in bodies]
    fetch = fetch_from({"tile/0/000": b"".join(leaves), "tile/entries/000": tiles.encode_bundle(bodies)})
    assert tiles.read_entry(fetch, 200, 199) == b"199"
    verify_inclusion(7, 200, leaves[7], tiles.prove_inclusion(fetch, 200, 7), root_of(leaves[:200]))
    verify_consistency(
        100, 200, root_of(leaves[:100]), root_of(leaves[:200]), tiles.prove_consistency(fetch, 100, 200)
    )
    with pytest.raises(TileFormatError):
        tiles.read_entry(fetch, 200, 200)
    with pytest.raises(MissingTileError):
        tiles.read_entry(fetch, 300, 299)


@pytest.mark.parametrize("length", [0, 31, 6399, 6401, 8191, 8193])
def test_tiles_of_a_wrong_width(length: int) -> None:
    with pytest.raises(TileFormatError):
        tiles.prove_inclusion(fetch_from({"tile/0/000.p/200": bytes(length)}), 200, 7)


@pytest.mark.skipif(not TESSERA.exists(), reason="other people's vectors are not beside the checkout")
@pytest.mark.parametrize("size", range(16))
def test_the_log_of_tessera(size: int) -> None:
    """Its checkpoints verify, its tiles and bundles are those that we would make, byte for byte."""

    def fetch(path: str) -> bytes:
        return (TESSERA / path).read_bytes()

    key = Verifier.from_vkey(TESSERA_KEY)
    signed = (TESSERA / f"checkpoint.{size}").read_bytes()
    head = open_checkpoint(signed, key.name, [key])
    assert head.size == size
    assert note.parse(signed).encode() == signed
    assert checkpoint.encode(head) == note.parse(signed).text
    bodies = [tiles.read_entry(fetch, size, index) for index in range(size)]
    fold = Fold()
    for body in bodies:
        fold.push(leaf_hash(body))
    assert fold.root() == head.root == tiles.TileTree(fetch, size).root()
    for level, n, data in fold.partial_tiles():
        assert fetch(tiles.tile_path(level, n, len(data) // 32)) == data
        assert fetch(tiles.bundle_path(n, size)) == tiles.encode_bundle(bodies)
    for index, body in enumerate(bodies):
        verify_inclusion(index, size, leaf_hash(body), tiles.prove_inclusion(fetch, size, index), head.root)
    for old in range(1, size + 1):
        earlier = open_checkpoint((TESSERA / f"checkpoint.{old}").read_bytes(), key.name, [key])
        verify_consistency(old, size, earlier.root, head.root, tiles.prove_consistency(fetch, old, size))
