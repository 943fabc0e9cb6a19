"""Witnesses: what they sign, what they refuse, and what the log does with their answers. Real servers on the loopback."""

import base64
import hashlib
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger import tiles
from ledger.checkpoint import Checkpoint, sign
from ledger.cosignature import Cosigner, signed_at
from ledger.errors import (
    LedgerHaltedError,
    QuorumError,
    WitnessRefusedError,
)
from ledger.note import Note, parse, parse_line
from ledger.policy import Policy, parse_policy
from ledger.receipts import fetcher, newest_head, prove_index
from ledger.store import open_engine, reading
from ledger.witness.answering import Witness
from ledger.witness.asking import check_witnesses, cosign_head
from ledger.witness.server import make_server
from tests.ledger.logs import ORIGIN, OTHER_SIGNER, SIGNER, START, Log, noise
from tests.ledger.nonsense import NONSENSE, Nonsense

KEYS = {
    name: Cosigner(f"{name}.example", Ed25519PrivateKey.from_private_bytes(noise(name))) for name in "ABC"
}


def note_of(size: int, root: bytes) -> bytes:
    return sign(Checkpoint(ORIGIN, size, root), SIGNER)


def request(old: int, proof: list[bytes], note: bytes) -> bytes:
    lines = [f"old {old}", *(base64.b64encode(item).decode() for item in proof), "", ""]
    return "\n".join(lines).encode() + note


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[Witness]:
    engine = open_engine(f"sqlite:///{tmp_path}/witness.db")
    yield Witness(engine, KEYS["A"], [SIGNER.verifier()], lambda: START)
    engine.dispose()


class Heads:
    """Heads of a growing log and the proofs between them."""

    def __init__(self, log: Log) -> None:
        self.notes: dict[int, bytes] = {}
        for _ in range(3):
            size = log.grow(5).size
            with reading(log.engine).connect() as connection:
                head = newest_head(connection)
                assert head is not None
                self.notes[size] = head.note
                fetch = fetcher(connection)
                self.files = {path: fetch(path) for path in tiles.paths_between(0, size)}

    def proof(self, old: int, size: int) -> list[bytes]:
        return tiles.prove_consistency(
            lambda path: self.files["tile/0/000.p/15"][: 32 * int(path.split("/")[-1])], old, size
        )


@pytest.fixture
def heads(sqlite_log: Log) -> Heads:
    return Heads(sqlite_log)


def test_it_signs_what_continues(witness: Witness, heads: Heads) -> None:
    old = 0
    for size in (5, 10, 15):
        line = witness.add_checkpoint(request(old, heads.proof(old, size) if old else [], heads.notes[size]))
        signature = parse_line(line.decode().rstrip("\n"))
        assert KEYS["A"].verifier().verifies(parse(heads.notes[size]).text, signature.blob)
        assert signed_at(signature) == START
        old = size
    origin_hash = hashlib.sha256(ORIGIN.encode()).hexdigest()
    assert witness.newest(origin_hash) == heads.notes[15] + line
    assert witness.newest("0" * 64) is None


def test_it_signs_the_same_head_again(witness: Witness, heads: Heads) -> None:
    first = witness.add_checkpoint(request(0, [], heads.notes[10]))
    assert witness.add_checkpoint(request(10, [], heads.notes[10])) == first


def refusal(witness: Witness, body: bytes) -> tuple[int, int | None]:
    with pytest.raises(WitnessRefusedError) as caught:
        witness.add_checkpoint(body)
    return caught.value.status, caught.value.size


def test_what_it_refuses(witness: Witness, heads: Heads) -> None:
    witness.add_checkpoint(request(0, [], heads.notes[10]))
    good = heads.proof(10, 15)
    cases = {
        "a size that it has not seen last": (request(0, [], heads.notes[15]), (409, 10)),
        "an older head": (request(5, heads.proof(5, 10), heads.notes[10]), (409, 10)),
        "old larger than the head": (request(10, [], heads.notes[5]), (400, None)),
        "no proof": (request(10, [], heads.notes[15]), (422, None)),
        "a proof of something else": (request(10, good[::-1], heads.notes[15]), (422, None)),
        "a hash too many": (request(10, [*good, noise(1)], heads.notes[15]), (422, None)),
        "a hash of 31 bytes": (request(10, [bytes(31)], heads.notes[15]), (422, None)),
        "64 hashes": (request(10, [noise(1)] * 64, heads.notes[15]), (400, None)),
        "another root for the size it has seen": (request(10, [], note_of(10, noise(1))), (409, 10)),
        "another root beyond": (request(10, good, note_of(15, noise(1))), (422, None)),
        "an unknown log": (
            request(0, [], sign(Checkpoint("other.example", 5, noise(1)), SIGNER)),
            (404, None),
        ),
        "an unknown key": (
            request(10, good, sign(Checkpoint(ORIGIN, 15, noise(1)), OTHER_SIGNER)),
            (403, None),
        ),
        "no request": (b"", (400, None)),
        "no old line": (b"\n\n" + heads.notes[15], (400, None)),
        "old with a leading zero": (b"old 010\n\n" + heads.notes[15], (400, None)),
        "old beyond 2^53": (b"old 9999999999999999\n\n" + heads.notes[15], (400, None)),
        "a line that is no hash": (b"old 10\n***\n\n" + heads.notes[15], (400, None)),
        "no note": (request(10, good, b"hello"), (400, None)),
        "a note that is no checkpoint": (request(10, good, Note(b"hello\n", ()).encode()), (400, None)),
    }
    for name, (body, expected) in cases.items():
        assert refusal(witness, body) == expected, name
    witness.add_checkpoint(request(10, good, heads.notes[15]))


