"""The key ring: which keys the instance has, past ones too, and which of them signs now.

`keys/index.json` lists what is public of every key, so that DID document and trust list are made without opening any.
A key is announced (its `since` is still to come), signs, is followed by a newer one (both count), and ends: retired,
or compromised. The index is read anew whenever it changed, so that a running service follows a rotation.
"""

import fcntl
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Literal

from cryptography.hazmat.primitives.asymmetric import x25519
from pydantic import ConfigDict, TypeAdapter, ValidationError

from issuer.errors import SettingsError
from issuer.keys.errors import KeyStateError
from issuer.keys.files import FilePlace, write_private
from issuer.keys.place import KeyPlace, LogKey, Opened
from ledger.note import Signer as LogSigner
from verifier import jws

INDEX, LOCK = "index.json", "index.lock"
FILE: Literal["file"] = "file"
MODULE: Literal["pkcs11"] = "pkcs11"


class Use(StrEnum):
    """What a key is for; a key has one use and one algorithm for its whole life."""

    CREDENTIAL = "credential"
    STATUS = "status"
    TRUST_ROOT = "trust-root"
    CHECKPOINT = "checkpoint"
    PDF = "pdf"
    PERSON_KEY = "person-key"
    """No signing key, as the next: the secret behind `Identifier.person_key`."""
    VAULT = "vault"
    """The secret that numbers, second factors and kept answers are sealed with (`keys.vault`)."""

    @property
    def alg(self) -> str:
        """The suite of new keys of this use; "none" for a secret that signs nothing."""
        return "none" if self in SECRET else "EdDSA" if self is Use.CHECKPOINT else "ES256"


SECRET = frozenset({Use.PERSON_KEY, Use.VAULT})
"""Uses whose keys are 32 secret bytes, kept in files alone as X25519 keys."""
CUT = frozenset({Use.CREDENTIAL, Use.PDF})
"""Uses whose keys end at a place in the log, since what they sign is about an entry of it."""
FIRST = (Use.CREDENTIAL, Use.STATUS, Use.TRUST_ROOT, Use.CHECKPOINT, Use.PERSON_KEY, Use.VAULT)
"""What every instance begins with. A PDF key is made when PDFs are first to be signed."""


@dataclass(frozen=True)
class KeyInfo:
    """What is public of a key. `kid` is a DID URL for keys that sign credentials, status lists and PDFs."""

    __pydantic_config__ = ConfigDict(extra="forbid", strict=True)

    kid: str
    use: Use
    alg: str
    jwk: dict[str, str]
    since: str
    """Moment from which it signs, RFC 3339, UTC."""
    place: Literal["file", "pkcs11", "apart"]
    name: str
    """Its name in that place: a file without `.pem`, or a label."""
    until: str | None = None
    """Moment when it ended."""
    ending: Literal["retired", "compromised"] | None = None
    cut: int | None = None
    """Of a key of credentials or PDFs that ended: entries of the log from this index on are not believed."""
    log: str | None = None
    """The log in which `cut` is counted; None: the issuer's first."""

    @property
    def begins(self) -> datetime:
        return datetime.fromisoformat(self.since)

    @property
    def ended(self) -> datetime | None:
        return None if self.until is None else datetime.fromisoformat(self.until)


_ADAPTER = TypeAdapter(tuple[KeyInfo, ...])


@dataclass(frozen=True)
class Naming:
    """What new keys are called after, and which uses are made in the module."""

    did: str
    log_origin: str
    in_module: frozenset[Use] = frozenset()


