"""Status lists: bit for bit as the standard says, and never read as "not revoked" when they cannot be relied on."""

import gzip
import zlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from tests.verifier.authority import BASE, DID, NOW, STATUS_KID, altered, es256
from verifier import base64url, jws, status, strict_json
from verifier.credential import encode_header
from verifier.errors import StatusError

URL = f"{BASE}status/r3"
KEY = ec.generate_private_key(ec.SECP256R1())
PUBLIC = jws.PublicKey("ES256", KEY.public_key())
SIGNER = jws.Signer(STATUS_KID, es256(KEY))
BITS = status.make_bits({0, 7, 8, 94567})


def a_list(bits: bytes = BITS, url: str = URL, signer: jws.Signer = SIGNER) -> str:
    return status.sign_list(signer, url, bits, NOW, NOW + timedelta(days=7))


def test_the_most_significant_bit_comes_first() -> None:
    assert BITS[0] == 0b10000001
    assert BITS[1] == 0b10000000
    assert len(BITS) == 131_072 // 8


@given(st.sets(st.integers(0, 131_071), max_size=30))
def test_every_bit_comes_back(indexes: set[int]) -> None:
    read = status.open_list(a_list(status.make_bits(indexes)), PUBLIC, URL, DID)
    assert all(read.is_set(index) for index in indexes)
    assert sum(byte.bit_count() for byte in read.bits) == len(indexes)


def test_the_list_is_as_the_standard_says() -> None:
    """Bitstring Status List v1.0, section 2.2: a credential of that type, the bits gzipped in multibase `u`."""
    document = strict_json.load(jws.split(a_list()).payload)
    assert isinstance(document, dict)
    subject = document["credentialSubject"]
    assert document["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
    assert (subject["type"], subject["statusPurpose"]) == ("BitstringStatusList", "revocation")
    assert subject["encodedList"][0] == "u"
    assert gzip.decompress(base64url.decode(subject["encodedList"][1:])) == BITS


def resigned(change: Callable[[dict[str, Any]], object]) -> str:
    value = strict_json.load(jws.split(a_list()).payload)
    assert isinstance(value, dict)
    change(value)
    return jws.assemble(encode_header(STATUS_KID), strict_json.dump(value), es256(KEY))


def encoded(data: bytes) -> Callable[[dict[str, Any]], object]:
    return lambda v: v["credentialSubject"].update(encodedList="u" + base64url.encode(data))


REFUSALS: dict[str, Callable[[], str]] = {
    "unsigned": lambda: strict_json.dump({"encodedList": "u"}).decode(),
    "a page that says not found": lambda: "<html>404</html>",
    "signed by another": lambda: a_list(
        signer=jws.Signer(STATUS_KID, es256(ec.generate_private_key(ec.SECP256R1())))
    ),
    "changed": lambda: altered(a_list(), b"revocation", b"refresh___"),
    "of another issuer": lambda: a_list(signer=jws.Signer("did:web:other.example#1", es256(KEY))),
    "published elsewhere": lambda: a_list(url=f"{BASE}status/r4"),
    "for another purpose": lambda: resigned(lambda v: v["credentialSubject"].update(statusPurpose="refresh")),
    "of another type": lambda: resigned(lambda v: v["credentialSubject"].update(type="RevocationList2020")),
    "with an unknown field": lambda: resigned(lambda v: v.update(ttl=1)),
    "not gzip": lambda: resigned(encoded(b"abc")),
    "zlib instead of gzip": lambda: resigned(encoded(zlib.compress(BITS))),
    "cut": lambda: resigned(encoded(gzip.compress(BITS)[:-9])),
    "with bytes after it": lambda: resigned(encoded(gzip.compress(BITS) + b"x")),
    "too short": lambda: resigned(encoded(gzip.compress(BITS[:-1]))),
    "a bomb": lambda: resigned(encoded(gzip.compress(bytes(50_000_000)))),
    "not multibase": lambda: resigned(lambda v: v["credentialSubject"].update(encodedList="zAAAA")),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refused(case: str) -> None:
    with pytest.raises(StatusError):
        status.open_list(REFUSALS[case](), PUBLIC, URL, DID)


@pytest.mark.parametrize("index", [-1, 131_072, 10**9])
def test_past_the_end_is_an_error_not_valid(index: int) -> None:
    with pytest.raises(StatusError):
        status.open_list(a_list(), PUBLIC, URL, DID).is_set(index)


@pytest.mark.parametrize(
    ("age", "limit", "holds"),
    [
        pytest.param(timedelta(hours=4), timedelta(days=7), True, id="fresh"),
        pytest.param(
            timedelta(days=3, seconds=1), timedelta(days=3), False, id="older than the trust list allows"
        ),
        pytest.param(timedelta(days=7), timedelta(days=30), False, id="at its own end"),
        pytest.param(-timedelta(seconds=200), timedelta(days=7), True, id="a clock a little ahead"),
        pytest.param(-timedelta(hours=1), timedelta(days=7), False, id="from the future"),
    ],
)
def test_age(age: timedelta, limit: timedelta, *, holds: bool) -> None:
    read = status.open_list(a_list(), PUBLIC, URL, DID)
    if holds:
        read.check_age(NOW + age, limit)
    else:
        with pytest.raises(StatusError):
            read.check_age(NOW + age, limit)


def test_details_say_why_and_the_newest_wins() -> None:
    entries = [
        status.Detail(
            index=5,
            purpose="refresh",
            date="2026-04-20",
            reason="hours-corrected",
            successor="GS2025-0000006-3",
        ),
        status.Detail(
            index=5, purpose="refresh", date="2026-04-21", reason="details-corrected", successor=None
        ),
    ]
    token = status.sign_details(SIGNER, 3, entries, NOW)
    read = status.open_details(token, PUBLIC, DID, 3)
    assert read.find(5, "refresh") == entries[1]
    assert read.find(5, "revocation") is None
    with pytest.raises(StatusError):
        status.open_details(token, PUBLIC, DID, 4)
    with pytest.raises(StatusError):
        status.open_details(a_list(), PUBLIC, DID, 3)


@pytest.mark.parametrize("size", [0, 131_071, 131_064, 8 * 131_072 + 8])
def test_lists_of_other_sizes_are_not_made(size: int) -> None:
    with pytest.raises(StatusError):
        status.make_bits(set(), size)
