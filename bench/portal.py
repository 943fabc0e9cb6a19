"""The portal under load: fifty people on the year page and the verifier's queue, with a province's records below them.

    python -m bench.portal [--people 100000] [--records 10] [--users 50] [--think 5] [--seconds 60]

On SQLite and, where its programs are installed, PostgreSQL. 40 professionals each look at their year, 10 verifiers at
their queue: 20 events of 50 people at each county, a group of 50 opened, each case decided with all records of its
person. `--think`: seconds between an answer and the same user's next request, on average; 0 measures what the process
can give at most. Each page is a request over HTTP with its session, drawn whole; the load comes from another process
on the same computer. Records and declarations are laid into the tables directly, without proofs and ledger entries:
this measures reading. Queries are those of one page, counted at the database driver; a page's processor time is the
portal's own, of one user's pages one after the other, so it says something on a busy computer too.
"""

import argparse
import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import httpx
import sqlalchemy as sa
import uvicorn

from issuer.access.accounts import add_account, grant
from issuer.access.roles import Actor, Grant, Role
from issuer.access.sessions import begin
from issuer.app import Health, create_app
from issuer.creation import NewInstance, create
from issuer.instance import Instance, open_instance, writing
from issuer.people.affiliation import AffiliationKind, AuthorityKind, Place
from issuer.people.service import Person
from issuer.people.tables import affiliation, professional
from issuer.people.units import NewAuthority, NewUnit, add_authority, add_unit
from issuer.registration.desk import QUEUE, groups, open_group
from issuer.registration.tables import activity, declaration
from issuer.year.service import read_year
from tests.postgres import running_postgres
from verifier.api import server_config

COUNTIES, EVENTS, TOGETHER = 10, 20, 50
VERIFIERS = 10
PATHS = {"year": "/year/2026", "queue": "/queue"}
ALONE = 100
PORTION = 10_000
DRAW = random.Random(7)  # noqa: S311 - invented data
Row = dict[str, object]


def uuid() -> UUID:
    return UUID(int=DRAW.getrandbits(128), version=4)


def facts(year: int, number: int, status: str) -> tuple[UUID, str]:
    """A training of two full days, as it is stored; the days differ, so that few of a person's overlap."""
    one = uuid()
    day = date(year, 1, 4) + timedelta(days=number * 29 % 350)
    raw: Row = {
        "category": "training",
        "channel": "declared",
        "id": str(one),
        "mode": "offline",
        "schedule": [{"from": f"{day}", "to": f"{day + timedelta(days=1)}", "unit": "full_day"}],
        "status": status,
    }
    if status == "registered":
        raw["registered_at"] = f"{year}-12-20T09:00:00+08:00"
    return one, json.dumps(raw, ensure_ascii=False, separators=(",", ":"))


def records(people: int, each: int) -> Iterator[Row]:
    """Registered activities: half of them of this year, half of the last."""
    for person in range(1, people + 1):
        for number in range(each):
            one, text = facts(2026 - number % 2, number + person % 5, "registered")
            yield {
                "event_id": one, "person_id": person, "source_id": str(one), "category": "training",
                "status": "registered", "facts": text,
            }  # fmt: skip


def waiting(people: int, counties: list[int]) -> Iterator[Row]:
    """Declarations that wait for each county's verifier: events, each with many people."""
    person = 0
    for county in counties:
        for event in range(EVENTS):
            for _ in range(TOGETHER):
                person = person % people + 1
                one, text = facts(2026, event, "employer_approved")
                yield {
                    "id": one, "person_id": person, "category": "training", "title": f"示例培训 {event + 1}",
                    "facts": text, "state": "employer_approved", "turn": 2, "self_verified": False,
                    "verify_authority_id": county, "affiliation_kind": "local_unit",
                    "changed_at": datetime(2026, 6, 1 + event, 8, tzinfo=UTC),
                }  # fmt: skip


