"""The keeper of a served issuer: what waits goes out, what grows old is renewed, what failed is tried again and told."""

import gzip
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from errno import ENOSPC
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

import issuer.serving
from issuer.acts import Act, governance_act, note_act
from issuer.config import FILE
from issuer.creation import NewInstance, create
from issuer.credentials.renewing import ACT, RENEWAL, note_renewal
from issuer.errors import SettingsError
from issuer.instance import Instance, open_instance, writing
from issuer.public_files import headers_of
from issuer.service import issue_roster
from issuer.serving import RETRY, Keeper
from issuer.witnesses import demo_witnesses
from ledger import tiles
from ledger.checkpoint import open_checkpoint
from ledger.entry import Kind
from ledger.errors import StorageError
from ledger.event import Event, derived_event_id
from ledger.reconcile import Discrepancy
from ledger.store import stage
from tests.issuer.conftest import NEW, quiet, roster_of
from tests.moto import running_store
from verifier import base64url, jws

NIGHT = datetime(2027, 6, 1, 17, 30, tzinfo=UTC)  # half past one in Shanghai


@dataclass
class Clock:
    """A clock that goes on when it is told to."""

    moment: datetime

    def __call__(self) -> datetime:
        return self.moment


def act(instance: Instance) -> None:
    """Do something as a page would: its entry waits for the keeper."""
    with writing(instance) as work:
        note_act(work, Act("unit-entered", "unit:example", {}))


def shown(instance: Instance) -> int:
    note = (instance.settings.public / "checkpoint").read_bytes()
    return open_checkpoint(note, instance.settings.log_origin, [instance.log_signer.verifier()]).size


def status_made(instance: Instance) -> int:
    token = (instance.settings.public / "status/r1").read_text()
    return int(json.loads(jws.split(token).payload)["iat"])


def test_what_waits_goes_out_by_itself(home: Path) -> None:
    """The thread itself, as `xueshi serve issuer` runs it."""
    with open_instance(home) as instance:
        keeper = Keeper(instance)
        with keeper.running():
            act(instance)
            give_up = time.monotonic() + 60
            while not (instance.settings.public / "checkpoint").exists() and time.monotonic() < give_up:
                time.sleep(0.05)
            assert (shown(instance), keeper.health().says) == (1, "log size 1")


def test_status_lists_are_renewed_in_time_and_rows_compared_at_night(home: Path) -> None:
    clock = Clock(NIGHT)
    with open_instance(home, now=clock) as instance:
        keeper = Keeper(instance)
        keeper.look()
        first = status_made(instance)
        assert renewals(instance) == 1, "those of the instance's making had grown old"
        clock.moment += timedelta(minutes=20)
        keeper.look()
        assert status_made(instance) == first, "nothing waits, and it is not night yet"
        with instance.engine.begin() as connection:
            of_no_row = Event(derived_event_id("x"), Kind.GOVERNANCE, instance.today(), digest=bytes(32))
            stage(connection, of_no_row)
        keeper.look()
        assert keeper.health().says == "log size 2"
        clock.moment += timedelta(minutes=20)
        keeper.look()
        assert keeper.health().says == "log size 2, 1 rows or entries without the other"
        clock.moment += timedelta(hours=13)
        keeper.look()
        assert status_made(instance) == int(clock.moment.timestamp())
        assert renewals(instance) == 2
        for _ in range(3):
            Keeper(instance).look()
        assert renewals(instance) == 2, "however often the service starts"
        said = json.loads(newest_renewal(instance))
        published = {
            name: (instance.settings.public / f"status/{name}").read_text() for name in said["lists"]
        }
        assert {name: sha256(read_bits(token)).hexdigest() for name, token in published.items()} == said[
            "lists"
        ]


