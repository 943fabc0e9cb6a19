"""What the ledger does in a second, beside what the disk, the driver and the hash alone do.

    .venv/bin/python -m bench.ledger [--entries N] [--postgres URL]

Durable figures depend on the disk's flush, so its median stands in the first line; compare ratios, not machines.
"""

import argparse
import hashlib
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pysqlite3 import dbapi2 as sqlite

from ledger import auditor, fsck, proof
from ledger.entry import Kind, canonical
from ledger.event import Event, new_event_id
from ledger.merkle import root_of
from ledger.migrate import migrate
from ledger.note import Signer
from ledger.publish import publish
from ledger.receipts import Prover, prove_index, receipt
from ledger.sequencer import Sequencer
from ledger.store import open_engine, reading, stage, stage_all

SIGNER = Signer("bench.example", Ed25519PrivateKey.generate())
PAYLOAD = canonical({"category": "training", "hours": "8", "note": "示例" * 60})


def now() -> datetime:
    return datetime.now(UTC)


def event() -> Event:
    return Event(
        new_event_id(now(), os.urandom(10)), Kind.REGISTRATION, date(2026, 1, 15), PAYLOAD, os.urandom(32)
    )


def events(count: int) -> list[Event]:
    return [event() for _ in range(count)]


def rate(count: int, work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return count / (time.perf_counter() - start)


def say(what: str, figure: float, unit: str = "a second") -> None:
    print(f"{what:<64} {figure:>12,.0f} {unit}")


def flush_p50(folder: Path) -> float:
    """Return the median of fdatasync after 4 kB, in milliseconds."""
    times = []
    with (folder / "flush").open("wb", buffering=0) as file:
        for _ in range(200):
            file.write(bytes(4096))
            start = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def appends(engine: sa.Engine, folder: Path) -> None:
    sequencer = Sequencer(engine, SIGNER, now, folder / f"high-water-{engine.dialect.name}")

    def stage_in(batch: int, prepared: list[Event]) -> None:
        for at in range(0, len(prepared), batch):
            with engine.begin() as connection:
                stage_all(connection, prepared[at : at + batch])

    for batch, count in ((1, 300), (256, 25_600)):
        prepared = events(count)
        staged = rate(count, lambda batch=batch, prepared=prepared: stage_in(batch, prepared))
        say(f"{engine.dialect.name}: staged in transactions of {batch}", staged)
    waiting = 300 + 25_600
    say(f"{engine.dialect.name}: sequenced, chained, hashed and signed", rate(waiting, sequencer.drain))
    prepared = events(25_600)
    both = rate(len(prepared), lambda: (stage_in(256, prepared), sequencer.drain()))
    say(f"{engine.dialect.name}: staged in 256 and sequenced, together", both)


def clients(engine: sa.Engine, folder: Path, count: int, seconds: float) -> None:
    """Clients that stage one event a transaction beside a sequencer that ticks, and the time until each has its receipt."""
    sequencer = Sequencer(engine, SIGNER, now, folder / f"high-water-{engine.dialect.name}")
    stop, waits, commits = time.perf_counter() + seconds, [], []

    def client() -> None:
        while time.perf_counter() < stop:
            mine, start = event(), time.perf_counter()
            with engine.begin() as connection:
                stage(connection, mine)
            commits.append(time.perf_counter() - start)
            while True:
                with reading(engine).connect() as connection:
                    if receipt(connection, mine.event_id).index is not None:
                        break
                time.sleep(0.01)
            waits.append(time.perf_counter() - start)

    def tick() -> None:
        while any(thread.is_alive() for thread in threads):
            sequencer.drain()
            time.sleep(0.2)

    threads = [threading.Thread(target=client) for _ in range(count)]
    for thread in threads:
        thread.start()
    tick()
    commit, wait = (statistics.quantiles(times, n=100)[98] for times in (commits, waits))
    print(
        f"{engine.dialect.name}: {count:>2} clients, receipts a second {len(waits) / seconds:>8,.0f}; "
        f"p99 commit {commit * 1000:,.0f} ms, receipt {wait:.2f} s"
    )


def bare_sqlite(folder: Path) -> float:
    """Return rows a second of the driver alone: the same payloads in one table, 256 a transaction, same settings."""
    connection = sqlite.connect(folder / "bare.db", isolation_level=None)
    for setting in ("journal_mode = WAL", "synchronous = FULL"):
        connection.execute(f"PRAGMA {setting}")
    connection.execute("CREATE TABLE bare (id INTEGER PRIMARY KEY, salt BLOB, payload BLOB)")
    rows = [(os.urandom(32), PAYLOAD) for _ in range(25_600)]

    def insert() -> None:
        for at in range(0, len(rows), 256):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO bare (salt, payload) VALUES (?, ?)", rows[at : at + 256])
            connection.execute("COMMIT")

    return rate(len(rows), insert)


def large(folder: Path, count: int) -> None:
    """Build a log of `count` entries and read it every way that there is."""
    engine = open_engine(f"sqlite:///{folder}/large.db")
    migrate(engine)
    sequencer = Sequencer(engine, SIGNER, now, folder / "high-water-large")

    def build() -> None:
        for at in range(0, count, 4096):
            with engine.begin() as connection:
                stage_all(connection, events(min(4096, count - at)))
            sequencer.tick()

    say(f"log of {count:,} entries built", rate(count, build))
    say("its database, bytes an entry", (folder / "large.db").stat().st_size / count, "bytes")
    with reading(engine).connect() as connection:
        indices = [k * 7919 % count for k in range(500)]
        made: list[bytes] = []
        say(
            "proofs made, each by itself",
            rate(500, lambda: made.extend(prove_index(connection, k) for k in indices)),
        )
        prover = Prover(connection)
        say("proofs made, many under one head", rate(500, lambda: [prover.prove(k) for k in indices]))
        proofs = [proof.parse(text) for text in made]
        keys = [SIGNER.verifier()]
        say(
            "proofs verified, signature included",
            rate(500, lambda: [proof.verify(p, SIGNER.name, keys) for p in proofs]),
        )
        say(
            "published from nothing",
            rate(count, lambda: publish(connection, folder / "public", SIGNER.verifier())),
        )
    trust = auditor.Trust(auditor.Key.read(SIGNER.verifier().vkey()))
    fetch = auditor.fetch_from(str(folder / "public"))
    state = folder / "state.json"
    say(
        "audited from the public files",
        rate(count, lambda: auditor.audit(fetch, trust, state, full=True, progress=lambda *_: None)),
    )
    say(
        "checked by fsck, private payloads included",
        rate(count, lambda: fsck.fsck(engine, SIGNER.verifier())),
    )
    engine.dispose()


def bare_hashes(count: int) -> float:
    bodies = [os.urandom(210) for _ in range(count)]
    return rate(count, lambda: root_of([hashlib.sha256(b"\x00" + body).digest() for body in bodies]))


def databases(folder: Path, postgres: str | None) -> Iterator[sa.Engine]:
    for url in (f"sqlite:///{folder}/small.db", postgres):
        if url is not None:
            engine = open_engine(url)
            migrate(engine)
            yield engine
            engine.dispose()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--entries", type=int, default=100_000, help="size of the large log")
    parser.add_argument("--seconds", type=float, default=4, help="how long clients run")
    parser.add_argument("--postgres", help="URL of an empty database")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="xueshi-bench-", dir=Path.cwd()) as name:
        folder = Path(name)
        print(
            f"fdatasync p50 {flush_p50(folder):.2f} ms; SQLite {sqlite.sqlite_version}; {os.cpu_count()} cores"
        )
        say("bare driver, SQLite, one insert of the same payload, 256 a transaction", bare_sqlite(folder))
        for engine in databases(folder, given.postgres):
            appends(engine, folder)
            for count in (1, 4, 16):
                clients(engine, folder, count, given.seconds)
        say("bare SHA-256, leaves and root", bare_hashes(200_000))
        large(folder, given.entries)


if __name__ == "__main__":
    main()
