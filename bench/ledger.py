"""What the ledger does in a second, beside what the disk, the driver and the hash alone do, on both databases.

    python -m bench.ledger [--entries N] [--database sqlite|postgresql|none]

A year of a province is `--entries 20000000 --database none`: it takes about an hour and 30 GB in the present folder.

Durable figures depend on the disk's flush, so its median stands in the first line. "Bare driver" puts the very same rows
(event, payload, queue; entry, place, tile) into tables of the same shape without guards, hashes or signatures, in
transactions of the same size; it and the log take turns, and the ratio is the median of each round's own. Every figure is
a median; compare ratios, not machines.
"""

import argparse
import hashlib
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pysqlite3 import dbapi2 as sqlite

from ledger import auditor, fsck, proof, tables
from ledger.bulk import delete_ids, insert_rows
from ledger.entry import Kind, canonical
from ledger.event import Event, new_event_id
from ledger.merkle import root_of
from ledger.migrate import migrate
from ledger.note import Signer
from ledger.publish import publish
from ledger.receipts import Prover, prove_index, receipt
from ledger.sequencer import Sequencer
from ledger.store import open_engine, reading, stage, stage_all
from tests.postgres import running_server

SIGNER = Signer("bench.example", Ed25519PrivateKey.generate())
PAYLOAD = canonical({"category": "training", "hours": "8", "note": "示例" * 60})
BATCH, TICK, ROWS, ROUNDS, MILESTONE = 256, 4096, 20_480, 5, 1_000_000
ON_DISK = Path("/var/tmp")  # noqa: S108 a folder of its own in it, where PostgreSQL's user may go


def now() -> datetime:
    return datetime.now(UTC)


def event() -> Event:
    return Event(
        new_event_id(now(), os.urandom(10)), Kind.REGISTRATION, date(2026, 1, 15), PAYLOAD, os.urandom(32)
    )


def events(count: int) -> list[Event]:
    return [event() for _ in range(count)]


def rate(count: int, work: Callable[[], object]) -> tuple[float, float]:
    """Return how many a second, by the clock and by this process's own time (which a busy machine does not change)."""
    wall, own = time.perf_counter(), time.process_time()
    work()
    return count / (time.perf_counter() - wall), count / max(time.process_time() - own, 1e-9)


def say(what: str, figures: list[tuple[float, float]]) -> None:
    wall, own = (statistics.median(each) for each in zip(*figures, strict=True))
    print(f"{what:<58} {wall:>10,.0f} a second {own:>10,.0f} a CPU second", flush=True)


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


def staged(engine: sa.Engine, prepared: list[Event], batch: int) -> None:
    for at in range(0, len(prepared), batch):
        with engine.begin() as connection:
            stage_all(connection, prepared[at : at + batch])


def appends(engine: sa.Engine, bare: sa.Engine, folder: Path) -> None:
    """Ours and the bare driver take turns, so that what else the computer does meets both; the ratio is each round's own."""
    name = engine.dialect.name
    sequencer = Sequencer(engine, SIGNER, now, folder / f"high-water-{name}")
    single, whole, queue, log, plain = [], [], [], [], []
    for _ in range(ROUNDS):
        plain.append(bare_rows(bare))
        one, many = events(200), events(ROWS)
        single.append(rate(200, lambda one=one: staged(engine, one, 1)))
        sequencer.drain()
        start, own = time.perf_counter(), time.process_time()
        queue.append(rate(ROWS, lambda many=many: staged(engine, many, BATCH)))
        log.append(rate(ROWS, sequencer.drain))
        whole.append((ROWS / (time.perf_counter() - start), ROWS / (time.process_time() - own)))
    say(f"{name}: bare driver, the same rows without guards or hashes", plain)
    say(f"{name}: staged, one a transaction", single)
    say(f"{name}: staged, {BATCH} a transaction", queue)
    say(f"{name}: sequenced, chained, hashed and signed", log)
    say(f"{name}: both, in batches of {BATCH}", whole)
    ratios = [
        [ours / theirs for ours, theirs in zip(*each, strict=True)] for each in zip(whole, plain, strict=True)
    ]
    wall, cpu = (statistics.median(each) for each in zip(*ratios, strict=True))
    every = ", ".join(f"{one[0]:.0%}" for one in ratios)
    print(
        f"{name}: {wall:.0%} of the bare driver ({cpu:.0%} by CPU time), median of the rounds {every}",
        flush=True,
    )


