"""Publishing into a store that speaks S3: moto's server, a real one on the loopback."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from ledger import tiles
from ledger.bucket import Bucket, Credentials
from ledger.checkpoint import open_checkpoint
from ledger.errors import StorageError
from ledger.publish import publish_to
from ledger.store import reading
from tests.ledger.logs import ORIGIN, SIGNER, Log
from tests.moto import running_store

CREDENTIALS = Credentials("AKIAEXAMPLE", "an invented secret", "us-east-1")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running_store() as address:
        yield address


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=60) as client:
        yield client


@pytest.fixture
def bucket(address: str, client: httpx.Client) -> Bucket:
    bucket = Bucket(f"{address}/public", CREDENTIALS, client, lambda: datetime.now(UTC))
    assert bucket._send("PUT", "", b"", {}) is not None, "makes the bucket"
    return bucket


def test_publishing(sqlite_log: Log, bucket: Bucket) -> None:
    for step in (100, 200):
        sqlite_log.grow(step)
        with reading(sqlite_log.engine).connect() as connection:
            publish_to(connection, bucket, SIGNER.verifier())

    def fetch(path: str) -> bytes:
        data = bucket.read(path)
        assert data is not None, path
        return data

    head = open_checkpoint(fetch("checkpoint"), ORIGIN, [SIGNER.verifier()])
    assert (head.size, tiles.TileTree(fetch, 300).root()) == (300, head.root)
    for path, caching in (
        ("checkpoint", "public, max-age=5"),
        ("tile/0/000", "public, max-age=31536000, immutable"),
    ):
        response = bucket._send("GET", path, b"", {})
        assert response is not None
        assert response.headers["cache-control"] == caching


def test_what_is_not_there(bucket: Bucket, client: httpx.Client, address: str) -> None:
    assert bucket.read("nothing") is None
    absent = Bucket(f"{address}/absent", CREDENTIALS, client, lambda: datetime.now(UTC) - timedelta(days=1))
    with pytest.raises(StorageError):
        absent.write("checkpoint", b"x")


def test_listing_and_deleting(address: str, client: httpx.Client, bucket: Bucket) -> None:
    below = Bucket(f"{address}/public/some place", CREDENTIALS, client, lambda: datetime.now(UTC))
    paths = [f"{n % 7:02d}/{n:04d}" for n in range(25)]
    for path in paths:
        below.write(path, b"x")
    found = dict(below.objects("", 4))
    assert list(found) == sorted(paths), "over several pages"
    assert all(abs(datetime.now(UTC) - moment) < timedelta(minutes=5) for moment in found.values())
    assert [path for path, _ in below.objects("03/")] == sorted(
        path for path in paths if path.startswith("03")
    )
    below.delete("03/0003")
    below.delete("03/0003")
    assert below.read("03/0003") is None
    assert bucket.read("some place/04/0004") == b"x"
