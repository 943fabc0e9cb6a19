"""The public files, on both databases."""

import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from ledger import tiles
from ledger.checkpoint import open_checkpoint
from ledger.entry import decode, leaf_hash
from ledger.errors import LedgerHaltedError, MissingTileError
from ledger.merkle import verify_consistency, verify_inclusion
from ledger.note import Verifier
from ledger.publish import Folder, PublicFile, publish_to
from ledger.store import reading
from tests.ledger.logs import ORIGIN, SIGNER, Log, event_id, noise, private_event


def fetch_from(folder: Path) -> tiles.Fetch:
    def fetch(path: str) -> bytes:
        if not (folder / path).exists():
            raise MissingTileError(path)
        return (folder / path).read_bytes()

    return fetch


def files(folder: Path) -> set[str]:
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


def test_an_outsider_checks_everything_from_the_files(log: Log) -> None:
    log.grow(600, batch=100)
    log.publish()
    key = Verifier.from_vkey((log.public / "ledger.vkey").read_text().strip())
    head = open_checkpoint((log.public / "checkpoint").read_bytes(), key.name, [key])
    fetch = fetch_from(log.public)
    assert (head.size, tiles.TileTree(fetch, 600).root()) == (600, head.root)
    previous = bytes(32)
    for index in range(600):
        body = tiles.read_entry(fetch, 600, index)
        assert decode(body).previous == previous
        previous = leaf_hash(body)
        verify_inclusion(index, 600, previous, tiles.prove_inclusion(fetch, 600, index), head.root)


def test_exactly_the_files_of_the_specification(log: Log) -> None:
    log.grow(600)
    log.publish()
    assert files(log.public) == {"checkpoint", "ledger.vkey", *tiles.paths_between(0, 600)}


def test_growing_adds_files_and_keeps_the_old_ones(log: Log) -> None:
    seen: dict[str, bytes] = {}
    heads = []
    for step in (1, 5, 250, 0, 300):
        if step:
            log.grow(step)
        head = log.publish()
        assert head is not None
        heads.append(head)
        for name in files(log.public) - {"checkpoint"}:
            data = (log.public / name).read_bytes()
            assert seen.setdefault(name, data) == data, f"{name} is immutable"
    for old in heads:
        proof = tiles.prove_consistency(fetch_from(log.public), old.size, heads[-1].size)
        verify_consistency(old.size, heads[-1].size, old.root, heads[-1].root, proof)


def test_an_empty_log_publishes_its_key_only(log: Log) -> None:
    assert log.publish() is None
    assert files(log.public) == {"ledger.vkey"}


def test_pending_events_are_not_public(log: Log) -> None:
    log.grow(3)
    log.stage_next(3)
    head = log.publish()
    assert head is not None
    assert head.size == 3


class Recorder(Folder):
    """A folder that notes the order in which files were written, and can fail at one of them."""

    def __init__(self, path: Path, fail_at: int = 0) -> None:
        super().__init__(path)
        self.written: list[str] = []
        self._fail_at = fail_at

    def write(self, path: str, data: bytes) -> None:
        self._note(path)
        super().write(path, data)

    def write_all(self, files: Iterable[PublicFile]) -> None:
        super().write_all(self._noted(files))

    def _noted(self, files: Iterable[PublicFile]) -> Iterator[PublicFile]:
        for path, data in files:
            self._note(path)
            yield path, data

    def _note(self, path: str) -> None:
        self.written.append(path)
        if len(self.written) == self._fail_at:
            raise OSError(28, "No space left on device")


def test_the_checkpoint_comes_last(sqlite_log: Log) -> None:
    sqlite_log.grow(300)
    target = Recorder(sqlite_log.public)
    with reading(sqlite_log.engine).connect() as connection:
        publish_to(connection, target, SIGNER.verifier())
    assert target.written[-1] == "checkpoint"


def test_a_failed_publication_is_taken_up_again(sqlite_log: Log) -> None:
    """Whichever file fails, no checkpoint is shown whose tiles are not there, and the next call completes it."""
    sqlite_log.grow(300)
    total = len(list(tiles.paths_between(0, 300))) + 2
    for fail_at in range(1, total + 1):
        public = sqlite_log.public.parent / f"public{fail_at}"
        with reading(sqlite_log.engine).connect() as connection:
            with pytest.raises(OSError, match="No space"):
                publish_to(connection, Recorder(public, fail_at), SIGNER.verifier())
            assert not (public / "checkpoint").exists()
            publish_to(connection, Folder(public), SIGNER.verifier())
        assert files(public) == {"checkpoint", "ledger.vkey", *tiles.paths_between(0, 300)}


def test_two_publishers(sqlite_log: Log) -> None:
    sqlite_log.grow(300)
    threads = [threading.Thread(target=sqlite_log.publish) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    head = open_checkpoint((sqlite_log.public / "checkpoint").read_bytes(), ORIGIN, [SIGNER.verifier()])
    assert head.size == 300


def test_a_public_checkpoint_that_is_not_ours_halts(log: Log) -> None:
    log.grow(3)
    log.publish()
    (log.public / "checkpoint").write_bytes(b"nonsense")
    with pytest.raises(LedgerHaltedError):
        log.publish()


def test_an_emptied_database_is_not_published_over_a_full_one(log: Log, tmp_path: Path) -> None:
    log.publish()
    other = Log(log.engine, tmp_path)
    (log.public / "checkpoint").write_bytes(
        b"%s\n3\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n" % ORIGIN.encode()
    )
    with pytest.raises(LedgerHaltedError):
        other.publish()


def test_nothing_private_is_published(log: Log) -> None:
    """Neither payload nor salt nor event id, in any spelling, stands in a public file."""
    log.stage(*(private_event(n, text="示例人物620102199001011234") for n in range(300)))
    log.sequencer().drain()
    log.publish()
    public = b"".join(path.read_bytes() for path in log.public.rglob("*") if path.is_file())
    names = "".join(str(path) for path in log.public.rglob("*"))
    assert len(public) > 50_000
    for text in ("示例人物", "620102199001011234", "number", "text"):
        assert text.encode() not in public
    for number in range(300):
        for secret in (noise("salt", number), event_id(number).bytes):
            assert secret not in public
            assert secret.hex().encode() not in public
        assert str(event_id(number)).encode() not in public
        assert event_id(number).hex not in names
