"""Rows of a file registered in a second, beside the bare driver's bulk insert of the same rows.

    python -m bench.imports [--rows N] [--people N] [--courses N] [--rounds N] [--only sqlite|postgresql] [--alone]

From the file's bytes to entries that have their places in the log and stand in the public folder, as `xueshi import` does it: each row
is read (by a process of its own), its person found, compared with what is known, registered, committed to and sequenced.

The bare driver then inserts exactly the rows that the import left in each table, and does nothing else, in one process (SQLite:
executemany, PostgreSQL: COPY), with the same keys, indices, guards, flushes and memory. Twice: in the same portions, transactions and
order in which the import wrote them; and table by table, all of it in the order of the keys, the kindest there is for an index, which
nobody has who takes rows as they come. `--alone` leaves that out: for the memory that a long file takes.

Each round on fresh databases, in a process of its own, so that its largest memory can be told; figures are medians of the rounds. Ratios
hold, figures depend on the disk. More people than the reader remembers take course after course, so that it meets nobody whom it knows;
what remembering wins is printed first. On SQLite and, where its programs are installed, PostgreSQL.
"""

import argparse
import csv
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.inserting import as_written, bare, by_key
from bench.parts import seconds_of_server, watching
from issuer.creation import NewInstance, create
from issuer.instance import Instance, open_instance
from issuer.intake.ahead import WORTH, Asking, read_rows
from issuer.intake.asked import PORTION, Asked
from issuer.intake.contents import REMEMBERED
from issuer.intake.profiles import find_profile
from issuer.intake.rows import Manner
from issuer.intake.service import import_file
from issuer.intake.sheets import look_at
from issuer.people.identifier import IdType, check_character, read_identifier
from issuer.people.tables import professional
from tests.postgres import running_postgres

HEADINGS = (
    "身份证号", "姓名", "记录编号", "科目类别", "课程名称", "班次编号", "主办单位", "报名日期", "考试通过日期", "课程学时", "考试结果", "更新时间",
)  # fmt: skip
PARTS = {
    "_taken": "waiting for rows",
    "find_people": "looking up",
    "look_up": "looking up",
    "find_twins": "looking up",
    "plan": "deciding",
    "write": "facts and commitments",
    "stage_all": "queueing",
    "tick": "sequencing",
    "insert_rows": "inserting",
    "do_commit": "committing",
    "publish": "publishing",
}
"""Functions of the import by what they are for. The bare driver has inserting and committing alone."""
PEERS = {"bare": as_written, "kindest": by_key}
Figures = dict[str, float]


def number(one: int) -> str:
    first = f"629{one // 1000:03d}19900101{one % 1000:03d}"
    return first + check_character(first)


