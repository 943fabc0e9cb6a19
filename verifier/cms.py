"""The CMS signature inside a signed PDF (RFC 5652, in the profile PAdES B-B of EN 319 142-1), taken apart strictly.

Only what our issuers make is read: one signer, detached, SHA-256, the signer's certificate inside and named among the
signed attributes. DER alone, by cryptography's parser; anything else is refused, never repaired.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, TypeVar

from cryptography import x509
from cryptography.hazmat import asn1

from verifier import jws
from verifier.errors import PdfSignatureError
from verifier.suites import SUITES

SIGNED_DATA, DATA = "1.2.840.113549.1.7.2", "1.2.840.113549.1.7.1"
CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.47"
SHA256_FORMS = frozenset(map(bytes.fromhex, ("300b0609608648016503040201", "300d06096086480165030402010500")))
"""AlgorithmIdentifier of SHA-256 without parameters and with NULL: RFC 5754 section 2 wants both read."""
MAX_CERTIFICATES = 5
Kind = TypeVar("Kind")


@asn1.sequence
class _ContentInfo:
    kind: x509.ObjectIdentifier
    content: Annotated[asn1.TLV, asn1.Explicit(0)]


@asn1.sequence
class _Detached:
    """EncapsulatedContentInfo without content: what is signed is the PDF around it."""

    kind: x509.ObjectIdentifier


@asn1.sequence
class _Attribute:
    kind: x509.ObjectIdentifier
    values: asn1.SetOf[asn1.TLV]


@asn1.sequence
class _IssuerAndSerial:
    issuer: asn1.TLV
    serial: int


@asn1.sequence
class _SignerInfo:
    version: int
    signer: _IssuerAndSerial
    digest: asn1.TLV
    signed: Annotated[asn1.SetOf[_Attribute], asn1.Implicit(0)]
    algorithm: asn1.TLV
    signature: bytes
    unsigned: Annotated[asn1.SetOf[_Attribute] | None, asn1.Implicit(1)]


@asn1.sequence
class _SignedData:
    version: int
    digests: asn1.SetOf[asn1.TLV]
    content: _Detached
    certificates: Annotated[asn1.SetOf[asn1.TLV], asn1.Implicit(0)]
    signers: asn1.SetOf[_SignerInfo]


@asn1.sequence
class _NamedIssuer:
    names: list[asn1.TLV]
    serial: int


@asn1.sequence
class _CertificateId:
    """ESSCertIDv2 (RFC 5035); without an algorithm the hash is SHA-256."""

    certificate_hash: bytes
    issuer: _NamedIssuer | None


@asn1.sequence
class _SigningCertificate:
    certificates: list[_CertificateId]


@dataclass(frozen=True)
class PdfSigner:
    """Whoever signed, and what: nothing is verified yet but that the parts belong together."""

    certificate: x509.Certificate
    digest: bytes
    """SHA-256 of the document that was signed."""
    signed: bytes
    """The signed attributes as they are signed, DER."""
    algorithm: bytes
    """AlgorithmIdentifier of the signature, DER."""
    signature: bytes


def read_cms(data: bytes) -> PdfSigner:
    """Take a signature's /Contents apart; zeros after its DER are the filling that PDF wants.

    Raises:
        PdfSignatureError: not such a CMS; says what was expected.
    """
    try:
        outer = asn1.decode_der(_ContentInfo, _without_filling(data))
        if outer.kind.dotted_string != SIGNED_DATA:
            raise PdfSignatureError("CMS: SignedData")
        found = asn1.decode_der(_SignedData, asn1.encode_der(outer.content))
        return _signer(found)
    except ValueError as error:
        raise PdfSignatureError(f"CMS: {error}") from None


def verify_cms(signer: PdfSigner, key: jws.PublicKey) -> None:
    """Hold that `key`, with its one algorithm, made the signature.

    Raises:
        PdfSignatureError: another key, another algorithm, or the signature does not hold.
    """
    suite = SUITES[key.alg]
    if suite.cms is None or signer.algorithm != suite.cms.algorithm:
        raise PdfSignatureError(f"the algorithm bound to the key, {key.alg}")
    if signer.certificate.public_key() != key.key:
        raise PdfSignatureError("a certificate of the listed key")
    try:
        jws.check_signature(signer.signed, suite.cms.to_jws(signer.signature), key)
    except (ValueError, OverflowError):
        raise PdfSignatureError("a signature in DER") from None


def _without_filling(data: bytes) -> bytes:
    """Cut at the length that the outermost DER says; what follows must be zeros."""
    if len(data) < 2 or data[0] != 0x30:
        raise PdfSignatureError("CMS: a SEQUENCE")
    size = data[1]
    octets = size & 0x7F if size & 0x80 else 0
    length = int.from_bytes(data[2 : 2 + octets]) if octets else size
    end = 2 + octets + length
    if end > len(data) or any(data[end:]):
        raise PdfSignatureError("CMS: whole, and nothing but zeros after it")
    return data[:end]


def _signer(found: _SignedData) -> PdfSigner:
    signers = found.signers.as_list()
    if len(signers) != 1 or found.content.kind.dotted_string != DATA:
        raise PdfSignatureError("CMS: one signer of plain data")
    one = signers[0]
    attributes = _attributes(one)
    if _value(attributes, CONTENT_TYPE, x509.ObjectIdentifier).dotted_string != DATA:
        raise PdfSignatureError("content-type: data")
    if asn1.encode_der(one.digest) not in SHA256_FORMS:
        raise PdfSignatureError("digest algorithm: SHA-256")
    return PdfSigner(
        certificate=_certificate(found, one, attributes),
        digest=_value(attributes, MESSAGE_DIGEST, bytes),
        signed=asn1.encode_der(one.signed),  # RFC 5652 section 5.4: as a SET OF, not under its tag
        algorithm=asn1.encode_der(one.algorithm),
        signature=one.signature,
    )


def _attributes(one: _SignerInfo) -> Mapping[str, asn1.TLV]:
    """The signed attributes by name, each once and with one value."""
    made: dict[str, asn1.TLV] = {}
    for attribute in one.signed.as_list():
        name, values = attribute.kind.dotted_string, attribute.values.as_list()
        if name in made or len(values) != 1:
            raise PdfSignatureError("signed attributes: each once, with one value")
        made[name] = values[0]
    return made


def _value(attributes: Mapping[str, asn1.TLV], name: str, kind: type[Kind]) -> Kind:
    if name not in attributes:
        raise PdfSignatureError(f"signed attribute {name}")
    return asn1.decode_der(kind, asn1.encode_der(attributes[name]))


def _certificate(
    found: _SignedData, one: _SignerInfo, attributes: Mapping[str, asn1.TLV]
) -> x509.Certificate:
    """Find the certificate that the signed attributes name by its hash (RFC 5035)."""
    named = _value(attributes, SIGNING_CERTIFICATE, _SigningCertificate).certificates
    inside = [asn1.encode_der(each) for each in found.certificates.as_list()]
    if not named or len(inside) > MAX_CERTIFICATES:
        raise PdfSignatureError(f"a certificate named, and at most {MAX_CERTIFICATES} inside")
    for data in inside:
        if sha256(data).digest() == named[0].certificate_hash:
            certificate = x509.load_der_x509_certificate(data)
            said = (asn1.encode_der(one.signer.issuer), one.signer.serial)
            if said != (certificate.issuer.public_bytes(), certificate.serial_number):
                raise PdfSignatureError("one certificate named by the signer and in the signed attributes")
            return certificate
    raise PdfSignatureError("the certificate that the signed attributes name")
