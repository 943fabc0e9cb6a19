"""The QR's text: every JWS comes back byte for byte, and a reader takes nothing else."""

import hashlib
import json
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.verifier.authority import HOST, Authority, credential, payload, text
from tests.verifier.make_dictionary import build
from verifier import base64url, jws, slots, transport
from verifier.credential import encode_header
from verifier.errors import TransportError, UnknownFormatError
from verifier.transport import QrContent, decode_qr, encode_qr, looks_like_qr

VECTORS = Path(__file__).parents[1] / "vectors"
DICTIONARY = Path(transport.__file__).parent / "dictionaries/1.bin"
DICTIONARY_SHA256 = "ef10b79148b054f92f72c536181920e93ec97f82f94c16d17629560212102edc"
HEADER = encode_header("did:web:jxjy.example.gov.cn#2026-1")
words = st.text(st.characters(codec="utf-8"), max_size=20)
headers = st.dictionaries(words, words, max_size=3)
indexes = st.none() | st.integers(0, 2**53)


def token_of(header: bytes, data: bytes, signature: bytes = bytes(range(64))) -> str:
    return jws.assemble(header, data, lambda _: signature)


def test_the_dictionary_is_the_published_one() -> None:
    data = DICTIONARY.read_bytes()
    assert hashlib.sha256(data).hexdigest() == DICTIONARY_SHA256, (
        "published: a new wording needs a new number"
    )
    assert data == build()


def test_the_vectors_read_back() -> None:
    for name in ("certificate", "statement", "deemed", "elsewhere", "transfer"):
        vector = json.loads((VECTORS / f"credential-{name}.json").read_text("utf-8"))
        qr = vector["qr"]
        assert decode_qr(qr["prefix"] + qr["digits"]) == QrContent(vector["jws"], qr["index"], HOST)


@given(headers, st.binary(max_size=600), st.binary(min_size=64, max_size=64), indexes)
@settings(deadline=None)
def test_any_payload_comes_back(
    header: dict[str, str], data: bytes, signature: bytes, index: int | None
) -> None:
    token = token_of(text({k: v for k, v in header.items() if k not in jws.REFUSED_HEADERS}), data, signature)
    qr = encode_qr(token, HOST, index)
    assert decode_qr(qr.text) == QrContent(token, index, HOST)
    assert decode_qr(qr.digits) == QrContent(token, index, None)
    assert qr.digits.isdigit()
    assert len(qr.digits) <= transport.MAX_DIGITS


@given(
    st.text(st.characters(codec="utf-8"), max_size=64), st.text(st.characters(codec="utf-8"), max_size=100)
)
def test_slots_give_back_any_text(name: str, employer: str) -> None:
    plain = text({"name": name, "employer": employer, "digest": "A" * 43})
    lifted = slots.lift(plain)
    if lifted is not None:
        assert slots.put_back(*lifted, limit=8192) == plain


def long_statement() -> dict[str, Any]:
    """The longest that the format allows, in rare characters."""
    made = payload(
        name="".join(chr(0x20000 + 619 * i) for i in range(64)),
        employer="".join(chr(0x4E00 + 197 * i) for i in range(100)),
        registrar="".join(chr(0x4E00 + 193 * i) for i in range(100)),
        conclusion="incomplete",
    )
    made["type"][1] = "HoursStatement"
    made["credentialSubject"]["lines"] = {
        "count": 9,
        "digest": base64url.encode(hashlib.sha256(b"lines").digest()),
    }
    return made


def test_a_long_record_takes_format_2_and_is_never_refused() -> None:
    token = token_of(HEADER, text(long_statement()))
    qr = encode_qr(token, HOST, 10**7)
    assert transport._from_digits(qr.digits)[0] == 0x21
    assert decode_qr(qr.text).jws == token


def test_an_ordinary_record_is_format_1_and_below_version_14(authority: Authority) -> None:
    qr = authority.qr(authority.issue(credential()))
    assert transport._from_digits(qr.digits)[0] == 0x11
    assert transport._bits(qr.prefix, qr.digits) <= 334 * 8, "version 13 at level M has 334 bytes"


def frame(form: int = 0x11, index: bytes = b"\x00", body: bytes | None = None) -> bytes:
    packed = transport._deflate(HEADER + b"\x00" + text(payload())) if body is None else body
    return bytes([form]) + index + bytes(64) + packed


