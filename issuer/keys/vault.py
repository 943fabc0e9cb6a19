"""What the database holds only sealed: AES-256-GCM under one of several keys, and each sealed text says under which.

The keys never lie in the database: they are files of the ring, of the use `vault`. The newest that has begun seals, the
others still open what they sealed, until `issuer.resealing` has sealed it anew. Looking a person up needs no opening:
the keyed fingerprint (`Identifier.person_key`) is the index.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from issuer.keys.errors import KeyStateError, SealBroken
from issuer.keys.ring import KeyRing, Use

NONCE = 12
FROM_PERSONS = ""
"""Name of the key that is derived from the secret of persons: what instances sealed with before they had vault keys."""
_PURPOSE = b"xueshi identity documents v1"


@dataclass(frozen=True)
class Sealed:
    """A sealed text: 12 bytes of nonce, ciphertext, 16 bytes of tag; and the name of the key it is under."""

    data: bytes
    by: str


class Vault:
    """Seals under the key `newest`, opens what any key sealed. `secret_of` answers a key's 32 bytes by name, or None."""

    def __init__(
        self, newest: str, secret_of: Callable[[str], bytes | None], random_bytes: Callable[[int], bytes]
    ) -> None:
        self.newest = newest
        self._secret_of = secret_of
        self._random = random_bytes

    def seal(self, text: str, bound: bytes) -> Sealed:
        """Encrypt a text, bound to whom or what it belongs to, under the newest key."""
        nonce = self._random(NONCE)
        return Sealed(nonce + self._cipher(self.newest).encrypt(nonce, text.encode(), bound), self.newest)

    def reveal(self, sealed: Sealed, bound: bytes) -> str:
        """Decrypt a text.

        Raises:
            SealBroken: its key ended or is unknown, or it is altered, or bound to something else.
            SettingsError: the key's file cannot be used.
        """
        try:
            return self._cipher(sealed.by).decrypt(sealed.data[:NONCE], sealed.data[NONCE:], bound).decode()
        except InvalidTag:
            raise SealBroken(
                "密文与人员或密钥不符 the sealed text does not belong to this person or key"
            ) from None

    def _cipher(self, name: str) -> AESGCM:
        secret = self._secret_of(name)
        if secret is None:
            raise SealBroken(f"密文的密钥已停用 the key of this sealed text is not in use: {name[:40]}")
        return AESGCM(HKDF(SHA256(), 32, salt=None, info=_PURPOSE).derive(secret))


def open_vault(
    ring: KeyRing, person_secret: bytes, now: datetime, random_bytes: Callable[[int], bytes]
) -> Vault:
    """Make the vault of an instance as its keys stand now; their files are opened when they are first needed."""
    infos = {info.name: info for info in ring.infos() if info.use is Use.VAULT and info.ending is None}

    def secret_of(name: str) -> bytes | None:
        if name == FROM_PERSONS:
            return person_secret
        return ring.secret(infos[name]) if name in infos else None

    try:
        newest = ring.current(Use.VAULT, now).name
    except KeyStateError:  # made before there were vault keys, and not rotated yet
        newest = FROM_PERSONS
    return Vault(newest, secret_of, random_bytes)
