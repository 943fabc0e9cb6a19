"""Rows of a file registered in a second, beside the bare driver's bulk insert of the same rows.

    python -m bench.imports [--rows N] [--people N] [--courses N] [--profile]

From the file's bytes to entries that have their places in the log: each row is read, its person found, compared with what is known,
registered, committed to and sequenced. The bare driver then inserts exactly the rows that the import left in each table (SQLite:
executemany, PostgreSQL: COPY), with the same keys, indices and flushes, and does nothing else. On SQLite and, where its programs are
installed, PostgreSQL; each figure from a process of its own, so that its largest memory can be told. Ratios hold, figures depend on the disk.

What limits it is one process's time. Beside the inserts a row costs: its cells, check digit and keyed fingerprint of the document; two keyed
names (record and activity); the salted commitment over canonical JSON; its leaf, chain and tree.
"""

import argparse
import cProfile
import csv
import json
import os
import pstats
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from issuer.creation import NewInstance, create
from issuer.database import migrate
from issuer.instance import Instance, open_instance
from issuer.intake.asked import Asked
from issuer.intake.profiles import find_profile
from issuer.intake.service import import_file
from issuer.people.identifier import IdType, check_character, read_identifier
from issuer.people.tables import professional
from issuer.tables import metadata
from ledger import tables as ledger_tables
from ledger.bulk import insert_rows
from ledger.guard import Duty, acting_as
from ledger.store import open_engine, reading
from tests.postgres import running_postgres

HEADINGS = (
    "身份证号", "姓名", "记录编号", "科目类别", "课程名称", "班次编号", "主办单位", "报名日期", "考试通过日期", "课程学时", "考试结果", "更新时间",
)  # fmt: skip
LEFT = (
    *(metadata.tables[name] for name in ("registered_activity", "imported_record")),
    *(
        ledger_tables.event,
        ledger_tables.private,
        ledger_tables.entry,
        ledger_tables.place,
        ledger_tables.tile,
    ),
)
"""Tables that an import fills row by row; pending rows come and go, and are left out of the bare insert."""
PORTION = 4000


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


def measure(asked: argparse.Namespace) -> dict[str, float]:
    """Import in this process, then insert the same rows barely; answers what was measured."""
    with tempfile.TemporaryDirectory() as folder:
        home, path = Path(folder) / "instance", Path(folder) / "rows.csv"
        new = {"database": asked.database} if asked.database else {}
        create(home, NewInstance("jxjy.example.gov.cn", "示例", "Specimen", demo=True, **new))
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADINGS)
            writer.writerows(rows(asked.rows, asked.people, asked.courses))
        with open_instance(home) as instance:
            enter_people(instance, asked.people)
            before = peak()
            profile = cProfile.Profile() if asked.profile else None
            started, busy = time.perf_counter(), time.process_time()
            if profile:
                profile.enable()
            report = import_file(
                instance, path, find_profile("base-platform"), Asked(), lambda _share, _row: None
            )
            if profile:
                profile.disable()
            seconds, busy = time.perf_counter() - started, time.process_time() - busy
            assert report.totals.rows == {"registered": asked.rows}, report
            found = {
                "rate": asked.rows / seconds,
                "micros": 1e6 * busy / asked.rows,
                "before": before,
                "peak": peak(),
            }
            if profile:
                pstats.Stats(profile, stream=sys.stderr).sort_stats("tottime").print_stats(40)
            return found | {"bare": asked.rows / bare(instance, Path(folder), asked.copy)}


def bare(instance: Instance, folder: Path, copy: str) -> float:
    """Seconds that the driver needs for the rows alone, portion by portion, a transaction each, into an empty database of the same kind."""
    engine = open_engine(copy or f"sqlite:///{folder}/bare.db")
    migrate(engine)
    seconds = 0.0
    with reading(instance.engine).connect() as source, engine.connect() as target:
        for table in (professional, metadata.tables["import_batch"]):
            found = source.execute(sa.select(table)).mappings().all()
            with target.begin():
                target.execute(sa.insert(table), [dict(one) for one in found])
        for table in LEFT:
            names = [column.name for column in table.columns]
            result = source.execution_options(stream_results=True).execute(sa.select(table))
            for some in result.partitions(PORTION):
                values = [tuple(one) for one in some]
                started = time.perf_counter()
                with target.begin(), acting_as(target, Duty.SEQUENCER):
                    insert_rows(target, table, names, values)
                seconds += time.perf_counter() - started
    engine.dispose()
    return seconds


def in_a_process(asked: argparse.Namespace, database: str = "", copy: str = "") -> dict[str, float]:
    words = [
        sys.executable,
        "-m",
        "bench.imports",
        "--inner",
        "--rows",
        str(asked.rows),
        "--people",
        str(asked.people),
    ]
    words += ["--courses", str(asked.courses), "--database", database, "--copy", copy]
    if asked.profile:
        words.append("--profile")
    done = subprocess.run(words, stdout=subprocess.PIPE, check=True)
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def say(name: str, found: dict[str, float]) -> None:
    print(
        f"{name:<12} {found['rate']:>8,.0f} rows a second; bare driver {found['bare']:>8,.0f}; ratio {found['rate'] / found['bare']:.2f}; "
        f"{found['micros']:.0f} microseconds of this process a row; largest memory {found['peak']:.0f} MB ({found['before']:.0f} before)"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--courses", type=int, default=500)
    parser.add_argument("--profile", action="store_true")
    for inner in ("--database", "--copy"):
        parser.add_argument(inner, default="", help=argparse.SUPPRESS)
    parser.add_argument("--inner", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.inner:
        print(json.dumps(measure(asked)))
        return
    print(
        f"load {os.getloadavg()[0]:.1f}, {asked.rows:,} rows, {asked.people:,} people, {asked.courses} courses"
    )
    say("SQLite", in_a_process(asked))
    if shutil.which("pg_config") or Path("/usr/lib/postgresql").exists():
        with running_postgres() as one, running_postgres() as other:
            say("PostgreSQL", in_a_process(asked, one, other))


if __name__ == "__main__":
    main()
