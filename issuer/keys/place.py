"""What every place of private keys can do: the one protocol behind files and PKCS#11 modules."""

from dataclasses import dataclass
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from issuer.errors import SettingsError
from verifier.jws import PublicKey, Sign


@dataclass(frozen=True)
class Opened:
    """A private key ready to sign; the key itself stays in its place. `sign` answers a signature in the form of JWS."""

    public: PublicKey
    sign: Sign


@dataclass(frozen=True)
class LogKey:
    """A checkpoint key as the ledger wants it."""

    opened: Opened

    def sign(self, data: bytes, /) -> bytes:
        return self.opened.sign(data)

    def public_key(self) -> Ed25519PublicKey:
        if not isinstance(self.opened.public.key, Ed25519PublicKey):
            raise SettingsError("台账密钥应为 Ed25519 the checkpoint key must be Ed25519")
        return self.opened.public.key


class KeyPlace(Protocol):
    """Where private keys are made, stay and sign. `name` is the key's within the place, `alg` its suite."""

    def generate(self, name: str, alg: str) -> PublicKey:
        """Make a key that nobody has yet."""

    def open(self, name: str, alg: str) -> Opened:
        """Make a key ready to sign. IssuerError if it cannot be."""
