"""The signed list of a year's issuances, and storage that speaks S3."""

from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import issued
from ledger.bucket import Bucket, Credentials, Request, sign_v4
from ledger.checkpoint import Checkpoint, open_checkpoint, sign
from ledger.entry import Kind
from ledger.errors import (
    FormatError,
    IssuedListError,
    LedgerError,
    SignatureError,
    StorageError,
    UnknownVersionError,
    WrongLogError,
)
from ledger.event import Event
from ledger.note import Signer, open_note, sign_note
from ledger.publish import Folder, headers_of, renew_issuances
from ledger.store import reading
from tests.ledger.logs import ORIGIN, OTHER_SIGNER, SIGNER, Log, event_id, noise

KEYS = [SIGNER.verifier()]
DATA = issued.encode_list([(noise(n), n) for n in range(5)])
HEAD = issued.sign_head(SIGNER, 2026, 9, DATA)


def issue(log: Log, number: int, day: date) -> None:
    log.stage(Event(event_id(number), Kind.ISSUANCE, day, digest=noise("credential", number)))


def publish_year(log: Log, year: int, largest: int | None = None) -> issued.IssuedHead:
    log.publish()
    with reading(log.engine).connect() as connection:
        return renew_issuances(connection, Folder(log.public), SIGNER, year, largest)


def test_the_list_of_a_year(log: Log) -> None:
    log.grow(3)
    for number, day in (
        (10, date(2025, 12, 31)),
        (11, date(2026, 1, 1)),
        (12, date(2026, 12, 31)),
        (13, date(2027, 1, 1)),
    ):
        issue(log, number, day)
    log.sequencer().drain()
    issue(log, 14, date(2026, 6, 1))  # waits for the sequencer, so it is not public yet
    publish_year(log, 2026)
    head = issued.open_head((log.public / "issuances/2026/head").read_bytes(), ORIGIN, KEYS)
    data = (log.public / f"issuances/2026/{head.count}").read_bytes()
    issued.check_list(head, data)
    assert (head.year, head.log_size, head.count) == (2026, 7, 2)
    found = {n: issued.find(data, noise("credential", n)) for n in range(10, 15)}
    assert found == {10: None, 11: 4, 12: 5, 13: None, 14: None}


@pytest.mark.parametrize("version", [0, 2])
def test_a_list_of_another_version_is_named(version: int) -> None:
    text = open_note(HEAD, KEYS).text.replace(b"/v1\n", b"/v%d\n" % version)
    with pytest.raises(UnknownVersionError, match=f"version {version}; this program reads version 1 alone"):
        issued.open_head(sign_note(text, SIGNER), ORIGIN, KEYS)


def test_the_empty_list(log: Log) -> None:
    assert publish_year(log, 2026).count == 0
    assert (log.public / "issuances/2026/0").read_bytes() == b""


def test_a_list_grows_beside_the_old_one(sqlite_log: Log) -> None:
    for number in (10, 11):
        issue(sqlite_log, number, date(2026, 1, 1))
        sqlite_log.sequencer().drain()
        publish_year(sqlite_log, 2026)
    assert sorted(path.name for path in (sqlite_log.public / "issuances/2026").iterdir()) == [
        "1",
        "2",
        "head",
    ]


def test_a_list_goes_on_from_what_stands_there(sqlite_log: Log) -> None:
    """Nothing new leaves both files alone; a file that is not the signed one is made anew from the database."""
    folder = sqlite_log.public / "issuances/2026"
    for number in (10, 11, 12):
        issue(sqlite_log, number, date(2026, 1, 1))
    sqlite_log.sequencer().drain()
    first = publish_year(sqlite_log, 2026)
    whole = (folder / "3").read_bytes()
    sqlite_log.grow(1)  # no issuance
    assert publish_year(sqlite_log, 2026) == first
    (folder / "3").write_bytes(whole[::-1])
    assert publish_year(sqlite_log, 2026).log_size == 4
    assert (folder / "3").read_bytes() == whole
    issue(sqlite_log, 13, date(2026, 5, 1))
    sqlite_log.sequencer().drain()
    assert publish_year(sqlite_log, 2026, largest=2).count == 3, "a large list waits for the night"
    assert publish_year(sqlite_log, 2026, largest=3).count == 4
    assert issued.find((folder / "4").read_bytes(), noise("credential", 13)) == 4


