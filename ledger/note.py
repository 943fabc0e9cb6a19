"""Signed notes: text with signature lines beneath it (C2SP signed-note), with Ed25519.

text ending in a newline
<empty line>
— name base64(key id || signature)
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ledger.errors import NoteFormatError, SignatureError

ED25519 = 0x01
"""Signature type of a plain Ed25519 signature over the note's text."""
MAX_NOTE = 1_000_000
MAX_SIGNATURES = 100
"""The format asks readers to accept at least 16 and to have a limit; Go's reader has the same two."""
PUBLIC_KEY_SIZE = 32
SIGNATURE_SIZE = 64
_DASH = "— "


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line; `blob` is what follows the four bytes of the key id."""

    name: str
    key_id: bytes
    blob: bytes

    def line(self) -> str:
        """Return the line as it stands in a note, with its newline."""
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.blob).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A note taken apart but not trusted: nothing has been verified."""

    text: bytes
    signatures: tuple[Signature, ...]

    def encode(self) -> bytes:
        """Return the signed note's bytes."""
        return self.text + b"\n" + "".join(s.line() for s in self.signatures).encode("utf-8")


class NoteVerifier(Protocol):
    """A key that is trusted under a name."""

    @property
    def name(self) -> str: ...
    @property
    def key_id(self) -> bytes: ...
    def verifies(self, text: bytes, blob: bytes) -> bool:
        """Whether `blob` is this key's signature of the note text `text`."""


def key_id(name: str, algorithm: int, public: bytes) -> bytes:
    """SHA-256(name || newline || type || key)[:4]."""
    return hashlib.sha256(name.encode("utf-8") + b"\n" + bytes([algorithm]) + public).digest()[:4]


@dataclass(frozen=True, slots=True)
class Verifier:
    """An Ed25519 public key under a name (signature type 0x01)."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        return key_id(self.name, ED25519, self.public)

    def verifies(self, text: bytes, blob: bytes) -> bool:
        return ed25519_verifies(self.public, text, blob)

    def vkey(self) -> str:
        """Return the key in the text form that other people's tools read: name+id+base64."""
        return encode_vkey(self.name, ED25519, self.public)

    @classmethod
    def from_vkey(cls, vkey: str) -> "Verifier":
        """Read a verifier key.

        Raises:
            NoteFormatError: not a verifier key, its id does not fit it, or not of the type 0x01.
        """
        name, algorithm, public = decode_vkey(vkey)
        if algorithm != ED25519:
            raise NoteFormatError(
                f"a verifier key of type {algorithm:#04x}; expected {ED25519:#04x} (Ed25519)"
            )
        return cls(name, public)


class SigningKey(Protocol):
    """An Ed25519 private key, wherever it is: `Ed25519PrivateKey`, or one that a hardware module keeps."""

    def sign(self, data: bytes, /) -> bytes: ...
    def public_key(self) -> Ed25519PublicKey: ...


@dataclass(frozen=True, slots=True)
class Signer:
    """An Ed25519 private key under a name."""

    name: str
    private: SigningKey

    def sign(self, text: bytes) -> Signature:
        verifier = self.verifier()
        return Signature(self.name, verifier.key_id, self.private.sign(text))

    def verifier(self) -> Verifier:
        check_name(self.name)
        return Verifier(self.name, self.private.public_key().public_bytes_raw())


@dataclass(frozen=True, slots=True)
class Opened:
    """A note of which at least one signature by a known key was verified."""

    text: bytes
    verified: tuple[Signature, ...]
    unknown: tuple[Signature, ...]


def parse(data: bytes) -> Note:
    """Take a signed note apart without trusting it.

    Raises:
        NoteFormatError: not UTF-8, control characters, no text, no or too many signatures, or a malformed line.
    """
    if len(data) > MAX_NOTE:
        raise NoteFormatError(f"a note of {len(data)} bytes; at most {MAX_NOTE}")
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NoteFormatError(f"a note is UTF-8: {error}") from error
    if any(ch < " " and ch != "\n" for ch in whole):
        raise NoteFormatError("a note holds no control characters but newlines")
    text, separator, lines = whole.rpartition("\n\n")
    if not separator or not lines.endswith("\n"):
        raise NoteFormatError("a note is a text, an empty line and signature lines")
    rows = lines[:-1].split("\n")
    if len(rows) > MAX_SIGNATURES:
        raise NoteFormatError(f"a note with {len(rows)} signatures; at most {MAX_SIGNATURES}")
    return Note((text + "\n").encode("utf-8"), tuple(parse_line(row) for row in rows))


