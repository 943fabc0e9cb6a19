"""Sealing: a credential's bytes are read as any verifier reads them, signed, and the signature is verified; then they are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from issuer.credentials.building import Edition, Unsigned
from issuer.credentials.tables import credential
from issuer.errors import ReleaseRefused
from issuer.instance import Transaction
from ledger.bulk import insert_rows
from ledger.entry import Kind
from verifier import base64url, jws
from verifier.credential import Credential, digest, encode_header, parse_payload
from verifier.errors import VerifierError
from verifier.transport import encode_qr, packed_size

SURELY_FITS = 900
"""Compressed bytes of header and payload that every QR has room for, with signature and hint (2600 digits, 1070 bytes)."""
COLUMNS = ("record_id", *(name for name in credential.c.keys() if name != "record_id"))  # noqa: SIM118 - no mapping


@dataclass(frozen=True)
class Issued:
    """A credential as it is kept: the signed token, and lines.json where it is a statement."""

    serial: str
    document: str
    jws: str
    lines: bytes | None
    fresh: bool
    """True when this call issued it; False when it was there before."""

    @property
    def digest(self) -> bytes:
        return digest(self.jws)


@dataclass(frozen=True)
class Sealed:
    """A credential signed and read back, and its row but for the record that it is about."""

    credential: Credential
    issued: Issued
    row: tuple[object, ...]


class Sealer:
    """Signs with the key of this moment, for one transaction."""

    def __init__(self, work: Transaction) -> None:
        keys = work.instance.keys
        self._work = work
        self._signer = work.instance.credential_signer
        self._header = encode_header(self._signer.kid, self._signer.alg)
        self._encoded_header = base64url.encode(self._header)
        self._public = keys.open(keys.by_kid(self._signer.kid)).public

    def seal_all(self, made: Sequence[Unsigned], editions: Sequence[Edition]) -> list[Sealed]:
        """Sign, verify, and queue for the ledger.

        Each step is done for all of them before the next: what the processor holds ready is then used many times.

        Raises:
            ReleaseRefused: one does not read as a credential, its signature does not hold, or it fits no QR.
            KeyUnavailable: the key's place does not answer.
        """
        try:
            read = [parse_payload(one.payload) for one in made]
            tokens = [self._sign(one.payload) for one in made]
            for one, token in zip(made, tokens, strict=True):
                self._check_room(token, one.payload)
        except VerifierError as error:
            raise ReleaseRefused(
                f"签出的凭证通不过核验，未保存。It does not verify and was not saved: {error}"
            ) from error
        return [self._sealed(*each) for each in zip(read, tokens, made, editions, strict=True)]

    def _sealed(self, read: Credential, token: str, made: Unsigned, edition: Edition) -> Sealed:
        issued = Issued(read.credential_subject.serial, read.document, token, made.lines, fresh=True)
        sha256 = issued.digest
        event_id = self._work.instance.keyed_id("issuance", sha256)
        self._work.record_digest(event_id, Kind.ISSUANCE, sha256)
        return Sealed(read, issued, _row(issued, sha256, edition, event_id))

    def _sign(self, payload: bytes) -> str:
        """Sign, and verify with the public key: a fault in a chip or a library must not leave the house."""
        signed = f"{self._encoded_header}.{base64url.encode(payload)}"
        signature = self._signer.sign(signed.encode("ascii"))
        jws.check_signature(signed.encode("ascii"), signature, self._public)
        return f"{signed}.{base64url.encode(signature)}"

    def _check_room(self, token: str, payload: bytes) -> None:
        """Hold that it has a QR.

        The QR itself is built, decoded and read back when the certificate is drawn; only where its first format is too
        long for every QR, all of that is tried here.
        """
        if packed_size(self._header, payload) > SURELY_FITS:
            encode_qr(token, self._work.instance.settings.host, None)


def save(work: Transaction, rows: Sequence[tuple[int | None, tuple[object, ...]]]) -> None:
    """Keep what was sealed, each with the id of its record, in one statement."""
    insert_rows(work.connection, credential, COLUMNS, [(record_id, *row) for record_id, row in rows])


def _row(issued: Issued, sha256: bytes, edition: Edition, event_id: UUID) -> tuple[object, ...]:
    values: dict[str, str | int | bytes | datetime | UUID | None] = {
        "serial": issued.serial,
        "document": str(issued.document),
        "jws": issued.jws,
        "lines": issued.lines.decode() if issued.lines else None,
        "digest": sha256,
        "status_list": edition.slot.list_number,
        "status_index": edition.slot.index,
        "issued_at": edition.now,
        "event_id": event_id,
    }
    return tuple(values[name] for name in COLUMNS[1:])
