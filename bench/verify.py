"""How fast the verifier is: `python -m bench.verify [DOCUMENTS]`, beside PyJWT's bare ES256 and `openssl speed`.

Prints verifications a second in one process of the whole report on a token offline and with all public files in memory,
the ratio to PyJWT, the wall time and memory of a batch of 500 PDFs in processes of their own, and of `xueshi verify` of the
same PDFs: by itself, and shared out as it does from some number of inputs on.
"""

import json
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt

from tests.verifier.authority import NOW, START, Authority, credential, payload, text
from tests.verifier.papers import certificate_pdf
from verifier.committee.batch import run_batch
from verifier.committee.documents import find_documents
from verifier.committee.pool import Pool
from verifier.credential import parse_payload
from verifier.evidence import read_evidence
from verifier.ground import Ground
from verifier.inputs import MANY, Given, Inputs
from verifier.opening import Places, open_places
from verifier.report import Report
from verifier.verify import verify_on

SAMPLES = 40
"""Different certificates drawn; a batch repeats them under other names, each read and verified by itself."""


def rate(work: Callable[[], object], seconds: float = 1.0) -> float:
    """Return how often a second, the median of five."""
    rates = []
    for _ in range(5):
        count, began = 0, time.perf_counter()
        while time.perf_counter() - began < seconds:
            work()
            count += 1
        rates.append(count / (time.perf_counter() - began))
    return statistics.median(rates)


def tokens() -> None:
    authority = Authority()
    token = authority.issue(credential())
    trust, public, data = authority.trust(), authority.public(), token.encode()
    key = authority.key.public_key()
    reader = jwt.PyJWS(algorithms=["ES256"])
    bare = rate(lambda: reader.decode(token, key, algorithms=["ES256"]))
    # As in a batch: what was opened and verified once (trust list, status lists, checkpoint) stays so.
    alone, together = Ground(trust, None, NOW), Ground(trust, public, NOW)
    offline = rate(lambda: verify_on(read_evidence(data, "x"), alone))
    whole = rate(lambda: verify_on(read_evidence(data, "x"), together))
    print(f"PyJWT, bare ES256 verification         {bare:8.0f} /s")
    print(f"openssl speed ecdsap256, verify        {openssl():8.0f} /s")
    print(
        f"whole report of a token, offline       {offline:8.0f} /s   {offline / bare:.2f} of PyJWT (aim 0.5)"
    )
    print(f"whole report of a token, with files    {whole:8.0f} /s   {whole / bare:.2f} of PyJWT")


def openssl() -> float:
    program = shutil.which("openssl")
    assert program, "openssl is not installed"
    done = subprocess.run(
        [program, "speed", "-seconds", "1", "ecdsap256"], capture_output=True, text=True, check=True
    )
    match = re.search(r"ecdsa.*\s([0-9.]+)\s*$", done.stdout, re.MULTILINE)
    assert match, done.stdout
    return float(match[1])


def batch(count: int, folder: Path) -> None:
    authority, now = Authority(), datetime.now(UTC).replace(microsecond=0)
    drawn = []
    for number in range(SAMPLES):
        shown = parse_payload(text(payload(number + 1)))
        drawn.append((shown, authority.issue(shown)))
    papers = [certificate_pdf(authority, token, shown) for shown, token in drawn]
    for number in range(count):
        (folder / f"{number:04d}.pdf").write_bytes(papers[number % SAMPLES] + b"\n%% %d\n" % number)
    files = authority.public().files
    files |= {f"status/{a}3": authority.status_list(a, now - timedelta(hours=1)).encode() for a in "rs"}
    outside = folder.with_name("public")
    for path, data in files.items():
        target = outside / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    trust = authority.trust(issued=START, expires=NOW.replace(year=2099), status_max_age=31_536_000)
    (outside / "trust.jwt").write_text(authority.trust_token(trust))
    (outside / "root.jwk").write_text(json.dumps(authority.root().to_jwk()))
    places = Places(outside / "root.jwk", outside / "trust.jwt", str(outside))
    pool = Pool(places, now, workers=2)
    began = time.perf_counter()
    answers = run_batch(find_documents([folder]), pool)
    seconds = time.perf_counter() - began
    genuine = sum(answer.verdict == "genuine" for answer in answers)
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"{count} PDFs in 2 processes               {seconds:8.1f} s    {1000 * seconds / count:.0f} ms each (aim 30 s for 500); {genuine} genuine"
    )
    print(
        f"CPU for each PDF, starting included    {1000 * (spent.ru_utime + spent.ru_stime) / count:8.0f} ms"
    )
    print(f"largest process                        {spent.ru_maxrss / 1024:8.0f} MB")
    command(places, now, sorted(folder.iterdir()))


def command(places: Places, now: datetime, papers: Sequence[Path]) -> None:
    """Print what `xueshi verify` takes: one input after the other, and shared out; the fewest where sharing out pays."""
    given = [Given.of(str(path)) for path in papers]

    def alone(some: Sequence[Given]) -> None:
        ground = open_places(places, now).ground
        assert all(isinstance(Inputs.work(one, ground), Report) for one in some)

    def shared(some: Sequence[Given]) -> None:
        found = list(Inputs(places, now).in_order(some))
        assert len(found) == len(some)
        assert all(isinstance(one, Report) for one in found)

    for count in dict.fromkeys((len(given), 2 * MANY, MANY, MANY // 2)):
        (one, cpu_one), (many, cpu_many) = took(alone, given[:count]), took(shared, given[:count])
        print(
            f"xueshi verify, {count:3d} PDFs, alone          {one:8.1f} s    {cpu_one:.1f} s of a processor"
        )
        print(
            f"    shared out over {os.cpu_count()} cores              {many:8.1f} s    {cpu_many:.1f} s; {one / many:.2f} times as fast"
            + ("; this way it goes" if count >= MANY else "; it does not go this way")
        )


def took(work: Callable[[Sequence[Given]], None], some: Sequence[Given]) -> tuple[float, float]:
    """Return how long some work takes, and how long it keeps processors busy, in seconds."""
    began, before = time.perf_counter(), busy()
    work(some)
    return time.perf_counter() - began, busy() - before


def busy() -> float:
    """Return how long this process, and those of it that have ended, kept a processor busy, in seconds."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in spent)


def main() -> None:
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    tokens()
    with tempfile.TemporaryDirectory() as folder:
        inside = Path(folder) / "in"
        inside.mkdir()
        batch(int(sys.argv[1]) if len(sys.argv) > 1 else 500, inside)


if __name__ == "__main__":
    main()