def test_a_night_that_fails_is_told_and_tried_again_later(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, asked = Clock(NIGHT + timedelta(hours=1)), list[sa.Engine]()

    def broken(engine: sa.Engine) -> list[Discrepancy]:
        asked.append(engine)
        raise OSError(ENOSPC, "no space")

    with open_instance(home, now=clock) as instance:
        keeper = Keeper(instance)
        with monkeypatch.context() as patched:
            patched.setattr(issuer.serving, "reconcile_all", broken)
            for _ in range(3):
                keeper.look()
            assert (len(asked), keeper.health().ready, keeper.health().says) == (1, False, "OSError")
            clock.moment += RETRY
            keeper.look()
            assert len(asked) == 2
            clock.moment -= timedelta(minutes=5)
            keeper.look()
            assert len(asked) == 3, "a clock that was set back keeps nothing waiting"
        clock.moment += RETRY
        keeper.look()
        assert keeper.health().ready


def test_a_publishing_that_fails_again_and_again_has_one_entry(home: Path) -> None:
    clock = Clock(NIGHT)
    with open_instance(home, now=clock) as instance:
        assert note_renewal(instance)
        for _ in range(3):
            clock.moment += RETRY
            assert not note_renewal(instance), "it was entered, and nothing was published since"
        clock.moment += RENEWAL
        assert note_renewal(instance)


def renewals(instance: Instance) -> int:
    with instance.engine.connect() as connection:
        return int(
            connection.execute(sa.select(sa.func.count()).where(governance_act.c.what == ACT)).scalar_one()
        )


def newest_renewal(instance: Instance) -> str:
    query = sa.select(governance_act.c.body).where(governance_act.c.what == ACT)
    with instance.engine.connect() as connection:
        return str(connection.execute(query.order_by(governance_act.c.at.desc()).limit(1)).scalar_one())


def read_bits(token: str) -> bytes:
    encoded = json.loads(jws.split(token).payload)["credentialSubject"]["encodedList"]
    return gzip.decompress(base64url.decode(encoded.removeprefix("u")))


def test_witnesses_that_were_away(tmp_path: Path) -> None:
    """The folder's head waits for them, /ready says by how much, and when they are back it goes out without being asked."""
    home = tmp_path / "instance"
    create(home, NewInstance(NEW.host, NEW.name_zh, NEW.name_en, public_folder="../public", demo=True))
    clock = Clock(datetime.now(UTC))  # now that the keys have begun
    with demo_witnesses(tmp_path):
        pass  # the instance knows them now, and they are gone
    with open_instance(home, now=clock) as instance:
        keeper = Keeper(instance)
        act(instance)
        keeper.look()
        assert keeper.health().says == "log size 1, witnessed 0"
        assert not (instance.settings.public / "checkpoint").exists()
    with demo_witnesses(tmp_path), open_instance(home, now=clock) as instance:
        keeper = Keeper(instance)
        keeper.look()
        assert (shown(instance), keeper.health().says) == (1, "log size 1")


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    with running_store() as address:
        yield address


@pytest.fixture
def stored(home: Path, store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An instance whose settings name a bucket, which is yet to be made."""
    bucket = f"{store}/{tmp_path.name.replace('_', '-')}"
    text = f'bucket = "{bucket}/public"\nbucket_key_id = "AKIAEXAMPLE"\n'
    (home / FILE).write_text((home / FILE).read_text("utf-8") + text, "utf-8")
    monkeypatch.setenv("XUESHI_BUCKET_SECRET", "an invented secret")
    return bucket


def test_a_bucket_gets_the_public_files(home: Path, stored: str, people: list[dict[str, Any]]) -> None:
    """It is away first: the folder has the revocation all the same, /ready says so, and the bucket catches up."""
    clock = Clock(datetime.now(UTC))
    with open_instance(home, now=clock) as instance:
        with pytest.raises(StorageError, match="no such bucket"):
            issue_roster(instance, roster_of(people[:1]), quiet)
        public = instance.settings.public
        assert shown(instance) > 0
        keeper = Keeper(instance)
        keeper.look()
        assert (keeper.health().ready, keeper.health().says) == (False, "StorageError")
        httpx.put(stored).raise_for_status()
        keeper.look()
        assert not keeper.health().ready, "it is tried again, but not at once"
        clock.moment += RETRY
        keeper.look()
        assert keeper.health().ready
        paths = [str(path.relative_to(public)) for path in public.rglob("*") if path.is_file()]
        assert {"checkpoint", "status/r1", "trust-list.jwt"} < set(paths)
        assert instance.bucket is not None
        for path in paths:
            answer = instance.bucket._send("GET", path, b"", {})
            if answer is None:  # of no public kind, or replaced before there was a bucket
                assert path in {"trust-root.jwk", ".publish.lock"} or path.endswith("/0") or ".p/" in path
                continue
            # An empty list is signed again only now and then; that of the bucket speaks of a longer log.
            assert answer.content == (public / path).read_bytes() or path.endswith("/head"), path
            kept = {name: answer.headers[name] for name in ("Content-Type", "Cache-Control")}
            assert kept == headers_of(path), path

        def fetch(path: str) -> bytes:
            assert instance.bucket is not None
            data = instance.bucket.read(path)
            assert data is not None, path
            return data

        head = open_checkpoint(
            fetch("checkpoint"), instance.settings.log_origin, [instance.log_signer.verifier()]
        )
        assert tiles.TileTree(fetch, head.size).root() == head.root


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        pytest.param('bucket = "https://store.example/b"', "bucket_key_id", id="no key"),
        pytest.param(
            'bucket = "https://store.example/b"\nbucket_key_id = "A"', "BUCKET_SECRET", id="no secret"
        ),
        pytest.param('bucket = "store.example/b"', "bucket", id="no address"),
        pytest.param('bucket = "https://store.example/b?x=y"', "bucket", id="a query"),
    ],
)
def test_buckets_that_cannot_be_used(home: Path, settings: str, says: str) -> None:
    (home / FILE).write_text((home / FILE).read_text("utf-8") + settings + "\n", "utf-8")
    with pytest.raises(SettingsError, match=says), open_instance(home):
        pass