def digits(data: bytes) -> str:
    return transport._to_digits(data)


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, 0, DICTIONARY.read_bytes())
    return packer.compress(data) + packer.flush()


GOOD = digits(frame())
REFUSALS: dict[str, str] = {
    "nothing": "",
    "letters": "12a",
    "full-width digits": "１２３",
    "white space": GOOD + " ",
    "a minus": "-" + GOOD,
    "too many digits": "0" * 2601,
    "digits that make no whole bytes": GOOD + "1",
    "a group beyond its bytes": "9" * 17,
    "a tail beyond its byte": "256",
    "only a head": digits(b"\x11"),
    "cut inside the signature": digits(frame()[:40]),
    "cut inside the body": digits(frame()[:-8]),
    "trailing bytes": digits(frame() + b"\x00"),
    "broken body": digits(frame(body=b"\xff" * 40)),
    "empty body": digits(frame(body=b"")),
    "no dictionary where there is one": digits(frame(form=0x10)),
    "no mark between header and payload": digits(frame(body=deflated(HEADER))),
    "header not JSON": digits(frame(body=deflated(b"alg\x00{}"))),
    "a bomb": digits(frame(body=deflated(HEADER + b"\x00" + b" " * 200_000))),
    "an index in a long form": digits(frame(index=b"\x80\x00")),
    "an index of nine bytes": digits(frame(index=b"\xff" * 8 + b"\x01")),
    "an index without end": digits(b"\x11\xff"),
    "format 2 without slots": digits(frame(form=0x21, body=b"\x05ab")),
    "format 2 with a mark too many": digits(frame(form=0x21, body=b"\x00" + deflated(HEADER + b"\x00\x01"))),
    "format 2 with a slot too many": digits(frame(form=0x21, body=b"\x01a" + deflated(HEADER + b"\x00{}"))),
    "format 2 with half a pair": digits(
        frame(form=0x21, body=b"\x03\x01\xd8\x00" + deflated(HEADER + b"\x00\x01"))
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refused(case: str) -> None:
    with pytest.raises(TransportError):
        decode_qr(REFUSALS[case])
    with pytest.raises(TransportError):
        decode_qr(f"https://{HOST}/v#{REFUSALS[case]}")


@pytest.mark.parametrize("form", [0x01, 0x31, 0xF1, 0x12, 0x1F])
def test_an_unknown_format_or_dictionary_is_told_apart(form: int) -> None:
    with pytest.raises(UnknownFormatError):
        decode_qr(digits(frame(form=form)))


@pytest.mark.parametrize(
    ("url", "host"),
    [
        (f"https://{HOST}/v#", HOST),
        ("https://jxjy.example.gov.cn.evil.example/v#", "jxjy.example.gov.cn.evil.example"),
        (f"https://{HOST}@evil.example/v#", f"{HOST}@evil.example"),
        ("http://127.0.0.1:8000/v#", "127.0.0.1:8000"),
        ("https://evil.example/some/path/v#", "evil.example"),
        ("", None),
    ],
)
def test_any_host_is_read_and_named(url: str, host: str | None) -> None:
    assert decode_qr(url + GOOD).host == host


@pytest.mark.parametrize(
    "other", ["https://example.gov.cn/", "1234567890", "WIFI:S:x;;", "620102199001011234", "v#123"]
)
def test_other_codes_are_not_ours(other: str) -> None:
    assert not looks_like_qr(other)


@given(st.integers(1, 2600), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_noise_is_refused_and_nothing_else_happens(length: int, random: Any) -> None:
    noise = "11" + "".join(random.choice("0123456789") for _ in range(length))
    with pytest.raises(TransportError):
        decode_qr(noise)


def test_a_signature_of_another_size_is_refused_by_the_encoder() -> None:
    with pytest.raises(TransportError):
        encode_qr(token_of(HEADER, b"{}", bytes(63)), HOST, None)


@pytest.mark.parametrize(
    "host", ["jxjy.exampl[.gov.cn", "jxjy.example.gov.cn／v", "[::1]:8443", "user@jxjy.example.gov.cn"]
)
def test_any_host_is_read_as_it_is_written(host: str) -> None:
    """The part before the digits is the forger's to choose; it may end in a warning, never in an error nobody declared."""
    authority = Authority()
    qr = authority.qr(authority.issue(credential()))
    assert decode_qr(f"https://{host}/v#{qr.digits}").host == host