def parse_line(row: str) -> Signature:
    """Read one signature line (without its newline).

    Raises:
        NoteFormatError: it is not one.
    """
    if not row.startswith(_DASH):
        raise NoteFormatError("a signature line starts with an em dash and a space")
    name, _, encoded = row.removeprefix(_DASH).partition(" ")
    check_name(name)
    raw = decode_base64(encoded)
    if len(raw) < 5:
        raise NoteFormatError(f"a signature by {name} of {len(raw)} bytes is too short to be one")
    return Signature(name, raw[:4], raw[4:])


def open_note(data: bytes, verifiers: Iterable[NoteVerifier]) -> Opened:
    """Take a note apart and verify every signature by a known key; those by unknown keys are set aside.

    Raises:
        NoteFormatError: not a signed note.
        SignatureError: no signature by a known key, or one by a known key that does not verify.
    """
    known = {(v.name, v.key_id): v for v in verifiers}
    note = parse(data)
    verified: dict[tuple[str, bytes], Signature] = {}
    unknown: list[Signature] = []
    for signature in note.signatures:
        who = (signature.name, signature.key_id)
        if who not in known:
            unknown.append(signature)
        elif not known[who].verifies(note.text, signature.blob):
            raise SignatureError(f"the signature by {signature.name} does not verify")
        else:
            verified.setdefault(who, signature)
    if not verified:
        raise SignatureError("no signature by a known key")
    return Opened(note.text, tuple(verified.values()), tuple(unknown))


def sign_note(text: bytes, *signers: Signer) -> bytes:
    """Sign `text`, which must end in a newline, and return the note's bytes."""
    note = Note(text, tuple(signer.sign(text) for signer in signers))
    parse(note.encode())  # what we could not read ourselves is never given out
    return note.encode()


def check_name(name: str) -> None:
    """Hold the rule for key names: not empty, no spaces of any script, no plus sign.

    Raises:
        NoteFormatError: it is broken.
    """
    if not name or "+" in name or any(ch.isspace() or ch < " " for ch in name):
        raise NoteFormatError(f"{name!r} cannot be a key's name")


def decode_base64(text: str) -> bytes:
    """Decode standard Base64 with padding; anything that would encode differently is refused.

    Raises:
        NoteFormatError: not Base64 in its one canonical spelling.
    """
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteFormatError(f"not Base64: {error}") from error
    if base64.b64encode(raw).decode() != text:
        raise NoteFormatError("Base64 that is not in its canonical spelling")
    return raw


def encode_vkey(name: str, algorithm: int, public: bytes) -> str:
    """Return name+hex(key id)+base64(type || key)."""
    encoded = base64.b64encode(bytes([algorithm]) + public).decode()
    return f"{name}+{key_id(name, algorithm, public).hex()}+{encoded}"


def decode_vkey(vkey: str) -> tuple[str, int, bytes]:
    """Read a verifier key into name, signature type and 32-byte public key.

    Raises:
        NoteFormatError: not a verifier key, or its id does not fit it.
    """
    parts = vkey.split("+", 2)
    if len(parts) != 3 or not re.fullmatch("[0-9a-f]{8}", parts[1]):
        raise NoteFormatError("a verifier key is name+8 hexadecimal digits+Base64")
    name, stated, encoded = parts
    check_name(name)
    raw = decode_base64(encoded)
    if len(raw) != 1 + PUBLIC_KEY_SIZE:
        raise NoteFormatError(f"a verifier key of {len(raw)} bytes; expected a type and {PUBLIC_KEY_SIZE}")
    if key_id(name, raw[0], raw[1:]).hex() != stated:
        raise NoteFormatError(f"the id {stated} does not belong to the key of {name}")
    return name, raw[0], raw[1:]


def ed25519_verifies(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` is the Ed25519 signature (RFC 8032) of `message`."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
