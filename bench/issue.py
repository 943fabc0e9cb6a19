"""Yearly records issued in a second, beside what the signature alone costs.

    python -m bench.issue [--people N] [--portion N] [--profile]

From decided facts to the credential, signed and read back, and its committed entry in the log; the activities were
registered before, as in life, and no QR or PDF is drawn. On SQLite and, where its programs are installed, PostgreSQL.
Durable figures depend on the disk's flush and on what else the computer does: compare ratios.

What limits it is one process's time: of what a record takes, signing it and verifying the signature are a fifth. No other
step is more than a tenth: the payload read back by the verifier's strict models; the payload written; decision, facts and
snapshot as canonical JSON (they are what the ledger commits to); the ids of its events, keyed so that they give nothing
away; two ledger entries with salts, commitments and places; the compression that shows that its QR holds it. Half of what
`cryptography` alone does would leave all of this together the time of one signature made and verified, which Python does
not do in one process. Signing in a second one would need the keys there (docs/adr/0014-keys.md): it is not done. On
PostgreSQL two issuing processes may work on different rosters at once.
"""

import argparse
import cProfile
import json
import os
import pstats
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from issuer.creation import NewInstance, create
from issuer.instance import Instance, open_instance, writing
from issuer.people.identifier import check_character
from issuer.people.service import keep_all
from issuer.registration.roster import read_roster
from issuer.registration.service import register_all
from issuer.service import Checked, check, record
from ledger.sequencer import Sequencer
from tests.postgres import running_postgres
from verifier import jws

PEOPLE = Path(__file__).parents[1] / "demo/people.json"
REPEATS = 3


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


def rate(count: int, work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return count / (time.perf_counter() - start)


def median(count: int, work: Callable[[], object]) -> float:
    return statistics.median(rate(count, work) for _ in range(REPEATS))


def say(what: str, figure: float, beside: float | None = None) -> None:
    ratio = "" if beside is None else f"  {figure / beside:5.2f} of signing and verifying alone"
    print(f"{what:<58} {figure:>8,.0f} a second{ratio}")


def decided(instance: Instance, count: int) -> list[Checked]:
    """Decide a crowd and register its activities; both stay outside of what is measured."""
    good, problems = check(instance, read_roster(crowd(count), "crowd"), quiet)
    assert not problems, problems[:3]
    for start in range(0, len(good), 500):
        some = [one.entry for one in good[start : start + 500]]
        with writing(instance) as work:
            register_all(work, keep_all(work, some), some)
    Sequencer(instance.engine, instance.log_signer, instance.now, instance.settings.high_water).drain()
    return good


def issue(instance: Instance, good: list[Checked], portion: int) -> None:
    results = record(instance, good, quiet, portion)
    sequencer = Sequencer(instance.engine, instance.log_signer, instance.now, instance.settings.high_water)
    sequencer.drain()
    assert all(one.issued.fresh for one in results)


def measure(database: str | None, count: int, portion: int, profile: cProfile.Profile | None) -> float:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "instance"
        names = {"host": "jxjy.example.gov.cn", "name_zh": "示例", "name_en": "Specimen", "demo": True}
        create(home, NewInstance(**names, **({"database": database} if database else {})))
        with open_instance(home) as instance:
            good = decided(instance, count)
            if profile:
                profile.enable()
            busy = time.process_time()
            figure = rate(count, lambda: issue(instance, good, portion))
            busy = time.process_time() - busy
            if profile:
                profile.disable()
    print(f"  {figure:,.0f} a second; {1e6 * busy / count:,.0f} microseconds of this process's time a record")
    return figure


def peers(sample: str) -> float:
    """Print the peers; answers how often `cryptography` alone signs and verifies the bytes of a credential."""
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
    parser.add_argument("--profile", action="store_true")
    asked = parser.parse_args()
    print(
        f"load {os.getloadavg()[0]:.1f}, {asked.people} people, {asked.portion} a transaction, medians of {REPEATS}"
    )
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "instance"
        create(home, NewInstance(host="jxjy.example.gov.cn", name_zh="示例", name_en="Specimen", demo=True))
        with open_instance(home) as instance:
            sample = record(instance, decided(instance, 1), quiet)[0].issued.jws
    alone = peers(sample)
    profile = cProfile.Profile() if asked.profile else None
    figures = [measure(None, asked.people, asked.portion, profile) for _ in range(1 if profile else REPEATS)]
    say("issued, SQLite", statistics.median(figures), alone)
    if profile:
        pstats.Stats(profile).sort_stats("tottime").print_stats(45)
        return
    if shutil.which("pg_config") or Path("/usr/lib/postgresql").exists():
        figures = []
        for _ in range(REPEATS):
            with running_postgres() as url:
                figures.append(measure(url, asked.people, asked.portion, None))
        say("issued, PostgreSQL", statistics.median(figures), alone)


if __name__ == "__main__":
    main()
