"""Transfer certificates: issued, found again, superseded. The caller opens the transaction."""

import hashlib
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from issuer.credentials.building import Edition, Leaving, Unsigned, build_transfer, remake
from issuer.credentials.sealing import Issued, Sealed, Sealer, save
from issuer.credentials.service import Withdrawal, standing_row, withdraw
from issuer.credentials.slots import SlotDrawer
from issuer.credentials.tables import credential, transfer, transfer_year, withdrawal
from issuer.errors import NotFound
from issuer.instance import Transaction
from issuer.records.tables import year_record
from ledger.entry import canonical
from verifier import jws
from verifier.credential import TransferSubject, encode_payload, parse_payload
from verifier.status import REASONS, Purpose, Reason
from verifier.subjects import MEASURE


def issue_transfer(work: Transaction, person_id: int, leaving: Leaving) -> Issued:
    """Sign a person's transfer certificate, unless the one that stands says the same; the one before is superseded.

    Raises:
        ReleaseRefused: what was signed does not read back as what was meant, or fits no QR.
        KeyUnavailable: the key's place does not answer.
    """
    content = _content(leaving)
    before = _standing(work.connection, person_id)
    if before is not None and before.content_digest == content:
        return Issued(before.serial, before.document, before.jws, None, fresh=False)
    edition = _edition(work, person_id)
    made = build_transfer(work.instance.settings, leaving, edition)
    (sealed,) = Sealer(work).seal_all([Unsigned(encode_payload(made))], [edition])
    _keep(work, person_id, edition.version, content, sealed)
    if before is not None:
        reason = _what_changed(before.jws, leaving)
        withdraw(work, Withdrawal(before.serial, "refresh", reason, sealed.issued.serial))
    return sealed.issued


def reissue_transfer(work: Transaction, serial: str, reason: Reason) -> Issued:
    """Sign the same transfer certificate again, as its next version, and supersede it with the reason.

    Raises:
        NotFound, AlreadyWithdrawn: as `credentials.service.standing_row`.
        ReleaseRefused, KeyUnavailable: as `issue_transfer`.
    """
    row = standing_row(work, serial)
    kept = work.connection.execute(sa.select(transfer).where(transfer.c.serial == serial)).one()
    edition = _edition(work, kept.person_id)
    made = remake(work.instance.settings, parse_payload(jws.split(row.jws).payload), edition)
    (sealed,) = Sealer(work).seal_all([Unsigned(encode_payload(made))], [edition])
    _keep(work, kept.person_id, edition.version, kept.content_digest, sealed)
    withdraw(work, Withdrawal(serial, "refresh", reason, sealed.issued.serial))
    return sealed.issued


def whose(connection: sa.Connection, serial: str) -> int:
    """The id of the person whom a credential is about: no document's number is needed at a terminal.

    Raises:
        NotFound: no such serial.
    """
    yearly = (
        sa.select(year_record.c.person_id)
        .join(credential, credential.c.record_id == year_record.c.id)
        .where(credential.c.serial == serial)
    )
    moved = sa.select(transfer.c.person_id).where(transfer.c.serial == serial)
    found = connection.execute(yearly.union(moved)).scalar_one_or_none()
    if found is None:
        raise NotFound(f"没有编号 {serial} 的证明。There is no credential {serial}.")
    return int(found)


def known_transfer(connection: sa.Connection, serial: str) -> bool:
    """Whether a serial is a transfer certificate's."""
    found = sa.select(transfer.c.serial).where(transfer.c.serial == serial)
    return connection.execute(found).first() is not None


def _content(leaving: Leaving) -> bytes:
    """SHA-256 over all that the certificate would say: equal means that nothing has changed."""
    years = [year.model_dump(mode="json", by_alias=True) for year in leaving.years]
    said = {**vars(replace(leaving, years=())), "years": years}
    if leaving.measure == MEASURE:
        del said["measure"]  # not said either
    return hashlib.sha256(canonical(said)).digest()


def standing_transfer(connection: sa.Connection, person_id: int) -> Issued | None:
    """The transfer certificate of a person that stands, None without one."""
    row = _standing(connection, person_id)
    return None if row is None else Issued(row.serial, row.document, row.jws, None, fresh=False)


@dataclass(frozen=True)
class Gone:
    """A person's newest transfer certificate, which stands no more: a year that it names was issued anew, or revoked."""

    serial: str
    purpose: Purpose
    reason: Reason
    day: str

    @property
    def zh(self) -> str:
        """What became of it, in Chinese."""
        return f"{self.day} {'已撤销' if self.purpose == 'revocation' else '已被取代'}，原因：{REASONS[self.reason][0]}"

    @property
    def en(self) -> str:
        """The same in English."""
        what = "revoked" if self.purpose == "revocation" else "superseded"
        return f"{what} on {self.day}: {REASONS[self.reason][1]}"


def gone_transfer(connection: sa.Connection, person_id: int) -> Gone | None:
    """What became of the newest one, where it was withdrawn; None where it stands, or there never was one."""
    newest = sa.select(sa.func.max(transfer.c.version)).where(transfer.c.person_id == person_id)
    row = connection.execute(
        sa.select(withdrawal.c.serial, withdrawal.c.purpose, withdrawal.c.reason, withdrawal.c.day)
        .join(transfer, transfer.c.serial == withdrawal.c.serial)
        .where(transfer.c.person_id == person_id, transfer.c.version == newest.scalar_subquery())
        .order_by(withdrawal.c.purpose.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Gone(*row)


def _standing(connection: sa.Connection, person_id: int) -> Any:
    """The newest transfer certificate of a person, where nothing has been withdrawn of it."""
    gone = sa.select(withdrawal.c.serial).where(withdrawal.c.serial == transfer.c.serial)
    return connection.execute(
        sa.select(transfer.c.content_digest, credential.c.serial, credential.c.document, credential.c.jws)
        .join(credential, credential.c.serial == transfer.c.serial)
        .where(transfer.c.person_id == person_id, ~gone.exists())
        .order_by(transfer.c.version.desc())
        .limit(1)
    ).one_or_none()


def _edition(work: Transaction, person_id: int) -> Edition:
    newest = sa.select(sa.func.max(transfer.c.version)).where(transfer.c.person_id == person_id)
    version = int(work.connection.execute(newest).scalar_one() or 0) + 1
    (slot,) = SlotDrawer(work).draw(1)
    return Edition(version, slot, work.instance.now())


def _keep(work: Transaction, person_id: int, version: int, content: bytes, sealed: Sealed) -> None:
    save(work, [(None, sealed.row)])
    serial, subject = sealed.issued.serial, sealed.credential.credential_subject
    row = {"serial": serial, "person_id": person_id, "version": version, "content_digest": content}
    work.connection.execute(sa.insert(transfer).values(row))
    years = subject.years if isinstance(subject, TransferSubject) else ()
    named = [{"serial": serial, "certificate": year.certificate} for year in years]
    work.connection.execute(sa.insert(transfer_year), named)


def _what_changed(before: str, leaving: Leaving) -> Reason:
    """Say truly why a version follows another: years that were told as they stand say nothing false."""
    old = parse_payload(jws.split(before).payload).credential_subject
    return "details-corrected" if getattr(old, "years", None) == leaving.years else "other"
