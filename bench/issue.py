"""Yearly records issued in a second, beside what the signature alone costs one core.

    python -m bench.issue [--people N] [--portion N] [--processes N] [--profile]

From decided facts to the credential, signed and read back, and its committed entry in the log; the activities were
registered before, as in life, and no QR or PDF is drawn. On SQLite and, where its programs are installed, PostgreSQL, by
one process and by several that share all but the writing (docs/adr/0026-batches-by-several-processes.md). Each step's
microseconds of one processor are printed first: they count less of what else the computer does than the clock.

What limits it: with one process, its time, of which signing and verifying are a sixth. With several, the one that writes:
it finds people and registrations, saves two rows and two events with their payloads, and gives the entries their places. On
PostgreSQL, which works beside it, that leaves half of what `cryptography` alone does on one core, from four processors on (and
one for the server); on SQLite, whose work is this process's own, a third and somewhat more. The printed bounds say it of this computer.
"""

import argparse
import cProfile
import json
import os
import pstats
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import jwt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from issuer.bulk import in_bulk
from issuer.creation import NewInstance, create
from issuer.credentials.building import Edition, build
from issuer.credentials.sealing import Sealer
from issuer.credentials.service import Ready, release_all
from issuer.credentials.slots import SlotDrawer
from issuer.instance import Instance, Transaction, drafting, open_instance, writing
from issuer.people.identifier import check_character
from issuer.people.service import keep_all
from issuer.records.service import Version, Year, conclude_all, save_all
from issuer.registration.roster import read_roster
from issuer.registration.service import register_all
from issuer.service import Checked, check, record
from tests.postgres import running_postgres
from verifier import jws

PEOPLE = Path(__file__).parents[1] / "demo/people.json"
REPEATS = 3
SHARED = (
    "keys, decision, facts, snapshot",
    "places in the status lists",
    "building",
    "signing and reading back",
)
"""Steps that several processes share."""
A = TypeVar("A")


def quiet(_step: str, _done: int, _all: int) -> None:
    """A progress that nobody watches."""


def crowd(count: int) -> bytes:
    """A roster of invented people: those of the demo in turn, under numbers of a region that does not exist."""
    templates: list[dict[str, Any]] = json.loads(PEOPLE.read_text("utf-8"))
    made = []
    for number in range(count):
        one = json.loads(json.dumps(templates[number % len(templates)]))
        first = f"629{number // 1000:03d}19900101{number % 1000:03d}"
        one["person"] |= {"id_type": "resident_id", "identifier": first + check_character(first)}
        made.append(one)
    return json.dumps(made, ensure_ascii=False).encode()