def fill(instance: Instance, people: int, each: int) -> dict[str, list[str]]:
    """Enter the province; answers the tokens of those who will look: professionals and verifiers."""
    with writing(instance) as work:
        add_authority(work, NewAuthority("gs", AuthorityKind.PROVINCIAL_HRSS, "示例省人社厅"))
        counties = [
            add_authority(work, NewAuthority(f"gs-{n}", AuthorityKind.LOCAL_HRSS, f"示例 {n} 县人社局", "gs"))
            for n in range(COUNTIES)
        ]
        units = [
            add_unit(work, NewUnit(AffiliationKind.LOCAL_UNIT, f"示例单位 {n}", None, f"gs-{n}"))
            for n in range(COUNTIES)
        ]
    who = (
        {"id": n, "person_key": DRAW.randbytes(32), "id_type": "resident_id", "masked_identifier": "629***********000X",
         "name": f"示例 {n}", "employer": "示例单位"}
        for n in range(1, people + 1)
    )  # fmt: skip
    where = (
        {"person_id": n, "kind": "local_unit", "unit_id": units[n % COUNTIES], "from_day": date(2024, 1, 1)}
        for n in range(1, people + 1)
    )
    lay(instance, professional, who)
    lay(instance, affiliation, where)
    lay(instance, activity, records(people, each))
    lay(instance, declaration, waiting(people, counties))
    with instance.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    tokens: dict[str, list[str]] = {"year": [], "queue": []}
    with writing(instance) as work:
        keys = work.connection.scalars(
            sa.select(professional.c.person_key).where(professional.c.id <= 200)
        ).all()
        for n, key in enumerate(keys):
            made = add_account(work, f"p{n}", key, None)
            tokens["year"].append(begin(work, Actor(made, key)).token or "")
        for n in range(VERIFIERS):
            key = DRAW.randbytes(32)
            made = add_account(work, f"v{n}", key, None)
            its = Grant(Role.VERIFIER, Place(authority_id=counties[n % COUNTIES]))
            grant(work, made, its)
            tokens["queue"].append(begin(work, Actor(made, key)).token or "")
    return tokens


def lay(instance: Instance, table: sa.Table, rows: Iterator[Row]) -> None:
    """Lay rows into a table, portion by portion."""
    some: list[Row] = []
    with instance.engine.begin() as connection:
        for row in rows:
            some.append(row)
            if len(some) == PORTION:
                connection.execute(sa.insert(table), some)
                some = []
        if some:
            connection.execute(sa.insert(table), some)


def count_queries(instance: Instance) -> None:
    """Print the queries of the two pages; the session's are three more for each."""
    seen: list[str] = []
    sa.event.listen(
        instance.engine, "before_cursor_execute", lambda _c, _u, statement, *_more: seen.append(statement)
    )
    with instance.engine.connect() as connection:
        key = bytes(
            connection.execute(
                sa.select(professional.c.person_key).where(professional.c.id == 1)
            ).scalar_one()
        )
        county = connection.scalar(sa.select(declaration.c.verify_authority_id).limit(1))
    actor = Actor(0, key, frozenset({Grant(Role.VERIFIER, Place(authority_id=county))}))
    seen.clear()
    read_year(instance, Person(1, key), 2026)
    year = sum(one.startswith(("SELECT", "WITH")) for one in seen)
    seen.clear()
    found = groups(instance, actor, QUEUE)
    opened = open_group(instance, actor, QUEUE, found[0].id)
    queue = sum(one.startswith(("SELECT", "WITH")) for one in seen)
    print(
        f"  queries: year {year}, queue {queue} for {len(found)} groups and {len(opened.cases)} people in one"
    )