def bare_rows(engine: sa.Engine) -> tuple[float, float]:
    """Put what a log of `ROWS` entries consists of into unguarded tables, in the same transactions."""
    body = b"x" * 215
    prepared = events(ROWS)
    made = [(one.event_id, one.kind.value, one.day, one.commitment, None) for one in prepared]
    private = [(one.event_id, one.salt, one.payload) for one in prepared]
    columns = ("event_id", "kind", "day", "commitment", "digest")

    def work() -> None:
        for at in range(0, ROWS, BATCH):
            part = slice(at, at + BATCH)
            with engine.begin() as connection:
                insert_rows(connection, tables.event, columns, made[part])
                insert_rows(connection, tables.private, ("event_id", "salt", "payload"), private[part])
                insert_rows(connection, tables.pending, ("event_id",), [row[:1] for row in made[part]])
        with engine.begin() as connection:
            first = connection.execute(sa.select(sa.func.count()).select_from(tables.entry)).scalar_one()
        for at in range(0, ROWS, TICK):
            numbers = range(first + at, first + at + TICK)
            with engine.begin() as connection:
                ids = connection.execute(sa.select(tables.pending.c.id).limit(TICK)).scalars().all()
                entries = [(n, body[:32], body) for n in numbers]
                insert_rows(connection, tables.entry, ("idx", "leaf_hash", "body"), entries)
                places = [(row[0], n) for row, n in zip(made[at : at + TICK], numbers, strict=True)]
                insert_rows(connection, tables.place, ("event_id", "idx"), places)
                tiles = [(0, n >> 8, bytes(8192)) for n in numbers[::256]]
                insert_rows(connection, tables.tile, ("level", "n", "data"), tiles)
                delete_ids(connection, tables.pending.c.id, ids)

    return rate(ROWS, work)


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
                time.sleep(0.02)
            waits.append(time.perf_counter() - start)

    threads = [threading.Thread(target=client) for _ in range(count)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        sequencer.drain()
        time.sleep(0.2)
    commit, wait = (statistics.quantiles(times, n=100)[98] for times in (commits, waits))
    print(
        f"{engine.dialect.name}: {count:>2} clients, {len(waits) / seconds:,.0f} receipts a second; "
        f"p99 commit {commit * 1000:,.0f} ms, receipt {wait:.2f} s",
        flush=True,
    )


def large(folder: Path, count: int) -> None:
    """Build a log of `count` entries and read it every way that there is."""
    engine = open_engine(f"sqlite:///{folder}/large.db")
    migrate(engine)
    sequencer = Sequencer(engine, SIGNER, now, folder / "high-water-large")

    def build() -> None:
        for at in range(0, count, TICK):
            staged(engine, events(min(TICK, count - at)), TICK)
            sequencer.tick()
            if at // MILESTONE != (at + TICK) // MILESTONE:
                print(f"  {datetime.now(UTC):%H:%M:%S}  {at + TICK:,} entries", file=sys.stderr, flush=True)

    say(f"log of {count:,} entries built", [rate(count, build)])
    print(f"its database: {(folder / 'large.db').stat().st_size / count:,.0f} bytes an entry")
    with reading(engine).connect() as connection:
        indices = [k * 7919 * 31 % count for k in range(500)]
        made: list[bytes] = []
        say("proofs made, each by itself", [_proofs(connection, indices, made) for _ in range(3)])
        prover = Prover(connection)
        say("proofs made, many under one head", [rate(500, lambda: [prover.prove(k) for k in indices])])
        proofs, keys = [proof.parse(text) for text in made[:500]], [SIGNER.verifier()]
        checks = rate(500, lambda: [proof.verify(p, SIGNER.name, keys) for p in proofs])
        say("proofs verified, signature included", [checks])
        public = rate(count, lambda: publish(connection, folder / "public", SIGNER.verifier()))
        say("published from nothing", [public])
    trust = auditor.Trust(auditor.Key.read(SIGNER.verifier().vkey()))
    fetch, state = auditor.fetch_from(str(folder / "public")), folder / "state.json"
    audits = [
        rate(count, lambda: auditor.audit(fetch, trust, state, full=True, progress=lambda *_: None))
        for _ in range(1 if count > MILESTONE else 3)
    ]
    say("audited from the public files", audits)
    say("checked by fsck, payloads included", [rate(count, lambda: fsck.fsck(engine, SIGNER.verifier()))])
    engine.dispose()


def _proofs(connection: sa.Connection, indices: list[int], made: list[bytes]) -> tuple[float, float]:
    return rate(len(indices), lambda: made.extend(prove_index(connection, k) for k in indices))


def bare_hashes(count: int) -> list[tuple[float, float]]:
    bodies = [os.urandom(215) for _ in range(count)]
    return [
        rate(count, lambda: root_of([hashlib.sha256(b"\x00" + body).digest() for body in bodies]))
        for _ in range(3)
    ]


@contextmanager
def databases(folder: Path, name: str) -> Iterator[tuple[sa.Engine, sa.Engine]]:
    """Yield a migrated database and one with bare tables."""
    with ExitStack() as stack:
        if name == "sqlite":
            urls = [f"sqlite:///{folder}/{each}.db" for each in ("log", "bare")]
        else:
            server = stack.enter_context(running_server(ON_DISK))
            server.execute("CREATE DATABASE log")
            server.execute("CREATE DATABASE bare")
            urls = [server.url(each) for each in ("log", "bare")]
        log, bare = (open_engine(url) for url in urls)
        migrate(log)
        if name == "sqlite":  # nobody asks the bare driver what it may do
            sa.event.listen(bare, "connect", lambda raw, _record: raw.set_authorizer(None))
        for table in tables.metadata.sorted_tables:
            create = str(sa.schema.CreateTable(table).compile(bare)).replace("PARTITION BY RANGE (idx)", "")
            with bare.begin() as connection:
                connection.execute(sa.text(create))
        yield log, bare
        log.dispose()
        bare.dispose()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--entries", type=int, default=100_000, help="size of the large log")
    parser.add_argument("--seconds", type=float, default=4, help="how long clients run")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "none"], help="only this one")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="xueshi-bench-", dir=Path.cwd()) as name:
        folder = Path(name)
        flush, load = flush_p50(folder), os.getloadavg()[0]
        print(
            f"fdatasync p50 {flush:.2f} ms; SQLite {sqlite.sqlite_version}; {os.cpu_count()} cores, load {load:.1f}"
        )
        for database in ("sqlite", "postgresql"):
            if given.database in {None, database}:
                with databases(folder, database) as (log, bare):
                    appends(log, bare, folder)
                    for count in (1, 4, 16):
                        clients(log, folder, count, given.seconds)
        say("bare SHA-256, leaves and root", bare_hashes(200_000))
        large(folder, given.entries)


if __name__ == "__main__":
    main()