def rate(count: int, work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    start = clock()
    work()
    return count / (clock() - start)


def median(count: int, work: Callable[[], object]) -> float:
    """How often in a second of one processor: what else the computer does counts less than by the clock."""
    return statistics.median(rate(count, work, time.process_time) for _ in range(REPEATS))


def say(what: str, figure: float, beside: float | None = None) -> None:
    ratio = "" if beside is None else f"  {figure / beside:5.2f} of signing and verifying alone on one core"
    print(f"{what:<58} {figure:>8,.0f} a second{ratio}")


@contextmanager
def prepared(database: str | None, count: int, processes: int) -> Iterator[tuple[Instance, list[Checked]]]:
    """An instance, and a crowd decided and registered; both stay outside of what is measured."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "instance"
        names = {"host": "jxjy.example.gov.cn", "name_zh": "示例", "name_en": "Specimen", "demo": True}
        create(home, NewInstance(**names, **({"database": database} if database else {})))
        os.environ["XUESHI_PROCESSES"] = str(processes)
        with open_instance(home) as instance:
            yield instance, decided(instance, count)


def decided(instance: Instance, count: int) -> list[Checked]:
    good, problems = check(instance, read_roster(crowd(count), "crowd"), quiet)
    assert not problems, problems[:3]
    for start in range(0, len(good), 500):
        some = [one.entry for one in good[start : start + 500]]
        with writing(instance) as work:
            register_all(work, keep_all(work, some), some)
    sequence(instance)
    return good


def sequence(instance: Instance) -> None:
    instance.sequencer().drain()


def issue(instance: Instance, good: list[Checked], portion: int) -> None:
    with in_bulk(instance) as roomy:
        results = record(roomy, good, quiet, portion)
        sequence(roomy)
    assert all(one.issued.fresh for one in results)


@dataclass(frozen=True)
class Run:
    """Records a second by the clock, and seconds of processor time a record: of the process that writes, and of all others."""

    rate: float
    writer: float
    others: float


def measure(database: str | None, count: int, portion: int, processes: int) -> Run:
    with prepared(database, count, processes) as (instance, good):
        busy, children = time.process_time(), resource.getrusage(resource.RUSAGE_CHILDREN)
        figure = rate(count, lambda: issue(instance, good, portion))
        busy = time.process_time() - busy
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    others = after.ru_utime + after.ru_stime - children.ru_utime - children.ru_stime
    return Run(figure, busy / count, others / count)


def steps(count: int, portion: int) -> dict[str, float]:
    """Seconds of processor time a record of each step of issuing, done one after another by one process on SQLite."""
    spent: dict[str, float] = defaultdict(float)
    committing = 0.0

    def step(name: str, work: Callable[[], A]) -> A:
        began = time.process_time()
        answer = work()
        spent[name] += (time.process_time() - began) / count
        return answer

    with prepared(None, count, 1) as (usual, good), in_bulk(usual) as instance:
        for start in range(0, count, portion):
            began = one_portion(instance, good[start : start + portion], step)
            committing += (time.process_time() - began) / count
        step("places in the log, tree, checkpoint", lambda: sequence(instance))
    return spent | {"commit": committing}


def one_portion(
    instance: Instance, some: list[Checked], step: Callable[[str, Callable[[], Any]], Any]
) -> float:
    """Do the steps of a portion; answers the processor time when its commit began."""
    entries, secret = [one.entry for one in some], instance.person_secret
    keys, places, building, signing = SHARED
    with drafting(instance, (0, 1)) as draft:
        versions = step(
            keys,
            lambda: conclude_all(
                draft,
                [Year(one.entry.identifier.person_key(secret), one.entry, one.decision) for one in some],
            ),
        )
        slots = step(places, lambda: SlotDrawer(draft).draw(len(some)))
        editions = [Edition(1, slot, instance.now()) for slot in slots]
        pairs = list(zip(some, editions, strict=True))
        made = step(
            building, lambda: [build(instance.settings, o.entry, o.decision, edition) for o, edition in pairs]
        )
        sealed = step(signing, lambda: Sealer(draft).seal_all(made, editions))
    assert all(isinstance(each, Version) for each in versions)
    ready = [Ready(each.issued, each.row, None) for each in sealed]
    with instance.engine.begin() as connection:
        work = Transaction(instance, connection, events=draft.events)
        people = step("people found", lambda: keep_all(work, entries))
        ids = {person.key: person.id for person in people}
        step("registrations found", lambda: register_all(work, people, entries))
        step(
            "rows of records and credentials",
            lambda: release_all(work, list(zip(save_all(work, versions, ids), ready, strict=True))),
        )
        step("events and payloads queued", work.stage)
        return time.process_time()


def tell_steps(count: int, portion: int) -> None:
    spent = steps(count, portion)
    print(f"microseconds of one processor a record, by step (SQLite, {portion} a transaction):")
    for name, seconds in spent.items():
        print(f"  {'shared' if name in SHARED else 'writer'}  {name:<42} {1e6 * seconds:6.0f}")
    print(f"  all     {'':<42} {1e6 * sum(spent.values()):6.0f}")


def tell(what: str, runs: list[Run], alone: float) -> None:
    say(what, statistics.median(run.rate for run in runs), alone)
    writer, others = (
        1e6 * statistics.median(getattr(run, name) for run in runs) for name in ("writer", "others")
    )
    print(
        f"    microseconds of a processor a record: {writer:.0f} the process that writes, {others:.0f} the others together"
    )
    if others > 1:
        bound = 1e6 / writer
        print(
            f"    so at most {bound:,.0f} a second, {bound / alone:.2f} of alone, from {1 + others / writer:.1f} processors on"
        )


def peers(sample: str) -> float:
    """Print the peers, on one core each; answers how often `cryptography` alone signs and verifies the bytes of a credential."""
    key = ec.generate_private_key(ec.SECP256R1())
    public, algorithm = key.public_key(), ec.ECDSA(hashes.SHA256())
    payload = jws.split(sample).payload
    signed = sample.rpartition(".")[0].encode()
    count = 1000
    alone = median(
        count, lambda: [public.verify(key.sign(signed, algorithm), signed, algorithm) for _ in range(count)]
    )
    say("cryptography alone, signing and verifying (ES256)", alone)
    steady = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
    say(
        "cryptography alone, signing",
        median(count, lambda: [key.sign(signed, algorithm) for _ in range(count)]),
    )
    say(
        "the same with nonces by RFC 6979",
        median(count, lambda: [key.sign(signed, steady) for _ in range(count)]),
    )
    claims = json.loads(payload)
    say(
        "PyJWT, encoding and signing",
        median(count, lambda: [jwt.encode(claims, key, "ES256") for _ in range(count)]),
    )
    if shutil.which("openssl"):
        words = ["openssl", "speed", "-seconds", "2", "-mr", "ecdsap256"]
        told = subprocess.run(words, capture_output=True, text=True, check=True).stdout
        for line in told.splitlines():
            if line.startswith("+F4:"):
                sign, verify = map(float, line.split(":")[-2:])
                say("openssl speed ecdsap256, signing", sign if sign > 1 else 1 / sign)
                say("openssl speed ecdsap256, verifying", verify if verify > 1 else 1 / verify)
    return alone


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--portion", type=int, default=200)
    parser.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--profile", action="store_true")
    asked = parser.parse_args()
    print(
        f"load {os.getloadavg()[0]:.1f}, {asked.people} people, {asked.portion} a transaction, medians of {REPEATS}"
    )
    with prepared(None, 1, 1) as (instance, good):
        sample = record(instance, good, quiet)[0].issued.jws
    if asked.profile:
        with prepared(None, asked.people, asked.processes) as (instance, good), cProfile.Profile() as profile:
            issue(instance, good, asked.portion)
        pstats.Stats(profile).sort_stats("tottime").print_stats(45)
        return
    alone = peers(sample)
    tell_steps(asked.people, asked.portion)
    counts = sorted({1, asked.processes})
    for processes in counts:
        runs = [measure(None, asked.people, asked.portion, processes) for _ in range(REPEATS)]
        tell(f"issued, SQLite, processes that share: {processes}", runs, alone)
    if shutil.which("pg_config") or Path("/usr/lib/postgresql").exists():
        for processes in counts:
            runs = []
            for _ in range(REPEATS):
                with running_postgres() as url:
                    runs.append(measure(url, asked.people, asked.portion, processes))
            tell(f"issued, PostgreSQL, processes that share: {processes}", runs, alone)


if __name__ == "__main__":
    main()