class KeyRing:
    """The keys of one instance.

    Args:
        folder: where index and key files are.
        naming: for new keys.
        files: its key files.
        module: the PKCS#11 token, if there is one.

    Raises:
        SettingsError, KeyUnavailable: from every method that reads the index or opens a key.
    """

    def __init__(
        self, folder: Path, naming: Naming, files: FilePlace, module: KeyPlace | None = None
    ) -> None:
        self._folder = folder
        self._naming = naming
        self._files = files
        self._places: Mapping[str, KeyPlace] = {FILE: files} | ({MODULE: module} if module else {})
        self._read: tuple[tuple[int, int, int], tuple[KeyInfo, ...]] | None = None
        self._opened: dict[str, Opened] = {}
        self._secrets: dict[str, bytes] = {}

    def create(self, now: datetime) -> None:
        """Make the first keys. Refuses a folder that already has an index."""
        if (self._folder / INDEX).exists():
            raise SettingsError(f"{self._folder} 里已有密钥 already holds keys")
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        infos: list[KeyInfo] = []
        for use in FIRST:
            infos.append(self._make(use, now, infos))
        # The index is written last: without it the folder counts as empty, and the next init starts over.
        self._write(infos)

    def infos(self) -> tuple[KeyInfo, ...]:
        """What is public of every key, oldest first."""
        path = self._folder / INDEX
        try:
            found = path.stat()
            stamp = (found.st_mtime_ns, found.st_ino, found.st_size)
            if self._read is None or self._read[0] != stamp:
                self._read = stamp, _ADAPTER.validate_json(path.read_bytes(), strict=True)
        except OSError as error:
            raise SettingsError(f"没有密钥 no keys in {self._folder}: {error.strerror}") from None
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            raise SettingsError(f"{path} /{'/'.join(map(str, first['loc']))}: {first['msg']}") from None
        return self._read[1]

    def by_kid(self, kid: str) -> KeyInfo:
        """The key of that name. KeyStateError if there is none."""
        found = next((info for info in self.infos() if info.kid == kid), None)
        if found is None:
            known = "、".join(info.kid for info in self.infos())
            raise KeyStateError(f"没有密钥 there is no key {kid}；有 there are: {known}")
        return found

    def current(self, use: Use, now: datetime) -> KeyInfo:
        """The newest key of a use that has begun and has not ended.

        Raises:
            KeyStateError: there is none.
        """
        able = [i for i in self.infos() if i.use is use and i.begins <= now and i.ending is None]
        if not able:
            raise KeyStateError(
                f"没有可用的密钥 no key that may sign: {use}；xueshi keys rotate {use} --after 0"
            )
        return max(reversed(able), key=lambda info: info.begins)  # of two that began together, the newer

    def signer(self, use: Use, now: datetime) -> jws.Signer:
        """The current key of a use, ready to sign. KeyStateError if there is none."""
        info = self.current(use, now)
        return jws.Signer(info.kid, self.open(info).sign, info.alg)

    def log_signer(self, now: datetime) -> LogSigner:
        """The key that signs checkpoints of the log that grows. KeyStateError if that log is closed, or has no key yet."""
        origin = self._naming.log_origin
        info = next((i for i in self.infos() if i.kid == origin and i.use is Use.CHECKPOINT), None)
        if info is None or info.ending is not None or info.begins > now:
            raise KeyStateError(
                f"台账 {origin} 没有可用的密钥，或已关闭（xueshi continue 可继续未完成的更换）。"
                f"The log {origin} has no key that may sign, or is closed; xueshi continue goes on with a move that was cut short."
            )
        return LogSigner(info.kid, LogKey(self.open(info)))

    def open(self, info: KeyInfo) -> Opened:
        """Open a key, once for each process, and hold it against the index.

        Raises:
            SettingsError: it cannot be opened, is not the key of the index, or is not here at all.
        """
        if info.kid not in self._opened:
            place = self._places.get(info.place)
            if place is None:
                hint = (
                    "设置 pkcs11_module、pkcs11_token"
                    if info.place == MODULE
                    else "它不在本实例 it is kept apart"
                )
                raise SettingsError(f"{info.kid}: {hint} ({info.place})")
            opened = place.open(info.name, info.alg)
            if opened.public != jws.PublicKey.from_jwk(info.jwk):
                raise SettingsError(
                    f"{info.kid}: 打开的不是名录里的那把密钥 the key in {info.place} {info.name} is another one"
                )
            self._opened[info.kid] = opened
        return self._opened[info.kid]

    def person_secret(self) -> bytes:
        """32 secret bytes that key the fingerprints of document numbers."""
        return self.secret(next(info for info in self.infos() if info.use is Use.PERSON_KEY))

    def secret(self, info: KeyInfo) -> bytes:
        """The 32 bytes of a key that signs nothing, read once for each process."""
        if info.name not in self._secrets:
            key = self._files.read(info.name)
            if not isinstance(key, x25519.X25519PrivateKey):
                raise SettingsError(f"{info.name}.pem: 应为 X25519 密钥 expected an X25519 key")
            self._secrets[info.name] = key.private_bytes_raw()
        return self._secrets[info.name]

    def add(self, use: Use, since: datetime) -> KeyInfo:
        """Make a further key of a use that signs from `since` on."""
        with self._changing() as infos:
            made = self._make(use, since, infos)
            infos.append(made)
        return made

    def replace(self, changed: KeyInfo) -> None:
        """Write what became of a key."""
        with self._changing() as infos:
            infos[:] = [changed if info.kid == changed.kid else info for info in infos]
        self._opened.pop(changed.kid, None)

    @contextmanager
    def _changing(self) -> Iterator[list[KeyInfo]]:
        """Change the index with nobody else doing so; a crash leaves the old one (and perhaps a key that it ignores)."""
        with (self._folder / LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            infos = list(self.infos())
            yield infos
            self._write(infos)

    def _write(self, infos: list[KeyInfo]) -> None:
        rows = [asdict(info) for info in infos]
        write_private(self._folder / INDEX, json.dumps(rows, ensure_ascii=False, indent=1).encode())

    def _make(self, use: Use, since: datetime, before: list[KeyInfo]) -> KeyInfo:
        did = self._naming.did
        year = since.year
        number = 1 + sum(info.name.startswith(f"{use}-{year}-") for info in before)
        name = f"{use}-{year}-{number}"
        kids = {
            Use.CREDENTIAL: f"{did}#{year}-{number}",
            Use.STATUS: f"{did}#status-{year}-{number}",
            Use.PDF: f"{did}#pdf-{year}-{number}",
            Use.TRUST_ROOT: f"root-{year}-{number}",
            Use.CHECKPOINT: self._naming.log_origin,
        }
        kid, moment = kids.get(use, name), moment_text(since)
        if use in SECRET:
            self._files.write(name, x25519.X25519PrivateKey.generate())
            return KeyInfo(kid, use, use.alg, {}, moment, FILE, name)
        place: Literal["file", "pkcs11"] = MODULE if use in self._naming.in_module else FILE
        if place not in self._places:
            raise SettingsError(f"{use}: 请设置 set pkcs11_module, pkcs11_token, pkcs11_pin_file")
        jwk = self._places[place].generate(name, use.alg).to_jwk()
        return KeyInfo(kid, use, use.alg, jwk, moment, place, name)


def ended(
    info: KeyInfo,
    ending: Literal["retired", "compromised"],
    now: datetime,
    cut: int | None = None,
    log: str | None = None,
) -> KeyInfo:
    """What the index says of a key once it has ended; a credential key at `cut` in `log`."""
    return replace(info, until=moment_text(now), ending=ending, cut=cut, log=log)


def moment_text(moment: datetime) -> str:
    """Write a moment as RFC 3339 in UTC, in whole seconds."""
    return moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
