"""How each signature suite of `verifier.suites` makes keys and signs, in files and in a PKCS#11 module.

With the verifier's table, the only place that tells algorithms apart.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from verifier.suites import VerifyingKey


@dataclass(frozen=True)
class InModule:
    """The same suite in the words of PKCS#11 v2.40; names are those of python-pkcs11's enumerations."""

    key_type: str
    parameters: bytes
    """CKA_EC_PARAMS, DER."""
    generation: str
    mechanism: str
    prepare: Callable[[bytes], bytes]
    """What the mechanism is given of a message."""
    public: Callable[[bytes], VerifyingKey]
    """Reads CKA_EC_POINT, unwrapped from its OCTET STRING."""


@dataclass(frozen=True)
class InX509:
    """The same suite in certificates and in CMS."""

    algorithm: str
    """asn1crypto's name of its signatures."""
    to_der: Callable[[bytes], bytes]
    """Turns a signature in the form of JWS into theirs."""


@dataclass(frozen=True)
class SigningSuite:
    """One algorithm: makes a private key, and a signature in the form of JWS."""

    alg: str
    generate: Callable[[], PrivateKeyTypes]
    sign: Callable[[PrivateKeyTypes, bytes], bytes]
    """TypeError if the key is of another kind."""
    in_module: InModule
    in_x509: InX509 | None = None
    """None: it signs neither certificates nor PDFs."""


def _sign_p256(key: PrivateKeyTypes, message: bytes) -> bytes:
    """Sign as r || s (RFC 7518 section 3.4), nonces by RFC 6979, so the same bytes twice."""
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("a P-256 key")
    r, s = decode_dss_signature(key.sign(message, _ECDSA))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def _p256_to_der(signature: bytes) -> bytes:
    return encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))


def _sign_ed25519(key: PrivateKeyTypes, message: bytes) -> bytes:
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise TypeError("an Ed25519 key")
    return key.sign(message)


_ECDSA = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
SUITES: Mapping[str, SigningSuite] = {
    suite.alg: suite
    for suite in (
        SigningSuite(
            "ES256",
            lambda: ec.generate_private_key(ec.SECP256R1()),
            _sign_p256,
            InModule(
                "EC",
                bytes.fromhex("06082a8648ce3d030107"),  # the object identifier of P-256
                "EC_KEY_PAIR_GEN",
                "ECDSA",
                lambda message: hashlib.sha256(message).digest(),
                lambda point: ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point),
            ),
            InX509("sha256_ecdsa", _p256_to_der),
        ),
        SigningSuite(
            "EdDSA",
            ed25519.Ed25519PrivateKey.generate,
            _sign_ed25519,
            InModule(
                "EC_EDWARDS",
                b"\x13\x0cedwards25519",  # PKCS#11 v3.0 section 2.3.10: the curve's name as PrintableString
                "EC_EDWARDS_KEY_PAIR_GEN",
                "EDDSA",
                lambda message: message,
                ed25519.Ed25519PublicKey.from_public_bytes,
            ),
        ),
    )
}
