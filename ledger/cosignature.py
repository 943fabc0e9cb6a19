"""Cosignatures: what a witness says about a checkpoint (C2SP tlog-cosignature, Ed25519, signature type 0x04).

"As of this time, this is the largest consistent tree that I have seen of this log." The signed message is

    cosignature/v1
    time <seconds since 1970 UTC>
    <the checkpoint's note text>
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.errors import NoteFormatError
from ledger.note import (
    SIGNATURE_SIZE,
    Signature,
    check_name,
    decode_vkey,
    ed25519_verifies,
    encode_vkey,
    key_id,
)

COSIGNATURE = 0x04
_TIME_SIZE = 8
_TOO_LATE = 2**63


def _message(text: bytes, seconds: int) -> bytes:
    return b"cosignature/v1\ntime %d\n" % seconds + text


@dataclass(frozen=True, slots=True)
class CosignatureVerifier:
    """A witness's public key under its name."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        return key_id(self.name, COSIGNATURE, self.public)

    def verifies(self, text: bytes, blob: bytes) -> bool:
        seconds = int.from_bytes(blob[:_TIME_SIZE], "big")
        if len(blob) != _TIME_SIZE + SIGNATURE_SIZE or seconds >= _TOO_LATE:
            return False
        return ed25519_verifies(self.public, _message(text, seconds), blob[_TIME_SIZE:])

    def vkey(self) -> str:
        return encode_vkey(self.name, COSIGNATURE, self.public)

    @classmethod
    def from_vkey(cls, vkey: str) -> "CosignatureVerifier":
        """Read a witness's verifier key.

        Raises:
            NoteFormatError: not a verifier key, or not one of a witness.
        """
        name, algorithm, public = decode_vkey(vkey)
        if algorithm != COSIGNATURE:
            raise NoteFormatError(
                f"a verifier key of type {algorithm:#04x}; a witness's has {COSIGNATURE:#04x}"
            )
        return cls(name, public)


@dataclass(frozen=True, slots=True)
class Cosigner:
    """A witness's private key under its name."""

    name: str
    private: Ed25519PrivateKey

    def cosign(self, text: bytes, now: datetime) -> Signature:
        """Sign a checkpoint's text at the moment `now` (aware). Only for a head that was found consistent."""
        seconds = int(now.astimezone(UTC).timestamp())
        signature = self.private.sign(_message(text, seconds))
        return Signature(self.name, self.verifier().key_id, seconds.to_bytes(_TIME_SIZE, "big") + signature)

    def verifier(self) -> CosignatureVerifier:
        check_name(self.name)
        return CosignatureVerifier(self.name, self.private.public_key().public_bytes_raw())


def signed_at(signature: Signature) -> datetime:
    """Return the moment that a verified cosignature names."""
    return datetime.fromtimestamp(int.from_bytes(signature.blob[:_TIME_SIZE], "big"), UTC)
