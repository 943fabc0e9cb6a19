"""Document numbers at rest: sealed with AES-256-GCM, opened only by `reveal`, which is recorded by its caller.

The key is derived from the instance's secret, which never lies in the database. Looking a person up needs no
opening: the keyed fingerprint (`Identifier.person_key`) is the index.
"""

from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from issuer.people.errors import SealBroken

NONCE = 12
_PURPOSE = b"xueshi identity documents v1"


class Vault:
    """Seals and opens document numbers. `secret` is the instance's secret of persons, 32 bytes."""

    def __init__(self, secret: bytes, random_bytes: Callable[[int], bytes]) -> None:
        self._cipher = AESGCM(HKDF(SHA256(), 32, salt=None, info=_PURPOSE).derive(secret))
        self._random = random_bytes

    def seal(self, number: str, person_key: bytes) -> bytes:
        """Encrypt a number, bound to its person: 12 bytes of nonce, ciphertext, 16 bytes of tag."""
        nonce = self._random(NONCE)
        return nonce + self._cipher.encrypt(nonce, number.encode(), person_key)

    def reveal(self, sealed: bytes, person_key: bytes) -> str:
        """Decrypt a number.

        Raises:
            SealBroken: another secret, another person's, or altered.
        """
        try:
            return self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], person_key).decode()
        except InvalidTag:
            raise SealBroken(
                "证件号码的密文与人员或密钥不符 the sealed number does not belong to this person or secret"
            ) from None
