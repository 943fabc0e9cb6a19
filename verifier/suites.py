"""The signature algorithms that are known here, each with the one kind of key that it takes (RFC 7518, RFC 8037).

This table is the only place that tells them apart: another suite, such as SM2 with SM3, is one more entry here and one
in `issuer/credentials/suites.py`, with an algorithm object that PyJWT can be given.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePublicKey,
    EllipticCurvePublicNumbers,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from jwt.algorithms import Algorithm, ECAlgorithm, OKPAlgorithm

from verifier import base64url

VerifyingKey = EllipticCurvePublicKey | Ed25519PublicKey


@dataclass(frozen=True)
class InCms:
    """The same suite in a CMS signature with SHA-256, as PDFs have it."""

    algorithm: bytes
    """AlgorithmIdentifier of its signatures, DER (RFC 5754 section 3.3)."""
    to_jws: Callable[[bytes], bytes]
    """Turns such a signature into the form of JWS; ValueError or OverflowError if it is none."""


@dataclass(frozen=True)
class Suite:
    """One algorithm. No symmetric one is a suite, so that a public key can never be taken for a secret."""

    alg: str
    """Its JOSE name."""
    kind: tuple[str, str]
    """kty and crv of its keys' JWKs."""
    read: Callable[[Mapping[str, bytes]], VerifyingKey]
    """Reads a key from the decoded members x and y; ValueError if it is none."""
    write: Callable[[VerifyingKey], Mapping[str, bytes]]
    """Gives those members."""
    algorithm: Callable[[], Algorithm]
    """What PyJWT verifies with."""
    cms: InCms | None
    """None: it signs no PDFs."""

    def jwk(self, key: VerifyingKey) -> dict[str, str]:
        """Write the public JWK: its required members and alg."""
        members = {name: base64url.encode(value) for name, value in self.write(key).items()}
        return {"kty": self.kind[0], "crv": self.kind[1], **members, "alg": self.alg}


def _read_p256(members: Mapping[str, bytes]) -> EllipticCurvePublicKey:
    x, y = members.get("x", b""), members.get("y", b"")
    if not len(x) == len(y) == 32:
        raise ValueError("EC P-256 with 32-byte x and y")
    return EllipticCurvePublicNumbers(int.from_bytes(x), int.from_bytes(y), SECP256R1()).public_key()


def _write_p256(key: VerifyingKey) -> Mapping[str, bytes]:
    if not isinstance(key, EllipticCurvePublicKey):
        raise TypeError("a P-256 key")
    numbers = key.public_numbers()
    return {"x": numbers.x.to_bytes(32, "big"), "y": numbers.y.to_bytes(32, "big")}


def _read_ed25519(members: Mapping[str, bytes]) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(members.get("x", b""))


def _write_ed25519(key: VerifyingKey) -> Mapping[str, bytes]:
    if not isinstance(key, Ed25519PublicKey):
        raise TypeError("an Ed25519 key")
    return {"x": key.public_bytes_raw()}


def _p256_to_jws(signature: bytes) -> bytes:
    r, s = decode_dss_signature(signature)
    return r.to_bytes(32) + s.to_bytes(32)


_ECDSA_WITH_SHA256 = bytes.fromhex("300a06082a8648ce3d040302")
SUITES: Mapping[str, Suite] = {
    suite.alg: suite
    for suite in (
        Suite(
            "ES256",
            ("EC", "P-256"),
            _read_p256,
            _write_p256,
            lambda: ECAlgorithm(ECAlgorithm.SHA256),
            InCms(_ECDSA_WITH_SHA256, _p256_to_jws),
        ),
        Suite("EdDSA", ("OKP", "Ed25519"), _read_ed25519, _write_ed25519, OKPAlgorithm, None),
    )
}
