"""What every place of private keys can do: the one protocol behind files and PKCS#11 modules."""

from dataclasses import dataclass
from typing import Protocol

from verifier.jws import PublicKey, Sign


@dataclass(frozen=True)
class Opened:
    """A private key ready to sign; the key itself stays in its place. `sign` answers a signature in the form of JWS."""

    public: PublicKey
    sign: Sign


class KeyPlace(Protocol):
    """Where private keys are made, stay and sign. `name` is the key's within the place, `alg` its suite."""

    def generate(self, name: str, alg: str) -> PublicKey:
        """Make a key that nobody has yet."""

    def open(self, name: str, alg: str) -> Opened:
        """Make a key ready to sign. IssuerError if it cannot be."""
