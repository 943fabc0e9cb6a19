"""Keys made of seeds: everybody has them, and the same script makes the same bytes anywhere."""

import hashlib

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from verifier import jws


def secret(seed: str) -> bytes:
    """32 bytes that everybody can make of a seed."""
    return hashlib.sha256(f"xueshi: a key that everybody has: {seed}".encode()).digest()


def p256(seed: str) -> ec.EllipticCurvePrivateKey:
    """The key of a seed; only one SHA-256 in 2^32 would be past the group's order."""
    return ec.derive_private_key(int.from_bytes(secret(seed)), ec.SECP256R1())


def es256(key: ec.EllipticCurvePrivateKey) -> jws.Sign:
    """Sign as JWS wants it: r || s."""

    def sign(data: bytes) -> bytes:
        r, s = decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True)))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    return sign
