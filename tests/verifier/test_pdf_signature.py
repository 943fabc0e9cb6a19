"""The CMS in a PDF's signature, read strictly; the ways to cheat with whole files are folders of tests/tampered."""

from datetime import UTC, datetime
from functools import cache

import pypdfium2
import pytest
from asn1crypto import cms
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from tests.tampered.scene import Scene
from tests.verifier.authority import ISSUED
from tests.verifier.signatures import pdf_key, signed, signing_issuer, value_of
from verifier.cms import MAX_CERTIFICATES, read_cms, verify_cms
from verifier.errors import PdfSignatureError, TokenError
from verifier.pdf_signature import read_moment, read_signatures
from verifier.pdf_signature_check import fault_of
from verifier.trusted import TrustedKey


@cache
def pdf() -> bytes:
    return signed(Scene().pdf)


@cache
def value() -> bytes:
    """A true signature's value, the filling included."""
    return value_of(pdf())


@cache
def key() -> TrustedKey:
    return signing_issuer(Scene().authority).pdf_keys[0]


def test_a_true_one_is_read_whole() -> None:
    found = read_cms(value())
    assert found.certificate == pdf_key().chain[0]
    verify_cms(found, key().public_key)
    document = pypdfium2.PdfDocument(pdf())
    try:
        (signature,) = read_signatures(document, pdf())
    finally:
        document.close()
    assert (signature.digest, signature.moment) == (found.digest, ISSUED)
    assert signature.reaches_end
    assert signature.gap_is_contents
    assert fault_of(signature, key()) == ""


@given(st.integers(0, len(value().rstrip(b"\0")) - 1), st.integers(1, 255))
def test_no_byte_of_it_can_be_changed(place: int, change: int) -> None:
    """Whatever is changed: it is not read, is not the key's, or does not hold; or it is no part of what was signed and changes nothing."""
    data = bytearray(value())
    data[place] ^= change
    true = read_cms(value())
    try:
        found = read_cms(bytes(data))
        verify_cms(found, key().public_key)
    except (PdfSignatureError, TokenError):
        return
    # The digest algorithms listed ahead, and versions, are said twice and signed nowhere (RFC 5652 section 5.1).
    assert (found.digest, found.signed, found.certificate, found.signature) == (
        true.digest,
        true.signed,
        true.certificate,
        true.signature,
    )


@given(st.binary(max_size=400))
def test_noise_is_refused(noise: bytes) -> None:
    with pytest.raises(PdfSignatureError):
        read_cms(noise)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        pytest.param(lambda _: b"", "SEQUENCE", id="empty"),
        pytest.param(lambda v: v.rstrip(b"\0")[:-1], "whole", id="cut"),
        pytest.param(lambda v: v[:-1] + b"\1", "zeros", id="something in the filling"),
        pytest.param(lambda v: b"\x31" + v[1:], "SEQUENCE", id="a set"),
        pytest.param(lambda v: b"\x30\x80" + v[4:], "zeros", id="of indefinite length"),
        pytest.param(
            lambda v: v.replace(
                b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03"
            ),
            "SignedData",
            id="enveloped data",
        ),
        pytest.param(
            lambda v: v.replace(
                b"\x60\x86\x48\x01\x65\x03\x04\x02\x01", b"\x60\x86\x48\x01\x65\x03\x04\x02\x02"
            ),
            "SHA-256",
            id="another digest",
        ),
    ],
)
def test_what_is_wrong_is_named(spoil: "object", says: str) -> None:
    with pytest.raises(PdfSignatureError, match=says):
        read_cms(spoil(value()))  # type: ignore[operator]  # one of the functions above


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("D:20260115010000Z", ISSUED),
        ("D:20260115010000+00'00'", ISSUED),
        ("D:20260115090000+08'00'", ISSUED),
        ("D:20260114193000-05'30", ISSUED),
        ("D:20260115010000", ISSUED),
        ("D:20260115", None),
        ("D:20261315010000Z", None),
        ("20260115010000Z", None),
        ("D:00010101000000+23'59'", None),
        ("D:99991231235959-01'00'", None),
        ("", None),
    ],
)
def test_moments(text: str, moment: datetime | None) -> None:
    assert read_moment(text) == moment
    assert moment is None or moment.tzinfo is UTC


def test_certificates_beside_the_signers_are_no_part_of_it_but_there_are_few() -> None:
    def beside(count: int) -> bytes:
        found = cms.ContentInfo.load(value().rstrip(b"\0"))
        for number in range(count):
            other = pdf_key(f"above {number}").chain[0].public_bytes(Encoding.DER)
            found["content"]["certificates"].append(cms.CertificateChoices.load(other))
        return bytes(found.dump(force=True))

    assert read_cms(beside(MAX_CERTIFICATES - 1)).certificate == pdf_key().chain[0]
    with pytest.raises(PdfSignatureError, match="at most"):
        read_cms(beside(MAX_CERTIFICATES))