def rows(count: int, people: int, courses: int) -> Iterator[list[str]]:
    """Invented rows: each person takes course after course; a course is a title, two days and its hours."""
    first = date(2025, 1, 1)
    for one in range(count):
        who, course = one % people, (one // people + one) % courses
        begun = first + timedelta(days=course % 300)
        yield [
            number(who), f"示例{who:06d}", f"R{one:08d}", "专业科目", f"示例课程{course}", f"K{course:05d}-{one // people}", "示例基地",
            begun.isoformat(), (begun + timedelta(days=1 + course % 50)).isoformat(), str(4 + course % 12), "合格", "2025-12-31 08:00:00",
        ]  # fmt: skip


def written(path: Path, count: int, people: int, courses: int) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        writer.writerows(rows(count, people, courses))
    return path


def enter_people(instance: Instance, people: int) -> None:
    """Enter the people; outside of what is measured."""

    def one(who: int) -> dict[str, Any]:
        identifier = read_identifier(IdType.RESIDENT_ID, number(who))
        return {
            "person_key": identifier.person_key(instance.person_secret), "id_type": "resident_id",
            "masked_identifier": identifier.masked, "name": f"示例{who:06d}", "employer": "示例单位",
        }  # fmt: skip

    with instance.engine.begin() as connection:
        for start in range(0, people, 5000):
            connection.execute(
                sa.insert(professional), [one(who) for who in range(start, min(start + 5000, people))]
            )


def peak() -> float:
    """Largest memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(asked: argparse.Namespace) -> Figures:
    """Import, then insert the same rows barely, twice; answers what was measured."""
    with tempfile.TemporaryDirectory() as folder:
        home, path = Path(folder) / "instance", Path(folder) / "rows.csv"
        new = {"database": asked.databases[0]} if asked.databases else {}
        create(home, NewInstance("jxjy.example.gov.cn", "示例", "Specimen", demo=True, **new))
        written(path, asked.rows, asked.people, asked.courses)
        with open_instance(home) as instance:
            enter_people(instance, asked.people)
            found = imported(instance, path, asked)
            empty = [*asked.databases[1:]] or [f"sqlite:///{folder}/{name}.db" for name in ("one", "other")]
            for name, url in zip(() if asked.alone else PEERS, empty, strict=False):
                clock, cpu, server = bare(instance, url, PEERS[name], asked.rows)
                found |= {name: asked.rows / clock, f"{name} CPU": 1e6 * cpu / asked.rows}
                found[f"{name} server"] = 1e6 * server / asked.rows
            return found


def imported(instance: Instance, path: Path, asked: argparse.Namespace) -> Figures:
    """Import the file in this process and the one that reads for it."""
    before, reader, server = peak(), [0.0], seconds_of_server(instance.engine)

    def tick(_share: float, _row: int) -> None:
        reader[0] = max(reader[0], *map(largest, children()), 0.0)

    with watching(PARTS) as seconds:
        started, busy = time.perf_counter(), time.process_time()
        report = import_file(instance, path, find_profile("base-platform"), Asked(apart_from=WORTH), tick)
        clock, busy = time.perf_counter() - started, time.process_time() - busy
    assert report.totals.rows == {"registered": asked.rows}, report
    theirs = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = {"rate": asked.rows / clock, "CPU": 1e6 * busy / asked.rows, "before": before, "peak": peak()}
    found["server"] = 1e6 * (seconds_of_server(instance.engine) - server) / asked.rows
    found |= {"reader": reader[0], "reader CPU": 1e6 * (theirs.ru_utime + theirs.ru_stime) / asked.rows}
    return found | {f"part {name}": 1e6 * seconds[name] / asked.rows for name in seconds}


def children() -> list[str]:
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()


def largest(process: str) -> float:
    """Largest memory of another process so far, in MB."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def remembered(folder: Path) -> tuple[float, float]:
    """Microseconds of reading alone, a row: where each person comes again while the reader remembers them; where nobody does."""
    found = []
    for people, courses in ((REMEMBERED // 4, 50), (2 * REMEMBERED, 400)):  # as many contents in each
        path = written(folder / "read.csv", 2 * REMEMBERED, people, courses)
        manner = Manner(find_profile("base-platform"), datetime.now(UTC), date(2026, 1, 1), "", bytes(32))
        busy = time.process_time()
        for _ in read_rows(Asking(look_at(path), manner, 0, PORTION)):
            pass
        found.append(1e6 * (time.process_time() - busy) / (2 * REMEMBERED))
    return found[0], found[1]


def in_a_process(asked: argparse.Namespace, *databases: str) -> Figures:
    told = [f"--{name}={getattr(asked, name)}" for name in ("rows", "people", "courses")]
    told += ["--alone"] if asked.alone else []
    words = [sys.executable, "-m", "bench.imports", "--inner", *told, "--databases", *databases]
    done = subprocess.run(words, stdout=subprocess.PIPE, check=True)
    found: Figures = json.loads(done.stdout.splitlines()[-1])
    return found


def say(name: str, rounds: list[Figures]) -> None:
    middle = {key: statistics.median(one.get(key, 0.0) for one in rounds) for key in rounds[0]}
    print(f"{name}: {middle['rate']:,.0f} rows a second; largest memory {middle['peak']:.0f} MB ({middle['before']:.0f} before) "
          f"and {middle['reader']:.0f} MB of the process that reads, {middle['peak'] + middle['reader']:.0f} MB together")  # fmt: skip
    print(f"  microseconds of a processor a row: {middle['CPU']:.0f} writes, {middle['reader CPU']:.0f} reads, "
          f"{middle['server']:.0f} the server")  # fmt: skip
    parts = sorted((key for key in middle if key.startswith("part ")), key=lambda key: -middle[key])
    told = ", ".join(f"{key.removeprefix('part ')} {middle[key]:.0f}" for key in parts)
    print(f"  by the clock, microseconds a row: {told}", flush=True)
    for peer, words in (("bare", "in the same portions"), ("kindest", "table by table by key")):
        if peer in middle:
            ratios = sorted(one["rate"] / one[peer] for one in rounds)
            print(f"  bare driver {words}: {middle[peer]:,.0f} rows a second; ratio {statistics.median(ratios):.2f} "
                  f"({ratios[0]:.2f} to {ratios[-1]:.2f}); {middle[f'{peer} CPU']:.0f} and {middle[f'{peer} server']:.0f} "
                  "microseconds of a processor a row, its own and the server's", flush=True)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--people", type=int, default=50_000)
    parser.add_argument("--courses", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=["sqlite", "postgresql"], help="one of the two databases")
    parser.add_argument("--alone", action="store_true", help="without the bare driver")
    parser.add_argument("--databases", nargs="*", default=[], help=argparse.SUPPRESS)
    parser.add_argument("--inner", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.inner:
        print(json.dumps(measure(asked)))
        return
    print(f"load {os.getloadavg()[0]:.1f}, {asked.rows:,} rows, {asked.people:,} people, {asked.courses} courses, "
          f"{asked.rounds} rounds", flush=True)  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        known, unknown = remembered(Path(folder))
    print(
        f"reading alone, microseconds a row: {known:.1f} of people who are remembered, {unknown:.1f} of others",
        flush=True,
    )
    if asked.only != "postgresql":
        say("SQLite", [in_a_process(asked) for _ in range(asked.rounds)])
    if asked.only != "sqlite" and (shutil.which("pg_config") or Path("/usr/lib/postgresql").exists()):
        found = []
        for _ in range(asked.rounds):
            with running_postgres() as one, running_postgres() as other, running_postgres() as third:
                found.append(in_a_process(asked, one, other, third))
        say("PostgreSQL", found)


if __name__ == "__main__":
    main()
