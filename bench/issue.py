"""Yearly records issued in a second, beside what the signature alone costs one processor.

    python -m bench.issue [--people N] [--portion N] [--processes N] [--profile]

From decided facts to the credential, signed and read back, and its committed entry in the log; the activities were
registered and the years decided before, as in life, and no QR or PDF is drawn. On SQLite and, where its programs are
installed, PostgreSQL, by one process and by several that share all but the writing
(docs/adr/0026-batches-by-several-processes.md), taking turns. Each step's microseconds of one processor are printed first:
they count less of what else the computer does than the clock.

What limits it: the sum of the steps, as long as the processors are few: signing and verifying are a fifth of it. With many, the
one process that writes: rows, payloads and indexes of two entries and a certificate, and their places in the log. The printed
bounds say both of this computer.
"""

import argparse
import cProfile
import json
import os
import pstats
import resource
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from bench.parts import seconds_of_server
from bench.signing import REPEATS, alone, rate, say, tell_peers
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
from issuer.service import PORTION, Checked, check, record
from rules.engine import decide
from tests.postgres import postgres_is_installed, running_postgres

PEOPLE = Path(__file__).parents[1] / "demo/people.json"
PROCESSORS = len(os.sched_getaffinity(0))
DECIDING = "deciding (what is issued was decided before)"
SHARED = (
    "facts and decision as JSON, snapshot",
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
    instance.sequencer().drain()
    return good


def issue(instance: Instance, good: list[Checked], portion: int) -> None:
    with in_bulk(instance) as roomy:
        results = record(roomy, good, quiet, portion)
    assert all(one.issued.fresh for one in results)


@dataclass(frozen=True)
class Run:
    """Records a second by the clock beside what is signed and verified alone in a second of a processor; seconds of processor
    time a record: of the process that writes, of those that it shares with, of the database's server.
    """

    rate: float
    alone: float
    writer: float
    others: float
    server: float

    @property
    def all(self) -> float:
        return self.writer + self.others + self.server


def measure(sample: str, database: str | None, count: int, portion: int, processes: int) -> Run:
    signing = alone(sample)
    with prepared(database, count, processes) as (instance, good):
        busy = time.process_time()
        children, server = seconds_of_children(), seconds_of_server(instance.engine)
        figure = rate(count, lambda: issue(instance, good, portion))
        busy = time.process_time() - busy
        children = seconds_of_children() - children
        server = seconds_of_server(instance.engine) - server
    return Run(figure, signing, busy / count, children / count, server / count)


def seconds_of_children() -> float:
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime


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
        rules, sequencer = instance.library, instance.sequencer()
        step(DECIDING, lambda: [decide(one.entry.facts, rules) for one in good])
        for start in range(0, count, portion):
            began = one_portion(instance, good[start : start + portion], step)
            committing += (time.process_time() - began) / count
            step("places in the log, tree, checkpoint, commit", sequencer.drain)
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
    print(f"  before  {DECIDING:<46} {1e6 * spent.pop(DECIDING):6.0f}")
    for name, seconds in spent.items():
        print(f"  {'shared' if name in SHARED else 'writer'}  {name:<46} {1e6 * seconds:6.0f}")
    print(f"  all     {'':<46} {1e6 * sum(spent.values()):6.0f}")


def tell(what: str, runs: list[Run]) -> None:
    signing, writer, others, server, every = (
        statistics.median(getattr(run, name) for run in runs)
        for name in ("alone", "writer", "others", "server", "all")
    )
    say(what, statistics.median(run.rate for run in runs), signing)
    parts = f"{1e6 * writer:.0f} the process that writes, {1e6 * others:.0f} the others, {1e6 * server:.0f} the server"
    print(f"    microseconds of a processor a record: {parts}; {1e6 * every:.0f} in all")
    if others > 0:
        print("    so at most, were no processor ever idle (reckoned, not seen):")
        for number in (PROCESSORS, every / writer):
            most = number / every
            print(f"      {most:,.0f} a second, {most / signing:.2f} of alone, by {number:.1f} processors")
        print(
            f"      half of alone by {PROCESSORS} processors: {2e6 * PROCESSORS / signing:.0f} microseconds in all"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=6000)
    parser.add_argument("--portion", type=int, default=PORTION)
    parser.add_argument("--processes", type=int, default=PROCESSORS)
    parser.add_argument("--profile", action="store_true")
    asked = parser.parse_args()
    size = asked.people, asked.portion
    print(f"load {os.getloadavg()[0]:.1f}, {size[0]} people, {size[1]} a transaction, medians of {REPEATS}")
    with prepared(None, 1, 1) as (instance, good):
        sample = record(instance, good, quiet)[0].issued.jws
    if asked.profile:
        with prepared(None, size[0], asked.processes) as (instance, good), cProfile.Profile() as profile:
            issue(instance, good, size[1])
        pstats.Stats(profile).sort_stats("tottime").print_stats(45)
        return
    tell_peers(sample)
    tell_steps(*size)
    runs: dict[str, list[Run]] = defaultdict(list)
    for _ in range(REPEATS):  # taking turns, so that what else the computer does meets all of them
        for processes in sorted({1, asked.processes}):
            runs[f"issued, SQLite, processes that share: {processes}"].append(
                measure(sample, None, *size, processes)
            )
            if postgres_is_installed():
                with running_postgres() as url:
                    runs[f"issued, PostgreSQL, processes that share: {processes}"].append(
                        measure(sample, url, *size, processes)
                    )
    for what, some in runs.items():
        tell(what, some)


if __name__ == "__main__":
    main()