def test_a_proof_from_nothing_is_empty(witness: Witness, heads: Heads) -> None:
    assert refusal(witness, request(0, [noise(1)], heads.notes[5])) == (422, None)


def test_two_requests_at_once_give_one_tree(witness: Witness, heads: Heads) -> None:
    """Whichever comes first, the other is refused: never two trees of one size, never a step back."""
    forked = note_of(10, noise("fork"))
    answers: list[bytes | int] = []

    def send(note: bytes) -> None:
        try:
            answers.append(witness.add_checkpoint(request(0, [], note)))
        except WitnessRefusedError as error:
            answers.append(error.status)

    threads = [threading.Thread(target=send, args=(note,)) for note in (forked, heads.notes[10]) * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answers.count(status) for status in (409,)) == [7]


# The log's side, over HTTP


@contextmanager
def serving(server: ThreadingHTTPServer) -> Iterator[str]:
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Town:
    """Three witnesses with servers of their own, and a policy that needs two of them."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.urls: dict[str, str] = {}
        for name, cosigner in KEYS.items():
            engine = open_engine(f"sqlite:///{folder}/witness-{name}.db")
            stack.callback(engine.dispose)
            witness = Witness(engine, cosigner, [SIGNER.verifier()], lambda: START)
            self.urls[name] = stack.enter_context(serving(make_server(witness, "127.0.0.1", 0)))
        self.client = stack.enter_context(httpx.Client(timeout=1))

    def policy(self, **urls: str) -> Policy:
        lines = [f"log {SIGNER.verifier().vkey()}"]
        lines += [f"witness {n} {KEYS[n].verifier().vkey()} {(self.urls | urls)[n]}" for n in KEYS]
        return parse_policy("\n".join([*lines, "group two 2 A B C", "quorum two", ""]).encode())

    def cosign(self, log: Log, **urls: str) -> dict[str, str]:
        return cosign_head(log.engine, SIGNER.verifier(), self.policy(**urls), self.client)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with ExitStack() as stack:
        yield Town(tmp_path, stack)


def test_a_head_is_witnessed_and_published(log: Log, town: Town) -> None:
    assert town.cosign(log) == {}
    for step in (5, 300, 1):
        head = log.grow(step)
        log.publish()
        with pytest.raises(QuorumError, match="witnessed by nobody"):
            town.policy().check((log.public / "checkpoint").read_bytes())
        assert town.cosign(log) == {}
        assert town.cosign(log) == {}, "asking again changes nothing"
        log.publish()
        assert town.policy().check((log.public / "checkpoint").read_bytes()) == head
    with reading(log.engine).connect() as connection:
        assert len(parse(prove_index(connection, 0).split(b"\n\n", 1)[1]).signatures) == 4
    assert check_witnesses(log.engine, SIGNER.verifier(), town.policy(), town.client) == {}
    assert log.fsck().findings == ()


def test_a_witness_that_is_away(log: Log, town: Town) -> None:
    log.grow(3)
    failed = town.cosign(log, C="http://127.0.0.1:1")
    assert set(failed) == {"C"}
    log.publish()
    town.policy().check((log.public / "checkpoint").read_bytes())
    assert set(town.cosign(log, B="http://127.0.0.1:1")) == set(), "B has signed already, C catches up"


@pytest.mark.parametrize("name", NONSENSE)
def test_nonsense_is_no_cosignature(sqlite_log: Log, town: Town, name: str) -> None:
    """It is set aside with a reason; the other witnesses count, and no unsigned word can stop the log."""
    sqlite_log.grow(3)

    class Handler(Nonsense):
        answer = NONSENSE[name]

    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as url:
        assert set(town.cosign(sqlite_log, A=url)) == {"A"}
        assert set(
            check_witnesses(sqlite_log.engine, SIGNER.verifier(), town.policy(A=url), town.client)
        ) == {"A"}
    sqlite_log.publish()
    town.policy().check((sqlite_log.public / "checkpoint").read_bytes())


def test_a_witness_that_never_answers(sqlite_log: Log, town: Town) -> None:
    sqlite_log.grow(3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert set(town.cosign(sqlite_log, A=f"http://127.0.0.1:{silent.getsockname()[1]}")) == {"A"}


def test_a_witness_that_has_seen_more_stops_the_log(sqlite_log: Log, town: Town, tmp_path: Path) -> None:
    """The only witness of a rewritten database may be somebody else's: our own signature, kept by him."""
    ahead = sign(Checkpoint(ORIGIN, 99, noise("ahead")), SIGNER)
    town.client.post(f"{town.urls['A']}/add-checkpoint", content=request(0, [], ahead)).raise_for_status()
    sqlite_log.grow(3)
    for act in (
        lambda: town.cosign(sqlite_log),
        lambda: check_witnesses(sqlite_log.engine, SIGNER.verifier(), town.policy(), town.client),
    ):
        with pytest.raises(LedgerHaltedError, match="witness A"):
            act()


def test_addresses_that_are_not_there(town: Town) -> None:
    url = town.urls["A"]
    assert town.client.get(f"{url}/").status_code == 404
    assert town.client.post(f"{url}/other", content=b"x").status_code == 404
    assert town.client.post(f"{url}/add-checkpoint", content=b"x" * 300_000).status_code == 413
    assert town.client.post(f"{url}/add-checkpoint", content=b"").status_code == 400
    assert town.client.get(f"{url}/{'0' * 64}/checkpoint").status_code == 404