@given(
    st.dictionaries(st.binary(min_size=32, max_size=32), st.integers(0, 2**53 - 1)),
    st.binary(min_size=32, max_size=32),
)
def test_finding(places: dict[bytes, int], other: bytes) -> None:
    data = issued.encode_list(places.items())
    assert len(data) == 24 * len(places)
    assert {digest: issued.find(data, digest) for digest in places} == places
    assert issued.find(data, other) == places.get(other)


def test_each_byte_of_the_head_counts() -> None:
    for at in range(len(HEAD)):
        changed = bytearray(HEAD)
        changed[at] ^= 1
        with pytest.raises(LedgerError):
            issued.open_head(bytes(changed), ORIGIN, KEYS)


def test_lists_that_were_not_signed() -> None:
    head = issued.open_head(HEAD, ORIGIN, KEYS)
    issued.check_list(head, DATA)
    for wrong in (DATA[:-24], DATA + bytes(24), DATA[:-1], bytes(len(DATA))):
        with pytest.raises(IssuedListError):
            issued.check_list(head, wrong)
    with pytest.raises(FormatError):
        issued.find(DATA, b"short")


def test_heads_of_others() -> None:
    with pytest.raises(SignatureError):
        issued.open_head(issued.sign_head(OTHER_SIGNER, 2026, 9, DATA), ORIGIN, KEYS)
    other = Signer("other.example", SIGNER.private)
    with pytest.raises(WrongLogError):
        issued.open_head(issued.sign_head(other, 2026, 9, DATA), ORIGIN, [other.verifier()])


def test_neither_passes_for_the_other() -> None:
    """The log's key signs both; a list's head is no checkpoint, a checkpoint no list's head."""
    with pytest.raises(LedgerError):
        open_checkpoint(HEAD, ORIGIN, KEYS)
    with pytest.raises(IssuedListError):
        issued.open_head(sign(Checkpoint(ORIGIN, 5, noise(1)), SIGNER), ORIGIN, KEYS)


# Storage that speaks S3. The two signatures are those of the examples in Amazon's documentation of the scheme.

EXAMPLE = Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1")
EXAMPLE_NOW = datetime(2013, 5, 24, tzinfo=UTC)
EXAMPLE_HOST = "https://examplebucket.s3.amazonaws.com"


@pytest.mark.parametrize(
    ("request_", "signature"),
    [
        pytest.param(
            Request("GET", httpx.URL(f"{EXAMPLE_HOST}/test.txt"), {"Range": "bytes=0-9"}, b""),
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
            id="get",
        ),
        pytest.param(
            Request(
                "PUT",
                httpx.URL(f"{EXAMPLE_HOST}/test%24file.text"),
                {"Date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"},
                b"Welcome to Amazon S3.",
            ),
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
            id="put",
        ),
    ],
)
def test_signatures_of_the_documentation(request_: Request, signature: str) -> None:
    assert sign_v4(EXAMPLE, EXAMPLE_NOW, request_)["authorization"].endswith(f"Signature={signature}")


def test_the_secret_is_not_shown() -> None:
    assert EXAMPLE.secret not in repr(EXAMPLE)


@pytest.mark.parametrize(
    ("path", "media", "caching"),
    [
        ("checkpoint", "text/plain; charset=utf-8", "max-age=5"),
        ("ledger.vkey", "text/plain; charset=utf-8", "max-age=5"),
        ("issuances/2026/head", "text/plain; charset=utf-8", "max-age=5"),
        ("issuances/2026/7", "application/octet-stream", "immutable"),
        ("tile/0/000", "application/octet-stream", "immutable"),
        ("tile/0/000.p/5", "application/octet-stream", "immutable"),
        ("tile/entries/x001/000", "application/octet-stream", "immutable"),
    ],
)
def test_headers(path: str, media: str, caching: str) -> None:
    headers = headers_of(path)
    assert headers["Content-Type"] == media
    assert caching in headers["Cache-Control"]


def test_a_store_that_cannot_be_reached(tmp_path: Path) -> None:
    with httpx.Client(timeout=60) as client:
        bucket = Bucket("http://127.0.0.1:1/bucket", EXAMPLE, client, lambda: EXAMPLE_NOW)
        with pytest.raises(StorageError):
            bucket.read("checkpoint")
