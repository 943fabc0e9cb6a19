"""Private keys in files: PKCS#8 PEM, encrypted with the instance's passphrase, readable by their owner alone."""

import os
import stat
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

from issuer.errors import SettingsError
from issuer.keys.place import Opened
from issuer.keys.suites import SUITES
from verifier.jws import PublicKey
from verifier.suites import VerifyingKey


class FilePlace:
    """The key files of a folder."""

    def __init__(self, folder: Path, passphrase: bytes) -> None:
        self._folder = folder
        self._passphrase = passphrase

    def generate(self, name: str, alg: str) -> PublicKey:
        """Make a key in `<name>.pem`."""
        key = SUITES[alg].generate()
        self.write(name, key)
        return PublicKey(alg, _public(key))

    def open(self, name: str, alg: str) -> Opened:
        """Open a key for signing.

        Raises:
            SettingsError: the file is missing, open to others, not opened by the passphrase, or of another kind.
        """
        key, suite = self.read(name), SUITES[alg]
        try:
            suite.sign(key, b"")
        except TypeError as error:
            raise SettingsError(f"{name}.pem: 应为 expected: {error}") from None
        return Opened(PublicKey(alg, _public(key)), lambda message: suite.sign(key, message))

    def write(self, name: str, key: PrivateKeyTypes) -> None:
        """Put a key into its file, encrypted."""
        form = serialization.PrivateFormat.PKCS8
        closed = serialization.BestAvailableEncryption(self._passphrase)
        write_private(
            self._folder / f"{name}.pem", key.private_bytes(serialization.Encoding.PEM, form, closed)
        )

    def read(self, name: str) -> PrivateKeyTypes:
        """Read and decrypt a key.

        Raises:
            SettingsError: the file is missing, open to others, or not opened by the passphrase.
        """
        path = self._folder / f"{name}.pem"
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


def _public(key: PrivateKeyTypes) -> VerifyingKey:
    public = key.public_key()
    if not isinstance(public, VerifyingKey):
        raise TypeError("a signing key")
    return public


def write_private(path: Path, data: bytes) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