async def load(
    address: str, tokens: dict[str, list[str]], asked: argparse.Namespace
) -> dict[str, list[float]]:
    """Let the users look for a while; answers seconds by page."""
    times: dict[str, list[float]] = {"year": [], "queue": []}
    until = time.monotonic() + asked.seconds
    verifiers = min(VERIFIERS, asked.users // 5)

    async def look(page: str, token: str) -> None:
        headers = {"cookie": f"xueshi={token}", "accept": "text/html"}
        # A connection that the server is about to close is not used again, as browsers do.
        limits = httpx.Limits(keepalive_expiry=2)
        async with httpx.AsyncClient(
            base_url=address, trust_env=False, timeout=120, headers=headers, limits=limits
        ) as client:
            await asyncio.sleep(DRAW.uniform(0, asked.think or 1))
            while time.monotonic() < until:
                began = time.perf_counter()
                answer = await client.get(PATHS[page])
                assert answer.status_code == 200, answer.status_code
                times[page].append(time.perf_counter() - began)
                await asyncio.sleep(DRAW.uniform(0, 2 * asked.think))

    users = [look("queue", tokens["queue"][n]) for n in range(verifiers)]
    users += [look("year", tokens["year"][n]) for n in range(asked.users - verifiers)]
    await asyncio.gather(*users)
    return times


def alone(address: str, tokens: dict[str, list[str]], server: int) -> None:
    """Print the processor time that the server takes for a page."""
    for page, path in PATHS.items():
        with httpx.Client(base_url=address, trust_env=False, timeout=120) as client:
            its = {"cookie": f"xueshi={tokens[page][0]}", "accept": "text/html"}
            before = ticks(server)
            for _ in range(ALONE):
                client.get(path, headers=its)
            each = (ticks(server) - before) / os.sysconf("SC_CLK_TCK") / ALONE
        print(f"  {page}: {each * 1000:.0f} ms of a processor a page, without the database's server")


def ticks(process: int) -> int:
    """How long a process has worked, in the kernel's ticks (proc(5), utime and stime)."""
    return sum(map(int, Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:13]))


def serve(home: Path, port: int) -> None:
    """The portal alone, as its own process."""
    with open_instance(home) as instance:
        app = create_app(home / "public", lambda: Health(ready=True, says="bench"), instance=instance)
        uvicorn.Server(server_config(app, "127.0.0.1", port)).run()


def measure(database: str, home: Path, asked: argparse.Namespace) -> None:
    """Fill one database, serve it, and print what its users wait."""
    create(home, NewInstance("jxjy.example.gov.cn", "示例签发机关", "Specimen issuer", database, demo=True))
    began = time.perf_counter()
    with open_instance(home) as instance:
        tokens = fill(instance, asked.people, asked.records)
        print(
            f"{database.partition(':')[0]}: {asked.people} people, {asked.people * asked.records} records, laid in {time.perf_counter() - began:.0f} s"
        )
        count_queries(instance)
    port = 18_000 + os.getpid() % 10_000
    command = [sys.executable, "-m", "bench.portal", "--serve", str(home), "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(300):
            try:
                httpx.get(f"{address}/health", trust_env=False)
                break
            except httpx.TransportError:
                time.sleep(0.1)
        alone(address, tokens, server.pid)
        for page, times in asyncio.run(load(address, tokens, asked)).items():
            cuts = statistics.quantiles(times, n=100)
            print(
                f"  {page}: {len(times)} pages, {len(times) / asked.seconds:.1f} a second; "
                f"median {statistics.median(times) * 1000:.0f} ms, p95 {cuts[94] * 1000:.0f} ms, most {max(times) * 1000:.0f} ms"
            )
    finally:
        server.terminate()
        server.wait(30)


def main() -> None:
    """Measure on each database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--records", type=int, default=10)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--think", type=float, default=5.0)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--serve", type=Path)
    parser.add_argument("--port", type=int, default=0)
    asked = parser.parse_args()
    if asked.serve is not None:
        serve(asked.serve, asked.port)
        return
    print(f"{asked.users} users, {asked.think} s between two pages; load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        if asked.only != "postgresql":
            measure("sqlite:///xueshi.db", Path(folder) / "sqlite", asked)
        if asked.only != "sqlite":
            with running_postgres() as url:
                measure(url, Path(folder) / "postgresql", asked)


if __name__ == "__main__":
    main()
