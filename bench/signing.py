"""What signatures of a credential's bytes cost by themselves, on one processor: beside this, what issuing costs is looked at."""

import json
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable

import jwt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from verifier import jws

REPEATS = 3
COUNT = 1000
_KEY = ec.generate_private_key(ec.SECP256R1())
_ES256 = ec.ECDSA(hashes.SHA256())


def rate(count: int, work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    start = clock()
    work()
    return count / (clock() - start)


def median(count: int, work: Callable[[], object]) -> float:
    """How often in a second of one processor: what else the computer does counts less than by the clock."""
    return statistics.median(rate(count, work, time.process_time) for _ in range(REPEATS))


def say(what: str, figure: float, beside: float | None = None) -> None:
    ratio = (
        "" if beside is None else f"  {figure / beside:5.2f} of signing and verifying alone on one processor"
    )
    print(f"{what:<58} {figure:>8,.0f} a second{ratio}")


def alone(sample: str) -> float:
    """How often `cryptography` alone signs and verifies the bytes of a credential in a second of one processor."""
    public, signed = _KEY.public_key(), sample.rpartition(".")[0].encode()
    return rate(
        COUNT,
        lambda: [public.verify(_KEY.sign(signed, _ES256), signed, _ES256) for _ in range(COUNT)],
        time.process_time,
    )


def tell_peers(sample: str) -> None:
    """Print how often others sign, on one processor each."""
    signed, claims = sample.rpartition(".")[0].encode(), json.loads(jws.split(sample).payload)
    steady = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
    signing: dict[str, Callable[[], object]] = {
        "cryptography alone, signing (ES256)": lambda: _KEY.sign(signed, _ES256),
        "the same with nonces by RFC 6979": lambda: _KEY.sign(signed, steady),
        "PyJWT, encoding and signing": lambda: jwt.encode(claims, _KEY, "ES256"),
    }
    for what, sign in signing.items():
        say(what, median(COUNT, lambda sign=sign: [sign() for _ in range(COUNT)]))  # type: ignore[misc]
    if shutil.which("openssl"):
        words = ["openssl", "speed", "-seconds", "2", "-mr", "ecdsap256"]
        told = subprocess.run(words, capture_output=True, text=True, check=True).stdout
        for line in told.splitlines():
            if line.startswith("+F4:"):
                sign_, verify = map(float, line.split(":")[-2:])
                say("openssl speed ecdsap256, signing", sign_ if sign_ > 1 else 1 / sign_)
                say("openssl speed ecdsap256, verifying", verify if verify > 1 else 1 / verify)
