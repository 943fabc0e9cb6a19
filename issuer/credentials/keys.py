"""Key files: one key per purpose, encrypted at rest, readable by their owner alone.

`keys/index.json` lists what is public of every key, past ones too, so that the DID document and the trust list are
made without opening any. Each private key is a PKCS#8 PEM encrypted with the instance's passphrase.
"""

import json
import os
import stat
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, x25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from jwt.algorithms import ECAlgorithm, OKPAlgorithm

from issuer.errors import SettingsError
from verifier import jws

INDEX = "index.json"


class Use(StrEnum):
    """What a key is for; a key has one use and one algorithm for its whole life."""

    CREDENTIAL = "credential"
    STATUS = "status"
    TRUST_ROOT = "trust-root"
    CHECKPOINT = "checkpoint"
    PERSON_KEY = "person-key"
    """Not a signing key: the secret behind `Identifier.person_key`."""


@dataclass(frozen=True)
class KeyInfo:
    """The public half of a key. `kid` is a DID URL, except for the log's and the root's keys."""

    kid: str
    use: Use
    alg: str
    jwk: dict[str, str]
    since: str
    """Moment of creation, RFC 3339, UTC."""
    file: str


class KeyFolder:
    """The key files of one instance.

    Raises:
        SettingsError: from every method: a file is missing, open to others, or the passphrase does not open it.
    """

    def __init__(self, folder: Path, passphrase: bytes) -> None:
        self._folder = folder
        self._passphrase = passphrase

    def create(self, did: str, log_origin: str, now: datetime) -> None:
        """Make one key for each use. Refuses a folder that already has an index."""
        if (self._folder / INDEX).exists():
            raise SettingsError(f"{self._folder} 里已有密钥 already holds keys")
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        year, since = now.year, now.isoformat(timespec="seconds").replace("+00:00", "Z")
        names = {
            Use.CREDENTIAL: f"{did}#{year}-1",
            Use.STATUS: f"{did}#status-{year}-1",
            Use.TRUST_ROOT: f"root-{year}-1",
            Use.CHECKPOINT: log_origin,
            Use.PERSON_KEY: f"person-key-{year}-1",
        }
        infos = [self._make(use, kid, since, f"{use}-{year}-1.pem") for use, kid in names.items()]
        # The index is written last: without it the folder counts as empty, and the next init starts over.
        _write_private(self._folder / INDEX, json.dumps([asdict(info) for info in infos], indent=1).encode())

    def infos(self) -> tuple[KeyInfo, ...]:
        """The public half of every key, oldest first."""
        try:
            listed = json.loads((self._folder / INDEX).read_bytes())
        except OSError as error:
            raise SettingsError(f"没有密钥 no keys in {self._folder}: {error.strerror}") from None
        return tuple(KeyInfo(**{**one, "use": Use(one["use"])}) for one in listed)

    def by_kid(self, kid: str) -> KeyInfo:
        """The key of that name."""
        return next(info for info in self.infos() if info.kid == kid)

    def info(self, use: Use) -> KeyInfo:
        """The newest key of a use."""
        return [info for info in self.infos() if info.use is use][-1]

    def signer(self, use: Use) -> jws.Signer:
        """Open the newest ES256 key of a use: raw r||s (RFC 7518 §3.4), nonces by RFC 6979, so the same bytes twice."""
        info = self.info(use)
        key = self._open(info)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise SettingsError(f"{info.file}: 应为 P-256 密钥 expected a P-256 key")
        return jws.Signer(info.kid, partial(_sign, key))

    def log_key(self) -> ed25519.Ed25519PrivateKey:
        """The key that signs checkpoints."""
        info = self.info(Use.CHECKPOINT)
        key = self._open(info)
        if not isinstance(key, ed25519.Ed25519PrivateKey):
            raise SettingsError(f"{info.file}: 应为 Ed25519 密钥 expected an Ed25519 key")
        return key

    def person_secret(self) -> bytes:
        """32 secret bytes that key the fingerprints of document numbers."""
        info = self.info(Use.PERSON_KEY)
        key = self._open(info)
        if not isinstance(key, x25519.X25519PrivateKey):
            raise SettingsError(f"{info.file}: 应为 X25519 密钥 expected an X25519 key")
        return key.private_bytes_raw()

    def _make(self, use: Use, kid: str, since: str, file: str) -> KeyInfo:
        key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | x25519.X25519PrivateKey
        if use is Use.CHECKPOINT:
            key = ed25519.Ed25519PrivateKey.generate()
            alg, jwk = "EdDSA", OKPAlgorithm.to_jwk(key.public_key(), as_dict=True)
        elif use is Use.PERSON_KEY:
            key = x25519.X25519PrivateKey.generate()
            alg, jwk = "none", {}
        else:
            key = ec.generate_private_key(ec.SECP256R1())
            alg, jwk = "ES256", ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(self._passphrase),
        )
        _write_private(self._folder / file, pem)
        public = {name: str(value) for name, value in jwk.items() if name in {"kty", "crv", "x", "y"}}
        return KeyInfo(kid, use, alg, public, since, file)

    def _open(self, info: KeyInfo) -> object:
        path = self._folder / info.file
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
            pem = path.read_bytes()
        except OSError as error:
            raise SettingsError(f"密钥文件读不了 cannot read {path}: {error.strerror}") from None
        if mode & 0o077:
            raise SettingsError(f"{path} 的权限是 {mode:03o}，别人也能读；应为 600。Mode must be 600.")
        try:
            return serialization.load_pem_private_key(pem, self._passphrase)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise SettingsError(f"口令打不开 the passphrase does not open {path}") from None


def _sign(key: ec.EllipticCurvePrivateKey, message: bytes) -> bytes:
    der = key.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    return b"".join(number.to_bytes(32, "big") for number in decode_dss_signature(der))


def _write_private(path: Path, data: bytes) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
